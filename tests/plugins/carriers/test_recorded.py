"""Answers recorded from the carriers themselves, used where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce.contract import State, Tracking
from shopbell.core import registry
from tests import corpora


@pytest.fixture
def recorded() -> Path:
    return corpora.folder("carriers", "karrio-tracking")


def understood(folder: Path, file: str, carrier: str, name: str) -> list[Tracking]:
    parts: dict[str, Any] = json.loads((folder / f"{file}.json").read_text())["test_tracking.py"]
    found: list[Tracking] = registry.carriers.get(carrier)({}, ZoneInfo("UTC")).understand(parts[name])
    return found


def told(one: Tracking) -> list[str]:
    """States in order, each named once in a row."""
    states = [str(event.state) for event in one.events]
    return [state for at, state in enumerate(states) if at == 0 or states[at - 1] != state]


HOME = ["data_received", "in_transit", "out_for_delivery", "delivered"]
JOURNEYS = [
    ("dhl_universal", "dhl", "TrackingResponseJSON", "7777777770", ["data_received"]),
    (
        *("dhl_parcel_de", "dhl_parcel_de", "TrackingResponseXML", "00340434161094015902"),
        ["handed_over", "in_transit", "handed_over", "in_transit", "out_for_delivery", "delivered"],
    ),
    (
        *("dhl_express", "dhl_express", "TrackingResponseXML", "3180831640"),
        ["handed_over", "in_transit", "out_for_delivery", "delivered"],
    ),
    ("dhl_express", "dhl_express", "IntransitTrackingResponseXML", "9053283201", ["handed_over"]),
    ("mydhl", "dhl_express", "TrackingResponse", "9356579890", ["handed_over", "delivered"]),
    (
        *("dpd", "dpd", "TrackingResponse", ""),
        [
            *("in_transit", "out_for_delivery", "attempt_failed", "available_for_pickup", "out_for_delivery"),
            *("handed_over", "in_transit"),
        ],
    ),
    ("gls", "gls", "TrackingResponse", "36301917596", ["data_received", "handed_over", "in_transit"]),
    ("hermes", "hermes", "TrackingResponse", "H1234567890123456789", HOME),
    ("ups", "ups", "TrackingResponseJSON", "1Z023E2X0214323462", ["in_transit"]),
    ("fedex", "fedex", "TrackingResponse", "123456789012", ["handed_over"]),
    (
        *("fedex", "fedex", "DuplicateTrackingResponse", "776094337676"),
        [
            *("out_for_delivery", "attempt_failed", "in_transit", "handed_over", "in_transit", "out_for_delivery"),
            "delivered",
        ],
    ),
    ("bpost", "bpost", "TrackingResponse", "323212345659900040669030", HOME[1:]),
    ("laposte", "laposte", "TrackingResponse", "EW112720413FR", ["data_received", "handed_over", *HOME[1:]]),
    ("chronopost", "chronopost", "TrackingResponse", "89108749065090", ["data_received", "handed_over", *HOME[1:]]),
]


@pytest.mark.parametrize(("file", "carrier", "name", "number", "states"), JOURNEYS)
def test_a_journey(recorded: Path, file: str, carrier: str, name: str, number: str, states: list[str]) -> None:
    one = understood(recorded, file, carrier, name)[0]
    assert one.number == number
    assert told(one) == states
    assert all(event.code for event in one.events)
    assert list(one.events) == sorted(one.events, key=lambda event: event.occurred_at)


@pytest.mark.parametrize(
    ("file", "carrier", "name"),
    [
        ("dhl_universal", "dhl", "TrackingErrorResponseJSON"),
        ("dhl_parcel_de", "dhl_parcel_de", "TrackingErrorResponseXML"),
        ("dhl_express", "dhl_express", "AuthError"),
        ("mydhl", "dhl_express", "ErrorResponse"),
        ("dpd", "dpd", "ErrorResponse"),
        ("gls", "gls", "ErrorResponse"),
        ("hermes", "hermes", "TrackingErrorResponse"),
        ("ups", "ups", "AuthError"),
        ("ups", "ups", "InvalidTrackingNumberResponseJSON"),
        ("ups", "ups", "TrackingNumberNotFoundResponseJSON"),
        ("fedex", "fedex", "ErrorResponse"),
        ("bpost", "bpost", "ErrorResponse"),
        ("laposte", "laposte", "ErrorResponse"),
        ("chronopost", "chronopost", "ErrorResponse"),
    ],
)
def test_a_refusal_says_nothing_of_any_parcel(recorded: Path, file: str, carrier: str, name: str) -> None:
    assert understood(recorded, file, carrier, name) == []


def test_no_code_that_was_recorded_is_unknown(recorded: Path) -> None:
    states = [
        event.state
        for file, carrier, name, _number, _states in JOURNEYS
        for one in understood(recorded, file, carrier, name)
        for event in one.events
    ]
    assert len(states) == 83
    assert State.UNKNOWN not in states


def test_times_have_the_zone_of_their_place(recorded: Path) -> None:
    (paket,) = understood(recorded, "dhl_parcel_de", "dhl_parcel_de", "TrackingResponseXML")
    assert paket.events[0].occurred_at.isoformat() == "2016-03-17T10:44:00+00:00"
    (dpd,) = understood(recorded, "dpd", "dpd", "TrackingResponse")
    assert dpd.events[-1].occurred_at.isoformat() == "2021-08-19T15:11:26+00:00"
    assert dpd.events[0].occurred_at.isoformat() == "2021-08-17T17:11:26+00:00"


def test_forecasts(recorded: Path) -> None:
    assert str(understood(recorded, "hermes", "hermes", "TrackingResponse")[0].expected_on) == "2024-01-20"
    assert str(understood(recorded, "dhl_universal", "dhl", "TrackingResponseJSON")[0].expected_on) == "2018-08-03"
    assert understood(recorded, "ups", "ups", "TrackingResponseJSON")[0].expected_on is None
