"""The channel type "contact_form": what the public page of a shop hands over, as JSON.

It cannot send: answers leave by the channel it is told to reply through (a mailbox). Nobody proved who wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.channels import contract
from shopbell.core import handed, text

MAX_TEXT = 20_000
MANY_LINKS = 4


class ContactForm(contract.BaseChannelType):
    identity_kind: ClassVar[str] = "email"
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = ()

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """One message: {key, name, email, subject, order, message, language, attachments [{name, content: base64}],
        read [numbers of help articles]}.

        Raises Unparsable.
        """
        try:
            form = handed.read(body, ("key", "email"))
            attached = handed.attached(form)
        except handed.Unreadable as error:
            raise contract.Unparsable(f"no contact form: {error}") from error
        if "@" not in form["email"]:
            raise contract.Unparsable("no contact form: email is no address")
        order = text.preview(handed.line(form, "order"), 60)
        about = {"order": order, "read": handed.numbers(form, "read")}
        said = text.clean(handed.line(form, "message")).strip()[:MAX_TEXT]
        yield contract.InboundMessage(
            external_id=f"form:{handed.line(form, 'key')}",
            sender=contract.Sender(address=handed.line(form, "email").strip().lower(), name=_one_line(form, "name")),
            occurred_at=received_at,
            text=said,
            subject=_subject(_one_line(form, "subject"), order),
            language=handed.line(form, "language")[:5],
            attachments=tuple(contract.AttachmentData(**one._asdict()) for one in attached),
            warnings=_warnings(said),
            about={name: value for name, value in about.items() if value},
        )


def _one_line(form: Mapping[str, Any], name: str) -> str:
    """Line breaks would make headers of their own in the answer."""
    return text.preview(handed.line(form, name), 200)


def _subject(subject: str, order: str) -> str:
    return subject if not order or order in subject else f"{subject} ({order})".strip()


def _warnings(said: str) -> tuple[str, ...]:
    links = said.lower().count("http://") + said.lower().count("https://")
    return ("many-links",) if links >= MANY_LINKS else ()
