"""Names and addresses in requests."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import Field, field_validator

from shopbell.channels import contract
from shopbell.core import text
from shopbell.web.api.fields import Body, Line


class Address(Body):
    """Somebody to write to."""

    name: Line = Field(default="", examples=["Anna Saar"])
    address: str = Field(max_length=320, json_schema_extra={"format": "email"}, examples=["anna@customer.example"])

    @field_validator("address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            validate_email(value)
        except ValidationError:
            raise ValueError("not an e-mail address") from None
        return value

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return text.preview(value, 200)


def senders(people: Iterable[Address]) -> tuple[contract.Sender, ...]:
    """As a channel takes them."""
    return tuple(contract.Sender(address=one.address, name=one.name) for one in people)
