"""`./shopbell inspect-tracking`: codes and answers of carriers, explained."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from shopbell.commands import inspect_tracking
from tests.plugins.carriers import answers


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    inspect_tracking.arguments(parser)
    return inspect_tracking.run(parser.parse_args(words))


@pytest.mark.parametrize(
    ("carrier", "code", "state", "reason", "status"),
    [
        ("gls", "DELIVEREDPS", "available_for_pickup", "", 0),
        ("dhl_parcel_de", "dlvrf", "exception", "refused", 0),
        ("ups", "D", "delivered", "", 0),
        ("ups", "040", "available_for_pickup", "", 0),
        ("fedex", "08", "attempt_failed", "absent", 0),
        ("dpd", "13", "delivered", "", 0),
        ("postnord", "EMH", "attempt_failed", "", 0),
        ("hermes", "9999", "unknown", "", 1),
        ("dhl", "unknown", "unknown", "", 1),
    ],
)
def test_a_code(
    carrier: str, code: str, state: str, reason: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--carrier", carrier, "--code", code, "--json") == status
    assert json.loads(capsys.readouterr().out) == {
        **{"carrier": carrier, "code": code, "state": state, "reason": reason, "error": None},
    }


def test_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gls.json"
    file.write_bytes(answers.sent(answers.GLS))
    assert run(str(file), "--carrier", "gls", "--json") == 0
    about: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(about) == ["carrier", "parcels", "error"]
    (one,) = about["parcels"]
    assert (one["number"], one["carrier"], one["expected_on"]) == (answers.NUMBER, "gls", None)
    assert one["events"][1] == {
        **{"occurred_at": "2026-11-04T07:00:00Z", "state": "out_for_delivery", "reason": ""},
        **{"code": "OUTDEL.NORMAL", "text": "", "place": "Tallinn, EE"},
    }
    assert run(str(file), "--carrier", "gls") == 0
    assert "2026-11-04T07:00:00Z  out_for_delivery  OUTDEL.NORMAL" in capsys.readouterr().out


def test_what_cannot_be_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "no"
    file.write_text("<html")
    assert run(str(file), "--carrier", "dpd", "--json") == 1
    assert "no XML" in json.loads(capsys.readouterr().out)["error"]
    assert run(str(tmp_path / "missing"), "--carrier", "dpd") == 1
    assert run("--carrier", "dpd") == 2
    assert run(str(file), "--carrier", "dpd", "--code", "x") == 2
    with pytest.raises(SystemExit):
        run("--carrier", "pigeon", "--code", "x")
