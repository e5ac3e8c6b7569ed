"""Writing with formatting, in Chromium: what is typed, pasted and sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from shopbell.channels.models import Channel
from shopbell.conversations.models import Message
from tests import factories
from tests.browser.desk_pages import violations
from tests.browser.test_desk import box, mail, mari, open_first, page  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ITEM = (
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
    "<span style='mso-list:Ignore'>·<span> </span></span>{}</p>"
)
WORD = (
    "<p class=MsoNormal style='mso-x:1'><span style='font-weight:bold'>Dear</span> Anna<o:p></o:p></p>"
    + ITEM.format("one")
    + ITEM.format("two")
    + "<img src='https://spy.example/x.gif' alt='spy'><script>window.ran = 1</script>"
)
PASTE = """([html, text]) => {
    const data = new DataTransfer();
    data.setData('text/html', html);
    data.setData('text/plain', text);
    const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
    document.querySelector('.ProseMirror').dispatchEvent(event);
}"""


def test_typed_and_pasted_text_is_sent_with_its_formatting(page: Page, box: Channel) -> None:  # noqa: F811
    mail(box)
    open_first(page)
    page.keyboard.press("r")
    text = page.locator("#panel-reply .ProseMirror")
    expect(text).to_be_focused()
    page.evaluate(PASTE, [WORD, "Dear Anna one two"])
    expect(text.locator("li")).to_have_text(["one", "two"])
    expect(text.locator("strong")).to_have_text("Dear")
    assert page.evaluate("window.ran") is None
    assert [found for found in violations(page) if 'class="pick"' not in found] == []
    page.evaluate(PASTE, ["<b>x</b>" * 300_000, "plain"])
    expect(page.locator("desk-toast")).to_contain_text("put in as plain text")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.us li").first).to_have_text("one")
    message = Message.objects.get(kind=Message.Kind.AGENT)
    assert message.html.startswith("<p><strong>Dear</strong> Anna</p><ul><li>one</li><li>two")
    assert message.text.startswith("Dear Anna\n\n- one\n- two")


def test_nothing_typed_is_lost_when_the_editor_comes_late(page: Page, box: Channel) -> None:  # noqa: F811
    held: list[Route] = []
    page.route("**/django_prose_editor/editor*.js", lambda route: held.append(route))
    mail(box)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("  On ")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    page.keyboard.type("its way.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.us")).to_contain_text("On its way.")


def test_the_last_words_before_sending_are_sent(page: Page, box: Channel) -> None:  # noqa: F811
    mail(box)
    open_first(page)
    page.keyboard.press("r")
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    page.keyboard.type("Your parcel is on its way, ")
    page.wait_for_timeout(400)  # this much the form knows already
    page.keyboard.type("with number 42.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.us .bubble").last).to_contain_text("Your parcel is on its way, with number 42.")
    assert Message.objects.get(kind=Message.Kind.AGENT).text == "Your parcel is on its way, with number 42."


def test_sending_breaks_no_line_where_the_caret_is(page: Page, box: Channel) -> None:  # noqa: F811
    mail(box)
    open_first(page)
    page.keyboard.press("r")
    expect(page.locator("#panel-reply .ProseMirror")).to_be_focused()
    page.keyboard.type("It is on its way.")
    for _ in "way.":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.us")).to_contain_text("It is on its way.")
    assert Message.objects.get(kind=Message.Kind.AGENT).html == "<p>It is on its way.</p>"


def test_a_note_is_formatted_and_colleagues_are_offered(page: Page, box: Channel) -> None:  # noqa: F811
    jens = factories.agent("Jens Holm")
    mail(box)
    open_first(page)
    page.keyboard.press("n")
    text = page.locator("#panel-note .ProseMirror")
    expect(text).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Control+b")
    page.keyboard.type("Ask")
    page.keyboard.press("Control+b")
    page.keyboard.type(" @hol")
    expect(page.locator("#suggest-list [aria-selected=true]")).to_contain_text("Jens Holm")
    page.keyboard.press("Enter")
    page.keyboard.type("please")
    page.keyboard.press("Enter")
    page.keyboard.type("- one")
    expect(text.locator("li")).to_have_text("one")
    page.keyboard.press("Control+Enter")
    noted = page.locator(".msg.note .bubble")
    expect(noted.locator("li")).to_have_text("one")
    expect(noted.locator("strong")).to_have_text("Ask")
    expect(noted.locator(".mention")).to_have_text("@Jens Holm")
    note = Message.objects.get(kind=Message.Kind.NOTE)
    assert note.text == "Ask @Jens Holm please\n\n- one"
    assert note.about["mentions"] == [["agent", jens.pk, "Jens Holm"]]
