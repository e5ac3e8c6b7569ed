"""Old mail comes in with its own dates, once, as history."""

import argparse
import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from shopbell.channels.models import Channel, Inbound
from shopbell.commands import import_, import_mail
from shopbell.conversations.models import Conversation, Message, State, Wait
from shopbell.events.models import Delivery, Event
from shopbell.importing import sources
from tests import corpora, factories

pytestmark = pytest.mark.django_db

OWN = "help@shop.example"


@pytest.fixture
def box() -> Channel:
    return factories.mailbox(factories.shop(slug="kauba"), OWN)


def mail(
    number: int, day: int, sender: str = "anna@customer.example", to: str = OWN, answers: str = "", **more: str
) -> str:
    head = {
        "Received": f"from a by b; {day:02} Nov 2020 12:00:00 +0000",
        "From": f"Anna Saar <{sender}>",
        "To": to,
        "Subject": "Order 1042",
        "Message-ID": f"<{number}@x.example>",
        "Date": f"{day:02} Nov 2020 11:59:00 +0000",
        **({"In-Reply-To": f"<{answers}@x.example>"} if answers else {}),
        **more,
    }
    return "".join(f"{name}: {value}\n" for name, value in head.items()) + f"\nText {number}\n"


def run(
    capsys: pytest.CaptureFixture[str], *paths: Path, shop: str = "kauba", more: tuple[str, ...] = ()
) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    import_.arguments(parser)
    code = import_.run(parser.parse_args(["mail", *map(str, paths), "--shop", shop, *more]))
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_question_and_our_answer_are_one_done_conversation(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-answer.eml").write_text(mail(2, 3, sender=OWN, to="anna@customer.example", answers="1"))
    (tmp_path / "b-question.eml").write_text(mail(1, 2))
    code, said = run(capsys, tmp_path)
    assert (code, "2 read, 2 filed, 0 doubles, 0 need a person, " in said) == (0, True)
    conversation = Conversation.objects.get()
    kinds = conversation.messages.order_by("id").values_list("kind", "state", "text")
    assert list(kinds) == [("customer", "received", "Text 1"), ("agent", "sent", "Text 2")]
    assert (conversation.state, conversation.folder) == (State.RESOLVED, "resolved")
    assert conversation.opened_at == datetime(2020, 11, 2, 12, tzinfo=UTC)
    assert conversation.last_message_at == conversation.resolved_at == datetime(2020, 11, 3, 12, tzinfo=UTC)
    assert conversation.customer.identities.get().value == "anna@customer.example"
    assert not conversation.last_from_customer


def test_history_starts_no_wait_and_tells_no_event(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.eml").write_text(mail(1, 2))
    run(capsys, tmp_path)
    assert not Wait.objects.exists()
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


def test_twice_is_once(box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"{number}.eml").write_text(mail(number, number))
    run(capsys, tmp_path)
    code, said = run(capsys, tmp_path)
    assert (code, "3 read, 0 filed, 3 doubles, 0 need a person, " in said) == (0, True)
    assert Message.objects.count() == 3


def test_an_old_thread_stays_one_over_weeks_and_a_new_matter_after_longer_does_not(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.eml").write_text(mail(1, 1))
    (tmp_path / "2.eml").write_text(mail(2, 14, answers="1"))
    (tmp_path / "3.eml").write_text(mail(3, 27, answers="2"))
    late = mail(4, 1, answers="3").replace("Nov 2020", "Jan 2021")
    (tmp_path / "4.eml").write_text(late)
    run(capsys, tmp_path)
    sizes = [row.messages.count() for row in Conversation.objects.order_by("id")]
    assert sizes == [3, 1]


def test_mbox_maildir_and_folders_are_read_and_rubbish_is_left_out(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    single = mailbox.mbox(str(tmp_path / "old.mbox"))
    single.add(mail(1, 1) + "From here it went on.\n")
    single.add(mail(2, 2))
    single.close()
    folder = mailbox.Maildir(str(tmp_path / "Maildir"))
    folder.add(mail(3, 3))
    folder.add_folder("Sent").add(mail(4, 4, sender=OWN, to="anna@customer.example", answers="3"))
    folder.add_folder("Trash").add(mail(5, 5))
    (tmp_path / "notes.txt").write_text("no mail")
    code, said = run(capsys, tmp_path)
    assert code == 0
    assert "4 read, 4 filed" in said
    assert "1 files are no mails" in said
    assert f"left out: {tmp_path}/Maildir/.Trash" in said
    assert Message.objects.get(message_id="1@x.example").text == "Text 1\nFrom here it went on."
    assert "1 filed" in run(capsys, tmp_path, more=("--every-folder",))[1]


def test_what_a_killed_run_left_unfiled_is_filed_by_the_next(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"{number}.eml").write_text(mail(number, number))
    entries = list(sources.find(tmp_path, sources.LeftOut()))
    import_mail._store(box, entries[:2], import_mail.Tally(), sources.LeftOut())  # and there it was killed
    assert Message.objects.count() == 0
    code, said = run(capsys, tmp_path)
    assert (code, "3 read, 3 filed, 0 doubles, 0 need a person, " in said) == (0, True)
    assert Message.objects.count() == 3


def test_answers_from_every_mailbox_of_the_shop_are_ours(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.mailbox(box.shop, "sales@shop.example")
    senders = ("sales@shop.example", "Help+eu@Shop.example", OWN)
    for number, sender in enumerate(senders, start=1):
        (tmp_path / f"{number}.eml").write_text(mail(number, number, sender=sender, to="anna@customer.example"))
    run(capsys, tmp_path, more=("--channel", OWN))
    assert set(Message.objects.values_list("kind", flat=True)) == {"agent"}


def test_what_keeps_mails_from_being_filed_is_said_and_waited_for_once(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = 'Content-Type: multipart/mixed; boundary="b"'
    for number in (1, 2):
        part = f"--b\nContent-Type: image/gif; name=a.gif\n\nGIF89a{number}\n--b--\n"
        (tmp_path / f"{number}.eml").write_text(mail(number, number).replace("Subject", f"{picture}\nSubject") + part)
    blocked = tmp_path.parent / "full"
    blocked.write_text("no folder")
    monkeypatch.setattr(default_storage, "_wrapped", FileSystemStorage(blocked))
    monkeypatch.setattr(import_mail, "CHUNK", 1)
    monkeypatch.setattr(import_mail, "PATIENCE_SECONDS", 1.0)
    code, said = run(capsys, tmp_path)
    assert "2 are kept and will be filed by the worker\nin the way: " in said
    assert (code, Inbound.objects.filter(state=Inbound.State.NEW).count()) == (0, 2)


def test_what_is_no_mail_is_kept_raw_for_a_person(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.eml").write_bytes(bytes(range(256)) * 40)
    code, said = run(capsys, tmp_path / "x.eml")
    assert (code, "0 filed, 0 doubles, 1 need a person" in said) == (0, True)
    assert Inbound.objects.get().state == Inbound.State.FAILED


def test_a_path_or_shop_that_is_not_there_is_said(
    box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, tmp_path / "nothing")
    assert (code, f"cannot be read: {tmp_path}/nothing (No such file or directory)" in said) == (1, True)
    code, said = run(capsys, tmp_path, shop="elsewhere")
    assert (code, said) == (2, "shopbell: there is no shop 'elsewhere'; there are: kauba\n")


def test_of_two_mailboxes_one_must_be_named(box: Channel, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = factories.mailbox(box.shop, "sales@shop.example")
    (tmp_path / "1.eml").write_text(mail(1, 1))
    assert run(capsys, tmp_path)[0] == 2
    assert run(capsys, tmp_path, more=("--channel", "Sales@shop.example"))[0] == 0
    assert Inbound.objects.get().channel == second


@pytest.mark.parametrize("name", ["mail", "replies", "bounces", "hostile"])
def test_every_file_of_a_corpus_finds_an_outcome(box: Channel, capsys: pytest.CaptureFixture[str], name: str) -> None:
    files = [path for path in sorted(corpora.folder(name).rglob("*")) if path.is_file()]
    code, _said = run(capsys, *files)
    assert code == 0
    assert not Inbound.objects.filter(state=Inbound.State.NEW).exists()
