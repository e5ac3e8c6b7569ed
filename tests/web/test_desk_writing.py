"""Writing with formatting, later, and together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shopbell.conversations.models import Draft, DraftFile, Message, State
from shopbell.core import rich
from shopbell.knowledge.models import Macro, MacroUse, Signature
from tests import factories
from tests.web.test_desk_conversation import PART, picture
from tests.web.test_desk_reply import send, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def siobhan():
    return factories.agent("Siobhan Byrne")


@pytest.fixture
def other(siobhan) -> Client:
    client = Client()
    client.force_login(siobhan)
    return client


def image(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), "image/png")


def write(desk, one, **fields):
    values = {"kind": "reply", "text": "<p>Hi</p>", "format": "html", "to": "anna@customer.example", "key": "k9"}
    return desk.post(f"/desk/c/{one.id}/draft/", {**values, **fields}, headers=PART)


def test_a_formatted_answer_leaves_in_both_forms_and_is_shown_as_such(desk, one):
    send(desk, one, text="<p>On its <b>way</b>.<script>x</script></p><ul><li><p>a</p></li></ul>", format="html")
    (message,) = sent()
    assert (message.text, message.html) == (
        "On its way.\n\n- a",
        "<p>On its <strong>way</strong>.</p><ul><li>a</li></ul>",
    )
    assert "<strong>way</strong>" in message.outbound.content["html"]
    page = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert "<p>On its <strong>way</strong>.</p>" in page
    assert "As it was sent" not in page


def test_a_picture_inside_travels_along_and_one_taken_out_does_not(desk, one):
    for name in ("a.png", "b.png"):
        desk.post(f"/desk/c/{one.id}/files/", {"kind": "reply", "inside": "1", "files": image(name)}, headers=PART)
    kept, _gone = DraftFile.objects.order_by("id")
    send(desk, one, text=f'<p>See <img src="cid:{kept.content_id}" alt="a.png"></p>', format="html")
    (message,) = sent()
    assert [file.name for file in message.attachments.all()] == ["a.png"]
    assert f'src="cid:{kept.content_id}"' in message.outbound.content["html"]
    assert message.text == "See [a.png]"


def test_far_too_long_a_text_is_said_and_nothing_is_sent(desk, one):
    response = send(desk, one, text="<p>" + "x" * rich.MAX_CHARACTERS + "</p>", format="html")
    assert (response.status_code, sent()) == (422, [])
    assert "too long to be sent" in response.content.decode()
    assert write(desk, one, text="<p>" + "x" * rich.MAX_CHARACTERS + "</p>").status_code == 422


def test_a_variable_nobody_filled_in_is_never_sent(desk, one):
    response = send(desk, one, text="Dear {customer.first_name},")
    assert (response.status_code, sent()) == (422, [])
    assert "Fill in {customer.first_name} first" in response.content.decode()
    assert send(desk, one, text="{basket.number} is code, not ours").status_code == 303


def test_later_it_leaves_by_itself_and_stands_in_the_conversation(desk, other, one):
    until = (timezone.now() + timedelta(days=1)).isoformat()
    assert send(desk, one, then=f"later {until}").status_code == 303
    assert send(desk, one, then=f"later {until}").status_code == 303
    draft = Draft.objects.get()
    assert (draft.kind, draft.text, sent()) == ("later", "On its way.", [])
    assert f'id="later{draft.id}"' in other.get(f"/desk/c/{one.id}/").content.decode()
    other.post(f"/desk/c/{one.id}/drafts/{draft.id}/send/")
    assert [message.text for message in sent()] == ["On its way."]
    assert not Draft.objects.exists()
    other.post(f"/desk/c/{one.id}/drafts/{draft.id}/send/")
    assert len(sent()) == 1


@pytest.mark.parametrize("then", ["later", "later soon", "later 2020-01-01T09:00", "snooze", "snooze 2020-01-01T09:00"])
def test_no_time_to_come_sends_nothing(desk, one, then):
    response = send(desk, one, then=then)
    assert (response.status_code, sent()) == (422, [])
    assert "Choose a time to come" in response.content.decode()
    assert Draft.objects.get().text == "On its way."


def test_send_and_snooze(desk, one):
    until = timezone.now() + timedelta(days=1)
    send(desk, one, then=f"snooze {until.isoformat()}")
    one.refresh_from_db()
    assert (one.snoozed_until, one.state, len(sent())) == (until, State.OPEN, 1)


def test_send_and_next(desk, one):
    second = factories.conversation(address="berta@customer.example")
    response = send(desk, one, then="next")
    assert response["Location"] == f"/desk/c/{second.id}/?view=open"


def test_a_draft_too_long_to_be_sent_is_refused_in_words(desk, one):
    long = f"<p>{'x' * rich.MAX_CHARACTERS}</p>"
    answer = desk.post(f"/desk/c/{one.id}/share/", {"text": long, "format": "html"}, follow=True)
    assert "The text is too long to be sent." in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_shared_draft_is_gone_on_with_and_conflicts_are_asked_about(desk, other, one):
    desk.post(f"/desk/c/{one.id}/share/", {"text": "Dear Anna", "to": "anna@customer.example"})
    draft = Draft.objects.get()
    assert draft.is_shared
    page = other.get(f"/desk/c/{one.id}/").content.decode()
    assert "Mari Maasikas shares a draft" in page
    assert 'name="draft" value=""' in page
    assert f'name="draft" value="{draft.id}"' in other.get(f"/desk/c/{one.id}/?draft={draft.id}").content.decode()
    assert write(other, one, draft=draft.id, version=draft.version).headers["X-Draft-Version"] == str(draft.version + 1)
    answer = write(desk, one, draft=draft.id, version=draft.version, text="<p>No</p>")
    assert (answer.status_code, answer.json()["by"], answer.json()["text"]) == (409, "Siobhan Byrne", "Hi")
    assert send(desk, one, draft=draft.id, version=draft.version).status_code == 409
    assert sent() == []
    assert write(desk, one, draft=draft.id, version="", text="<p>Mine</p>").status_code == 204
    assert Draft.objects.get().text == "Mine"


def test_a_colleague_sends_the_shared_draft_once(desk, other, one, siobhan):
    desk.post(f"/desk/c/{one.id}/share/", {"text": "Dear Anna", "to": "anna@customer.example"})
    draft = Draft.objects.get()
    for _ in range(2):
        assert send(other, one, draft=draft.id, version=draft.version, text="Dear Anna!").status_code == 303
    (message,) = sent()
    assert (message.author, message.text, Draft.objects.count()) == (siobhan, "Dear Anna!", 0)
    assert write(desk, one, draft=draft.id, version=draft.version).status_code == 410
    gone = send(desk, one, draft=draft.id, version=draft.version, key="mine")
    assert (gone.status_code, len(sent())) == (422, 1)
    assert Draft.objects.get().agent.name == "Mari Maasikas"


def test_what_its_writer_saves_after_it_was_taken_over_stays_their_own_and_they_are_told(desk, other, one, siobhan):
    desk.post(f"/desk/c/{one.id}/share/", {"text": "Dear Anna", "to": "anna@customer.example"})
    draft = Draft.objects.get()
    typed = {"text": "Dear Anna, yes", "draft": draft.id, "version": draft.version, "to": "anna@customer.example"}
    assert other.post(f"/desk/c/{one.id}/drafts/{draft.id}/take-over/", typed).status_code == 303
    draft.refresh_from_db()
    assert (draft.agent, draft.is_shared, draft.text) == (siobhan, False, "Dear Anna, yes"), "typed until the press"
    assert write(desk, one, draft=draft.id, version=1, text="<p>Late</p>").status_code == 410
    assert 'data-gone="The shared draft is gone' in desk.get(f"/desk/c/{one.id}/").content.decode()
    assert Draft.objects.get().text == "Dear Anna, yes"
    assert other.post(f"/desk/c/{one.id}/drafts/{draft.id}/take-over/", {**typed, "text": "More"}).status_code == 303
    assert Draft.objects.get().text == "More", "what nobody shares any more is kept as one's own"


def test_words_of_ones_own_stand_below_what_is_taken_over(desk, other, one):
    desk.post(f"/desk/c/{one.id}/share/", {"text": "Dear Anna", "to": "anna@customer.example"})
    draft, typed = Draft.objects.get(), {"text": "Just typed", "draft": "", "version": "0", "to": "a@c.example"}
    assert other.post(f"/desk/c/{one.id}/drafts/{draft.id}/take-over/", typed).status_code == 303
    assert Draft.objects.get().text == "Dear Anna\n\nJust typed"


def test_a_partner_of_another_team_sees_and_does_nothing(one, desk):
    desk.post(f"/desk/c/{one.id}/share/", {"text": "Dear Anna", "to": "anna@customer.example"})
    draft = Draft.objects.get()
    file = desk.post(f"/desk/c/{one.id}/files/", {"kind": "reply", "draft": draft.id, "files": image("a.png")})
    assert file.status_code == 200
    stranger = Client()
    stranger.force_login(factories.agent("Ravi", "partner", (factories.team(is_partner=True),)))
    place = f"/desk/c/{one.id}/drafts/{draft.id}"
    for path in ("take-over", "discard", "unschedule", "send", "put-off"):
        assert stranger.post(f"{place}/{path}/").status_code == 404
    assert stranger.post(f"/desk/c/{one.id}/share/", {"text": "x"}).status_code == 404
    assert stranger.get(f"/desk/c/{one.id}/going-along/").status_code == 404
    assert stranger.get(f"/desk/files/drafts/{DraftFile.objects.get().id}/").status_code == 404
    assert "Dear Anna" not in stranger.get("/desk/drafts/").content.decode()
    assert Draft.objects.get().agent.name == "Mari Maasikas"


def test_my_drafts(desk, other, one):
    write(desk, one, text="<p>Begun</p>")
    assert "Begun" in desk.get("/desk/drafts/").content.decode()
    assert "Begun" not in other.get("/desk/drafts/").content.decode()
    draft = Draft.objects.get()
    other.post(f"/desk/c/{one.id}/drafts/{draft.id}/discard/")
    assert Draft.objects.exists()
    desk.post(f"/desk/c/{one.id}/drafts/{draft.id}/discard/")
    assert not Draft.objects.exists()


def test_the_signature_follows_the_language(desk, one, agent):
    Signature.objects.create(agent=agent, language="de", text="Gruß", html="<p>Gruß</p>")
    part = desk.get(f"/desk/c/{one.id}/going-along/?language=de", headers=PART).content.decode()
    assert "<p>Gruß</p>" in part
    assert "Gruß" not in desk.get(f"/desk/c/{one.id}/going-along/?language=en", headers=PART).content.decode()
    send(desk, one, language="de", quotes_asked="1", quotes="1")
    content = sent()[0].outbound.content
    assert "Gruß" in content["text"]
    assert content["text"].endswith("> Where is my parcel?")
    assert sent()[0].language == "de"


def test_signatures_are_made_changed_and_deleted_by_whose_they_are(desk, other, agent):
    desk.post("/desk/signatures/new/", {"of": "mine", "body": "<p>{agent.name}</p><img src=x>", "format": "html"})
    row = Signature.objects.get()
    assert (row.agent, row.html, row.text) == (agent, "<p>{agent.name}</p>", "{agent.name}")
    assert "<p>Mari Maasikas</p>" in desk.get("/desk/signatures/").content.decode()
    assert other.get(f"/desk/signatures/{row.pk}/").status_code == 404
    again = desk.post("/desk/signatures/new/", {"of": "mine", "body": "x"})
    assert (again.status_code, Signature.objects.count()) == (422, 1)
    assert desk.post("/desk/signatures/new/", {"of": "all", "body": "x"}).status_code == 422
    assert other.post(f"/desk/signatures/{row.pk}/delete/").status_code == 404
    desk.post(f"/desk/signatures/{row.pk}/delete/")
    assert not Signature.objects.exists()


def test_macros_used_last_stand_first_and_say_what_is_missing(desk, one):
    first = Macro.objects.create(name="A", body="a")
    second = Macro.objects.create(name="B", body="{order.id} {customer.name}", html="<p>{customer.name}</p>")
    assert desk.post(f"/desk/macros/{second.id}/used/", headers=PART).status_code == 204
    assert desk.post("/desk/macros/999999/used/", headers=PART).status_code == 404
    part = desk.get(f"/desk/c/{one.id}/macros/", headers=PART).content.decode()
    assert part.index(f'value="{second.id}"') < part.index(f'value="{first.id}"')
    assert 'data-missing="{order.id}"' in part
    assert 'data-html="&lt;p&gt;Anna Saar&lt;/p&gt;"' in part
    assert MacroUse.objects.count() == 1


def test_emoji_have_names(desk, agent):
    names = dict(desk.get("/desk/emoji.json").json())
    assert names["👍"].startswith("thumbs up")
    agent.language = "de"
    agent.save()
    assert "daumen hoch" in dict(desk.get("/desk/emoji.json").json())["👍"]


def test_files_that_are_too_large_together_are_refused(desk, one, settings):
    settings.MAX_ANSWER_BYTES = 10
    answer = desk.post(f"/desk/c/{one.id}/files/", {"kind": "reply", "files": image("a.png")}, headers=PART)
    assert answer.status_code == 422
    assert "too large together" in answer.content.decode()


def test_what_the_send_button_does_is_a_preference(desk, one, agent):
    agent.send_default = "resolved"
    agent.save()
    page = desk.get(f"/desk/c/{one.id}/").content.decode()
    assert '<button class="send" name="then" value="resolved"' in page
    assert Message.objects.count() == 1
