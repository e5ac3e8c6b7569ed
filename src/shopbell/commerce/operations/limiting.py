"""Up to which amounts roles give money away alone."""

from __future__ import annotations

from shopbell.agents.models import Role
from shopbell.commerce import events
from shopbell.commerce.models import Allowance
from shopbell.core.transactions import retried
from shopbell.events import bus


@retried
def allow(role: str, currency: str, amount: int | None, *, actor: int) -> bool:
    """Set the limit of a role in a currency (smallest unit), or take it away (None); False when it was so already.

    Raises ValueError for an unknown role.
    """
    known = Allowance.objects.filter(role=Role(role), currency=currency).first()
    if (known.amount if known else None) == amount:
        return False
    if amount is None:
        Allowance.objects.filter(role=role, currency=currency).delete()
    else:
        Allowance.objects.update_or_create(role=role, currency=currency, defaults={"amount": amount})
    bus.publish(events.AllowanceChanged(role=role, currency=currency, amount=amount), actor=actor)
    return True
