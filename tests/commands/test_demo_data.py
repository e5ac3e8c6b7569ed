"""The demo's contents: lively, in four languages, and as consistent as what real people do."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate
from django.db.models import Count
from django.test import RequestFactory
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels.models import Inbound, Outbound
from shopbell.commands import demo_data
from shopbell.commerce import contract
from shopbell.conversations import jobs, queries
from shopbell.conversations.models import (
    Attachment,
    ChecklistTemplate,
    Conversation,
    Folder,
    Message,
    Rating,
    Tag,
    Wait,
)
from shopbell.demo.shop_system import DemoShop
from shopbell.events.models import Delivery
from shopbell.fields.models import Field
from shopbell.knowledge import policies
from shopbell.knowledge.models import Macro, Policy
from shopbell.lists.models import View
from shopbell.shops.models import Shop

pytestmark = pytest.mark.django_db


def test_the_demo_is_a_desk_in_the_middle_of_its_day() -> None:
    said: list[str] = []
    sign_ins = demo_data.fill(said.append)
    assert [role for role, _, _ in sign_ins] == ["agent", "lead", "admin", "partner agent"]
    for _role, address, password in sign_ins:
        assert authenticate(RequestFactory().get("/"), email=address, password=password)
    assert said[0] == "opening four shops"
    _check_conversations()
    _check_waits()
    _check_kinds_of_mail()
    _check_what_agents_see()
    _check_furnishing()


def _check_furnishing() -> None:
    assert list(View.objects.order_by("position").values_list("name", flat=True)) == [
        "Deliveries that wait",
        "Urgent or high",
        "With files",
    ]
    assert Tag.objects.exclude(colour="").count() >= 12
    assert set(Field.objects.values_list("subject", "key")) == {("conversation", "reason"), ("customer", "size")}
    assert ChecklistTemplate.objects.get().steps[0] == "Ask for a picture of the damage"
    assert Policy.objects.filter(is_approved=True).count() == 16
    for shop in Shop.objects.all():
        found = policies.current(shop, "return")
        assert found is not None
        assert "{policy" not in policies.told(shop, found, shop.language)
    assert Rating.objects.count() > 20
    assert not Rating.objects.filter(given_at__gt=timezone.now()).exists()


def _check_conversations() -> None:
    rows = Conversation.objects.all()
    assert 250 <= rows.count() <= 500
    languages = rows.exclude(folder=Folder.SPAM).values_list("shop__language").annotate(Count("id"))
    assert {language for language, _ in languages} == {"de", "da", "et", "en"}
    assert all(count >= 50 for _, count in languages)
    assert {folder for (folder,) in rows.values_list("folder")} == {"open", "snoozed", "resolved", "spam"}
    assert not Inbound.objects.exclude(state=Inbound.State.FILED).exists()
    assert {language for (language,) in Macro.objects.values_list("language")} == {"de", "da", "et", "en"}


def _check_waits() -> None:
    now = timezone.now()
    open_waits = Wait.objects.filter(closed_at=None)
    assert 20 <= open_waits.count() <= 60
    assert all(wait.opened_at <= now for wait in open_waits)
    waiting = Conversation.objects.filter(folder=Folder.OPEN).exclude(waiting_since=None)
    newest = max(row.last_message_at for row in waiting)
    assert now - newest < timedelta(minutes=15)
    assert all(now - row.last_message_at < timedelta(days=2) for row in waiting)


def _check_kinds_of_mail() -> None:
    longest = Conversation.objects.annotate(size=Count("messages")).order_by("-size")[0]
    assert longest.messages.count() == 40
    assert Attachment.objects.filter(blob__has_thumbnail=True).exists()
    assert Message.objects.filter(about__has_key="calendar").exists()
    assert Message.objects.filter(about__has_key="forwarded").exists()
    assert Message.objects.exclude(html="").exists()
    assert Message.objects.filter(kind=Message.Kind.CUSTOMER_AUTO).exists()
    assert Message.objects.filter(kind=Message.Kind.NOTE).exists()
    failed = Message.objects.get(state=Message.State.FAILED)
    assert failed.conversation.has_failure
    assert failed.error == "552 5.2.2 the mailbox is full"
    assert not Outbound.objects.exclude(state=Outbound.State.FAILED).exists()
    assert not Delivery.objects.filter(lane="inside").exists()


def _check_what_agents_see() -> None:
    mari, partner = Agent.objects.get(email="mari@hallik.example"), Agent.objects.get(role="partner")
    shown = queries.page(mari, queries.view(mari, "open"))
    assert len(shown.rows) == queries.PAGE
    assert 5 <= len(shown.unread) <= 14
    assert {row.team.name for row in queries.visible(partner).select_related("team") if row.team} == {"Nightline"}
    before = queries.counts(mari)
    jobs.recount()
    assert queries.counts(mari) == before


def test_the_demo_s_shop_gives_vouchers() -> None:
    shop = DemoShop({}, ZoneInfo("Europe/Berlin"))
    voucher = contract.Deed(key="k", ability=contract.Ability.COUPON, order_id="1", amount=500, currency="EUR")
    note = contract.Deed(key="k", ability=contract.Ability.NOTE, order_id="1", text="Hello")
    assert [shop.do(voucher).text, shop.do(note).text] == ["SB-SPWXQ-QXALH", ""]
    assert shop.was_done(voucher) == shop.do(voucher)
