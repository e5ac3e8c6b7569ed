"""A far side's failures are told apart; a change whose answer is lost is never just tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import calling
from tests.commerce.standin import Reply, Request, StandIn, serving


class Echo(StandIn):
    def answer(self, request: Request) -> Reply:
        return Reply(body={"path": request.path, "list": ["x"] * 50})


def asking(shop: StandIn, *, is_deed: bool = False) -> object:
    return contract.ask(
        "POST", f"{shop.url}/deed?key=secret", is_deed=is_deed, reason=lambda body: body["message"], json={}
    ).json()


@pytest.mark.parametrize(
    ("status", "reading", "changing"),
    [
        (400, contract.Refused, contract.Refused),
        (401, contract.AuthFailed, contract.AuthFailed),
        (403, contract.AuthFailed, contract.AuthFailed),
        (404, contract.NotThere, contract.NotThere),
        (429, contract.Transient, contract.Transient),
        (500, contract.Transient, contract.UnknownOutcome),
        (504, contract.Transient, contract.UnknownOutcome),
    ],
)
def test_each_status_has_its_error(status: int, reading: type[Exception], changing: type[Exception]):
    with serving(Echo()) as shop:
        for is_deed, wanted in ((False, reading), (True, changing)):
            shop.fault(status, body={"message": "because"}, headers={"Retry-After": "7"})
            with pytest.raises(contract.ShopError, match="because") as raised:
                asking(shop, is_deed=is_deed)
            assert type(raised.value) is wanted
            assert raised.value.retry_after_seconds == 7


def test_an_answer_that_never_comes_or_breaks_off():
    with serving(Echo()) as shop:
        for how in ({"hang_up": True}, {"half": True}):
            shop.fault(200, **how)
            with pytest.raises(contract.Transient):
                asking(shop)
            shop.fault(200, **how)
            with pytest.raises(contract.UnknownOutcome):
                asking(shop, is_deed=True)


def test_a_redirect_is_refused_and_no_key_is_told():
    with serving(Echo()) as shop:
        shop.fault(301, headers={"Location": "https://new.test/deed?key=secret"})
        with pytest.raises(contract.Refused, match=r"leads elsewhere \(https://new\.test/deed\)"):
            asking(shop)
        address = shop.url
    with pytest.raises(contract.Transient) as raised:
        contract.ask("GET", f"{address}/orders?key=secret")
    assert "secret" not in str(raised.value)


def test_a_good_answer():
    with serving(Echo()) as shop:
        found = contract.ask("GET", f"{shop.url}/orders")
        assert found.json()["path"] == "/orders"
        assert found.headers["content-type"] == "application/json"


def test_how_long_to_wait():
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert calling.wait({"retry-after": "2.0"}) == 2
    assert 55 <= (calling.wait({"Retry-After": in_a_minute}) or 0) <= 60
    assert calling.wait({"Retry-After": "999999"}) == calling.LONGEST_WAIT
    assert calling.wait({"Retry-After": "soon"}) is None
    assert calling.wait({}) is None
