"""Every code of every carrier's table, and what must never be made of a code."""

from __future__ import annotations

import pytest

from shopbell.commerce.contract import State
from shopbell.plugins.carriers import table
from tests.plugins.carriers.expected import EXPECTED

CODES = [
    (carrier, code, *meant.partition("/")[::2])
    for carrier, states in EXPECTED.items()
    for meant, codes in states.items()
    for code in codes.split()
]


@pytest.mark.parametrize(("carrier", "code", "state", "reason"), CODES)
def test_a_code_means_what_it_says(carrier: str, code: str, state: str, reason: str) -> None:
    rows = {row.code: row for row in table.of(carrier).rows}
    assert (rows[code].state, rows[code].reason) == (state, reason)
    if "*" not in code and "?" not in code:
        assert table.of(carrier).read(code) == (state, reason)
        assert table.of(carrier).read(code.lower()) == (state, reason)


@pytest.mark.parametrize("carrier", sorted(EXPECTED))
def test_every_row_is_expected(carrier: str) -> None:
    expected = [code for codes in EXPECTED[carrier].values() for code in codes.split()]
    assert sorted(row.code for row in table.of(carrier).rows) == sorted(expected)
    assert len(expected) == len(set(expected))


def test_there_is_a_test_for_each_table() -> None:
    assert sorted(path.stem for path in table.FOLDER.glob("*.csv")) == sorted(EXPECTED)


@pytest.mark.parametrize("carrier", sorted(EXPECTED))
def test_an_unknown_code_is_unknown_whatever_its_text_says(carrier: str) -> None:
    assert table.of(carrier).read("@@-77-@@", "The parcel has been delivered") == (State.UNKNOWN, "")


@pytest.mark.parametrize("carrier", sorted(EXPECTED))
def test_text_counts_where_there_is_no_code(carrier: str) -> None:
    assert table.of(carrier).read("", "Die Sendung wurde zugestellt") == (State.DELIVERED, "")
    assert table.of(carrier).read(" ", "zdravo") == (State.UNKNOWN, "")


@pytest.mark.parametrize(
    ("carrier", "code", "state"),
    [
        ("gls", "DELIVEREDPS", "available_for_pickup"),
        ("gls", "DELIVD.PARCELSHOP", "available_for_pickup"),
        ("gls", "DELIVD.TO_PARCELSHOP_2", "available_for_pickup"),
        ("gls", "DELIVD.PARCELLOCKER", "available_for_pickup"),
        ("gls", "DELIVD.DEL_BY_PSAPP", "delivered"),
        ("gls", "DELIVD.NEIGHBOUR", "delivered"),
        ("gls", "PREADVICE", "data_received"),
        ("gls", "OUTDEL.SOMETHING", "out_for_delivery"),
        ("dhl", "pre-transit", "data_received"),
        ("dhl", "PRE_TRANSIT", "data_received"),
        ("dhl", "unknown", "unknown"),
        ("dpd", "ParcelShop", "available_for_pickup"),
        ("dpd", "ReturningFromDelivery", "in_transit"),
        ("hermes", "DELIVERED_PARCELSHOP", "available_for_pickup"),
        ("hermes", "1510", "in_transit"),
        ("hermes", "4610", "attempt_failed"),
        ("hermes", "3510", "unknown"),
        ("hermes", "9999", "unknown"),
        ("bpost", "L00", "out_for_delivery"),
        ("bpost", "U07", "delivered"),
        ("bpost", "N42", "attempt_failed"),
        ("laposte", "ET1", "in_transit"),
        ("laposte", "DI2", "returned"),
        ("laposte", "RENAVI", "available_for_pickup"),
        ("laposte", "MLVARS", "available_for_pickup"),
        ("laposte", "DEPGUI", "handed_over"),
        ("laposte", "LIVGAR", "delivered"),
        ("laposte", "DOUPRO", "customs"),
        ("postnord", "INFORMED", "data_received"),
        ("postnord", "AVAILABLE_FOR_DELIVERY", "available_for_pickup"),
        ("omniva", "PACKET_EVENT_STORING", "available_for_pickup"),
        ("omniva", "TRT_SHIPMENT_DELIVERED_TO_PARCEL_MACHINE", "available_for_pickup"),
        ("omniva", "TRT_SHIPMENT_DELIVERED", "delivered"),
        ("omniva", "TRT_SHIPMENT_SOMETHING_NEW", "unknown"),
        ("aftership", "AvailableForPickup", "available_for_pickup"),
        ("aftership", "Expired", "unknown"),
        ("aftership", "Exception_099", "exception"),
        ("sendcloud", "12", "available_for_pickup"),
        ("sendcloud", "93", "delivered"),
        ("sendcloud", "awaiting-customer-pickup", "available_for_pickup"),
        ("sendcloud", "1337", "unknown"),
        ("dhl_express", "CC", "available_for_pickup"),
        ("fedex", "HP", "available_for_pickup"),
        ("ups", "ZP", "available_for_pickup"),
        ("ups", "040", "available_for_pickup"),
    ],
)
def test_traps(carrier: str, code: str, state: str) -> None:
    assert table.of(carrier).read(code)[0] == state


def test_no_state_of_a_table_is_derived_from_time() -> None:
    assert {row.state for name in EXPECTED for row in table.of(name).rows} <= set(State)
    assert "delayed" not in set(State)


def test_a_text_gives_a_reason_that_the_code_leaves_open() -> None:
    dpd = table.of("dpd")
    assert dpd.read("DeliveryFailure", "The consignee was not at home") == ("attempt_failed", "absent")
    assert dpd.read("DeliveryFailure", "Sorry") == ("attempt_failed", "")
    assert dpd.read("Delivered", "The address was wrong at first") == ("delivered", "")
