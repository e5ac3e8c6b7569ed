"""The channel type "contact_form": what the public page of a shop hands over, as JSON.

It cannot send: answers leave by the channel it is told to reply through (a mailbox). Nobody proved who wrote.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.channels import contract
from shopbell.core import files, text

MAX_TEXT = 20_000
MANY_LINKS = 4
MAX_READ = 50


class ContactForm(contract.BaseChannelType):
    identity_kind: ClassVar[str] = "email"
    capabilities: ClassVar[contract.Capabilities] = contract.Capabilities(subject=True, attachments=True)
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = ()

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """One message: {key, name, email, subject, order, message, language, attachments [{name, content: base64}],
        read [numbers of help articles]}.

        Raises Unparsable.
        """
        form = _read(body)
        order = text.preview(_line(form, "order"), 60)
        said = text.clean(_line(form, "message")).strip()[:MAX_TEXT]
        yield contract.InboundMessage(
            external_id=f"form:{_line(form, 'key')}",
            sender=contract.Sender(address=_line(form, "email").strip().lower(), name=_one_line(form, "name")),
            occurred_at=received_at,
            text=said,
            subject=_subject(_one_line(form, "subject"), order),
            language=_line(form, "language")[:5],
            attachments=tuple(_attachment(item) for item in form.get("attachments", ())),
            warnings=_warnings(said),
            about=_about(order, form.get("read")),
        )


def _about(order: str, read: object) -> dict[str, Any]:
    """What else the form says: the order, and which help articles the sender had read."""
    numbers = [one for one in read if type(one) is int][:MAX_READ] if isinstance(read, list) else []
    return {name: value for name, value in (("order", order), ("read", numbers)) if value}


def _read(body: bytes) -> dict[str, Any]:
    try:
        form = json.loads(body)
    except ValueError as error:
        raise contract.Unparsable(f"no JSON: {error}") from error
    if not isinstance(form, dict) or not _line(form, "key") or "@" not in _line(form, "email"):
        raise contract.Unparsable("no contact form: key and email are needed")
    return form


def _line(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _one_line(form: Mapping[str, Any], name: str) -> str:
    """Line breaks would make headers of their own in the answer."""
    return text.preview(_line(form, name), 200)


def _subject(subject: str, order: str) -> str:
    return subject if not order or order in subject else f"{subject} ({order})".strip()


def _attachment(item: Mapping[str, Any]) -> contract.AttachmentData:
    try:
        content = base64.b64decode(item["content"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise contract.Unparsable(f"a damaged file: {error}") from error
    name = files.safe_name(str(item.get("name", "")))
    return contract.AttachmentData(name=name, content_type=files.sniff(content, name), content=content)


def _warnings(said: str) -> tuple[str, ...]:
    links = said.lower().count("http://") + said.lower().count("https://")
    return ("many-links",) if links >= MANY_LINKS else ()
