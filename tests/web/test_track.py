"""The page of an order: for who knows enough; strangers learn nothing, not even that there is such an order."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Action, Connection, Order, Shipment, TrackingEvent
from shopbell.conversations.models import Message
from shopbell.core import crypto
from shopbell.watching.models import Case, Kind, Objection
from shopbell.watching.operations import cases
from tests.watching.things import NOW, laden, look, on_its_way, placed, rule

pytestmark = pytest.mark.django_db
ADDRESS = {"country": "DE", "postcode": "10115", "name": "Anna Saar", "line1": "Torstraße 1", "city": "Berlin"}


@pytest.fixture
def shop() -> Connection:
    found = laden(slug="laden")
    on_its_way(found, promised_on=date(2026, 11, 17))
    Order.objects.update(placed_at=timezone.now(), shipping_address=ADDRESS)
    return found


def find(number: str = "101", proof: str = "anna@customer.test", slug: str = "laden", **headers: str):  # type: ignore[no-untyped-def]
    return Client(headers={"Accept-Language": "en", **headers}).post(
        f"/track/{slug}/", {"number": number, "proof": proof}
    )


def address() -> str:
    return f"/track/laden/{crypto.sign_token('track', Order.objects.get().id)}/?lang=en"


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("number", "proof"),
    [
        ("101", "anna@customer.test"),
        ("#101", " Anna@Customer.TEST "),
        ("1-0-1", "10115"),
        ("101", "10 115"),
    ],
)
def test_the_number_and_the_address_or_the_postcode_lead_to_the_order(shop, number, proof):
    found = find(number, proof)
    assert found.status_code == 303
    assert found["Location"] == address()
    page = Client().get(found["Location"])
    assert page.status_code == 200
    assert "Order 101" in text(page)
    assert page["Cache-Control"] == "no-store"


WRONG = [
    ("101", "somebody@customer.test"),
    ("101", "10116"),
    ("999", "anna@customer.test"),
    ("999", "10115"),
    ("101", "--"),
    ("#", "anna@customer.test"),
]


def test_whatever_is_wrong_is_answered_in_the_same_way_and_with_the_same_work(shop):
    answers = []
    for number, proof in WRONG:
        with CaptureQueriesContext(database) as queries:
            answer = find(number, proof, **{"X-Nothing": "1"})
        body = answer.content.decode().replace(f'value="{number}"', "").replace(f'value="{proof}"', "")
        answers.append((answer.status_code, body, len(queries)))
    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert "We found no order" in answers[0][1]


def test_an_empty_address_or_postcode_is_no_proof(shop):
    Order.objects.update(email="", shipping_address={}, billing={"postcode": ""})
    assert find("101", "-").status_code == 404
    assert find("101", "@").status_code == 404
    assert find("101", "").status_code == 422


def test_an_order_of_another_shop_a_gone_or_an_old_one_is_not_found(shop):
    laden(slug="other")
    assert find(slug="other").status_code == 404
    token = crypto.sign_token("track", Order.objects.get().id)
    assert Client().get(f"/track/other/{token}/").status_code == 404
    assert find(slug="nowhere").status_code == 404
    Order.objects.update(gone_at=timezone.now())
    assert find().status_code == 404
    assert Client().get(address()).status_code == 404


def test_guessing_is_stopped_for_one_number_whether_it_is_there_or_not(shop):
    answers = {number: [find(number, f"1000{guess}").status_code for guess in range(7)] for number in ("101", "555")}
    assert answers["101"] == answers["555"] == [404] * 6 + [429]
    assert find("101", "10115").status_code == 429
    assert Client().get(address()).status_code == 200  # the link in our mail goes on


def test_guessing_is_stopped_for_one_place(shop):
    answers = [find(f"2{number}").status_code for number in range(41)]  # a window may end in between
    assert answers[:20] == [404] * 20
    assert set(answers) == {404, 429}


@pytest.mark.parametrize("token", ["1", "1-aaaaaaaaaaaaaaaa", "x", "0-", "😀"])
def test_a_link_that_is_none_of_ours_shows_nothing(shop, token):
    answer = Client().get(f"/track/laden/{token}/?lang=en")
    assert answer.status_code == 404
    assert "101" not in text(answer)


def test_a_link_of_another_purpose_opens_nothing(shop):
    token = crypto.sign_token("outbound", Order.objects.get().id)
    assert Client().get(f"/track/laden/{token}/").status_code == 404


def test_the_page_tells_how_far_it_is_and_nobodys_name(shop):
    parcel = Shipment.objects.get()
    TrackingEvent.objects.create(shipment=parcel, occurred_at=timezone.now(), state="in_transit", place="Leipzig")
    TrackingEvent.objects.create(shipment=parcel, occurred_at=timezone.now(), state="unknown", text="QX 17")
    Shipment.objects.update(tracking_url="https://carrier.test/1", expected_on=date(2099, 1, 2))
    page = Client().get(address())
    shown = text(page)
    for words in ("on its way", "Leipzig", parcel.tracking_number, "Received", "Out for delivery", "2099"):
        assert words in shown
    for secret in ("Anna", "Saar", "Torstra", "10115", "customer.test", "QX 17"):
        assert secret not in page.content.decode()
    assert 'href="https://www.dhl.de/' in page.content.decode()  # the carrier's own, in the reader's language
    Shipment.objects.update(carrier="")
    assert 'href="https://carrier.test/1"' in Client().get(address()).content.decode()


def test_a_link_that_is_no_web_address_is_not_shown(shop):
    Shipment.objects.update(tracking_url="javascript:alert(1)", carrier="")
    assert "javascript" not in Client().get(address()).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Where is my order?"), ("de", 'lang="de"'), ("da", 'lang="da"'), ("et", 'lang="et"')],
)
def test_it_speaks_the_shops_languages(shop, language, words):
    page = Client().get(f"/track/laden/?lang={language}")
    assert page["Content-Language"] == language
    assert words in page.content.decode()


def choose(**fields: object):  # type: ignore[no-untyped-def]
    return Client().post(address(), {"do": "choose", "number": Case.objects.get().id, **fields})


def test_what_is_chosen_on_the_page_changes_the_case(shop):
    rule(shop, Kind.LATE)
    Case.objects.create(shop=shop.shop, order=Order.objects.get(), kind=Kind.LATE, due_at=timezone.now())
    page = text(Client().get(address()))
    assert "Your order 101 is taking longer than it should." in page
    assert "I would like my money back" in page
    assert choose(choice="refund").status_code == 303
    assert (Case.objects.get().choice, Case.objects.get().state) == ("refund", "answered")
    page = text(Client().get(address()))
    assert "We have it and will write to you." in page
    assert "How would you like to go on?" not in page
    assert choose(choice="wait").status_code == 303
    assert Case.objects.get().choice == "refund"


def boxes() -> list[str]:
    """The headings of what is asked on the page."""
    page = Client().get(address()).content.decode()
    found = re.findall(r"<section class=.trouble.*?</section>", page, re.DOTALL)
    asking = [box for box in found if "How would you like to go on?" in box]
    return [re.sub(r"<[^>]+>", "", heading) for box in asking for heading in re.findall(r"<h2.*?</h2>", box)]


def test_two_cases_of_one_parcel_are_asked_about_once_and_answered_by_one_word(shop):
    Connection.objects.update(connector="woocommerce")
    Order.objects.update(paid=4990)
    found, parcel = Order.objects.get(), Shipment.objects.get()
    given = {"shop": shop.shop, "order": found, "due_at": timezone.now()}
    late = Case.objects.create(**given, kind=Kind.LATE)
    stuck = Case.objects.create(**given, kind=Kind.STUCK, shipment=parcel)
    assert boxes() == ["Something is not as it should be"]
    page = text(Client().get(address()))
    assert "is taking longer than it should" in page
    assert "no news of it for some days" in page
    assert page.count("I will wait") == page.count("I would like my money back") == 1
    said = {"do": "choose", "number": stuck.id, "choice": "refund"}  # offered for what is late only
    assert Client().post(address(), said).status_code == 303
    assert [(one.choice, one.state) for one in Case.objects.order_by("id")] == [("refund", "answered")] * 2
    assert Message.objects.filter(kind="customer").count() == 1
    assert Action.objects.count() == 1
    late.refresh_from_db()
    stuck.refresh_from_db()
    assert late.conversation_id == stuck.conversation_id
    assert boxes() == []
    assert text(Client().get(address())).count("I would like my money back") == 1
    Case.objects.create(**given, kind=Kind.LOST, shipment=parcel)
    assert boxes() == []  # they want their money back: nothing else is asked


def test_what_is_worse_later_is_asked_again_instead(shop):
    given = {"shop": shop.shop, "order": Order.objects.get(), "due_at": timezone.now()}
    Case.objects.create(**given, kind=Kind.LATE)
    choose(choice="wait")
    Case.objects.create(**given, kind=Kind.LOST, shipment=Shipment.objects.get())
    assert boxes() == ["Something is not as it should be"]
    assert "What you chose" not in text(Client().get(address()))


def test_each_of_two_parcels_is_asked_about_by_its_number(shop):
    found, first = Order.objects.get(), Shipment.objects.get()
    second = Shipment.objects.create(order=found, remote_id="p9", state="in_transit", carrier="dhl")
    given = {"shop": shop.shop, "order": found, "due_at": timezone.now(), "kind": Kind.STUCK}
    one = Case.objects.create(**given, shipment=first)
    other = Case.objects.create(**given, shipment=second)
    heading = "Something is not as it should be"
    assert boxes() == [f"{heading} · Parcel 2", f"{heading} · Parcel 1"]
    Client().post(address(), {"do": "choose", "number": one.id, "choice": "wait"})
    assert boxes() == [f"{heading} · Parcel 2"]
    other.refresh_from_db()
    assert other.choice == ""


def test_what_is_missing_is_said_at_the_choice(shop):
    Case.objects.create(shop=shop.shop, order=Order.objects.get(), kind=Kind.LATE, due_at=timezone.now())
    for fields, words in [
        ({}, "Please choose one of these."),
        ({"choice": "redirect"}, "Please write where"),
        ({"choice": "castle"}, "can no longer be chosen"),
    ]:
        answer = choose(**fields)
        assert answer.status_code == 422
        assert words in text(answer)
    assert Case.objects.get().choice == ""


def test_a_case_of_another_order_is_not_changed_from_here(shop):
    other = placed(shop, "2")
    case = Case.objects.create(shop=shop.shop, order=other, kind=Kind.LATE, due_at=timezone.now())
    mine = f"/track/laden/{crypto.sign_token('track', Order.objects.get(number='101').id)}/"
    Client().post(mine, {"do": "choose", "number": case.id, "choice": "refund"})
    assert Case.objects.get().choice == ""


def test_a_delivered_parcel_can_be_denied(shop):
    parcel = Shipment.objects.get()
    Client().post(address(), {"do": "deny", "number": parcel.id})
    assert not Case.objects.exists()  # it is on its way
    Shipment.objects.update(state="delivered")
    assert Client().post(address(), {"do": "deny", "number": parcel.id}).status_code == 303
    assert Case.objects.get().kind == Kind.DENIED
    assert "looking into it" in text(Client().get(address()))


def test_who_does_not_want_to_be_written_to_says_so_here(shop):
    Client().post(address(), {"do": "object"})
    assert Objection.objects.get().address == "anna@customer.test"
    assert "Write to me again" in text(Client().get(address()))
    Client().post(address(), {"do": "allow"})
    assert not Objection.objects.exists()


def test_a_settled_case_is_not_shown(shop):
    look()
    for case in Case.objects.all():
        cases.resolve(case.id, actor=None)
    assert "Something is not as it should be" not in text(Client().get(address()))


def test_as_long_as_nothing_has_left_another_address_can_be_written(db):
    shop = laden(slug="laden")
    rule(shop, Kind.LATE)
    Connection.objects.update(connector="woocommerce")
    placed(shop, fulfilment=contract.Fulfilment.OPEN, payment=contract.Payment.PAID, promised_on=date(2026, 11, 17))
    Order.objects.update(placed_at=timezone.now(), shipping_address=ADDRESS, paid_at=NOW, watch_at=NOW)
    look()
    case = Case.objects.get(kind=Kind.LATE)
    assert 'name="line1"' in Client().get(address()).content.decode()
    given = {"do": "choose", "number": case.id, "choice": "redirect", "line1": "Kopli 1", "said": "Bell is broken"}
    page = Client().post(address(), given)
    assert page.status_code == 422
    assert "Street and town are needed." in text(page)
    assert 'value="Kopli 1"' in page.content.decode()
    assert "Bell is broken</textarea>" in page.content.decode()
    assert not Action.objects.exists()
    assert Client().post(address(), {**given, "postcode": "10412", "city": "Tallinn"}).status_code == 303
    action = Action.objects.get()
    assert (action.ability, action.state, action.details["address"]["city"]) == ("address", "waiting", "Tallinn")
    assert "We have it and will write to you." in text(Client().get(address()))
    Action.objects.update(state="done")
    shown = text(Client().get(address()))
    assert "It goes to the address you gave us." in shown
    assert "Kopli" not in shown


def test_once_it_has_left_the_address_is_a_wish_in_words(shop):
    rule(shop, Kind.LATE)
    Connection.objects.update(connector="woocommerce")
    look()
    assert 'name="line1"' not in Client().get(address()).content.decode()
