"""The log: who may see it, what of it, as sentences and as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from shopbell.agents import operations as people
from shopbell.channels import events as channels
from shopbell.commerce import events as commerce
from shopbell.commerce.models import Action, CarrierAccount, Order
from shopbell.commerce.operations import recording
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, State
from shopbell.events import bus, delivery
from shopbell.events.models import Delivery, Event
from shopbell.integrations import events as integrations
from shopbell.integrations.models import Webhook
from shopbell.shops.events import ShopChanged
from shopbell.watching import events as watching
from shopbell.watching.models import Incident
from shopbell.web.admin import audit_values, audit_words
from tests import factories
from tests.commerce import things

pytestmark = pytest.mark.django_db


def signed_in(role: str, **fields: object) -> Client:
    client = Client()
    client.force_login(factories.agent(role=role, **fields))
    return client


def texts(client: Client, query: str = "") -> list[str]:
    return [line.text for line in client.get(f"/admin/log/{query}").context["lines"]]


def test_every_kind_of_line_has_a_sentence() -> None:
    logged = {kind.name for kind in bus.event_types() if kind.logged and not kind.__module__.startswith("tests.")}
    assert logged - set(audit_words.SENTENCES) == set()


def test_a_value_is_said_in_the_readers_words() -> None:
    lines = [
        Event(name="knowledge.policy_changed", data={"step": "approved"}),
        Event(name="conversations.order_linked", data={"reason": "number"}),
        Event(name="conversations.reply_unscheduled", data={"reason": "customer_wrote"}),
        Event(name="conversations.reply_unscheduled", data={"reason": "of another release"}),
    ]
    with translation.override("de"):
        said = [audit_values.shown(line) for line in lines]
    assert said == ["freigegeben", "Nummer genannt", "der Kunde hat vorher geschrieben", "of another release"]


def test_a_line_reads_as_a_sentence_and_filters_narrow() -> None:
    mari, jens, row = factories.agent("Mari"), factories.agent("Jens"), factories.conversation()
    operations.assign(row.id, agent=jens, team=None, actor=mari.pk)
    people.record_sign_in(jens)
    admin = signed_in("admin")
    assert texts(admin)[:2] == ["Jens signed in", "Mari assigned it to Jens"]
    assert texts(admin, f"?actor={mari.pk}") == ["Mari assigned it to Jens"]
    assert texts(admin, "?kind=agents.signed_in") == ["Jens signed in"]
    assert texts(admin, "?kind=agents") == ["Jens signed in"]
    assert texts(admin, f"?conversation={row.id}")[0] == "Mari assigned it to Jens"
    assert texts(admin, "?since=2999-01-01") == []
    assert admin.get("/admin/log/?since=nonsense").status_code == 422


def test_what_a_line_is_about_is_called_by_its_name_and_by_its_number_once_it_is_gone() -> None:
    shop = factories.shop("Hallik")
    connection = things.connect(shop, name="Our shop")
    recording.record(connection, [things.order(number="HK-1042")])
    order, webhook = Order.objects.get(), Webhook.objects.create(url="https://hooks.example/s3cret", secrets=[])
    box, account = factories.mailbox(shop, name="Help"), CarrierAccount.objects.create(name="Omniva", key="o")
    action = Action.objects.create(order=order, ability="refund", key="k1")
    incident = Incident.objects.create(shop=shop, name="Strike")
    told = [
        commerce.OrderCollected(order_id=order.id, is_collected=True),
        commerce.ActionSettled(action_id=action.id, ability="refund", state="done"),
        commerce.ConnectionChanged(connection_id=connection.id),
        commerce.CarrierAccountChanged(account_id=account.id),
        channels.ChannelChanged(channel_id=box.id),
        integrations.WebhookChanged(webhook_id=webhook.id),
        watching.IncidentChanged(incident_id=incident.id, state="open"),
        ShopChanged(shop_id=shop.id),
        ShopChanged(shop_id=99_999),
    ]
    for event in told:
        bus.publish(event)
    lines = signed_in("admin").get("/admin/log/").context["lines"][: len(told)]
    assert [(line.text, line.number) for line in reversed(lines)] == [
        ("Shopbell noted at the store whether order HK-1042 was collected", f"#{order.id}"),
        ("What was asked for in a shop ended (HK-1042: refund): done", f"#{action.id}"),
        ("Shopbell changed shop system Our shop", f"#{connection.id}"),
        ("Shopbell changed carrier account Omniva", f"#{account.id}"),
        ("Shopbell changed mailbox or form Help", f"#{box.id}"),
        ("Shopbell changed webhook hooks.example", f"#{webhook.id}"),
        ("Shopbell changed incident Strike (open)", f"#{incident.id}"),
        ("Shopbell changed shop Hallik", f"#{shop.id}"),
        ("Shopbell changed shop 99999", ""),
    ]


def test_instants_are_the_readers_and_states_have_names() -> None:
    mari, row = factories.agent("Mari"), factories.conversation()
    until = datetime(2099, 12, 24, 12, 5, tzinfo=UTC)
    operations.snooze(row.id, until=until, actor=mari.pk)
    operations.snooze(row.id, until=None, actor=mari.pk)
    operations.await_customer(row.id, actor=mari.pk)
    admin = signed_in("admin", time_zone="Europe/Tallinn", language="de")
    with translation.override("de"):
        assert texts(admin)[:3] == [
            gettext("{actor} set it to: {value}").format(actor="Mari", value=State.PENDING_CUSTOMER.label),
            gettext("{actor} snoozed it until the customer replies").format(actor="Mari"),
            gettext("{actor} snoozed it until {value}").format(actor="Mari", value="24.12.2099 14:05"),
        ]
    assert State.PENDING_CUSTOMER.label != "pending_customer"


def test_a_lead_sees_what_is_about_conversations_they_may_see() -> None:
    shop = factories.shop()
    mine, other = factories.conversation(factories.mailbox(shop)), factories.conversation(address="b@b.example")
    operations.resolve(mine.id, actor=None)
    operations.resolve(other.id, actor=None)
    people.record_sign_in(factories.agent())
    lead = factories.agent(role="lead", limited_to_shops=True)
    lead.shops.add(shop)
    client = Client()
    client.force_login(lead)
    seen = {line.conversation for line in client.get("/admin/log/").context["lines"]}
    assert seen == {mine.id}
    for role in ("agent", "partner"):
        assert signed_in(role).get("/admin/log/").status_code == 403
    assert "signed in" in " ".join(texts(signed_in("privacy")))


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_long(count: int, django_assert_max_num_queries) -> None:
    for _ in range(count):
        people.record_sign_in(factories.agent())
    admin = signed_in("admin")
    admin.get("/admin/log/")
    with django_assert_max_num_queries(9):
        admin.get("/admin/log/")


def test_it_is_saved_as_csv_and_as_json_lines_and_that_is_logged() -> None:
    people.record_sign_in(factories.agent('=cmd("x")'))
    admin = signed_in("admin")
    body = b"".join(admin.post("/admin/log/export/", {"format": "csv"}).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    assert rows[1]["text"] == '\'=cmd("x") signed in'
    lines = b"".join(admin.post("/admin/log/export/", {"format": "jsonl"}).streaming_content).decode().splitlines()
    assert [json.loads(line)["event"] for line in lines][-1] == "agents.signed_in"
    assert Event.objects.filter(name="agents.log_exported").count() == 2


def test_what_somebody_had_open_is_handed_over() -> None:
    shop = factories.shop()
    leaving, taker, admin = factories.agent("Leo"), factories.agent("Tea", limited_to_shops=True), signed_in("admin")
    taker.shops.add(shop)
    rows = [factories.conversation(factories.mailbox(shop)), factories.conversation(address="b@b.example")]
    done = factories.conversation(address="c@c.example")
    for row in [*rows, done]:
        operations.assign(row.id, agent=leaving, team=None, actor=None)
    operations.resolve(done.id, actor=None)
    answer = admin.post(f"/admin/people/{leaving.pk}/access/")
    assert answer.headers["Location"] == f"/admin/people/{leaving.pk}/hand-over/"
    assert admin.get(answer.headers["Location"]).context["open"] == 2
    assert admin.post(answer.headers["Location"], {"to": taker.pk}).status_code == 303
    while delivery.deliver(Delivery.Lane.INSIDE, 20):
        pass
    assignees = [Conversation.objects.get(id=row.id).assignee for row in [*rows, done]]
    assert assignees == [taker, None, leaving], "what the taker may not see is everybody's; what is done stays"
