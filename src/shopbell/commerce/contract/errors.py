"""What may go wrong at the far side."""

from __future__ import annotations

from typing import Any


class ShopError(Exception):
    """Something went wrong at the far side.

    ShopError
    ├── Transient       try again later (`retry_after_seconds` when the far side said so)
    ├── Refused         the far side understood and says no; the text is its reason, for a person
    ├── AuthFailed      the credentials are refused
    ├── UnknownOutcome  a change was asked for and nobody knows whether it was made: read back, never just repeat
    └── Unparsable      what came cannot be understood
    """

    def __init__(
        self, message: str, *, code: str = "", retry_after_seconds: int | None = None, body: Any = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_seconds = retry_after_seconds
        self.body = body  # of the answer, when it was JSON


class Transient(ShopError):
    """Try again later."""


class Refused(ShopError):
    """The far side says no."""


class AuthFailed(ShopError):
    """The credentials are refused."""


class UnknownOutcome(ShopError):
    """Nobody knows whether the change was made."""


class Unparsable(ShopError):
    """What came cannot be understood."""


class Forged(Exception):
    """A webhook whose signature does not hold. It is refused and not kept."""
