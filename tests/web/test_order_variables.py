"""Macros name the customer's own order, and never one that was merely quoted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations
from shopbell.events import delivery
from shopbell.knowledge.models import Macro
from shopbell.web.desk import macros
from tests import factories
from tests.commerce.things import NOON, connect, order, parcel, scan
from tests.web.entering import entering

pytestmark = pytest.mark.django_db
EVE = "eve@other.example"


@pytest.fixture
def box():
    return factories.mailbox()


def ordered(box, **fields) -> Order:
    moving = parcel(tracking_url="https://dhl.test/1", events=(scan(8, contract.State.IN_TRANSIT),))
    soon = timezone.localdate() + timedelta(days=2)
    given = {"email": "anna@customer.example", "number": "SB-1", "total": 123450, "promised_on": soon, **fields}
    recording.record(connect(box.shop), [order(shipments=(moving,), placed_at=NOON, **given)])
    return Order.objects.get()


def talk_of(box, address="anna@customer.example", **fields):
    talk = factories.conversation(box, address, **{"text": "Where is SB-1?", "subject": "Hi", **fields})
    while delivery.deliver("inside", 50):
        pass
    return talk


def test_an_own_order_is_named_in_the_language_of_the_letter(box):
    ordered(box)
    talk, mari = talk_of(box), factories.agent()
    known = macros.variables(talk, mari, "de")
    assert known["order.number"] == "SB-1"
    assert known["order.total"] == "1.234,50\xa0€"
    assert known["order.placed_on"] == "2. November 2026"
    assert known["parcel.number"] == "00340434161094015902"
    assert known["parcel.link"] == "https://dhl.test/1"
    assert known["parcel.eta"].endswith(str((timezone.localdate() + timedelta(days=2)).year))
    assert macros.variables(talk, mari, "en")["order.total"] == "€1,234.50"


def test_a_quoted_order_fills_nothing_until_an_agent_says_it_is_theirs(box):
    row = ordered(box)
    talk, mari = talk_of(box, EVE), factories.agent()
    assert not [name for name in macros.variables(talk, mari) if name.startswith(("order.", "parcel."))]
    operations.choose_order(talk.id, row.id, actor=mari.id)
    assert macros.variables(talk, mari)["order.number"] == "SB-1"


def test_another_shop_s_order_and_a_day_gone_by_are_not_named(box):
    ordered(box, promised_on=timezone.localdate() - timedelta(days=1))
    assert "parcel.eta" not in macros.variables(talk_of(box), factories.agent())
    other = factories.mailbox()
    assert "order.number" not in macros.variables(talk_of(other, subject="Ho"), factories.agent())


def test_what_is_missing_is_shown_and_never_sent(box):
    Macro.objects.create(name="Late", body="Your order {order.number} comes on {parcel.eta}.")
    talk, mari = talk_of(box, EVE), entering(factories.agent())
    seen = mari.get(f"/desk/c/{talk.id}/macros/").content.decode()
    assert "Not known: {order.number}, {parcel.eta}" in seen
    answer = mari.post(f"/desk/c/{talk.id}/reply/", {"text": "Order {order.number}", "to": EVE, "key": "k"})
    assert answer.status_code == 422
    assert not talk.messages.filter(kind="agent").exists()


def test_a_partner_agent_s_macro_has_no_link_to_where_the_parcel_goes(box):
    ordered(box)
    team = factories.team(is_partner=True)
    ravi = factories.agent("Ravi Menon", "partner", (team,))
    known = macros.variables(talk_of(box), ravi)
    assert (known["order.number"], "parcel.link" in known) == ("SB-1", False)
