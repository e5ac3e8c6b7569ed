"""Doctor's questions to the mirror: are shops and carriers read, are they in order, does something need a person."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.commerce.models import Broken, CarrierAccount, Connection, Push
from shopbell.commerce.queries import ALARM_AFTER
from shopbell.core import registry
from shopbell.core.health import Finding, fail, instant, ok, warn


def findings() -> list[Finding]:
    shops = (
        Connection.objects.filter(is_active=True)
        .select_related("shop")
        .defer("settings")
        .order_by("shop__name", "name")
    )
    accounts = CarrierAccount.objects.filter(is_active=True).defer("settings").order_by("name")
    return [*map(_connection, shops), *map(_carrier, accounts), *misunderstood()]


def _connection(row: Connection) -> Finding:
    subject = _("shop system {name}").format(name=f"{row.name}, {row.shop.name}")
    if row.connector not in registry.connectors:
        return fail(subject, _("its plug-in {name} is not installed").format(name=row.connector))
    if row.failing_since:
        return _failing(subject, row.failing_since, row.error)
    found = [text for level, text in row.findings if level == "error"]
    if found:
        return warn(subject, " ".join(found))
    if row.imported_at is None:
        return ok(subject, _("the first import is running"))
    return ok(subject, _("read {instant}").format(instant=instant(row.read_at)) if row.read_at else _("not read yet"))


def _carrier(row: CarrierAccount) -> Finding:
    subject = _("carrier {name}").format(name=row.name)
    if row.failing_since:
        return _failing(subject, row.failing_since, row.error)
    return ok(subject, _("answers"))


def _failing(subject: str, since: datetime, error: str) -> Finding:
    words = _("cannot be read since {instant}: {error}").format(instant=instant(since), error=error[-300:])
    return fail(subject, words) if since < timezone.now() - ALARM_AFTER else warn(subject, words)


def misunderstood() -> list[Finding]:
    """What came from shops and could not be understood; nothing to say where no shop is connected."""
    if not Connection.objects.exists():
        return []
    stuck = Broken.objects.count() + Push.objects.filter(state=Push.State.FAILED).count()
    if not stuck:
        return [ok(_("orders"), _("all of it was understood"))]
    words = ngettext("{n} thing of a shop was not understood", "{n} things of a shop were not understood", stuck)
    return [warn(_("orders"), words.format(n=stuck))]
