"""How the desk looks: no axe violation, nothing cut off, at every size, in both schemes, full and empty.

With SHOPBELL_PICTURES set, screenshots land in var/screenshots, to be looked at by people.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from shopbell.agents.models import Agent
from shopbell.channels import contract, ingress
from shopbell.channels.models import Inbound, Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Priority
from shopbell.knowledge.models import Macro
from tests import factories
from tests.browser.desk_pages import keep_picture, overflow, signed_in, violations
from tests.web.test_ratings import rated

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [(1440, 900), (820, 1180), (390, 844)]
BORDERS = """(least) => {
    const pen = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const channel = part => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
    const paint = (colour, alpha = 1) => {
        pen.globalAlpha = alpha;
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map(channel);
        return .2126 * red + .7152 * green + .0722 * blue;
    };
    const around = element => element ? [...around(element.parentElement), element] : [];
    const contrast = (element, part) => {
        const style = getComputedStyle(element, part), places = around(part ? element : element.parentElement);
        const ground = places.map(place => paint(getComputedStyle(place).backgroundColor)).at(-1);
        const fade = around(element).reduce((all, place) => all * getComputedStyle(place).opacity, 1);
        const [low, high] = [ground, paint(style.borderTopColor, fade)].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
    };
    const seen = element => element.checkVisibility() && !element.disabled;
    const bordered = '.button:not(.strong, .danger), .act.strong, select, input:not([type=checkbox], [type=radio])';
    return [...document.querySelectorAll(bordered), ...document.querySelectorAll('.pick')].filter(seen)
        .map(element => [element, element.matches('.pick') ? '::before' : null])
        .filter(([element, part]) => getComputedStyle(element, part).borderTopColor !== 'rgba(0, 0, 0, 0)')
        .map(([element, part]) => [contrast(element, part).toFixed(2), element.outerHTML.slice(0, 90)])
        .filter(([found]) => found < least);
}"""  # of a border with what surrounds it, as WCAG counts
WORDS = "Guten Tag, die Rücksendung ist angekommen, aber die Erstattung fehlt noch. "


def picture(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(target, "PNG")
    return target.getvalue()


@transaction.atomic
def full_world(agent: Agent) -> Conversation:
    """A busy desk; its newest conversation has forty messages, six files and one of every mark."""
    box = factories.mailbox(factories.shop("Kaubamaja Südwest"), name="Kundendienst Südwest")
    now = timezone.now()
    for number in range(34):
        at = now - timedelta(hours=number * 1.7 + 1)
        name = ["Katrin Weiß", "Mads Holm", "Ülle Õunapuu-Kõrgemäe", "bestellung-rueckfrage@sehr-lange-adresse.example"]
        row = factories.conversation(box, f"c{number}@x.example", name=name[number % 4], text=WORDS * 2, occurred_at=at)
        if number % 5 == 0:
            operations.assign(row.id, agent=agent, team=None, actor=agent.id)
            operations.change_tags(row.id, add=("lieferverzögerung", "rückerstattung"), actor=agent.id)
    one = long_conversation(box, agent, now)
    Macro.objects.create(name="Begrüßung", language="de", body="Hallo {customer.first_name}, " + WORDS * 2)
    Macro.objects.create(name="Erstattung", language="de", body=WORDS)
    ingress.accept(box, b"From: kaputt@x.example\r\nSubject: Kaputte Nachricht\r\n\r\nx")
    ingress.settle(Inbound.objects.get(), Inbound.State.FAILED, "Unparsable: the mail ends in the middle")
    return one


def long_conversation(box, agent: Agent, now) -> Conversation:
    files = [
        contract.AttachmentData(name=f"Foto {n}.png", content_type="image/png", content=picture(c))
        for n, c in enumerate(["tan", "teal", "plum"])
    ]
    files += [
        contract.AttachmentData(
            name=f"Rechnung-2026-11-{n}-Kopie.pdf",
            content_type="application/pdf",
            content=b"%PDF-1.4" + b"x" * 40_000 * n,
        )
        for n in range(1, 4)
    ]
    proved = contract.Sender(address="anna@customer.example", name="Anna Saar", verified=True)
    first = factories.receive(
        box,
        sender=proved,
        language="de",
        occurred_at=now - timedelta(days=3),
        text=WORDS,
        subject="Where is order 1042, and why does nobody answer the telephone in November?",
    )
    one = first.conversation
    for number in range(34):
        at = now - timedelta(days=2, hours=-number)
        factories.receive(
            box,
            sender=proved,
            occurred_at=at,
            text=f"{number}. {WORDS}",
            thread_ids=(first.message_id,),
            full_text=WORDS + "\n> quoted",
            html=f"<p>{WORDS}</p>" if number % 3 == 0 else "",
        )
    factories.receive(
        box,
        "fake@customer.example",
        authentication="fail",
        occurred_at=now,
        text="Pay here instead",
        thread_ids=(first.message_id,),
    )
    factories.receive(
        box,
        sender=proved,
        occurred_at=now - timedelta(hours=2),
        attachments=tuple(files),
        text=WORDS,
        thread_ids=(first.message_id,),
        about={"calendar": {"summary": "Termin", "start": "2026-12-01"}},
    )
    factories.receive(
        box,
        sender=proved,
        occurred_at=now - timedelta(hours=1),
        auto="auto-reply",
        text="Ich bin im Urlaub.",
        thread_ids=(first.message_id,),
    )
    operations.note(one.id, agent, body="Das Lager ruft um 14 Uhr zurück.")
    operations.assign(one.id, agent=agent, team=factories.team("Rücksendungen"), actor=agent.id)
    operations.prioritise(one.id, priority=Priority.URGENT, actor=agent.id)
    operations.change_tags(one.id, add=("lieferung", "erstattung"), actor=agent.id)
    failed = operations.reply(one.id, agent, factories.answer("Die Erstattung ist unterwegs."))
    Outbound.objects.filter(id=failed.outbound_id).update(state="failed", error="550 5.1.1 no such user here")
    operations.record_outcome(failed.outbound_id)
    return Conversation.objects.get(id=one.id)


def look(page: Page, name: str, *, axe: bool = True, without: str = "") -> None:
    """Keep a picture, and hold the page to its promises."""
    page.wait_for_timeout(250)
    keep_picture(page, name)
    assert overflow(page) == [], f"{name}: sticks out"
    found = violations(page, without) if axe else []
    assert found == [], f"{name}: axe"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_full(browser: Browser, server: str, language: str, scheme: str) -> None:
    agent = factories.agent("Mari Maasikas", language=language, time_zone="Europe/Berlin")
    one = full_world(agent)
    with signed_in(browser, server, agent, color_scheme=scheme, base_url=server) as page:
        for name, address in {
            "list": "/desk/?view=open",
            "conversation": f"/desk/c/{one.id}/?view=open",
            "customer": f"/desk/customers/{one.customer_id}/",
            "search": "/desk/search/?q=erstattung",
            "needs-person": "/desk/needs-person/",
            "raw-mail": f"/desk/needs-person/{Inbound.objects.get().id}/",
            "preferences": "/desk/preferences/",
        }.items():
            page.goto(address)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                look(page, f"{name}-{width}-{language}-{scheme}", axe=language == "en" and width != 820)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_menus_and_both_tabs(browser: Browser, server: str, scheme: str) -> None:
    agent = factories.agent("Mari Maasikas")
    factories.agent("Jaan Tamm")
    one = full_world(agent)
    with signed_in(browser, server, agent, color_scheme=scheme, base_url=server) as page:
        opened: dict[str, Callable[[], object]] = {
            "assign": lambda: page.keyboard.press("a"),
            "snooze": lambda: page.keyboard.press("s"),
            "tags": lambda: page.keyboard.press("#"),
            "details": lambda: page.keyboard.press("p"),
            "keys": lambda: page.keyboard.press("?"),
            "palette": lambda: page.keyboard.press("Control+k"),
            "macros": lambda: page.locator("[data-macro]").click(),
            "views": lambda: page.locator("#all-views summary").click(),
            "more": lambda: page.locator(".acts .menu summary").click(),
            "me": lambda: page.locator(".me summary").click(),
            "ways-to-send": lambda: page.get_by_title("Other ways to send").click(),
            "recipients": lambda: page.locator(".to summary").click(),
            "signature": lambda: page.locator("footer .menu.up summary").first.click(),
            "note": lambda: page.keyboard.press("n"),
        }
        for name, open_it in opened.items():
            page.goto(f"/desk/c/{one.id}/")
            expect(page.locator("main.talk")).to_be_visible()
            open_it()
            page.wait_for_timeout(500)
            look(page, f"{name}-1440-en-{scheme}", without="target-size")  # of what an open menu covers


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_asked_and_told(browser: Browser, server: str, scheme: str) -> None:
    agent = factories.agent("Mari Maasikas")
    one = full_world(agent)
    with signed_in(browser, server, agent, color_scheme=scheme, base_url=server) as page:
        page.goto(f"/desk/c/{one.id}/")
        page.get_by_label("Your reply").fill("Hello")
        with transaction.atomic():
            first = Message.objects.filter(conversation=one).earliest("id")
            factories.receive(first.channel, thread_ids=(first.message_id,), text="One more thing!")
        page.locator("#panel-reply .send").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look(page, f"newer-message-1440-en-{scheme}")
        page.get_by_role("button", name="Send all the same").click()
        expect(page.locator("desk-toast")).to_be_visible()
        look(page, f"undo-1440-en-{scheme}")
        page.context.set_offline(True)
        expect(page.locator("#line-down")).to_be_visible()
        look(page, f"offline-1440-en-{scheme}")


def test_pages_empty(browser: Browser, server: str) -> None:
    agent = factories.agent("Mari Maasikas")
    with signed_in(browser, server, agent, base_url=server) as page:
        for name, address in {
            "open": "?view=open",
            "mine": "?view=mine",
            "snoozed": "?view=snoozed",
            "needs-person": "needs-person/",
            "search": "search/?q=nothing",
        }.items():
            page.goto(f"/desk/{address}")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                look(page, f"empty-{name}-{width}-en-light", axe=width != 820)


@pytest.mark.parametrize("language", ["en", "de", "da", "et"])
def test_a_small_phone_and_twice_the_size(browser: Browser, server: str, language: str) -> None:
    agent = factories.agent("Mari Maasikas", language=language)
    one = full_world(agent)
    for width, height in ((320, 640), (720, 450)):  # the second is 1440 × 900 at 200 %
        with signed_in(browser, server, agent, viewport={"width": width, "height": height}, base_url=server) as page:
            for name in (
                "",
                f"c/{one.id}/",
                f"customers/{one.customer_id}/",
                "search/",
                "needs-person/",
                "preferences/",
            ):
                page.goto(f"/desk/{name}")
                look(page, f"small-{width}-{name.split('/')[0] or 'list'}-{language}", axe=language == "en")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.goto(f"/desk/c/{one.id}/")
            page.get_by_role("textbox").first.scroll_into_view_if_needed()
            assert page.locator("desk-timeline").evaluate("line => line.clientHeight") >= 80, "there is room to read"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_borders_of_what_is_pressed_or_ticked_are_seen(browser: Browser, server: str, scheme: str) -> None:
    """WCAG 1.4.11: three to one."""
    agent = factories.agent("Mari Maasikas", role="admin", also_answers=True)
    one = full_world(agent)
    with signed_in(browser, server, agent, color_scheme=scheme, base_url=server) as page:
        for address in (f"/desk/c/{one.id}/", f"/desk/customers/{one.customer_id}/", "/admin/mailboxes/"):
            page.goto(address)
            assert len(page.evaluate(BORDERS, 21)) > 3, "there are some"
            assert page.evaluate(BORDERS, 3) == []


def test_an_address_is_broken_between_its_parts(browser: Browser, server: str) -> None:
    agent = factories.agent("Mari Maasikas")
    one = factories.conversation(address="rosalind.featherstonehaugh@customer-of-ours.example")
    with signed_in(browser, server, agent, base_url=server) as page:
        page.goto(f"/desk/c/{one.id}/")
        shown = page.locator("#context .reach .address")
        expect(shown).to_have_text("rosalind.featherstonehaugh@customer-of-ours.example")
        lines = shown.evaluate(
            """place => {
                const range = document.createRange(), found = new Map();
                for (const part of place.childNodes) for (let at = 0; at < (part.length ?? 0); at++) {
                    range.setStart(part, at);
                    range.setEnd(part, at + 1);
                    const top = range.getBoundingClientRect().top;
                    found.set(top, (found.get(top) ?? '') + part.data[at]);
                }
                return [...found.values()];
            }"""
        )
        assert lines == ["rosalind.featherstonehaugh", "@customer-of-ours.example"]


def test_a_day_and_its_time_are_read_whole_on_a_phone(browser: Browser, server: str) -> None:
    agent, one = factories.agent("Mari Maasikas", language="de"), factories.conversation()
    with signed_in(browser, server, agent, viewport={"width": 390, "height": 844}, base_url=server) as page:
        page.goto(f"/desk/c/{one.id}/")
        page.keyboard.press("s")
        expect(page.locator("dialog #until")).to_be_visible()
        assert page.locator("dialog #until").bounding_box()["width"] >= 200  # type: ignore[index]


def test_a_list_to_choose_from_has_the_ground_of_what_it_stands_on(browser: Browser, server: str) -> None:
    agent, one = factories.agent("Mari Maasikas"), factories.conversation()
    colour = "place => getComputedStyle(place).backgroundColor"
    with signed_in(browser, server, agent, base_url=server) as page:
        page.goto(f"/desk/c/{one.id}/assign/")
        assert page.locator(".options").evaluate(colour) == page.locator("body").evaluate(colour)
        page.goto(f"/desk/c/{one.id}/")
        page.keyboard.press("a")
        expect(page.locator("dialog .options")).to_be_visible()
        dialog = page.locator("dialog:has(.options)")
        assert page.locator("dialog .options").evaluate(colour) == dialog.evaluate(colour)


def test_a_table_wider_than_a_phone_shows_that_it_goes_on(browser: Browser, server: str) -> None:
    lead = factories.agent("Siobhan Kelly", role="lead")
    rated(factories.mailbox(factories.shop("Kaubamaja")), 5)
    with signed_in(browser, server, lead, viewport={"width": 390, "height": 844}, base_url=server) as page:
        page.goto("/desk/ratings/")
        box = page.get_by_role("group", name="By shop")
        assert box.evaluate("box => box.scrollWidth > box.clientWidth")
        expect(box).to_have_css("border-right-style", "solid")
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")


def test_targets_are_large_enough(browser: Browser, server: str) -> None:
    agent = factories.agent("Mari Maasikas")
    one = full_world(agent)
    with signed_in(browser, server, agent, base_url=server) as page:
        page.goto(f"/desk/c/{one.id}/")
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, summary, input, select, a[href]')].filter(element => {
                const box = element.getBoundingClientRect();
                const isInText = element.matches('p a, h1 a, h2 a, .prose a, .soft a, li > a.soft');
                return box.width > 1 && !isInText && (box.width < 24 || box.height < 24);
            }).map(element => element.outerHTML.slice(0, 100))"""
        )
        assert small == []


def test_focus_is_seen_everywhere(browser: Browser, server: str) -> None:
    agent = factories.agent("Mari Maasikas")
    one = full_world(agent)
    with signed_in(browser, server, agent, base_url=server) as page:
        page.goto(f"/desk/c/{one.id}/?view=mine")
        unseen = []
        for _ in range(70):
            page.keyboard.press("Tab")
            style = page.evaluate(
                """() => {
                    const at = document.activeElement, box = at.closest('.write');
                    const shown = element => getComputedStyle(element).outlineStyle;
                    return [at.outerHTML.slice(0, 80), shown(at), box ? shown(box) : 'none'];
                }"""
            )
            if style[1] == style[2] == "none" and not style[0].startswith(("<body", "<iframe")):
                unseen.append(style[0])
        assert unseen == []


def test_less_motion_is_no_motion(browser: Browser, server: str) -> None:
    agent = factories.agent("Mari Maasikas")
    with signed_in(browser, server, agent, reduced_motion="reduce", base_url=server) as page:
        page.goto("/desk/")
        assert page.locator(".rail a").first.evaluate("link => getComputedStyle(link).transitionDuration") == "0.001s"
