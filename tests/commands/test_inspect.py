"""The stable output of inspect, and that no file makes it fail."""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shopbell.commands import inspect
from shopbell.installation import ROOT
from tests import corpora

MAIL = (
    "From: Anna Saar <anna@customer.example>\r\nTo: help@shop.example\r\nSubject: Order 1042\r\n"
    "Message-ID: <1@customer.example>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0200\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nWhere is my parcel?\r\n\r\n"
    "On Thu, 19 Nov 2026, Shop <help@shop.example> wrote:\r\n> It left us.\r\n"
)
KEYS = re.findall(
    r"\w+",
    "file subject from to cc reply_to date message_id in_reply_to references auto bounce text visible quoted signature "
    "forwarded attachments language authentication warnings",
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    parser = argparse.ArgumentParser()
    inspect.arguments(parser)
    code = inspect.run(parser.parse_args(arguments))
    return code, capsys.readouterr().out.splitlines()


def test_one_json_object_a_line_with_the_promised_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_text(MAIL, newline="")
    code, lines = run(capsys, "--json", str(tmp_path / "a.eml"))
    assert (code, len(lines)) == (0, 1)
    about = json.loads(lines[0])
    assert list(about) == KEYS
    assert about["file"] == str(tmp_path / "a.eml")
    assert about["from"] == {"name": "Anna Saar", "address": "anna@customer.example"}
    assert (about["visible"], about["quoted"] != "") == ("Where is my parcel?", True)


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_text(MAIL)
    code, lines = run(capsys, "--json", str(tmp_path / "gone.eml"), str(tmp_path / "a.eml"))
    gone, there = map(json.loads, lines)
    assert code == 1
    assert gone == {
        "file": str(tmp_path / "gone.eml"),
        "warnings": ["cannot be read: No such file or directory"],
    }
    assert there["subject"] == "Order 1042"


def test_an_mbox_is_as_many_mails_as_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    separator = "From anna@customer.example Fri Nov 20 10:00:00 2026\n"
    mail = MAIL.replace("\r\n", "\n")
    (tmp_path / "many").write_text(separator + mail + "\n" + separator + mail.replace("1042", "1043") + "\n")
    (tmp_path / "one").write_text(separator + mail)
    code, lines = run(capsys, "--json", str(tmp_path))
    found = [(Path(about["file"]).name, about["subject"]) for about in map(json.loads, lines)]
    assert code == 0
    assert found == [("many:1", "Order 1042"), ("many:2", "Order 1043"), ("one", "Order 1042")]


def test_a_mail_of_apple_mail_is_the_mail_inside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.emlx").write_bytes(b"%d\n" % len(MAIL) + MAIL.encode() + b"<?xml version='1.0'?><plist></plist>")
    code, lines = run(capsys, "--json", str(tmp_path / "1.emlx"))
    assert (code, json.loads(lines[0])["visible"]) == (0, "Where is my parcel?")


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 1000, b"\xff\xfe" * 99, b"From ", b"Subject: \xc3\x28\n\n\xed\xa0\x80"]
)
def test_odd_bytes_are_one_object_and_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "odd").write_bytes(content)
    code, lines = run(capsys, "--json", str(tmp_path / "odd"))
    assert (code, [list(json.loads(line)) for line in lines]) == (0, [KEYS])
    assert run(capsys, str(tmp_path / "odd"))[0] == 0


def test_from_outside_it_needs_no_database_and_reads_stdin() -> None:
    result = subprocess.run(
        [sys.executable, "-P", "-m", "shopbell", "inspect", "-"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "DATABASE_URL": "postgresql://nowhere.invalid/x",
        },
        input=MAIL.encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"  subject  Order 1042\n  | Where is my parcel?\n" in result.stdout


@pytest.mark.parametrize("name", ["mail", "replies", "bounces", "hostile"])
def test_all_of_a_corpus_is_understood(capsys: pytest.CaptureFixture[str], name: str) -> None:
    folder = corpora.folder(name)
    code, lines = run(capsys, "--json", str(folder))
    assert code == 0
    assert len(lines) >= sum(path.is_file() for path in folder.rglob("*"))
    assert not [line for line in lines if "not understood" in line]
