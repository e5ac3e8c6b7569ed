"""Why an order is taken for somebody's, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shopbell.commerce.models import Account, LinkedBy, Order
from shopbell.customers.models import Identity

SURE = 80  # percent: below, an order is shown as a suggestion


@dataclass(frozen=True)
class Evidence:
    """`by`: a LinkedBy; `is_proved`: its address was proved to be the customer's; confidence in percent."""

    by: str
    is_proved: bool
    confidence: int

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def reason(self) -> str:
        """In the reader's words."""
        return str(LinkedBy(self.by).label)


# (address proved, address not proved)
_WORTH = {
    LinkedBy.AGENT: (100, 100),
    LinkedBy.ACCOUNT: (95, 80),
    LinkedBy.EMAIL: (95, 60),
    LinkedBy.PHONE: (70, 50),
    LinkedBy.NOTHING: (0, 0),
}


def of_orders(orders: Iterable[Order]) -> dict[int, Evidence]:
    """Order → why it is its customer's; two queries, however many orders. An order found by an address that nobody
    proved is a suggestion: `is_sure` is false.
    """
    orders = list(orders)
    accounts = Account.objects.filter(id__in={row.account_id for row in orders}).values_list("id", "email")
    emails = dict(accounts)
    said = {row.id: _said(row, emails.get(row.account_id or 0, "")) for row in orders}
    rows = Identity.objects.filter(value__in=set(said.values()) - {""}, verified_at__isnull=False)
    proved = set(rows.filter(kind__in=("email", "phone")).values_list("value", flat=True))
    return {row.id: _weigh(row, said[row.id] in proved) for row in orders}


def _said(row: Order, account_email: str) -> str:
    """The address by which it was found."""
    return {LinkedBy.ACCOUNT: account_email, LinkedBy.EMAIL: row.email, LinkedBy.PHONE: row.phone}.get(
        LinkedBy(row.linked_by), ""
    )


def _weigh(row: Order, is_proved: bool) -> Evidence:
    by = LinkedBy(row.linked_by)
    return Evidence(by.value, is_proved, _WORTH[by][0 if is_proved else 1])
