"""Doctor's questions to webhooks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shopbell.core.health import Finding, fail, ok, warn
from shopbell.integrations.models import Webhook


def findings() -> list[Finding]:
    """One line for each that fails; one for all when none does. Nothing where nobody uses them."""
    rows = list(Webhook.objects.defer("secrets").order_by("id"))
    troubles = [trouble for trouble in map(_trouble, rows) if trouble]
    return troubles or ([ok(_("webhooks"), _("{n} working").format(n=len(rows)))] if rows else [])


def _trouble(row: Webhook) -> Finding | None:
    subject = _("webhook {name}").format(name=row)
    if row.is_broken:
        words = _("switched off after failing for days: {error}. Put the other side right, then switch it on again")
        return fail(subject, words.format(error=row.error or "HTTP 410"))
    if row.is_active and row.failing_since:
        return warn(subject, _("failing: {error}. It is tried again by itself").format(error=row.error))
    return None
