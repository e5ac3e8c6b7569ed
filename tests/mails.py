"""Mails as they come over the wire, written for the tests."""

from __future__ import annotations

import itertools
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
    values = {"From": sender, "To": to, "Subject": subject, "Date": format_datetime(NOON)}
    values["Message-ID"] = f"<mail{next(_numbers)}@customer.example>"
    values |= {name.replace("_", "-"): value for name, value in headers.items()}
    values |= {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
    lines = [f"{name}: {value}" for name, value in values.items() if value]
    return "\r\n".join([*lines, "", body]).encode()
