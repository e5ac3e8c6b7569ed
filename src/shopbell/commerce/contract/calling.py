"""Ask a far side's API, with its failures as the errors of the contract.

The rule of money: a change whose answer is lost, or is a 5xx, may have been made. It becomes UnknownOutcome, and is
read back before anybody tries again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from json import JSONDecodeError, loads
from typing import Any

from shopbell.commerce.contract.errors import AuthFailed, Refused, ShopError, Transient, UnknownOutcome
from shopbell.core import http, text

MAX_BYTES = 30_000_000  # a hundred orders with all their lines
TIMEOUT_SECONDS = 30.0
LONGEST_WAIT = 3600  # seconds; who asks for more is asked again in an hour
TOO_MANY = frozenset({408, 425, 429})
_QUERY = re.compile(r"\?\S+")


class NotThere(Refused):
    """404 or 410: the far side has it not, or no more."""


class Asked:
    """An answer with a good status."""

    def __init__(self, answer: http.Answer, is_deed: bool) -> None:
        self.headers = {name.lower(): value for name, value in answer.headers.items()}
        self.status = answer.status
        self.body = answer.body
        self._is_deed = is_deed

    def json(self) -> Any:
        """The body. Raises Transient for one cut off or no JSON; UnknownOutcome after a change."""
        try:
            return loads(self.body)
        except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unsure(self._is_deed)("the shop's answer is incomplete or no JSON") from error


def ask(
    method: str,
    url: str,
    *,
    is_deed: bool = False,
    reason: Callable[[Any], str] = lambda _body: "",
    headers: Mapping[str, str] | None = None,
    data: bytes | Mapping[str, str] | None = None,
    json: Any = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Asked:
    """Call an address that an admin configured. `is_deed`: it changes something. `reason`: the far side's words.

    `reason` is given the parsed body of a refusal. Redirects are refused: a changed address is the admin's to correct,
    and a POST that is redirected comes out as a GET. Raises AuthFailed (401, 403), NotThere (404, 410), Transient (429,
    5xx and network when reading), UnknownOutcome (5xx and network when changing), Refused (all others).
    """
    try:
        answer = http.call(
            method,
            url,
            headers={"Accept": "application/json", **(headers or {})},
            data=data,
            json=json,
            timeout_seconds=timeout_seconds,
            max_bytes=MAX_BYTES,
            private=True,
            follow=False,
        )
    except http.HttpError as error:
        raise _unanswered(error, is_deed) from error
    if 200 <= answer.status < 300:
        return Asked(answer, is_deed)
    raise _failure(answer, is_deed, reason)


def _unanswered(error: http.HttpError, is_deed: bool) -> ShopError:
    """Never with what follows the question mark of an address: keys may stand there."""
    why = _QUERY.sub("", str(error))
    return _unsure(is_deed)(why) if error.retry or is_deed else Refused(why)


def _unsure(is_deed: bool) -> type[ShopError]:
    return UnknownOutcome if is_deed else Transient


def _failure(answer: http.Answer, is_deed: bool, reason: Callable[[Any], str]) -> ShopError:
    status = answer.status
    body = _parsed(answer.body)
    why = said(body, reason) or f"the shop answered with {status}"
    if 300 <= status < 400:
        why = f"the shop's address leads elsewhere ({_elsewhere(answer)}): correct it"
    return _kind(status, is_deed)(why, code=str(status), retry_after_seconds=wait(answer.headers), body=body)


def _kind(status: int, is_deed: bool) -> type[ShopError]:
    if status in (401, 403):
        return AuthFailed
    if status in (404, 410):
        return NotThere
    if status in TOO_MANY:
        return Transient
    return _unsure(is_deed) if status >= 500 else Refused


def _parsed(body: bytes) -> Any:
    with suppress(ValueError, RecursionError):
        return loads(body)
    return None


def _elsewhere(answer: http.Answer) -> str:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return headers.get("location", "").partition("?")[0][:200]


def said(body: Any, reason: Callable[[Any], str]) -> str:
    """The far side's reason in one line; "" when it gave none that can be read."""
    with suppress(ValueError, TypeError, KeyError, IndexError, AttributeError):
        return text.truncate(" ".join(text.clean(str(reason(body) or "")).split()), 500)
    return ""


def wait(headers: Mapping[str, str]) -> int | None:
    """Seconds of a Retry-After (RFC 9110 10.2.3: seconds, or a date); None without one."""
    value = {name.lower(): one for name, one in headers.items()}.get("retry-after", "").strip()
    if not value:
        return None
    with suppress(ValueError):
        return max(0, min(LONGEST_WAIT, round(float(value))))
    with suppress(ValueError, TypeError):
        left = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        return max(0, min(LONGEST_WAIT, round(left)))
    return None
