"""Mails as they come over the wire, written for the tests."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from email.utils import format_datetime

from tests.factories import NOON

_numbers = itertools.count(1)


def mail(
    sender: str = "Anna Saar <anna@customer.example>",
    to: str = "help@shop.example",
    subject: str = "Where is order 1042?",
    body: str = "Hello, where is my parcel?\n",
    **headers: str,
) -> bytes:
    """One mail; keyword `Message_ID` is the header Message-ID; a header given as "" is left out."""
    message = EmailMessage()
    values = {"From": sender, "To": to, "Subject": subject, "Date": format_datetime(NOON)}
    values["Message-ID"] = f"<mail{next(_numbers)}@customer.example>"
    values |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in values.items():
        if value:
            message[name] = value
    message.set_content(body)
    return message.as_bytes()
