"""A shop's own site vouches for who somebody is: it knows them, for they are signed in there.

Two forms, both made with the shop's secret (`models.VouchingKey`, docs/portal.md):
- a JWT (RFC 7519), HS256, with `sub` (the shop's own id of the customer), `exp` at most 24 hours ahead, and
  optionally `name`, `email` and `email_verified`;
- `<id>.<HMAC-SHA256 of the id, in hex>`: the id and nothing else is vouched for, and it never ends.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from shopbell.core import text
from shopbell.customers.models import VouchingKey
from shopbell.shops.models import Shop

ACCOUNT = "account"  # the kind of identity: `<slug of the shop>:<id>`
LONGEST = timedelta(hours=24)
LEEWAY = timedelta(seconds=60)  # by which the two clocks may differ
MOST_CHARACTERS = 4_000
_PAIR = re.compile(r"(.+)\.([0-9a-fA-F]{64})", re.DOTALL)
_ID = re.compile(r"[!-~]{1,100}")
_CAPITAL = re.compile(r"[A-Z^]")


class Forged(ValueError):
    """Not what the shop would have made, or too late."""


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Who the shop says somebody is. `email` only where the shop says it is proved; `expires_at` None: never."""

    customer_id: str
    email: str = ""
    name: str = ""
    expires_at: datetime | None = None


def read(shop: Shop, token: str) -> Vouched:
    """What a token of the shop's says. Raises Forged."""
    token = token.strip()
    if len(token) > MOST_CHARACTERS:
        raise Forged("too long")
    secrets = _secrets(shop)
    pair = _PAIR.fullmatch(token)
    found = _read_pair(secrets, pair[1], pair[2]) if pair else _read_jwt(secrets, token)
    if not _ID.fullmatch(found.customer_id):
        raise Forged("an id is 1 to 100 visible ASCII characters")
    return found


def account(shop: Shop, customer_id: str) -> str:
    """The identity of a customer of the shop's own: of this shop and no other; small and capital letters differ."""
    return f"{shop.slug}:{_CAPITAL.sub(lambda found: '^' + found[0].lower(), customer_id)}"


def own_id(value: str) -> str:
    """The shop's own id of somebody, as the shop writes it: the way back from `account`."""
    return re.sub(r"\^(.)", lambda found: found[1].upper(), value.partition(":")[2])


def _secrets(shop: Shop) -> list[str]:
    key = VouchingKey.objects.filter(shop=shop).first()
    if key is None:
        return []
    is_former_good = key.former_until is not None and key.former_until > timezone.now()
    return [key.secrets["current"], *([key.secrets["former"]] if is_former_good else [])]


def _read_pair(secrets: list[str], customer_id: str, digest: str) -> Vouched:
    made = [hmac.new(secret.encode(), customer_id.encode(), sha256).hexdigest() for secret in secrets]
    genuine = [hmac.compare_digest(one, digest.lower()) for one in made]
    if not any(genuine):
        raise Forged("no hash of ours")
    return Vouched(customer_id=customer_id)


def _read_jwt(secrets: list[str], token: str) -> Vouched:
    for secret in secrets:
        try:
            return _vouched(_decode(token, secret))
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError, OverflowError, OSError, RecursionError) as error:
            raise Forged(str(error)) from error
    raise Forged("no token of ours")


def _decode(token: str, secret: str) -> dict[str, Any]:
    options: Any = {"require": ["exp", "sub"], "verify_sub": False}  # numbers are taken, too
    return jwt.decode(token, secret, algorithms=["HS256"], leeway=LEEWAY, options=options)


def _vouched(claims: dict[str, Any]) -> Vouched:
    expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    if expires_at > timezone.now() + LONGEST + LEEWAY:
        raise Forged("a token is good for at most 24 hours")
    if not isinstance(claims["sub"], str | int):
        raise Forged("sub is the customer's id")
    name = claims.get("name")
    return Vouched(
        customer_id=str(claims["sub"]),
        email=_email(claims),
        name=text.preview(name, 200) if isinstance(name, str) else "",
        expires_at=expires_at,
    )


def _email(claims: dict[str, Any]) -> str:
    """Only one that the shop has proved: what somebody typed there says nothing."""
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return ""
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise Forged("email is no address") from error
    return email.strip()
