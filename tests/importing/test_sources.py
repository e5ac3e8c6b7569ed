"""Where old mail lies: every form is found once, with its own bytes, and what is left out is told."""

import mailbox
import os
from pathlib import Path

import pytest

from shopbell.importing import refused, sources

MAIL = b"From: Anna <anna@b.example>\nTo: help@shop.example\nSubject: Lamp\nDate: Tue, 4 May 2021 08:12:44\n\nHello\n"


def found(path: Path, left_out: sources.LeftOut | None = None, *, every: bool = False) -> list[bytes]:
    entries = sources.find(path, left_out or sources.LeftOut(), every_folder=every)
    return [entry.read() for entry in entries]


@pytest.mark.parametrize(
    "separator",
    [
        b"From anna@b.example Tue May  4 08:12:44 2021\n",
        b"From - Tue May 04 08:12:44 2021\n",
        b"From \n",
        b"From -\n",
        b"From anna@b.example\n",
        b"\xef\xbb\xbfFrom anna@b.example Tue May  4 08:12:44 2021\n",
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_an_mbox_of_every_program(tmp_path: Path, separator: bytes, line_end: bytes) -> None:
    again = separator.removeprefix(b"\xef\xbb\xbf")
    body = MAIL + b"\nFrom here it went on,\n\nFrom\nTo: be continued\n"
    (tmp_path / "x").write_bytes((separator + body + b"\n" + again + MAIL).replace(b"\n", line_end))
    assert found(tmp_path) == [each.replace(b"\n", line_end) for each in (body, MAIL)]


def test_a_saved_mail_of_apple_mail_is_the_mail_inside(tmp_path: Path) -> None:
    (tmp_path / "1.emlx").write_bytes(b"%-10d\n" % len(MAIL) + MAIL + b"<?xml version='1.0'?><plist></plist>")
    assert found(tmp_path) == [MAIL]


def test_a_file_called_eml_is_a_mail_whatever_its_header(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"X-Odd: 1\n\nHello\n")
    (tmp_path / "2.eml").write_bytes(b"")
    (tmp_path / "notes").write_bytes(b"X-Odd: 1\n\nHello\n")
    left_out = sources.LeftOut()
    assert (found(tmp_path, left_out), left_out.no_mails) == ([b"X-Odd: 1\n\nHello\n"], 2)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .eml"),
        ("a.pst", b"!BDN1234", "export it"),
        ("a.zip", b"PK\x03\x04", "unpack it first"),
        ("a.mbox.gz", b"\x1f\x8b\x08", "unpack it first"),
    ],
)
def test_what_other_programs_keep_mails_in_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    left_out = sources.LeftOut()
    assert found(tmp_path, left_out) == []
    assert (len(left_out.unreadable), words in left_out.unreadable[0]) == (1, True)


def test_what_is_deleted_or_a_draft_is_left_out_and_counted(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "Maildir"))
    for flags in ("S", "ST", "DS"):
        kept = mailbox.MaildirMessage(MAIL)
        kept.set_subdir("cur")
        kept.set_flags(flags)
        box.add(kept)
    separator = b"From - Tue May 04 08:12:44 2021\n"
    labels = b"X-Gmail-Labels: =?UTF-8?Q?x?=,Spam\n"
    (tmp_path / "Inbox").write_bytes(
        separator + b"X-Mozilla-Status: 0009\n" + MAIL + b"\n" + separator + labels + MAIL + b"\n" + separator + MAIL
    )
    (tmp_path / "Trash").write_bytes(separator + MAIL)
    left_out = sources.LeftOut()
    assert (len(found(tmp_path, left_out)), left_out.marked) == (2, 4)
    assert left_out.folders == [tmp_path / "Trash"]
    assert len(found(tmp_path, every=True)) == 7


@pytest.mark.parametrize(
    "name", ["Trash", ".INBOX.Junk", ".Entw&APw-rfe", "Kladder.mbox", "Prügikast", "Deleted Items", "Roskaposti"]
)
def test_folders_of_rubbish_are_known_in_many_languages(name: str) -> None:
    assert refused.is_folder(name)


@pytest.mark.parametrize("name", ["INBOX", ".Sent", "Trash talk", "Saadetud", "&-", "&x-", "2021", "Binder"])
def test_other_folders_are_not_rubbish(name: str) -> None:
    assert not refused.is_folder(name)


def test_linked_folders_once_pipes_never_dangling_links_told(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "1.eml").write_bytes(MAIL)
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.eml")
    left_out = sources.LeftOut()
    assert found(tmp_path, left_out) == [MAIL]
    assert left_out.unreadable == [f"{tmp_path}/gone.eml (No such file or directory)"]
