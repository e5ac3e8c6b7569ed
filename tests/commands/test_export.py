"""Everything of one shop, and nothing of another."""

import argparse
import hashlib
import json
from pathlib import Path

import pytest

from shopbell.channels import contract
from shopbell.commands import export
from shopbell.conversations import operations
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def run(path: Path, shop: str) -> int:
    parser = argparse.ArgumentParser()
    export.arguments(parser)
    return export.run(parser.parse_args([str(path), "--shop", shop]))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_shop_leaves_with_its_conversations_and_files(tmp_path: Path) -> None:
    ours, theirs = factories.shop(slug="ours"), factories.shop(slug="theirs")
    text = 'Line 1\nLine 2\t"quoted" \\ back ü'
    photo = contract.AttachmentData(name="a.txt", content_type="text/plain", content=b"bytes")
    row = factories.conversation(factories.mailbox(ours), "anna@customer.example", text=text, attachments=(photo,))
    factories.conversation(factories.mailbox(theirs), "mads@customer.example")
    mari = factories.agent()
    operations.note(row.id, mari, body="a note")
    assert run(tmp_path / "out", "ours") == 0
    messages = lines(tmp_path / "out" / "messages.jsonl")
    assert [(one["kind"], one["text"]) for one in messages] == [("customer", text), ("note", "a note")]
    assert messages[1]["author_id"] == mari.pk
    assert [one["value"] for one in lines(tmp_path / "out" / "identities.jsonl")] == ["anna@customer.example"]
    assert [one["id"] for one in lines(tmp_path / "out" / "conversations.jsonl")] == [row.id]
    digest = hashlib.sha256(b"bytes").hexdigest()
    assert [one["sha256"] for one in lines(tmp_path / "out" / "attachments.jsonl")] == [digest]
    assert (tmp_path / "out" / "blobs" / digest[:2] / digest).read_bytes() == b"bytes"
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["format"], manifest["shop"], manifest["missing_files"]) == (1, "ours", [])
    assert manifest["rows"]["messages"] == 2


def test_no_secret_leaves(tmp_path: Path) -> None:
    box = factories.mailbox(settings={"password": "hunter2"})
    factories.agent()
    run(tmp_path / "out", box.shop.slug)
    written = "".join(path.read_text() for path in (tmp_path / "out").glob("*.jsonl"))
    assert "settings" not in written
    assert "password" not in written


def test_a_full_folder_or_an_unknown_shop_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    factories.shop(slug="ours")
    (tmp_path / "file").write_text("mine")
    assert run(tmp_path, "ours") == 2
    assert run(tmp_path / "new", "nobody") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert "is not empty" in capsys.readouterr().err
