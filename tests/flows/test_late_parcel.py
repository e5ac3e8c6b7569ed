"""A parcel is late: its customer hears of it first, once; what they choose on its page changes the case."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shopbell.channels.models import Outbound
from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Order, Shipment
from shopbell.commerce.operations import recording, shipments
from shopbell.conversations.models import Conversation
from shopbell.watching.models import Case, Kind
from shopbell.watching.operations import patrol, telling
from tests import factories
from tests.commerce.things import connect, order, parcel
from tests.watching.things import noon, rule

pytestmark = pytest.mark.django_db
State = contract.State


def test_late_told_once_chosen_delivered(settings):
    settings.BASE_URL = "https://desk.shopbell.test"
    box = factories.mailbox(factories.shop("Laden", language="de"), settings={"smtp": {"host": "x"}})
    shop = connect(box.shop, imported_at=datetime.now(UTC) - timedelta(days=100))
    rule(shop, Kind.LATE)
    today = datetime.now(UTC).date()
    item = order(
        placed_at=datetime.now(UTC) - timedelta(days=4),
        updated_at=None,
        payment=contract.Payment.PAID,
        fulfilment=contract.Fulfilment.FULFILLED,
        promised_on=today - timedelta(days=1),
        shipments=(parcel(state=State.HANDED_OVER, shipped_at=datetime.now(UTC) - timedelta(days=3)),),
    )
    recording.record(shop, [item])
    assert patrol.patrol() >= 2
    (case,) = Case.objects.all()
    assert (case.kind, case.state) == ("late", "open")
    for _ in range(3):
        for number in telling.due(noon()):
            telling.tell(number, noon())
        patrol.patrol()
    (mail,) = Outbound.objects.all()
    assert mail.content["subject"] == "Ihre Bestellung 1042 verspätet sich"

    link = re.search(r"https://desk\.shopbell\.test(/track/\S+)", mail.content["text"])
    assert link is not None
    page = Client().get(link[1])
    assert "Ersatz" in mail.content["text"]
    assert f'value="{case.id}"' in page.content.decode()
    wish = {"do": "choose", "number": case.id, "choice": "replace", "said": "Bitte schnell"}
    assert Client().post(link[1], wish).status_code == 303
    assert Client().post(link[1], {**wish, "choice": "refund"}).status_code == 303
    case.refresh_from_db()
    assert (case.choice, case.state) == ("replace", "answered")
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.id) == ("open", case.conversation_id)
    assert conversation.preview.endswith("Bitte schnell")
    stranger = Client().post(f"/track/{shop.shop.slug}/", {"number": "1042", "proof": "stranger@customer.test"})
    assert stranger.status_code == 404

    done = contract.TrackingData(occurred_at=datetime.now(UTC), state=State.DELIVERED)
    number = Shipment.objects.get()
    shipments.track([number.id], contract.Tracking(number=number.tracking_number, events=(done,)))
    patrol.patrol()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("resolved", "gone")
    assert Outbound.objects.count() == 1
    assert (Order.objects.count(), Connection.objects.count()) == (1, 1)
