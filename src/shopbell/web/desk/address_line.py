"""People as one line that can be edited, and the line read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from shopbell.channels import contract
from shopbell.core import text

MAX_RECIPIENTS = 50
_PLAIN_NAME = re.compile(r"[\w .'’-]*")
_PERSON = re.compile(r'(?:"[^"]*"|[^",;\n])+')  # one person: commas, semicolons and line ends between, none in quotes
_NAMED = re.compile(r"([^<>]*)<([^<>]*)>")
_UNQUOTABLE = str.maketrans({'"': "'", "\\": None, "<": None, ">": None})
People = list[list[str]]  # [name, address]


def write_people(people: Iterable[Sequence[str]]) -> str:
    """People as one line that can be edited: Anna Saar <anna@example.ee>, berta@example.com."""
    return ", ".join(_write_person(name, address) for name, address in people)


def _write_person(name: str, address: str) -> str:
    if not name or name == address:
        return address
    quoted = name if _PLAIN_NAME.fullmatch(name) else '"' + name.translate(_UNQUOTABLE) + '"'
    return f"{quoted} <{address}>"


def read_people(written: str) -> People:
    """The line again, doubles left out. Raises ValidationError naming what is no address."""
    people: dict[str, list[str]] = {}
    for part in _PERSON.findall(text.clean(written)):
        found = _NAMED.fullmatch(part.strip())
        name, address = (found[1].strip(' "'), found[2].strip()) if found else ("", part.strip())
        if not name and not address:
            continue
        if not _is_address(address):
            shown = text.preview(part, 80)
            raise ValidationError(_("“{text}” is not an e-mail address.").format(text=shown))
        people.setdefault(address.lower(), [text.preview(name, 200), address])
    if len(people) > MAX_RECIPIENTS:
        raise ValidationError(_("At most {n} recipients.").format(n=MAX_RECIPIENTS))
    return list(people.values())


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def senders(people: People) -> tuple[contract.Sender, ...]:
    """People as a channel takes them."""
    return tuple(contract.Sender(address=address, name=name) for name, address in people)
