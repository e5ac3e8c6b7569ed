"""Writing: replies, notes, drafts, files, undo and sending again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, DraftFile, Message, State
from shopbell.customers.models import Customer
from shopbell.knowledge.models import Macro
from tests import factories
from tests.web.test_desk_conversation import PART, picture, set_state

pytestmark = pytest.mark.django_db


def send(desk: Client, one: Conversation, **fields):
    values = {
        "text": "On its way.",
        "to": "Anna Saar <anna@customer.example>",
        "key": "k1",
        "seen": one.last_inbound_id,
    }
    return desk.post(f"/desk/c/{one.id}/reply/?view=open", {**values, **fields})


def sent() -> list[Message]:
    return list(Message.objects.filter(kind=Message.Kind.AGENT))


def test_a_reply_is_queued_to_whom_it_says(desk, one, agent):
    response = send(desk, one, cc="Jüri <j@x.example>; k@x.example", bcc="b@x.example")
    assert (response.status_code, response["Location"]) == (303, f"/desk/c/{one.id}/?view=open")
    (message,) = sent()
    assert (message.text, message.state, message.author) == ("On its way.", "queued", agent)
    assert message.recipients == {
        "to": [["Anna Saar", "anna@customer.example"]],
        "cc": [["Jüri", "j@x.example"], ["", "k@x.example"]],
        "bcc": [["", "b@x.example"]],
    }


def test_pressed_twice_it_is_sent_once(desk, one):
    send(desk, one)
    send(desk, one)
    assert len(sent()) == 1
    assert Outbound.objects.count() == 1


def test_the_same_words_may_be_sent_again(desk, one):
    send(desk, one)
    send(desk, one, key="k2")
    assert len(sent()) == 2


def test_the_composer_proposes_who_wrote_last_and_who_was_copied(desk):
    box = factories.mailbox(address="help@shop.example")
    first = factories.receive(
        box,
        "anna@customer.example",
        to=(person("help+abc@shop.example"), person("boss@firm.example", "Boss")),
        cc=(person("HELP@shop.example"), person("anna@customer.example"), person("c@x.example")),
    )
    html = desk.get(f"/desk/c/{first.conversation_id}/").content.decode()
    assert field(html, "to") == "Anna Saar &lt;anna@customer.example&gt;"
    assert field(html, "cc") == "Boss &lt;boss@firm.example&gt;, c@x.example"
    assert field(html, "bcc") == ""


def person(address: str, name: str = ""):
    return factories.contract.Sender(address=address, name=name)


def field(html: str, name: str) -> str:
    found = re.search(rf'<input id="{name}" name="{name}" value="([^"]*)"', html)
    assert found
    return found[1]


def test_each_page_has_a_key_of_its_own(desk, one):
    keys = [
        re.findall(r'name="key" value="([^"]+)"', desk.get(f"/desk/c/{one.id}/").content.decode()) for _ in range(2)
    ]
    assert [len(found) for found in keys] == [3, 3], "reply, note, and changes to many"
    assert len({key for found in keys for key in found}) == 6


@pytest.mark.parametrize(
    ("fields", "words", "wrong"),
    [
        ({"text": "  "}, "There is nothing to send yet.", "text"),
        ({"to": ""}, "Say whom to send it to.", "to"),
        ({"to": "anna"}, "“anna” is not an e-mail address.", "to"),
        ({"cc": "x@y, Berta <b>"}, "“Berta &lt;b&gt;” is not an e-mail address.", "cc"),
    ],
)
def test_what_cannot_be_sent_comes_back_whole(desk, one, agent, fields, words, wrong):
    response = send(desk, one, **fields)
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html or wrong == "cc"
    assert re.search(rf'name="{wrong}"[^>]*aria-invalid="true"', html)
    assert sent() == []
    if fields.get("text", "x").strip():
        assert ">On its way.</textarea>" in html
        assert Draft.objects.get(agent=agent).text == "On its way."
    assert 'name="key" value="k1"' in html


def test_a_newer_message_is_shown_and_asked_about(desk, one):
    first = one.messages.get()
    newer = factories.receive(one.channel, thread_ids=(first.message_id,), text="Never mind, it came!")
    response = send(desk, one)
    html = response.content.decode()
    assert response.status_code == 409
    assert sent() == []
    alert = html[html.index('class="alert warn newer"') :]
    assert (
        "Never mind, it came!" in alert[: alert.index("</div></div></div>") if "</div></div></div>" in alert else 2000]
    )
    assert 'name="anyway" value="1"' in html
    assert ">On its way.</textarea>" in html
    assert f'name="seen" value="{newer.id}"' in html
    assert send(desk, one, anyway="1").status_code == 303
    assert len(sent()) == 1


def test_a_message_seen_before_is_not_asked_about(desk, one):
    first = one.messages.get()
    newer = factories.receive(one.channel, thread_ids=(first.message_id,))
    assert send(desk, one, seen=newer.id).status_code == 303


def test_send_and_resolve_opens_the_next_one(desk, agent):
    box = factories.mailbox()
    older, middle, newest = (factories.conversation(box, f"c{n}@x.example") for n in range(3))
    response = send(desk, middle, then="resolved")
    assert response["Location"] == f"/desk/c/{older.id}/?view=open"
    assert Conversation.objects.get(id=middle.id).state == State.RESOLVED
    response = send(desk, older, then="resolved", key="k2")
    assert response["Location"] == f"/desk/c/{newest.id}/?view=open"
    response = send(desk, newest, then="resolved", key="k3")
    assert response["Location"] == "/desk/?view=open"


def test_who_wants_to_stay_stays(desk, one):
    factories.conversation(one.channel, "b@x.example")
    desk.cookies["next"] = "stay"
    assert send(desk, one, then="resolved")["Location"] == f"/desk/c/{one.id}/?view=open"


def test_send_and_wait_for_the_customer(desk, one):
    send(desk, one, then="pending_customer")
    assert Conversation.objects.get(id=one.id).state == State.PENDING_CUSTOMER


def test_any_other_state_is_not_taken_from_the_form(desk, one):
    send(desk, one, then="spam")
    assert Conversation.objects.get(id=one.id).state == State.OPEN


def test_undo_is_offered_and_brings_the_text_back(desk, one, agent):
    send(desk, one)
    html = desk.get("/desk/").content.decode()
    (message,) = sent()
    assert f'action="/desk/m/{message.id}/undo/?view=open"' in html
    assert "data-until=" in html
    response = desk.post(f"/desk/m/{message.id}/undo/?view=open")
    assert response["Location"] == f"/desk/c/{one.id}/?view=open"
    assert sent() == []
    html = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert "Taken back." in html
    assert ">On its way.</textarea>" in html


def test_too_late_to_undo(desk, one):
    send(desk, one)
    (message,) = sent()
    set_state(message, "sent")
    desk.post(f"/desk/m/{message.id}/undo/")
    assert "Too late: it has left already." in desk.get("/desk/").content.decode()
    assert len(sent()) == 1


def test_nobody_undoes_a_colleagues_answer(client, one):
    message = operations.reply(one.id, factories.agent("Jaan"), factories.answer())
    client.force_login(factories.agent("Mari"))
    assert client.post(f"/desk/m/{message.id}/undo/").status_code == 404
    assert len(sent()) == 1


def test_a_failed_answer_is_sent_again_once(desk, one):
    send(desk, one)
    (message,) = sent()
    set_state(message, "failed", "550 full")
    assert desk.post(f"/desk/m/{message.id}/retry/").status_code == 303
    assert Message.objects.get(id=message.id).state == "queued"
    desk.post(f"/desk/m/{message.id}/retry/")
    assert "it was not sent twice" in desk.get("/desk/").content.decode()
    assert Outbound.objects.count() == 1


def test_a_note_stays_in_the_house(desk, one, agent):
    response = desk.post(f"/desk/c/{one.id}/note/", {"text": "Call them.", "key": "n1"})
    assert response.status_code == 303
    desk.post(f"/desk/c/{one.id}/note/", {"text": "Call them.", "key": "n1"})
    (note,) = Message.objects.filter(kind=Message.Kind.NOTE)
    assert (note.text, note.author) == ("Call them.", agent)
    assert Outbound.objects.count() == 0


def test_an_empty_note_comes_back(desk, one):
    response = desk.post(f"/desk/c/{one.id}/note/", {"text": " ", "key": "n1"})
    assert response.status_code == 422
    assert "The note is empty." in response.content.decode()
    assert not Message.objects.filter(kind=Message.Kind.NOTE).exists()


# drafts


def draft(desk: Client, one: Conversation, **fields):
    return desk.post(f"/desk/c/{one.id}/draft/", {"kind": "reply", "text": "Hel", "key": "k1", **fields}, headers=PART)


def test_what_is_typed_is_kept_for_each_agent_and_apart_from_notes(desk, one, agent):
    assert draft(desk, one, to="x@y.example").status_code == 204
    draft(desk, one, kind="note", text="psst")
    kept = {row.kind: (row.text, row.recipients.get("to")) for row in Draft.objects.filter(agent=agent)}
    assert kept == {"reply": ("Hel", [["", "x@y.example"]]), "note": ("psst", None)}
    html = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert ">Hel</textarea>" in html
    assert ">psst</textarea>" in html
    assert field(html, "to") == "x@y.example"


def test_a_colleague_does_not_see_the_draft(desk, client, one):
    draft(desk, one)
    client.force_login(factories.agent("Jaan"))
    assert ">Hel</textarea>" not in client.get(f"/desk/c/{one.id}/").content.decode()


def test_an_emptied_draft_is_gone(desk, one):
    draft(desk, one)
    draft(desk, one, text="")
    assert not Draft.objects.exists()


def test_a_half_typed_address_does_not_lose_the_text(desk, one):
    assert draft(desk, one, to="ann", text="kept").status_code == 204
    assert Draft.objects.get().text == "kept"


def test_without_a_script_saving_leads_back_to_the_same_tab(desk, one):
    response = desk.post(f"/desk/c/{one.id}/draft/?view=mine", {"kind": "note", "text": "psst"})
    assert response["Location"] == f"/desk/c/{one.id}/?view=mine&write=note"
    html = desk.get(response["Location"]).content.decode()
    assert re.search(r'id="tab-note"[^>]*aria-selected="true"', html)
    assert re.search(r'id="panel-reply"[^>]* hidden', html)


def test_sending_ends_the_draft_and_a_late_autosave_does_not_bring_it_back(desk, one):
    draft(desk, one)
    send(desk, one)
    assert not Draft.objects.exists()
    draft(desk, one, text="On its wa")
    assert not Draft.objects.exists()
    desk.post(f"/desk/c/{one.id}/note/", {"text": "n", "key": "n1"})
    draft(desk, one, kind="note", text="n", key="n1")
    assert not Draft.objects.exists()


# files


def upload(desk: Client, one: Conversation, *files, **fields):
    return desk.post(f"/desk/c/{one.id}/files/", {"kind": "reply", "files": files, **fields}, headers=PART)


def test_a_file_is_added_listed_sent_and_the_draft_ends(desk, one):
    response = upload(desk, one, SimpleUploadedFile("label.txt", b"return label"))
    assert response.status_code == 200
    assert "label.txt" in response.content.decode()
    send(desk, one)
    (message,) = sent()
    (attachment,) = message.attachments.all()
    assert (attachment.name, attachment.blob.size, attachment.is_inline) == ("label.txt", 12, False)
    assert not DraftFile.objects.exists()


def test_without_a_script_files_come_with_the_reply(desk, one):
    send(desk, one, files=[SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")])
    assert [each.name for each in sent()[0].attachments.order_by("id")] == ["a.txt", "b.txt"]


def test_a_pasted_picture_goes_inside_and_anything_else_beside(desk, one):
    upload(desk, one, SimpleUploadedFile("p.png", picture()), inside="1")
    upload(desk, one, SimpleUploadedFile("p.txt", b"text"), inside="1")
    inside = {row.name: bool(row.content_id) for row in DraftFile.objects.all()}
    assert inside == {"p.png": True, "p.txt": False}
    send(desk, one, text="Look: ![p.png]")
    html = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert '<a class="inside"' in html
    assert "cid:" in Outbound.objects.get().content["html"]


def test_an_empty_or_huge_file_is_refused_with_the_reason(desk, one, settings):
    response = upload(desk, one, SimpleUploadedFile("a.txt", b""))
    assert (response.status_code, response.content.decode()) == (422, "a.txt is empty.")
    settings.MAX_ATTACHMENT_BYTES = 3
    response = upload(desk, one, SimpleUploadedFile("b.txt", b"1234"))
    assert response.status_code == 422
    assert response.content.decode().startswith("b.txt is too large: at most 3")
    assert not DraftFile.objects.exists()


def test_at_most_twenty_files(desk, one):
    for number in range(20):
        upload(desk, one, SimpleUploadedFile(f"{number}.txt", b"x"))
    response = upload(desk, one, SimpleUploadedFile("21.txt", b"x"))
    assert response.content.decode() == "At most 20 files fit on one message."
    assert DraftFile.objects.count() == 20


def test_a_refused_file_stops_the_reply_and_keeps_the_text(desk, one):
    response = send(desk, one, files=[SimpleUploadedFile("a.txt", b"")])
    assert response.status_code == 422
    assert ">On its way.</textarea>" in response.content.decode()
    assert sent() == []


def test_a_file_is_taken_off_ones_own_draft_only(desk, client, one, agent):
    mine = operations.add_draft_file(one, agent, "reply", name="a.txt", content=b"a")
    other = operations.add_draft_file(one, factories.agent("Jaan"), "reply", name="b.txt", content=b"b")
    assert desk.post(f"/desk/drafts/files/{mine.id}/remove/", headers=PART).status_code == 200
    assert desk.post(f"/desk/drafts/files/{other.id}/remove/", headers=PART).status_code == 404
    assert [row.name for row in DraftFile.objects.all()] == ["b.txt"]


def test_a_file_alone_is_an_answer(desk, one):
    upload(desk, one, SimpleUploadedFile("label.pdf", b"%PDF-1.4"))
    assert send(desk, one, text="").status_code == 303
    assert len(sent()) == 1


# macros


@pytest.fixture
def macro() -> Macro:
    body = "Hi {customer.first_name}, {agent.name} of {shop.name} about #{conversation.number}. {unknown}"
    return Macro.objects.create(name="Greeting", language="en", body=body)


def filled(one: Conversation) -> str:
    return f"Hi Anna, Mari Maasikas of Kaubamaja about #{one.id}. {{unknown}}"


def test_macros_are_offered_filled_in(desk, one, macro):
    html = desk.get(f"/desk/c/{one.id}/macros/", headers=PART).content.decode()
    assert f'data-text="{filled(one)}"' in html
    assert "<html" not in html
    assert "<html" in desk.get(f"/desk/c/{one.id}/macros/").content.decode()


@pytest.mark.parametrize(
    ("body", "language", "shown"),
    [
        ("Dear {customer.first_name},\n\nthanks", "en", "Hello,\n\nthanks"),
        ("Tere, {customer.name}! Aitäh", "et", "Tere! Aitäh"),
        ("Hallo {customer.first_name},", "", "Hello,"),
        ("{customer.greeting},", "en", "Hello,"),
        ("Hi. We told {customer.name} so", "en", "Hi. We told {customer.name} so"),
    ],
)
def test_a_customer_without_a_name_is_greeted_without_one(desk, one, body, language, shown):
    Macro.objects.create(name="Greeting", language=language, body=body)
    one.customer.identities.create(kind="chat", value="3f2a0000-9@chat.invalid")
    for name in ("", "anna@customer.example", "Külastaja 3F2A"):
        Customer.objects.filter(id=one.customer_id).update(name=name)
        html = desk.get(f"/desk/c/{one.id}/macros/", headers=PART).content.decode()
        assert f'data-text="{shown}"' in html, name
    Customer.objects.filter(id=one.customer_id).update(name="ANNA BADE")
    assert f'data-text="{shown}"' not in desk.get(f"/desk/c/{one.id}/macros/", headers=PART).content.decode()


def test_a_macro_of_another_shop_is_not_offered(desk, one, macro):
    Macro.objects.filter(id=macro.id).update(shop=factories.shop("Other"))
    assert "Greeting" not in desk.get(f"/desk/c/{one.id}/macros/").content.decode()
    desk.post(f"/desk/c/{one.id}/macros/", {"use": macro.id})
    assert not Draft.objects.exists()


def test_without_a_script_a_macro_is_added_to_what_was_written(desk, one, macro):
    response = desk.post(f"/desk/c/{one.id}/macros/", {"text": "Dear", "to": "a@x.example"})
    assert response.status_code == 200
    response = desk.post(f"/desk/c/{one.id}/macros/", {"use": macro.id})
    assert response.status_code == 303
    assert Draft.objects.get().text == f"Dear\n\n{filled(one)}"
    assert Draft.objects.get().recipients["to"] == [["", "a@x.example"]]


def test_the_wait_is_over_in_the_list_once_answered(desk):
    one = factories.conversation(occurred_at=timezone.now() - timedelta(hours=5))
    assert "data-wait" in desk.get("/desk/").content.decode()
    send(desk, one)
    assert "data-wait" not in desk.get("/desk/").content.decode()


# notes with formatting

RICH = "<p>Ask <strong>@Jens Holm</strong>, see <a href='https://x.example/@Jens Holm'>here</a></p>"
EVIL = (
    RICH
    + "<ul><li>one</li></ul><script>alert(1)</script><img src='https://x.example/pixel.png'><p onclick='x()'>end</p>"
)


def test_a_note_with_formatting_is_cleaned_kept_in_both_forms_and_shown(desk, one):
    jens = factories.agent("Jens Holm")
    sent = {"text": EVIL, "format": "html", "key": "n1"}
    assert desk.post(f"/desk/c/{one.id}/note/", sent).status_code == 303
    assert desk.post(f"/desk/c/{one.id}/note/", sent).status_code == 303
    (note,) = Message.objects.filter(kind=Message.Kind.NOTE)
    assert "<strong>@Jens Holm</strong>" in note.html
    for gone in ("script", "alert", "pixel", "onclick", "x()"):
        assert gone not in note.html
    assert note.text.startswith("Ask @Jens Holm, see here")
    assert "- one" in note.text
    assert note.about["mentions"] == [["agent", jens.pk, "Jens Holm"]]
    shown = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert '<strong><span class="mention">@Jens Holm</span></strong>' in shown
    assert '<a href="https://x.example/@Jens%20Holm"' in shown or 'href="https://x.example/@Jens Holm"' in shown
    assert Outbound.objects.count() == 0


def test_the_draft_of_a_note_keeps_its_formatting_and_a_refused_note_comes_back_with_it(desk, one):
    factories.agent("Ravi Menon", "partner", (factories.team(is_partner=True),))
    draft(desk, one, kind="note", text="<p>a <em>b</em></p><script></script>", format="html")
    kept = Draft.objects.get(kind="note")
    assert (kept.html, kept.text) == ("<p>a <em>b</em></p>", "a b")
    refused = desk.post(f"/desk/c/{one.id}/note/", {"text": "<p>@Ravi <b>Menon</b></p>", "format": "html", "key": "n1"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'data-html="&lt;p&gt;@Ravi &lt;b&gt;Menon&lt;/b&gt;&lt;/p&gt;"' in page
    empty = {"text": "<p> </p>", "format": "html", "key": "n2"}
    assert "The note is empty." in desk.post(f"/desk/c/{one.id}/note/", empty).content.decode()
    long = {"text": "<p>" + "x" * 500_001, "format": "html", "key": "n3"}
    assert desk.post(f"/desk/c/{one.id}/note/", long).status_code == 422
    assert not Message.objects.filter(kind=Message.Kind.NOTE).exists()


def test_a_partner_sees_the_plain_masked_text_of_a_formatted_note(client, one):
    team = factories.team(is_partner=True)
    operations.assign(one.id, agent=None, team=team, actor=None)
    mari = factories.agent()
    operations.note(one.id, mari, html="<p>Write to <b>anna.saar@customer.example</b></p>")
    client.force_login(factories.agent("Pia", "partner", (team,)))
    page = client.get(f"/desk/c/{one.id}/").content.decode()
    assert "anna.saar@customer.example" not in page
    assert "Write to" in page
