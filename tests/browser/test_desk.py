"""The desk in Chromium, as agents use it: two of them, a broken line, a keyboard, a phone, no scripts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel, Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, Message, ReadMark, Recent, State
from shopbell.knowledge.models import Macro
from tests import factories
from tests.browser.desk_pages import says, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mari() -> Agent:
    return factories.agent("Mari Maasikas", time_zone="Europe/Tallinn")


@pytest.fixture
def box() -> Channel:
    return factories.mailbox()


@pytest.fixture
def page(browser: Browser, server: str, mari: Agent) -> Iterator[Page]:
    with signed_in(browser, server, mari, base_url=server) as page:
        yield page


def mail(box: Channel, address: str = "anna@customer.example", **fields) -> Message:
    with transaction.atomic():
        return factories.receive(box, address, **{"occurred_at": timezone.now(), **fields})


def again(message: Message, text: str) -> Message:
    return mail(message.channel, message.sender_address, thread_ids=(message.message_id,), text=text)


def sent() -> list[Message]:
    return list(Message.objects.filter(kind=Message.Kind.AGENT))


def rows(page: Page) -> list[str]:
    return [name.split()[-1] for name in page.locator("#rows .row .who").all_inner_texts()]


def rest(page: Page) -> None:
    """The pointer away from the list."""
    page.mouse.move(900, 300)


def open_first(page: Page) -> None:
    page.goto("/desk/")
    page.keyboard.press("j")
    expect(page.locator("main.talk")).to_be_visible()


# by keyboard


def test_a_mail_is_answered_by_keyboard_alone(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    first = mail(box, text="Where is my parcel?")
    page.goto("/desk/")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Order 1042")).to_be_visible()
    assert re.search(rf"/desk/c/{first.conversation_id}/\?view=open$", page.url)
    page.keyboard.press("r")
    page.keyboard.type("On its way.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.us")).to_contain_text("On its way.")
    expect(page.locator("desk-toast")).to_contain_text("leaves in a moment")
    says(page, "")
    assert [message.text for message in sent()] == ["On its way."]
    page.keyboard.press("j")
    expect(page.locator(".msg.them")).to_contain_text("Where is my parcel?")
    expect(page.get_by_role("main")).to_contain_text("Berta")
    page.keyboard.press("k")
    expect(page.get_by_role("main")).to_contain_text("Anna Saar")


def test_the_next_one_is_fetched_beforehand_and_read_once_it_is_shown(page: Page, box: Channel, mari: Agent) -> None:
    berta = mail(box, "berta@x.example", name="Berta").conversation
    mail(box)
    with page.expect_response(lambda answer: f"/c/{berta.id}/" in answer.url and "peek=1" in answer.url):
        open_first(page)
    assert not ReadMark.objects.filter(conversation=berta).exists()
    page.route(re.compile(rf"/c/{berta.id}/\?view=open$"), lambda route: route.abort())
    with page.expect_response(lambda answer: "opened=1" in answer.url):
        page.keyboard.press("j")
        expect(page.get_by_role("main")).to_contain_text("Berta")
    assert re.search(rf"/desk/c/{berta.id}/\?view=open$", page.url)
    assert ReadMark.objects.get(conversation=berta, agent=mari).message_id == berta.last_message_id
    assert Recent.objects.filter(agent=mari).latest("at").key == str(berta.id)


def test_the_next_one_is_read_once_it_is_shown_though_the_one_before_is_being_renewed(page: Page, box: Channel) -> None:
    berta = mail(box, "berta@x.example", name="Berta").conversation
    anna = mail(box)
    with page.expect_response(lambda answer: f"/c/{berta.id}/" in answer.url and "peek=1" in answer.url):
        open_first(page)
    held: list[Route] = []
    page.route(re.compile(rf"/c/{anna.conversation_id}/\?.*read="), lambda route: held.append(route))
    again(anna, "Are you there?")
    while not held:
        page.wait_for_timeout(20)
    page.keyboard.press("j")
    expect(page.get_by_role("main")).to_contain_text("Berta")
    with page.expect_response(lambda answer: f"/c/{berta.id}/" in answer.url and "opened=1" in answer.url):
        held[0].continue_()
    assert ReadMark.objects.filter(conversation=berta).exists()


def test_what_changed_meanwhile_is_not_shown_as_it_was(page: Page, box: Channel) -> None:
    berta = mail(box, "berta@x.example", name="Berta")
    mail(box)
    with page.expect_response(lambda answer: "peek=1" in answer.url):
        open_first(page)
    with page.expect_response(re.compile("/desk/list/")):
        again(berta, "It has come!")
    with page.expect_request(re.compile(rf"/c/{berta.conversation_id}/\?view=open$")):
        page.locator(f"#row-{berta.conversation_id} > a").click()
    expect(page.locator(".msg.them").last).to_contain_text("It has come!")


def test_escape_leaves_the_editor_so_that_the_next_one_is_a_key_away(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    mail(box)
    open_first(page)
    page.keyboard.press("r")
    editor = page.locator("#panel-reply [contenteditable=true]")
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor).not_to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("main")).to_contain_text("Berta")


def test_undo_survives_going_elsewhere_and_brings_the_text_back(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    mail(box)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("Too early")
    page.keyboard.press("Control+Enter")
    toast = page.locator("desk-toast")
    expect(toast).to_contain_text(re.compile(r"\(\d+\)"))
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("main")).to_contain_text("Berta")
    page.goto("/desk/search/")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    says(page, "Too early")
    assert sent() == []


def test_resolve_opens_the_next_and_can_be_taken_back(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    first = mail(box)
    open_first(page)
    page.keyboard.press("e")
    expect(page.get_by_role("main")).to_contain_text("Berta")
    expect(page.locator("#rows .row")).to_have_count(1)
    page.locator("desk-toast").get_by_role("button", name="Open again").click()
    expect(page.get_by_role("main")).to_contain_text("Anna Saar")
    expect(page.locator("#rows .row")).to_have_count(2)
    assert Conversation.objects.get(id=first.conversation_id).state == State.OPEN


def test_assign_snooze_tag_and_priority_by_keys(page: Page, box: Channel, mari: Agent) -> None:
    first = mail(box)
    factories.agent("Jaan Tamm")
    open_first(page)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Assign")).to_be_visible()
    page.keyboard.type("jaa")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".talk-head .marks")).to_contain_text("Jaan Tamm")
    expect(page.locator("desk-timeline")).to_contain_text("Mari Maasikas assigned it to Jaan Tamm")
    assert page.evaluate("document.activeElement !== document.body"), "the focus is somewhere"
    page.keyboard.press("#")
    expect(page.get_by_label("Add", exact=True).first).to_be_focused()
    page.keyboard.type("refund, late")
    page.keyboard.press("Enter")
    expect(page.locator(".talk-head .tag")).to_have_text(["late", "refund"])
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("p")
    page.get_by_label("urgent").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".talk-head .marks")).to_contain_text("urgent")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("s")
    page.locator("#dialog").get_by_label("Another time").fill("2020-01-01T10:00")
    page.locator("#dialog").get_by_role("button", name="Snooze", exact=True).last.click()
    expect(page.locator("#dialog")).to_contain_text("Choose a time to come.")
    page.get_by_role("button", name="Next Monday").or_(page.get_by_role("button", name="Tomorrow")).first.click()
    expect(page.locator("desk-toast").last).to_contain_text("is put aside until")
    assert Conversation.objects.get(id=first.conversation_id).snoozed_until is not None


def test_the_palette_knows_every_command(page: Page, box: Channel) -> None:
    first = mail(box)
    Macro.objects.create(name="Greeting", language="en", body="Hello {customer.first_name}!")
    open_first(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("greet")
    expect(page.locator("#palette-list li").first).to_contain_text("Greeting")
    page.keyboard.press("Enter")
    says(page, "Hello Anna!")
    page.keyboard.press("Control+k")
    page.keyboard.type("mark as spam")
    page.keyboard.press("Enter")
    expect(page.locator("desk-toast").last).to_contain_text("is marked as spam")
    assert Conversation.objects.get(id=first.conversation_id).state == State.SPAM
    page.keyboard.press("Control+k")
    page.keyboard.type(f"#{first.conversation_id}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/c/{first.conversation_id}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("parcel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search/?q=parcel")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_single_keys_can_be_switched_off(page: Page, box: Channel) -> None:
    mail(box)
    page.goto("/desk/preferences/")
    page.get_by_label("Single keys are shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("desk-toast")).to_contain_text("Saved.")
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    expect(page.locator("main.talk")).to_have_count(0)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_keys_are_letters_while_one_writes(page: Page, box: Channel) -> None:
    first = mail(box)
    open_first(page)
    page.keyboard.press("n")
    page.keyboard.type("please resolve # and ? by /hand")
    says(page, "please resolve # and ? by /hand", "note")
    assert Conversation.objects.get(id=first.conversation_id).state == State.OPEN


# live


def test_new_mail_appears_by_itself(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    page.goto("/desk/")
    rest(page)
    page.evaluate("window.same = true")
    mail(box, name="Anna Saar")
    expect(page.locator("#rows .row .who")).to_contain_text(["Anna Saar", "Berta"])
    expect(page.locator("#views [aria-current]")).to_contain_text("2")
    assert page.evaluate("window.same"), "the page was not loaded anew"


def test_rows_do_not_move_under_the_pointer(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    page.goto("/desk/")
    page.locator("#rows .row").first.hover()
    mail(box, name="Anna Saar")
    mail(box, "carl@x.example", name="Carl")
    expect(page.locator("#fresh")).to_have_text("2 new")
    expect(page.locator("#views [aria-current]")).to_contain_text("3")
    assert rows(page) == ["Berta"]
    widths = "rows => [rows.offsetWidth, rows.parentElement.clientWidth]"
    assert len(set(page.locator("#rows").evaluate(widths))) == 1, "the rows give way to nothing beside them"
    page.locator("#fresh").click()
    expect(page.locator("#rows .row .who")).to_contain_text(["Carl", "Anna Saar", "Berta"])
    expect(page.locator("#fresh")).to_be_hidden()
    page.locator("#rows .row").first.hover()
    mail(box, "dora@x.example", name="Dora")
    expect(page.locator("#fresh")).to_have_text("1 new")
    rest(page)
    expect(page.locator("#rows .row .who").first).to_contain_text("Dora")


def test_a_message_joins_the_open_conversation_without_disturbing_the_writer(page: Page, box: Channel) -> None:
    first = mail(box)
    for number in range(25):
        again(first, f"line {number}\nof text")
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("I am writ")
    line = page.locator("desk-timeline")
    line.evaluate("line => { line.scrollTop = -400 }")
    before = line.evaluate("line => line.scrollTop")
    again(first, "One more thing!")
    expect(line).to_contain_text("One more thing!")
    expect(page.locator("#live")).to_have_text("New message from Anna Saar")
    expect(page.locator(".jump")).to_have_text("1 new message")
    assert abs(line.evaluate("line => line.scrollTop") - before) < 250, "the reader stays about where they were"
    page.keyboard.type("ing")
    says(page, "I am writing")
    page.locator(".jump").click()
    expect(page.locator("desk-timeline").get_by_text("One more thing!")).to_be_in_viewport()
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("The customer wrote again while you were writing.")
    assert sent() == []
    says(page, "I am writing")
    expect(page.get_by_role("button", name="Send all the same")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".msg.us")).to_contain_text("I am writing")
    assert len(sent()) == 1


def test_an_unwritten_reply_has_seen_what_came_meanwhile(page: Page, box: Channel) -> None:
    first = mail(box)
    open_first(page)
    again(first, "One more thing!")
    expect(page.locator("desk-timeline")).to_contain_text("One more thing!")
    page.keyboard.press("r")
    page.keyboard.type("Both answered.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.us")).to_contain_text("Both answered.")


def test_two_agents_see_each_other(page: Page, browser: Browser, server: str, box: Channel) -> None:
    mail(box)
    jaan = factories.agent("Jaan Tamm")
    open_first(page)
    with signed_in(browser, server, jaan, base_url=server) as other:
        open_first(other)
        expect(page.locator(".presence")).to_have_text("Jaan Tamm is looking at this too")
        expect(other.locator(".presence")).to_have_text("Mari Maasikas is looking at this too")
        other.keyboard.press("r")
        other.keyboard.type("Dear Anna")
        expect(page.locator(".presence")).to_have_text("Jaan Tamm is typing a reply")
        other.keyboard.press("Control+Enter")
        expect(page.locator(".msg.us")).to_contain_text("Dear Anna")
        expect(page.locator(".msg.us")).to_contain_text("Jaan Tamm")
        other.goto("/desk/search/")
        expect(page.locator(".presence")).to_have_text("")


def test_a_broken_line_is_seen_and_made_up_for(page: Page, box: Channel) -> None:
    first = mail(box)
    open_first(page)
    rest(page)
    banner = page.locator("#line-down")
    expect(banner).to_be_hidden()
    page.context.set_offline(True)
    expect(banner).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("Written in a tunnel")
    expect(page.locator("#panel-reply .status")).to_contain_text("It is kept in this browser")
    again(first, "Are you there?")
    mail(box, "berta@x.example", name="Berta")
    assert not Draft.objects.exists()
    page.context.set_offline(False)
    expect(banner).to_be_hidden(timeout=20_000)
    expect(page.locator("desk-timeline")).to_contain_text("Are you there?")
    expect(page.locator("#rows .row .who").first).to_contain_text("Berta")
    says(page, "Written in a tunnel")
    expect(page.locator("#panel-reply .status")).to_have_text("Draft saved", timeout=20_000)
    assert Draft.objects.get().text == "Written in a tunnel"


# writing


def test_a_draft_is_kept_on_the_server_and_over_everything(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    first = mail(box)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("Half a sent")
    expect(page.locator("#panel-reply .status")).to_have_text("Draft saved")
    page.keyboard.type("ence")
    page.keyboard.press("Escape")
    page.keyboard.press("j")  # before it was saved
    expect(page.get_by_role("main")).to_contain_text("Berta")
    page.keyboard.press("k")
    says(page, "Half a sentence")
    page.keyboard.press("n")
    page.keyboard.type("psst")
    page.reload()
    assert Draft.objects.get(kind="reply", conversation=first.conversation).text == "Half a sentence"
    says(page, "Half a sentence")
    page.get_by_role("tab", name="Note").click()
    says(page, "psst", "note")


def test_pressed_twice_it_is_sent_once(page: Page, box: Channel) -> None:
    mail(box)
    open_first(page)
    page.get_by_label("Your reply").fill("Once")
    page.locator("#panel-reply .send").dblclick()
    expect(page.locator(".msg.us")).to_have_count(1)
    page.wait_for_timeout(500)
    assert len(sent()) == 1
    assert Outbound.objects.count() == 1


def test_a_macro_by_slash_with_preview(page: Page, box: Channel) -> None:
    mail(box)
    Macro.objects.create(name="Greeting", language="en", body="Hello {customer.first_name}!")
    Macro.objects.create(name="Refund", body="Your money is on its way.")
    open_first(page)
    page.keyboard.press("r")
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    page.keyboard.type("/")
    offered = page.locator(".suggest [role=option]")
    expect(offered).to_have_text(["Greeting", "Refund", "Insert an article …"])
    expect(page.locator(".suggest .preview")).to_have_text("Hello Anna!")
    page.keyboard.type("money")
    expect(offered).to_have_count(1)
    page.keyboard.press("Enter")
    says(page, "Your money is on its way.")
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    page.keyboard.type(" And/or soon.")
    says(page, "Your money is on its way. And/or soon.")


def test_files_are_picked_dropped_pasted_and_taken_off(page: Page, box: Channel) -> None:
    mail(box)
    open_first(page)
    files = page.locator("#panel-reply .drafted li")
    page.locator("#panel-reply input[type=file]").set_input_files(
        [{"name": "label.txt", "mimeType": "text/plain", "buffer": b"return label"}]
    )
    expect(files).to_have_count(1)
    page.get_by_label("Your reply").focus()
    page.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement('canvas'), {width: 8, height: 8});
            canvas.getContext('2d').fillRect(0, 0, 8, 8);
            const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
            const data = new DataTransfer();
            data.items.add(new File([blob], 'image.png', {type: 'image/png'}));
            const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(event);
        }"""
    )
    expect(files).to_have_count(2)
    expect(page.locator("#panel-reply .ProseMirror img[data-cid]")).to_have_count(1)
    page.locator("desk-composer").evaluate(
        """composer => {
            const data = new DataTransfer();
            data.items.add(new File(['x'], 'dropped.csv', {type: 'text/csv'}));
            composer.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(files).to_have_count(3)
    page.get_by_role("button", name="Remove label.txt").click()
    expect(files).to_have_count(2)
    page.locator("#panel-reply .send").click()
    expect(page.locator(".msg.us img")).to_have_count(1)
    (message,) = sent()
    kept = sorted((each.name.split("-")[0], each.is_inline) for each in message.attachments.all())
    assert kept == [("dropped.csv", False), ("picture", True)]


def test_a_wrong_address_is_marked_and_nothing_is_lost(page: Page, box: Channel) -> None:
    mail(box)
    open_first(page)
    page.get_by_label("Your reply").fill("Hello")
    page.get_by_text("change recipients").locator("..").click()
    page.get_by_label("Cc", exact=True).fill("berta@")
    page.locator("#panel-reply .send").click()
    expect(page.get_by_role("alert")).to_have_text("“berta@” is not an e-mail address.")
    expect(page.get_by_label("Cc", exact=True)).to_be_focused()
    expect(page.get_by_label("Cc", exact=True)).to_have_value("berta@")
    says(page, "Hello")
    page.get_by_label("Cc", exact=True).fill("berta@x.example")
    page.locator("#panel-reply .send").click()
    expect(page.locator(".msg.us")).to_have_count(1)
    assert sent()[0].recipients["cc"] == [["", "berta@x.example"]]


# places


def test_back_and_forward_go_between_conversations(page: Page, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    mail(box)
    page.goto("/desk/?view=open")
    page.evaluate("window.same = true")
    page.locator("#rows a", has_text="Anna").click()
    expect(page.get_by_role("main")).to_contain_text("Anna Saar")
    page.locator("#rows a", has_text="Berta").click()
    expect(page.get_by_role("main")).to_contain_text("Berta")
    expect(page.locator("#rows [aria-current]")).to_contain_text("Berta")
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("Anna Saar")
    expect(page.locator("#rows [aria-current]")).to_contain_text("Anna")
    page.go_back()
    expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("main")).to_contain_text("Anna Saar")
    assert page.evaluate("window.same"), "the page was not loaded anew"


def test_it_opens_at_the_first_unread_message(page: Page, box: Channel, mari: Agent) -> None:
    first = mail(box, text="the very first")
    for number in range(20):
        again(first, f"seen {number}\n\nand more")
    operations.mark_read(Conversation.objects.get(), mari)
    again(first, "the first unread")
    for number in range(20):
        again(first, f"unseen {number}\n\nand more")
    page.goto("/desk/")
    page.locator("#rows a").first.click()
    expect(page.get_by_text("the first unread", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("unseen 19", exact=True)).not_to_be_in_viewport()


def test_older_messages_come_in_above_and_stay(page: Page, box: Channel) -> None:
    first = mail(box, text="the very first")
    for number in range(60):
        again(first, f"text {number}")
    open_first(page)
    expect(page.get_by_text("the very first")).to_have_count(0)
    page.get_by_role("link", name="Older messages").click()
    expect(page.get_by_text("the very first")).to_have_count(1)
    expect(page.locator(".divider.day")).to_have_count(1)
    again(first, "the newest")
    expect(page.get_by_text("the newest")).to_have_count(1)
    expect(page.get_by_text("the very first")).to_have_count(1)


def test_what_is_unfolded_stays_unfolded(page: Page, box: Channel) -> None:
    first = mail(
        box, full_text="Where is my parcel?\n> the quote", html="<p>As <b>sent</b></p><script>parent.x=1</script>"
    )
    open_first(page)
    page.get_by_text("Whole message", exact=True).click()
    expect(page.get_by_text("> the quote")).to_be_visible()
    page.get_by_text("As it was sent").click()
    expect(page.frame_locator("iframe").locator("b")).to_have_text("sent")
    again(first, "One more thing!")
    expect(page.locator("desk-timeline").get_by_text("One more thing!")).to_be_visible()
    expect(page.get_by_text("> the quote")).to_be_visible()
    expect(page.frame_locator("iframe").locator("b")).to_have_text("sent")
    assert page.evaluate("window.x") is None


def test_a_session_that_ended_leads_to_the_sign_in(page: Page, box: Channel) -> None:
    mail(box)
    page.goto("/desk/")
    page.context.clear_cookies()
    page.locator("#rows a").first.click()
    page.wait_for_url("**/accounts/login/**")


# without scripts


def test_everything_works_without_scripts(browser: Browser, server: str, mari: Agent, box: Channel) -> None:
    mail(box, "berta@x.example", name="Berta")
    first = mail(box, text="Where is it?", full_text="Where is it?\n> quoted")
    Macro.objects.create(name="Greeting", language="en", body="Hello {customer.first_name}!")
    with signed_in(browser, server, mari, base_url=server, java_script_enabled=False) as page:
        page.goto("/desk/")
        page.get_by_role("link", name=re.compile("Anna Saar")).first.click()
        expect(page.locator(".msg.them").get_by_text("Where is it?")).to_be_visible()
        page.get_by_text("Whole message", exact=True).click()
        page.get_by_role("link", name="Open the whole message").click()
        expect(page.get_by_text("> quoted")).to_be_visible()
        page.go_back()
        page.get_by_role("link", name="Assign", exact=True).click()
        page.get_by_role("button", name="Me").click()
        expect(page.locator(".marks")).to_contain_text("Mari Maasikas")
        page.get_by_label("Your reply").fill("Dear Anna,")
        page.get_by_role("button", name="Macro").click()
        page.get_by_role("button", name=re.compile("Greeting")).click()
        expect(page.get_by_label("Your reply")).to_have_value("Dear Anna,\n\nHello Anna!")
        page.locator("input[type=file]").first.set_input_files(
            [{"name": "label.txt", "mimeType": "text/plain", "buffer": b"label"}]
        )
        page.locator(".sends .wide").click()
        expect(page.get_by_role("main")).to_contain_text("Berta")
        assert [each.name for each in sent()[0].attachments.all()] == ["label.txt"]
        assert Conversation.objects.get(id=first.conversation_id).state == State.RESOLVED
        page.get_by_role("tab", name="Note").click()
        page.get_by_label("Your note").fill("A note")
        page.get_by_role("button", name="Save note").click()
        expect(page.locator(".msg.note")).to_contain_text("A note")
        page.get_by_role("link", name="Search").first.click()
        page.get_by_role("searchbox").fill("anna")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("region", name="Customers")).to_contain_text("Anna Saar")


def test_on_a_phone_one_column_at_a_time(browser: Browser, server: str, mari: Agent, box: Channel) -> None:
    mail(box)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with signed_in(browser, server, mari, base_url=server, **phone) as page:
        page.goto("/desk/")
        expect(page.locator("#list")).to_be_visible()
        expect(page.locator("#work")).to_have_css("width", "1px")
        page.locator("#rows a").first.tap()
        expect(page.locator("main.talk")).to_be_visible()
        expect(page.locator("#list")).to_be_hidden()
        page.get_by_role("link", name="Back to the list").tap()
        expect(page.locator("#list")).to_be_visible()


def _two(page: Page, box: Channel) -> list[int]:
    """Two conversations, the first of them open, and nothing fetched beforehand."""
    mail(box, "anna@customer.example")
    mail(box, "bea@customer.example")
    numbers = list(Conversation.objects.order_by("id").values_list("id", flat=True))
    page.goto("/desk/")
    page.locator(f"#row-{numbers[0]} > a").click()
    page.locator("main.talk").wait_for()
    return numbers


def test_keys_pressed_while_a_conversation_comes_are_meant_for_it(page: Page, box: Channel) -> None:
    first, second = _two(page, box)
    held: list[Route] = []
    page.route(f"**/desk/c/{second}/**", lambda route: held.append(route) if not held else route.continue_())
    page.locator(f"#row-{second} > a").click()
    page.keyboard.press("r")
    page.keyboard.type("Hello Bea")
    while not held:
        page.wait_for_timeout(20)
    expect(page).to_have_url(re.compile(f"/desk/c/{first}/"))
    assert page.locator("#panel-reply :focus").count() == 0
    held[0].continue_()
    expect(page).to_have_url(re.compile(f"/desk/c/{second}/"))
    expect(page.locator("#panel-reply .ProseMirror")).to_have_text("Hello Bea")
    assert set(Conversation.objects.values_list("state", flat=True)) == {"open"}


def test_another_conversation_chosen_meanwhile_is_the_one_that_is_shown(page: Page, box: Channel) -> None:
    first, second = _two(page, box)
    held: list[Route] = []
    page.route(f"**/desk/c/{second}/**", lambda route: held.append(route))
    page.locator(f"#row-{second} > a").click()
    while not held:
        page.wait_for_timeout(20)
    page.keyboard.press("e")  # meant for the second
    page.locator(f"#row-{first} > a").click()
    page.keyboard.press("r")
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    held[0].continue_()
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"/desk/c/{first}/"))
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    assert set(Conversation.objects.values_list("state", flat=True)) == {"open"}


@pytest.mark.parametrize(("typed", "said"), [("Half a sent", " Your draft is kept."), ("", "")])
def test_who_resolves_with_a_draft_is_told_that_it_is_kept(page: Page, box: Channel, typed: str, said: str) -> None:
    mail(box, "berta@x.example", name="Berta")
    first = mail(box).conversation_id
    open_first(page)
    page.keyboard.press("r")
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Escape")
    page.keyboard.press("e")  # before it was saved
    expect(page.get_by_role("main")).to_contain_text("Berta")
    expect(page.locator("desk-toast > span")).to_have_text(f"#{first} is resolved.{said}")
    assert list(Draft.objects.values_list("text", flat=True)) == ([typed] if typed else [])
    page.keyboard.press("z")
    expect(page.locator(f"main.talk[data-conversation='{first}']")).to_be_visible()
    says(page, typed)


def test_on_a_phone_a_notice_covers_nothing_one_presses(
    browser: Browser, server: str, mari: Agent, box: Channel
) -> None:
    mail(box)
    last = mail(box, "berta@x.example", name="Berta").conversation_id
    phone: ViewportSize = {"width": 390, "height": 844}
    with signed_in(browser, server, mari, base_url=server, viewport=phone, has_touch=True, is_mobile=True) as page:
        page.goto(f"/desk/c/{last}/")
        page.keyboard.press("e")
        expect(page.locator("desk-toast")).to_be_visible()
        boxes = [page.locator(place).bounding_box() for place in (".talk-head", "#toasts", "desk-composer")]
        tops = [box["y"] for box in boxes if box]
        ends = [box["y"] + box["height"] for box in boxes if box]
        assert tops[1] >= ends[0], "not over the head"
        assert ends[1] <= tops[2], "not over what one writes and sends"


def test_a_list_that_goes_on_beyond_its_edge_shows_it(page: Page, box: Channel) -> None:
    first = mail(box)
    for _ in range(9):
        again(first, "Anything new?")
    page.goto(f"/desk/c/{first.conversation_id}/")
    page.keyboard.press("f")
    passed = page.locator("#dialog .picks")
    assert passed.evaluate("list => list.scrollHeight - list.clientHeight") > 0
    ends = []
    for top in (0, 10_000):
        passed.evaluate(
            "(list, top) => { list.scrollTop = top; for (const one of list.children) one.style.opacity = 0; }", top
        )
        picture = Image.open(io.BytesIO(passed.screenshot())).convert("L")
        ends.append(picture.getpixel((picture.width // 2, picture.height - 2)))
    assert ends[0] < ends[1], "darker while there is more below"
