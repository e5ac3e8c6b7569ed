"""An order bought and sent in a real django-oscar shop is late: its customer hears of it first, once, chooses, is paid.

Nothing here is made up but the days that pass: the shop moves its own orders back in time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from shopbell.channels.models import Channel, Outbound
from shopbell.commerce.models import Connection, Order, Shipment
from shopbell.watching.models import Case, Kind, Notice
from shopbell.watching.operations import deciding, patrol
from tests import factories, processes
from tests.browser.desk_pages import signed_in, violations
from tests.browser.test_oscar import KART, buy
from tests.commerce.things import connect
from tests.oscarshop import Merchant, Oscar, serving
from tests.watching.things import rule
from tests.web import serving as desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOW = 120  # seconds: three processes and a browser share a small machine


@pytest.fixture
def sink() -> Iterator[processes.Sink]:
    with processes.Sink().running() as found:
        yield found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with desk.serving() as address:
        monkeypatch.setenv("SHOPBELL_URL", address)
        yield address


@pytest.fixture
def shop(server: str, tmp_path: Path) -> Iterator[Oscar]:
    with serving(tmp_path, ADDRESS=f"{server}/hooks/shops/oscar/") as found:
        yield found


@contextmanager
def working() -> Iterator[processes.Killable]:
    worker = processes.Killable("worker")
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def connected(shop: Oscar, sink: processes.Sink) -> Connection:
    """A shop that tells of late orders at any hour, by a mailbox that can send."""
    address = "hilfe@pohjatuul.test"
    smtp = {"host": "127.0.0.1", "port": sink.port, "security": "none"}
    box: Channel = factories.mailbox(
        factories.shop(language="en"), address, settings={"address": address, "smtp": smtp}
    )
    row = connect(box.shop, connector="django_oscar", settings=shop.settings, key="oscar", imported_at=None)
    admin = factories.agent("Kadri Kask", "admin")
    deciding.save_calendar(box.shop, actor=admin.pk, hours={}, holidays="", night=(time(0), time(0)))
    rule(row, Kind.LATE)
    return row


def mails(sink: processes.Sink) -> list[EmailMessage]:
    return [message_from_bytes(mail, policy=policy.default) for mail in sink.mails]  # type: ignore[misc]


def choose_money_back(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Something is not as it should be")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("I would like my money back").check()
    page.get_by_label(re.compile("Anything we should know")).fill("I bought another one.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("We have it and will write to you.")).to_be_visible()
    assert violations(page) == []


def test_bought_sent_late_told_once_chosen_paid_back(browser: Browser, server: str, shop: Oscar, sink: processes.Sink):
    leena = factories.agent("Leena Lead", "lead")
    row = connected(shop, sink)
    customer = browser.new_context(locale="en-GB").new_page()
    with working() as worker:
        processes.wait_until(lambda: Connection.objects.get(id=row.id).imported_at, SLOW)
        number = buy(customer, shop)
        Merchant(shop).ship(number, "DHL 00340434161094015902")
        processes.wait_until(lambda: Order.objects.filter(number=number, fulfilment="fulfilled").exists(), SLOW)
        assert not Case.objects.exists()
        assert sink.mails == []

        shop.let_days_pass(7)
        processes.wait_until(lambda: sink.mails, SLOW, lambda: (list(Case.objects.values()), Notice.objects.values()))
        (mail,) = mails(sink)
        assert mail["To"] == f"Kärt Õunapuu <{KART}>"
        assert mail["Subject"] == f"Your order {number} is late"
        assert mail["Auto-Submitted"] == "auto-generated"
        case = Case.objects.get()
        assert (case.kind, case.state) == ("late", "open")

        # Killed between the server's "250" and our note of it, a mail is sent again under its old Message-ID.
        processes.wait_until(lambda: Outbound.objects.get().state == Outbound.State.SENT, SLOW)
        worker.kill()
    Shipment.objects.update(watch_at=case.opened_at)
    with working(), signed_in(browser, server, leena, base_url=server) as page:
        processes.wait_until(lambda: not Shipment.objects.filter(watch_at=case.opened_at).exists(), SLOW)
        patrol.patrol()
        page.goto("/desk/")
        expect(page.get_by_text("Kärt Õunapuu")).to_have_count(0)
        plain = mail.get_body(("plain",))
        assert plain is not None
        link = re.search(rf"{re.escape(server)}/track/\S+", plain.get_content())
        assert link is not None, plain.get_content()
        choose_money_back(customer, link[0])

        expect(page.get_by_text("Kärt Õunapuu").first).to_be_visible(timeout=SLOW * 1000)  # without a reload
        page.goto(f"/desk/cases/{case.id}/")
        expect(page.get_by_role("main")).to_contain_text("The customer chose")
        expect(page.get_by_role("main")).to_contain_text("the customer, on the page of the order")
        assert violations(page) == []
        page.get_by_role("button", name="Approve").click()
        processes.wait_until(lambda: shop.paid_back(), SLOW)
        processes.wait_until(lambda: Case.objects.get().outcome == "done", SLOW)
        processes.wait_until(lambda: Order.objects.get().refunded == 8900, SLOW)
        page.goto(f"/desk/cases/{case.id}/")
        expect(page.get_by_role("main")).to_contain_text("The money went back.")
    assert len(shop.paid_back()) == 1
    assert list(sink.taken.values()) == [1]
    assert Notice.objects.filter(state="sent").count() == 1
    customer.context.close()
