"""What carriers have in common: they are asked about numbers, and what they answer is read by a table."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from shopbell.commerce.contract import (
    Asked,
    AuthFailed,
    Finding,
    Forged,
    NotThere,
    Remember,
    SettingsField,
    ShopError,
    State,
    Tracking,
    TrackingData,
    ask,
    forget,
)
from shopbell.plugins.carriers.table import Table

TRY = "00000000000000"  # a number nobody has: the carrier's "not found" proves that the credentials are good
EARLY_SECONDS = 60  # a token is renewed this long before its end


class Polled:
    """A carrier that answers questions. Subclasses say how to ask, and read the answer."""

    label: ClassVar[str] = ""
    serves: ClassVar[frozenset[str]] = frozenset()
    settings_form: ClassVar[tuple[SettingsField, ...]] = ()
    has_webhooks: ClassVar[bool] = False
    at_once: ClassVar[int] = 1
    codes: ClassVar[Table]
    families: ClassVar[tuple[str, ...]] = ()  # before codes of another kind in the table: "TYPE:"
    home: ClassVar[str] = "Europe/Berlin"  # the zone of times that come without one, and without a country

    def __init__(self, settings: Mapping[str, Any], zone: ZoneInfo, remember: Remember = forget) -> None:
        self.settings = dict(settings)
        self.zone = zone
        self._remember = remember

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Raises Forged: this carrier pushes nothing."""
        raise Forged("this carrier pushes nothing")

    def delivery_key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """The bytes themselves make a push the same as another."""
        return ""

    def understand(self, raw: Any) -> list[Tracking]:
        """See contract.Carrier."""
        raise NotImplementedError

    def meaning(self, code: str, text: str = "") -> tuple[State, str]:
        """State and reason of one of its codes, of whatever kind."""
        spelt = next(
            (one for one in (code, *(f"{each}{code}" for each in self.families)) if self.codes.find(one)), code
        )
        return self.codes.read(spelt, text)

    def answer(self, numbers: Sequence[str]) -> Any:
        """What the carrier answers about at most `at_once` numbers. Raises ShopError."""
        raise NotImplementedError

    def track(self, numbers: Sequence[str]) -> list[Tracking]:
        """What is known of these parcels; unknown ones are absent. Raises ShopError."""
        found: list[Tracking] = []
        for start in range(0, len(numbers), self.at_once):
            asked = numbers[start : start + self.at_once]
            try:
                said = self.understand(self.answer(asked))
            except NotThere:
                continue
            found += _named(said, asked)
        return found

    def test(self) -> list[Finding]:
        """Ask about a number nobody has. Empty: the credentials are good. Raises nothing."""
        try:
            self.answer([TRY])
        except NotThere:
            return []
        except AuthFailed as error:
            return [Finding(level="error", text=_("The credentials are refused: %(why)s") % {"why": error})]
        except ShopError as error:
            return [Finding(level="error", text=str(error))] if error.code != "400" else []
        return []

    def text(self, name: str) -> str:
        """A setting as text; the form's initial value where it is not set."""
        initial = next((field.initial for field in self.settings_form if field.path == name), "")
        return str(self.settings.get(name) or initial).strip()

    def basic(self, user: str, password: str) -> str:
        """An Authorization header with name and password (RFC 7617)."""
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def token(self, seconds: int = 3600) -> str:
        """A bearer's token: the one remembered for these credentials, or one of `new_token`. Raises ShopError."""
        mine = self._credentials()
        is_good = float(self.settings.get("token_until") or 0) >= time.time() + EARLY_SECONDS
        if not is_good or self.settings.get("token_for") != mine:
            token, life = self.new_token()
            self.remember({"token": token, "token_until": time.time() + (life or seconds), "token_for": mine})
        return str(self.settings["token"])

    def _credentials(self) -> str:
        values = [self.text(field.path) for field in self.settings_form]
        return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]

    def new_token(self) -> tuple[str, int]:
        """A new token, and for how many seconds it is good. Raises ShopError."""
        raise NotImplementedError

    def remember(self, changed: Mapping[str, Any]) -> None:
        """Keep what the far side changed, here and for the next time."""
        self.settings.update(changed)
        self._remember(changed)


def granted(answer: Asked) -> tuple[str, int]:
    """Token and life of an OAuth 2 answer (RFC 6749 5.1). Raises AuthFailed for one without a token."""
    body = answer.json()
    token = body.get("access_token") if isinstance(body, Mapping) else None
    if not isinstance(token, str) or not token:
        raise AuthFailed("no token was given")
    life = str(body.get("expires_in") or "")
    return token, int(life) if life.isdigit() else 0


def grant(url: str, **form: str) -> tuple[str, int]:
    """Get a token by OAuth 2 with these fields. Raises ShopError; AuthFailed also for 400, as RFC 6749 5.2 wants it."""
    try:
        return granted(ask("POST", url, data=form))
    except ShopError as error:
        if error.code == "400":
            raise AuthFailed(str(error), code="400") from error
        raise


def _named(said: Sequence[Tracking], asked: Sequence[str]) -> list[Tracking]:
    """An answer to a question about one number is about that number, however the carrier writes it."""
    if len(asked) == 1 and len(said) == 1:
        return [replace(said[0], number=asked[0])]
    return [one for one in said if one.number]


def happened(
    table: Table, code: str, at: datetime | None, *, text: str = "", place: str = "", kept: str = ""
) -> TrackingData | None:
    """An event by a code of the table; None for one without a time, which says nothing that could be put in order.

    `kept`: the raw code to keep where it is not the one the table is asked for.
    """
    if at is None:
        return None
    state, reason = table.read(code, text)
    return TrackingData(occurred_at=at, state=state, reason=reason, code=kept or code, text=text, place=place)


def in_order(events: Sequence[TrackingData | None]) -> tuple[TrackingData, ...]:
    """Those there are, oldest first; of the same moment in the order given, turned when the newest come first."""
    there = [event for event in events if event is not None]
    if len(there) > 1 and there[0].occurred_at > there[-1].occurred_at:
        there.reverse()
    return tuple(sorted(there, key=lambda event: event.occurred_at))


def with_state(event: TrackingData, state: State, reason: str = "") -> TrackingData:
    """The event, its state known better."""
    return replace(event, state=state, reason=reason)


def place(*parts: str) -> str:
    """City and country in one line."""
    return ", ".join(part for part in (one.strip() for one in parts) if part)


def signed(body: bytes, secret: str, given: str, *, as_hex: bool) -> None:
    """Check an HMAC-SHA256 over the raw bytes in constant time. Raises Forged, also without a secret."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    expected = digest.hex() if as_hex else base64.b64encode(digest).decode()
    if not secret or not hmac.compare_digest(expected.encode(), given.strip().encode()):
        raise Forged("the signature does not hold")
