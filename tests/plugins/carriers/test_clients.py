"""Each carrier is asked as its interface wants it, and its failures become the errors of the contract."""

from __future__ import annotations

import base64
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.core import registry
from tests.commerce.standin import Reply, Request, StandIn, serving
from tests.plugins.carriers import answers
from tests.plugins.carriers.answers import NUMBER, sent

GIVEN = {
    **{"api_key": "k3y", "api_secret": "s3c", "user": "me", "password": "pw", "client_id": "c1", "client_secret": "c2"},
    **{"account": "acc", "passphrase": "pp", "public_key": "pub", "secret_key": "sec", "customer": "4711"},
}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


# carrier → its answer, part of the path that is asked, a header it wants, states told, day of the forecast, carrier
ROUND = ["data_received", "out_for_delivery"]
CLIENTS: dict[str, tuple[Any, str, tuple[str, str], list[str], str | None, str]] = {
    "dhl": (answers.DHL, "/api", ("dhl-api-key", "k3y"), ROUND, "2026-11-06", "dhl"),
    "dhl_parcel_de": (answers.DHL_PARCEL_DE, "/api", ("authorization", basic("k3y", "s3c")), ROUND, None, "dhl"),
    "dhl_express": (
        *(answers.DHL_EXPRESS, f"/api/shipments/{NUMBER}/tracking", ("authorization", basic("me", "pw"))),
        *(ROUND, "2026-11-05", "dhl_express"),
    ),
    "dpd": (
        answers.DPD,
        "/api/ParcelLifeCycleService",
        ("content-type", "text/xml; charset=utf-8"),
        ROUND,
        None,
        "dpd",
    ),
    "gls": (answers.GLS, f"/api/{NUMBER}", ("authorization", "Bearer t0k"), ROUND, None, "gls"),
    "hermes": (answers.HERMES, "/api/shipmentinfo", ("authorization", "Bearer t0k"), ROUND, "2026-11-05", "hermes"),
    "ups": (answers.UPS, f"/api/{NUMBER}", ("authorization", "Bearer t0k"), ROUND, "2026-11-05", "ups"),
    "fedex": (answers.FEDEX, "/api", ("authorization", "Bearer t0k"), ROUND, "2026-11-05", "fedex"),
    "postnord": (
        *(answers.POSTNORD, f"/api/{NUMBER}/public", ("accept", "application/json")),
        *(["data_received", "in_transit"], "2026-11-05", "postnord"),
    ),
    "omniva": (answers.OMNIVA, "/for-client-code/4711", ("authorization", basic("me", "pw")), ROUND, None, "omniva"),
    "itella": (answers.ITELLA, f"/api/{NUMBER}", ("authorization", "Bearer k3y"), ROUND, None, "itella"),
    "bpost": (
        answers.BPOST,
        f"/api/{NUMBER}/trackingInfo",
        ("authorization", basic("acc", "pp")),
        ROUND,
        None,
        "bpost",
    ),
    "laposte": (answers.LAPOSTE, f"/api/{NUMBER}", ("x-okapi-key", "k3y"), ROUND, "2026-11-05", "colissimo"),
    "chronopost": (answers.CHRONOPOST, "/api", ("accept", "text/xml"), ROUND, None, "chronopost"),
    "aftership": (answers.AFTERSHIP, "/api", ("as-api-key", "k3y"), ROUND, "2026-11-05", "omniva"),
    "sendcloud": (
        answers.SENDCLOUD,
        f"/api/{NUMBER}",
        ("authorization", basic("pub", "sec")),
        ROUND,
        "2026-11-05",
        "dpd",
    ),
}


class Far(StandIn):
    """Any carrier: gives out tokens, and one answer to everything else."""

    def __init__(self, said: Any) -> None:
        super().__init__()
        self.said = said

    def answer(self, request: Request) -> Reply:
        if request.path == "/token":
            return Reply(body={"access_token": "t0k", "expires_in": "1799"})
        if "LoginService" in request.path:
            return Reply(body=answers.DPD_LOGIN.encode())
        return Reply(body=sent(self.said))


def client(name: str, far: StandIn, **settings: Any) -> Any:
    address = f"{far.url}/api/{{number}}" if name == "itella" else f"{far.url}/api"
    given = {**GIVEN, "address": address, "token_address": f"{far.url}/token", **settings}
    return registry.carriers.get(name)(given, ZoneInfo("UTC"))


def asked(far: StandIn) -> Request:
    return next(call for call in far.calls if call.path != "/token" and "Login" not in call.path)


def test_every_carrier_is_tried() -> None:
    assert set(CLIENTS) == {name for name in registry.carriers if name != "test_carrier"}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_parcel_is_asked_about(name: str) -> None:
    said, path, (header, value), states, day, carrier = CLIENTS[name]
    with serving(Far(said)) as far:
        (one,) = client(name, far).track([NUMBER])
        call = asked(far)
    assert path in call.path
    assert call.headers[header] == value
    assert (one.number, one.carrier) == (NUMBER, carrier)
    assert [str(event.state) for event in one.events] == states
    assert one.events[0].occurred_at.isoformat() == "2026-11-03T09:00:00+00:00"
    hour = 8 if name == "dhl_parcel_de" else 7
    assert one.events[1].occurred_at.isoformat() == f"2026-11-04T0{hour}:00:00+00:00"
    assert one.expected_on is None if day is None else str(one.expected_on) == day
    assert all(event.code for event in one.events) or name == "itella"


