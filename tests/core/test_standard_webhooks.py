import base64
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from shopbell.core import standard_webhooks
from shopbell.core.standard_webhooks import BadSignature

SECRET = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()
OTHER = "whsec_" + base64.b64encode(b"another twenty-four byte").decode()
BODY = b'{"type":"order.changed"}'
NOW = 1_795_290_248.0


def signed(secret: str = SECRET, body: bytes = BODY, at: float = NOW) -> dict[str, str]:
    """As the standard's own library signs."""
    said = Webhook(secret).sign("msg_1", datetime.fromtimestamp(at, UTC), body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(at)), "webhook-signature": said}


def test_what_the_standards_own_library_signs_holds():
    assert standard_webhooks.verify([SECRET], signed(), BODY, NOW) == "msg_1"
    assert standard_webhooks.verify([OTHER, SECRET], signed(), BODY, NOW + 299) == "msg_1"


def test_what_we_sign_holds_for_the_standards_own_library():
    stamp = str(int(time.time()))
    said = standard_webhooks.signature(SECRET, "msg_1", stamp, BODY)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": said}
    assert Webhook(SECRET).verify(BODY, headers) == {"type": "order.changed"}


def test_one_of_several_signatures_is_enough():
    headers = signed()
    headers["webhook-signature"] = "v1a,x v1,AAAA " + headers["webhook-signature"]
    assert standard_webhooks.verify([SECRET], headers, BODY, NOW) == "msg_1"


@pytest.mark.parametrize(
    ("secrets", "headers", "body", "why"),
    [
        ([OTHER], {}, BODY, "signature"),
        ([], {}, BODY, "signature"),
        ([""], {}, BODY, "signature"),
        (["whsec_%%%"], {}, BODY, "signature"),
        ([SECRET], {}, BODY + b" ", "signature"),
        ([SECRET], {"webhook-id": "msg_2"}, BODY, "signature"),
        ([SECRET], {"webhook-signature": "v1,ÄÄÄ"}, BODY, "signature"),
        ([SECRET], {"webhook-timestamp": str(int(NOW) - 301)}, BODY, "five minutes"),
        ([SECRET], {"webhook-timestamp": str(int(NOW) + 301)}, BODY, "five minutes"),
        ([SECRET], {"webhook-timestamp": "soon"}, BODY, "time"),
        ([SECRET], {"webhook-timestamp": "²"}, BODY, "time"),
        ([SECRET], {"webhook-signature": ""}, BODY, "not signed"),
        ([SECRET], {"webhook-id": ""}, BODY, "not signed"),
    ],
)
def test_what_is_not_signed_by_the_secret_is_refused(
    secrets: list[str], headers: dict[str, str], body: bytes, why: str
):
    with pytest.raises(BadSignature, match=why):
        standard_webhooks.verify(secrets, {**signed(), **headers}, body, NOW)


def test_an_empty_secret_signs_nothing():
    """Whoever leaves the field empty must not be open to everybody who knows that."""
    said = standard_webhooks.signature("", "msg_1", str(int(NOW)), BODY)
    with pytest.raises(BadSignature):
        standard_webhooks.verify([""], {**signed(), "webhook-signature": said}, BODY, NOW)
