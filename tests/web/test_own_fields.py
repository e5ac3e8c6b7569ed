"""Fields of the shop's own: made by admins, filled in by agents, asked for before a conversation is resolved."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.agents.models import Agent
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, State
from shopbell.customers import operations as customers
from shopbell.customers.models import Customer
from shopbell.events.models import Event
from shopbell.fields import operations
from shopbell.fields.models import Field, Kind, Subject
from shopbell.fields.values import Unfit
from tests import factories

pytestmark = pytest.mark.django_db
NEW = {
    "label_en": "Size",
    "label_de": "Größe",
    "key": "size",
    "kind": "choice",
    "options": "S\nM\nm\n",
    "is_beside": "on",
}


@pytest.fixture
def agent() -> Agent:
    return factories.agent()


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(factories.agent("Ada Admin", role="admin"))
    return client


def make(key: str, kind: Kind = Kind.TEXT, subject: Subject = Subject.CONVERSATION, **fields) -> Field:
    return operations.create(actor=1, subject=subject, key=key, kind=kind, labels={"en": key.title()}, **fields)


def test_an_admin_makes_a_field(admin: Client):
    assert admin.post("/admin/fields/new/customer/", NEW).status_code == 303
    row = Field.objects.get()
    assert (row.subject, row.key, row.kind, row.options) == ("customer", "size", "choice", ["S", "m"])
    assert (row.labels, row.is_beside, row.is_required) == ({"en": "Size", "de": "Größe"}, True, False)
    assert Event.objects.get(name="fields.changed").data == {"field_id": row.id}
    assert "Size" in admin.get("/admin/fields/").content.decode()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"key": "Größe"}, "key"),
        ({"key": "1st"}, "key"),
        ({"label_en": ""}, "label_en"),
        ({"options": ""}, "options"),
        ({"options": "a, b"}, "options"),
        ({"kind": "colour"}, "kind"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_beside_it(change, wrong, admin: Client):
    page = admin.post("/admin/fields/new/customer/", {**NEW, **change})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]
    assert not Field.objects.exists()


def test_a_key_is_taken_once_for_customers_and_once_for_conversations(admin: Client):
    admin.post("/admin/fields/new/customer/", NEW)
    page = admin.post("/admin/fields/new/customer/", NEW)
    assert list(page.context["form"].errors) == ["key"]
    assert admin.post("/admin/fields/new/conversation/", NEW).status_code == 303
    assert admin.get("/admin/fields/new/parcel/").status_code == 404


def test_a_field_changes_but_not_its_key_and_kind(admin: Client):
    row = make("size", Kind.CHOICE, options=["S"])
    values = {"label_en": "Width", "options": "S\nXL", "is_required": "on", "key": "width", "kind": "text"}
    assert admin.post(f"/admin/fields/{row.id}/", values).status_code == 303
    row.refresh_from_db()
    assert (row.key, row.kind, row.label, row.options, row.is_required) == (
        "size",
        "choice",
        "Width",
        ["S", "XL"],
        True,
    )


def test_fields_are_moved_and_archived(admin: Client):
    one, two, three = make("one"), make("two"), make("three")
    admin.post(f"/admin/fields/{three.id}/move/", {"to": "up"})
    admin.post(f"/admin/fields/{one.id}/move/", {"to": "up"})
    admin.post(f"/admin/fields/{two.id}/archive/")
    keys = Field.objects.filter(archived_at=None).order_by("position").values_list("key", flat=True)
    assert list(keys) == ["one", "three"]
    admin.post(f"/admin/fields/{two.id}/archive/", {"back": "1"})
    assert Field.objects.get(id=two.id).archived_at is None


@pytest.mark.parametrize("role", ["agent", "lead", "partner", "privacy"])
def test_only_admins_make_fields(role, client: Client):
    row = make("one")
    client.force_login(factories.agent("Lea", role))
    for path in ("", "new/customer/", f"{row.id}/"):
        assert client.get(f"/admin/fields/{path}").status_code == 403
    for path in ("new/customer/", f"{row.id}/archive/", f"{row.id}/move/"):
        assert client.post(f"/admin/fields/{path}", NEW).status_code == 403
    assert Client().get("/admin/fields/").status_code == 302


def test_a_conversation_is_told_about(desk: Client):
    make("reason", Kind.CHOICE, options=["broken", "late"])
    make("parts", Kind.CHOICES, options=["lid", "pot"])
    make("gone").__class__.objects.filter(key="gone").update(archived_at="2026-01-01T00:00Z")
    one = factories.conversation()
    form = desk.get(f"/desk/c/{one.id}/fields/").content.decode()
    assert 'name="own_reason"' in form
    assert "own_gone" not in form
    sent = {"own_reason": "broken", "own_parts": ["pot", "lid"], "own_parts_shown": "1"}
    assert desk.post(f"/desk/c/{one.id}/fields/", sent).status_code == 303
    assert Conversation.objects.get().custom == {"reason": "broken", "parts": ["lid", "pot"]}
    assert "lid, pot" in desk.get(f"/desk/c/{one.id}/").content.decode()
    desk.post(f"/desk/c/{one.id}/fields/", {"own_parts_shown": "1"})
    assert Conversation.objects.get().custom == {"reason": "broken"}, "what was not sent stays, what was emptied goes"


def test_what_does_not_fit_comes_back_with_what_was_typed(desk: Client):
    make("weight", Kind.NUMBER)
    one = factories.conversation()
    page = desk.post(f"/desk/c/{one.id}/fields/", {"own_weight": "heavy"})
    assert page.status_code == 422
    html = page.content.decode()
    assert 'value="heavy"' in html
    assert "This has to be a number." in html
    assert Conversation.objects.get().custom == {}


def test_an_option_that_was_taken_away_stays_where_it_was_chosen(desk: Client, agent: Agent):
    row = make("reason", Kind.CHOICE, options=["broken", "late"])
    one = factories.conversation()
    conversations.change_custom(one.id, values={"reason": "late"}, actor=agent.pk)
    operations.change(row, actor=1, options=["broken"])
    assert desk.post(f"/desk/c/{one.id}/fields/", {"own_reason": "late"}).status_code == 303
    assert Conversation.objects.get().custom == {"reason": "late"}
    assert desk.post(f"/desk/c/{one.id}/fields/", {"own_reason": "lost"}).status_code == 422


def test_what_is_needed_is_asked_for_before_resolving(desk: Client, agent: Agent):
    make("reason", is_required=True)
    one = factories.conversation()
    page = desk.post(f"/desk/c/{one.id}/resolve/")
    assert page.status_code == 422
    assert "This is needed." in page.content.decode()
    assert Conversation.objects.get().state == State.OPEN
    part = desk.post(f"/desk/c/{one.id}/resolve/", headers={"HX-Request": "true"})
    assert part["HX-Retarget"] == "#dialog-body"
    empty = desk.post(f"/desk/c/{one.id}/fields/", {"own_reason": "", "then": "resolve"})
    assert (empty.status_code, Conversation.objects.get().state) == (422, State.OPEN)
    assert desk.post(f"/desk/c/{one.id}/fields/", {"own_reason": "late", "then": "resolve"}).status_code == 303
    assert (Conversation.objects.get().state, Conversation.objects.get().custom) == (State.RESOLVED, {"reason": "late"})


def test_no_person_no_question(agent: Agent):
    make("reason", is_required=True)
    one = factories.conversation()
    with pytest.raises(conversations.FieldsMissing):
        conversations.resolve(one.id, actor=agent.pk)
    conversations.resolve(one.id, actor=None)
    assert Conversation.objects.get().state == State.RESOLVED


def test_a_customer_is_told_about(desk: Client):
    make("club", Kind.YES_NO, Subject.CUSTOMER)
    make("since", Kind.DATE, Subject.CUSTOMER)
    one = factories.conversation()
    url = f"/desk/customers/{one.customer_id}/"
    wrong = desk.post(f"{url}change/", {"name": "Anna", "own_club": "yes", "own_since": "never"})
    assert (wrong.status_code, Customer.objects.get().custom) == (422, {})
    desk.post(f"{url}change/", {"name": "Anna", "own_club": "yes", "own_since": "2026-01-31"})
    assert Customer.objects.get().custom == {"club": True, "since": "2026-01-31"}
    assert "2026-01-31" in desk.get(url).content.decode()
    with pytest.raises(Unfit):
        customers.change(one.customer_id, actor=1, custom={"nothing": "x"})


def test_notes_have_an_author_and_go_by_them(desk: Client, agent: Agent):
    one = factories.conversation()
    url = f"/desk/customers/{one.customer_id}/"
    for _twice in range(2):
        desk.post(f"{url}note/", {"note": " Prefers calls\0 "})
    desk.post(f"{url}note/", {"note": "  "})
    customer = Customer.objects.get()
    note = customer.notes.get()
    assert (note.text, note.author) == ("Prefers calls", agent)
    assert "Prefers calls" in desk.get(f"/desk/c/{one.id}/").content.decode()
    other = Client()
    other.force_login(factories.agent("Otto"))
    assert other.post(f"{url}note/delete/", {"note": note.id}).status_code == 404
    assert desk.post(f"{url}note/delete/", {"note": note.id}).status_code == 303
    assert not customer.notes.exists()
    assert [row.name for row in Event.objects.filter(name__startswith="customers.").order_by("id")] == [
        "customers.noted",
        "customers.note_deleted",
    ]


def test_beside_a_conversation_stands_what_is_meant_to(desk: Client):
    make("club", Kind.TEXT, Subject.CUSTOMER)
    make("secret", Kind.TEXT, Subject.CUSTOMER, is_beside=False)
    one = factories.conversation()
    customers.change(one.customer_id, actor=1, custom={"club": "gold", "secret": "hidden-word"})
    html = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert "gold" in html
    assert "hidden-word" not in html
