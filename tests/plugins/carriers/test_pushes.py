"""AfterShip and Sendcloud push: signed over the raw bytes, or refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.core import registry

SECRET = "whs3cret"


def mac(body: bytes, secret: str = SECRET) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def aftership(**settings: Any) -> Any:
    return registry.carriers.get("aftership")({"webhook_secret": SECRET, **settings}, ZoneInfo("UTC"))


def sendcloud(**settings: Any) -> Any:
    return registry.carriers.get("sendcloud")({"secret_key": SECRET, **settings}, ZoneInfo("UTC"))


PUSH = {
    "event": "tracking_update",
    "event_id": "5e6f",
    "msg": {
        **{"tracking_number": "CC1EE", "slug": "omniva", "tag": "Delivered", "subtag": "Delivered_001"},
        "checkpoints": [
            {
                **{"checkpoint_time": "2026-11-04T09:00:00+02:00", "tag": "AvailableForPickup", "city": "Tallinn"},
                **{"subtag": "AvailableForPickup_001", "message": "In the parcel machine"},
            },
            {"checkpoint_time": "2026-11-05T10:00:00+02:00", "tag": "Delivered", "subtag": "Delivered_002"},
        ],
    },
}
CHANGED = {
    "action": "parcel_status_changed",
    "timestamp": 1793782800123,
    "carrier_status_change_timestamp": 1793779200000,
    "parcel": {
        **{"tracking_number": "3SYZXG132912330", "status": {"id": 12, "message": "Awaiting customer pickup"}},
        "carrier": {"code": "postnl"},
    },
}


def test_aftership_s_signature() -> None:
    body = json.dumps(PUSH).encode()
    good = base64.b64encode(mac(body)).decode()
    aftership().verify(body, {"aftership-hmac-sha256": good}, "")
    for headers in ({}, {"aftership-hmac-sha256": ""}, {"aftership-hmac-sha256": mac(body).hex()}):
        with pytest.raises(contract.Forged):
            aftership().verify(body, headers, "")
    with pytest.raises(contract.Forged):
        aftership().verify(body + b" ", {"aftership-hmac-sha256": good}, "")
    with pytest.raises(contract.Forged):
        aftership(webhook_secret="").verify(
            body, {"aftership-hmac-sha256": base64.b64encode(mac(body, "")).decode()}, ""
        )


def test_sendcloud_s_signature() -> None:
    body = json.dumps(CHANGED).encode()
    sendcloud().verify(body, {"sendcloud-signature": mac(body).hex()}, "")
    for given in ("", mac(body, "other").hex(), base64.b64encode(mac(body)).decode(), "ü"):
        with pytest.raises(contract.Forged):
            sendcloud().verify(body, {"sendcloud-signature": given}, "")


def test_sendcloud_s_own_example() -> None:
    body, secret = b'{"key": "value"}', "secretkey"
    given = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
    sendcloud(secret_key=secret).verify(body, {"sendcloud-signature": given}, "")


def test_aftership_s_push() -> None:
    (one,) = aftership().understand(PUSH)
    assert (one.number, one.carrier) == ("CC1EE", "omniva")
    assert [(str(event.state), event.code) for event in one.events] == [
        ("available_for_pickup", "AvailableForPickup_001"),
        ("delivered", "Delivered_002"),
    ]
    assert one.events[0].place == "Tallinn"


def test_aftership_without_checkpoints() -> None:
    msg = {"tracking_number": "1", "slug": "dpd", "tag": "Pending", "updated_at": "2026-11-04T09:00:00+00:00"}
    (one,) = aftership().understand({"msg": msg})
    assert [str(event.state) for event in one.events] == ["data_received"]
    (silent,) = aftership().understand({"msg": {**msg, "tag": "Expired"}})
    assert [str(event.state) for event in silent.events] == ["unknown"]


def test_sendcloud_s_push() -> None:
    (one,) = sendcloud().understand(CHANGED)
    assert (one.number, one.carrier) == ("3SYZXG132912330", "postnl")
    (event,) = one.events
    assert (str(event.state), event.code) == ("available_for_pickup", "12")
    assert event.occurred_at.isoformat() == "2026-11-04T08:00:00+00:00"


def test_pushes_about_no_parcel() -> None:
    assert sendcloud().understand({"action": "integration_updated", "integration": {"id": 1}}) == []
    assert aftership().understand({"event": "test"}) == []


@pytest.mark.parametrize("name", [name for name in registry.carriers if name not in ("aftership", "sendcloud")])
def test_the_others_push_nothing(name: str) -> None:
    with pytest.raises(contract.Forged):
        registry.carriers.get(name)({}, ZoneInfo("UTC")).verify(b"", {}, "")