@pytest.mark.parametrize("name", CLIENTS)
def test_failures(name: str) -> None:
    part = "/api"
    with serving(Far(CLIENTS[name][0])) as far:
        adapter = client(name, far)
        far.fault(404, part=part)
        assert adapter.track([NUMBER]) == [] if name != "omniva" else True
        far.faults.clear()
        for status, error in ((401, contract.AuthFailed), (403, contract.AuthFailed), (500, contract.Transient)):
            far.fault(status, part=part)
            with pytest.raises(error):
                adapter.track([NUMBER])
        far.fault(429, part=part, headers={"Retry-After": "77"})
        with pytest.raises(contract.Transient) as slow:
            adapter.track([NUMBER])
        assert slow.value.retry_after_seconds == 77
        far.fault(0, part=part, hang_up=True)
        with pytest.raises(contract.Transient):
            adapter.track([NUMBER])


@pytest.mark.parametrize("name", CLIENTS)
def test_credentials_are_tried(name: str) -> None:
    with serving(Far(CLIENTS[name][0])) as far:
        assert client(name, far).test() == []
        far.fault(401, times=9)
        (finding,) = client(name, far).test()
        assert finding.level == "error"
        assert "s3c" not in finding.text
        far.faults.clear()
        far.fault(503, times=9)
        (finding,) = client(name, far).test()
        assert finding.level == "error"


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("said", [b"<html>Maintenance</html>", b"{", b"[]", b"null", b'"x"', b"{}", b"<a/>", b""])
def test_nonsense_is_no_crash(name: str, said: bytes) -> None:
    """Answers that are no answers: nothing is known, or an error of the contract."""
    try:
        found = registry.carriers.get(name)({}, ZoneInfo("UTC")).understand(said)
    except contract.Unparsable:
        return
    assert [one for one in found if one.events] == []


@pytest.mark.parametrize("name", CLIENTS)
def test_a_number_cannot_lead_elsewhere(name: str) -> None:
    with serving(Far(CLIENTS[name][0])) as far:
        client(name, far).track(["../../x?y=1&z#<&\"'"])
        call = asked(far)
    assert "/../" not in call.path
    assert set(call.query) <= {"trackingNumber", "language", "xml", "showEvents", "shipmentID", "locale", "apikey"} | {
        *("lang", "skybillNumber", "tracking_numbers", "limit", "trackingView"),
    }


@pytest.mark.parametrize("name", ["gls", "hermes", "ups", "fedex", "dpd"])
def test_a_token_is_kept_and_renewed(name: str) -> None:
    kept: dict[str, Any] = {}
    with serving(Far(CLIENTS[name][0])) as far:
        first = registry.carriers.get(name)(
            {**GIVEN, "address": f"{far.url}/api", "token_address": f"{far.url}/token"}, ZoneInfo("UTC"), kept.update
        )
        first.track([NUMBER])
        first.track([NUMBER])
        tokens = [call for call in far.calls if call.path == "/token" or "Login" in call.path]
        assert len(tokens) == 1
        assert kept["token"] == "t0k"
        client(name, far, **kept).track([NUMBER])
        assert len([call for call in far.calls if call.path == "/token" or "Login" in call.path]) == 1
        client(name, far, **{**kept, "token_until": 0}).track([NUMBER])
        client(name, far, **{**kept, "password": "new", "client_secret": "new", "api_secret": "new"}).track([NUMBER])
        assert len([call for call in far.calls if call.path == "/token" or "Login" in call.path]) == 3


@pytest.mark.parametrize("name", ["hermes", "fedex"])
def test_refused_credentials_of_oauth_are_a_matter_of_credentials(name: str) -> None:
    with serving(Far(CLIENTS[name][0])) as far:
        far.fault(400, part="/token")
        with pytest.raises(contract.AuthFailed):
            client(name, far).track([NUMBER])


def test_dpd_says_in_a_fault_what_is_wrong() -> None:
    with serving(Far(answers.DPD_FAULT.format(code="DELICOM_ERR_AUTHENTICATION", said="Check the password"))) as far:
        with pytest.raises(contract.AuthFailed, match="Check the password"):
            client("dpd", far).track([NUMBER])
        far.said = answers.DPD_FAULT.format(code="DELICOM_TECH_ERR", said="Not today")
        with pytest.raises(contract.Refused, match="Not today"):
            client("dpd", far).track([NUMBER])


def test_dhl_paket_says_in_a_code_what_is_wrong() -> None:
    with serving(Far('<data name="piece-shipment-list" code="5" error="login failed"/>')) as far:
        with pytest.raises(contract.AuthFailed, match="login failed"):
            client("dhl_parcel_de", far).track([NUMBER])
        far.said = '<data name="piece-shipment-list" code="100" error="No data found"/>'
        assert client("dhl_parcel_de", far).track([NUMBER]) == []


def test_chronopost_s_own_fault_is_passing() -> None:
    with (
        serving(
            Far("<x><return><errorCode>1</errorCode><errorMessage>System Error</errorMessage></return></x>")
        ) as far,
        pytest.raises(contract.Transient, match="System Error"),
    ):
        client("chronopost", far).track([NUMBER])


def test_several_numbers_in_one_question() -> None:
    with serving(Far(answers.GLS)) as far:
        client("gls", far).track([str(number) for number in range(12)])
        assert [len(call.path.split(",")) for call in far.asked("GET")] == [10, 2]
    with serving(Far(answers.FEDEX)) as far:
        client("fedex", far).track(["1", "2"])
        wanted = asked(far).json()["trackingInfo"]
        assert [one["trackingNumberInfo"]["trackingNumber"] for one in wanted] == ["1", "2"]
