"""A conversation's page: its head, its timeline, what is beside it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from shopbell.channels import contract, delivery
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Message, Priority, ReadMark, Recent
from tests import factories

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def page(desk: Client, number: int, **query: str) -> str:
    response = desk.get(f"/desk/c/{number}/", query)
    assert response.status_code == 200
    return response.content.decode()


def part(desk: Client, number: int, query: str = "") -> str:
    return desk.get(f"/desk/c/{number}/{query}", headers=PART).content.decode()


def message(html: str, number: int) -> str:
    found = re.search(rf'<article class="msg [^"]*" id="m{number}".*?</article>', html, re.DOTALL)
    assert found, f"message {number} is not shown"
    return found[0]


def answer(conversation, message, **fields):
    return factories.receive(conversation.channel, thread_ids=(message.message_id,), **fields)


def test_customer_left_agent_right_note_apart(desk, agent):
    first = factories.receive(text="Where is it?")
    one = first.conversation
    reply = operations.reply(one.id, agent, factories.answer("On its way."))
    note = operations.note(one.id, agent, body="Call the depot.")
    html = page(desk, one.id)
    assert 'class="msg them"' in message(html, first.id)
    assert 'class="msg us"' in message(html, reply.id)
    assert 'class="msg us note"' in message(html, note.id)
    assert re.findall(r'<article class="msg [^"]*" id="m(\d+)"', html) == [
        str(each.id) for each in (first, reply, note)
    ]
    assert "Where is it?" in message(html, first.id)


def test_text_is_shown_as_text_with_links(desk):
    first = factories.receive(text="<img src=x onerror=alert(1)>\nhttps://track.example/1?a=b&c=d")
    html = message(page(desk, first.conversation_id), first.id)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert '<a href="https://track.example/1?a=b&amp;c=d"' in html
    assert "<img" not in html


def test_who_sent_it_is_proved_unproved_or_unknown(desk):
    proved = factories.receive(sender=contract.Sender(address="p@x.example", name="Pia", verified=True))
    unknown = factories.receive(address="u@x.example")
    forged = factories.receive(address="f@x.example", authentication="fail")
    assert "address proved" in message(page(desk, proved.conversation_id), proved.id)
    assert "address proved" not in message(page(desk, unknown.conversation_id), unknown.id)
    assert "Not proved" not in message(page(desk, unknown.conversation_id), unknown.id)
    shown = message(page(desk, forged.conversation_id), forged.id)
    assert "Not proved: this mail says it comes from f@x.example" in shown


def test_copies_are_told(desk, agent):
    one = factories.conversation()
    people = {"cc": (contract.Sender(address="c@x.example"),), "bcc": (contract.Sender(address="b@x.example"),)}
    sent = operations.reply(one.id, agent, factories.answer(**people))
    html = message(page(desk, one.id), sent.id)
    assert "Copy to c@x.example" in html
    assert "Blind copy to b@x.example" in html
    assert 'title="To Anna Saar"' in html


def test_automatic_mail_is_small_and_says_what_it_is(desk):
    first = factories.receive(auto="auto-reply", text="I am away.")
    html = message(page(desk, first.conversation_id), first.id)
    assert 'class="msg them auto"' in html
    assert "automatic answer" in html


def test_a_forwarded_mail_names_who_wrote_it_first(desk):
    original = contract.ForwardedMessage(sender=contract.Sender(address="old@x.example", name="Olga"), body="Help")
    first = factories.receive(forwarded=original)
    html = message(page(desk, first.conversation_id), first.id)
    assert "Forwarded by anna@customer.example. First written by Olga, old@x.example." in html
    assert re.search(r'<blockquote class="forwarded">.*Help', html)


def test_what_was_forwarded_is_shown_once(desk):
    original = contract.ForwardedMessage(sender=contract.Sender(address="old@x.example"), body="Help")
    first = factories.receive(forwarded=original, text="Help")
    html = message(page(desk, first.conversation_id), first.id)
    assert html.count("Help") == 1


def test_a_long_message_is_cut_and_the_rest_a_press_away(desk):
    first = factories.receive(text="line of text\n" * 1000 + "the very end")
    html = message(page(desk, first.conversation_id), first.id)
    assert "the very end" not in html
    assert len(html) < 12_000
    whole = desk.get(f"/desk/m/{first.id}/", headers=PART).content.decode()
    assert "the very end" in whole


def test_an_invitation_is_shown_in_words(desk):
    event = {"summary": "Fitting", "start": "2026-12-01T10:00:00+00:00", "location": "Tartu", "method": "REQUEST"}
    first = factories.receive(about={"calendar": event})
    html = message(page(desk, first.conversation_id), first.id)
    assert "Fitting" in html
    assert "Tartu" in html
    assert "Tue 1 Dec, 11:00" in html  # in the agent's zone, Berlin


def test_days_facts_and_channels_stand_between(desk, agent):
    box = factories.mailbox()
    first = factories.receive(box, occurred_at=timezone.now() - timedelta(days=1))
    form = factories.mailbox(box.shop, type="contact_form")
    one = first.conversation
    second = answer(one, first, occurred_at=timezone.now())
    Message.objects.filter(id=second.id).update(channel=form)
    other = factories.agent("Jaan Tamm")
    team = factories.team("Returns")
    operations.assign(one.id, agent=other, team=team, actor=agent.id)
    operations.assign(one.id, agent=agent, team=None, actor=agent.id)
    operations.snooze(one.id, until=timezone.now() + timedelta(days=3), actor=agent.id)
    operations.wake(one.id)
    operations.resolve(one.id, actor=agent.id)
    operations.reopen(one.id, actor=agent.id)
    html = page(desk, one.id)
    assert re.findall(r'divider day"><span>(\w+)<', html) == ["yesterday", "today"]
    assert "continues by contact form" in html
    facts = re.findall(r'divider fact"><span>.*?<b>(.*?)</b>', html)
    assert facts[0] == "Mari Maasikas assigned it to Jaan Tamm, Returns"
    assert facts[1] == "Mari Maasikas took it over"
    assert facts[2].startswith("Mari Maasikas snoozed it until ")
    assert facts[3:] == ["The snooze ended", "Mari Maasikas resolved it", "Mari Maasikas opened it again"]


def test_states_of_what_we_sent(desk, agent):
    one = factories.conversation()
    sent = operations.reply(one.id, agent, factories.answer("one"))
    html = message(page(desk, one.id), sent.id)
    assert "<desk-countdown data-until=" in html
    assert f'action="/desk/m/{sent.id}/undo/?view=open"' in html
    set_state(sent, "sent")
    html = message(page(desk, one.id), sent.id)
    assert "undo" not in html
    assert 'class="state sent"' in html
    set_state(sent, "delivered")
    assert 'class="state delivered"' in message(page(desk, one.id), sent.id)


def test_a_failed_answer_says_why_and_offers_to_send_again(desk, agent):
    one = factories.conversation()
    sent = operations.reply(one.id, agent, factories.answer())
    set_state(sent, "failed", "550 no such user")
    html = message(page(desk, one.id), sent.id)
    assert "This answer did not arrive." in html
    assert "550 no such user" in html
    assert f'action="/desk/m/{sent.id}/retry/?view=open"' in html


def set_state(sent: Message, state: str, error: str = "") -> None:
    outbound = Outbound.objects.get(id=sent.outbound_id)
    delivery._note(outbound, state, error)
    operations.record_outcome(outbound.id)


def test_undo_is_offered_to_who_wrote_it_only(desk):
    one = factories.conversation()
    sent = operations.reply(one.id, factories.agent("Jaan"), factories.answer())
    assert "undo" not in message(page(desk, one.id), sent.id)


def test_files_have_name_size_and_kind_and_pictures_a_small_view(desk):
    png = contract.AttachmentData(name="box.png", content_type="image/png", content=picture())
    text = contract.AttachmentData(name="list.pdf", content_type="application/pdf", content=b"%PDF-1.4 " + b"x" * 2000)
    first = factories.receive(attachments=(png, text))
    html = message(page(desk, first.conversation_id), first.id)
    picture_row, file_row = first.attachments.order_by("id")
    assert f'src="/desk/files/{picture_row.id}/thumbnail/" alt=""' in html
    assert f'href="/desk/files/{file_row.id}/" download' in html
    assert "list.pdf" in html
    assert "PDF, 2.0\xa0KB" in html


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "PNG")
    return target.getvalue()


def test_the_whole_message_and_the_original_are_a_press_away(desk):
    first = factories.receive(text="Hi", full_text="Hi\n> quoted <b>", html="<p>Hi</p>")
    plain = factories.receive(address="b@x.example")
    html = message(page(desk, first.conversation_id), first.id)
    assert f'hx-get="/desk/m/{first.id}/"' in html
    assert f'src="/desk/messages/{first.id}/body/"' in html
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox' in html
    assert "allow-scripts" not in html
    assert "quoted" not in html
    other = message(page(desk, plain.conversation_id), plain.id)
    assert "hx-get" not in other
    assert "iframe" not in other
    whole = desk.get(f"/desk/m/{first.id}/", headers=PART).content.decode()
    assert "&gt; quoted &lt;b&gt;" in whole
    assert "<html" not in whole


def test_only_the_newest_fifty_and_older_ones_on_demand(desk):
    box = factories.mailbox()
    first = factories.receive(box, text="text 0")
    one = first.conversation
    for number in range(1, 60):
        answer(one, first, text=f"text {number}")
    html = page(desk, one.id)
    assert ">text 9<" not in html
    assert ">text 10<" in html
    assert ">text 59<" in html
    address = re.search(r'hx-get="(/desk/c/\d+/older/\?before=\d+)"', html)
    assert address
    older = desk.get(address[1], headers=PART).content.decode()
    assert ">text 0<" in older
    assert ">text 9<" in older
    assert ">text 10<" not in older
    assert "hx-get" not in older
    assert desk.get(address[1]).content.decode().count('<article class="msg') == 10


def test_a_refresh_shows_what_was_loaded_so_far(desk):
    first = factories.receive(text="text 0")
    one = first.conversation
    for number in range(1, 60):
        answer(one, first, text=f"text {number}")
    html = part(desk, one.id, f"?from={first.id}")
    assert html.count('<article class="msg') == 60
    assert "older" not in re.findall(r'class="(\w+)"', html)


def test_reading_marks_read_and_a_peek_does_not(desk, agent):
    one = factories.conversation()
    part(desk, one.id, "?peek=1")
    assert not ReadMark.objects.exists()
    part(desk, one.id)
    assert ReadMark.objects.get(agent=agent).message_id == one.last_message_id


def test_what_a_script_renews_is_remembered_only_if_it_was_opened(desk):
    one = factories.conversation()
    renewal = {"HX-Request": "true"}
    desk.get(f"/desk/c/{one.id}/?view=open", headers=renewal)
    assert not Recent.objects.exists()
    desk.get(f"/desk/c/{one.id}/?view=open&opened=1&peek=1", headers=renewal)
    assert not Recent.objects.exists()
    desk.get(f"/desk/c/{one.id}/?view=open&opened=1", headers=renewal)
    assert Recent.objects.get().key == str(one.id)


def test_a_line_is_drawn_where_the_unread_part_begins(desk):
    first = factories.receive()
    one = first.conversation
    assert 'id="unread"' not in page(desk, one.id)
    second = answer(one, first, text="And now?")
    html = page(desk, one.id)
    assert html.index(f'id="m{first.id}"') < html.index('id="unread"') < html.index(f'id="m{second.id}"')
    assert 'id="unread"' not in page(desk, one.id)
    assert 'id="unread"' in part(desk, one.id, f"?read={first.id}")


def test_the_part_for_a_script_tells_where_it_is(desk):
    one = factories.conversation()
    other = {**PART, "HX-Current-URL": "http://testserver/desk/?view=open"}
    response = desk.get(f"/desk/c/{one.id}/?view=mine", headers=other)
    assert b"<html" not in response.content
    assert response["HX-Push-Url"] == f"/desk/c/{one.id}/?view=mine"
    same = {**PART, "HX-Current-URL": f"http://testserver/desk/c/{one.id}/?view=mine"}
    response = desk.get(f"/desk/c/{one.id}/?view=mine", headers=same)
    assert "HX-Push-Url" not in response
    assert "HX-Reswap" not in response


def test_the_head_says_what_matters(desk, agent):
    one = factories.conversation(language="et")
    operations.assign(one.id, agent=agent, team=factories.team("Returns"), actor=agent.id)
    operations.prioritise(one.id, priority=Priority.HIGH, actor=agent.id)
    operations.change_tags(one.id, add=("refund",), actor=agent.id)
    html = page(desk, one.id)
    head = html[html.index('<header class="talk-head">') : html.index("<desk-timeline")]
    for words in ("Order 1042", "Anna Saar", "Estonian", f"#{one.id}", "Mari Maasikas, Returns", "high", "refund"):
        assert words in head
    assert f"{one.id}/resolve/" in head
    operations.resolve(one.id, actor=agent.id)
    html = page(desk, one.id)
    assert f"{one.id}/reopen/" in html
    assert f"{one.id}/resolve/" not in html


def test_beside_it_the_customer_and_their_other_conversations(desk):
    box = factories.mailbox()
    one = factories.conversation(box, subject="First")
    two = factories.conversation(box, subject="Second")
    stranger = factories.conversation(box, "berta@x.example", subject="Third")
    html = page(desk, one.id)
    side = html[html.index('<aside class="side"') :]
    assert '<span class="address">anna<wbr>@customer<wbr>.example</span>' in side
    assert f'href="/desk/c/{two.id}/?view=open"' in side
    assert "Second" in side
    assert "Third" not in side
    assert f"/desk/c/{stranger.id}/" not in side


def test_who_may_only_read_gets_no_composer_and_no_buttons(client):
    client.force_login(factories.agent("Pia", "privacy"))
    one = factories.conversation()
    html = page(client, one.id)
    assert "<desk-composer" not in html
    assert "/resolve/" not in html
    assert "You may read here; answering is for agents." in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_is_on_it(desk, agent, count, django_assert_num_queries):
    box = factories.mailbox()
    file = contract.AttachmentData(name="a.txt", content_type="text/plain", content=b"x")
    first = factories.receive(box, attachments=(file,))
    one = first.conversation
    for number in range(count):
        answer(one, first, text=f"{number}", attachments=(file,))
        operations.note(one.id, agent, body="n")
        operations.assign(one.id, agent=agent, team=None, actor=agent.id)
        factories.conversation(box, text="other")
    page(desk, one.id)
    with django_assert_num_queries(10):
        # session, agent, conversation, which parts it has, messages, files, signature, events, identities, other
        # conversations; what it has not, such as drafts, is not asked for, and nothing is written a second time
        part(desk, one.id)
    with django_assert_num_queries(22):
        # and the newest event; of the list: choices, views, chats that go on, rows, read marks, counts, failed mail;
        # the bell
        page(desk, one.id)


@pytest.mark.parametrize("query", ["from", "before", "read", "write", "view", "peek"])
@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "9" * 5_000, "١٢", "\0", "'"], ids=lambda value: value[:40])
def test_nothing_in_the_address_breaks_it(desk, query, value):
    one = factories.conversation()
    assert desk.get(f"/desk/c/{one.id}/", {query: value}, headers=PART).status_code == 200
    assert desk.get(f"/desk/c/{one.id}/older/", {query: value}, headers=PART).status_code == 200
    assert desk.get(f"/desk/customers/{one.customer_id}/", {query: value}, headers=PART).status_code == 200
    assert desk.get("/desk/list/", {query: value, "open": value}, headers=PART).status_code == 200


@pytest.mark.parametrize("number", [0, 999999, 2**62, 10**30])
def test_what_is_not_there_is_not_found(desk, number):
    assert desk.get(f"/desk/c/{number}/").status_code == 404
