"""Our mails as bytes: headers, plain and HTML text, pictures shown inside, files.

Everything leaves in 7 bits (quoted-printable, base64), so no server on the way re-encodes it and breaks a signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from shopbell.channels import contract
from shopbell.plugins.email import addresses, dkim_signing, headers

BODY_POLICY = policy.SMTP.clone(cte_type="7bit")
CONTENT_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/[a-z0-9][a-z0-9.+-]{0,80}")
# Delivery reports and receipts, but not NDR: a bounce must come.
SUPPRESSED = "DR, RN, NRN, OOF, AutoReply"


def compose(message: contract.OutboundMessage, settings: Mapping[str, Any]) -> bytes:
    """The mail, signed when the mailbox has a DKIM key. Raises contract.Permanent for addresses that are none.

    The Message-ID is `message.external_id` on every try; boundaries and Date may differ.
    """
    octets = "".join(_headers(message, settings)).encode() + body(message).as_bytes()
    return dkim_signing.signed(octets, settings)


def reply_to(message: contract.OutboundMessage, settings: Mapping[str, Any]) -> contract.Sender | None:
    """The plus address answers shall come to (setting `reply_token`), or None."""
    address = addresses.with_token(message.sender.address, message.reference)
    if not settings.get("reply_token", False) or address == message.sender.address:
        return None
    return contract.Sender(address=address, name=message.sender.name)


def envelope_sender(message: contract.OutboundMessage, settings: Mapping[str, Any]) -> str:
    """Where bounces shall come to: the plus address (setting `verp`), or the sender's own."""
    token = message.reference if settings.get("verp", True) else ""
    return addresses.on_the_wire(addresses.with_token(message.sender.address, token))


def automatic_headers(message: contract.OutboundMessage) -> dict[str, str]:
    """What tells machines not to answer (RFC 3834, 5; the second is Microsoft's)."""
    if not message.automatic:
        return {}
    kind = "auto-replied" if message.reply_to_external_id else "auto-generated"
    return {"Auto-Submitted": kind, "X-Auto-Response-Suppress": SUPPRESSED}


def body(message: contract.OutboundMessage) -> EmailMessage:
    """The MIME tree: mixed(alternative(plain, related(html, pictures)), files), each level only where needed."""
    mail = EmailMessage(policy=BODY_POLICY)
    mail.set_content(_clean(message.text), charset="utf-8")
    shown = [file for file in message.attachments if is_shown_inside(file, message.html)]
    if message.html:
        mail.add_alternative(_clean(message.html), subtype="html", charset="utf-8")
        page = mail.get_body(("html",))
        assert isinstance(page, EmailMessage)
        for file in shown:
            maintype, subtype = content_type(file)
            page.add_related(
                file.content,
                maintype,
                subtype,
                cid=f"<{file.content_id}>",
                filename=file_name(file),
                disposition="inline",
            )
    for file in message.attachments:
        if file in shown:
            continue
        if (passed_on := whole_mail(file)) is not None:
            mail.add_attachment(passed_on, cte="7bit", filename=file_name(file))
        else:
            maintype, subtype = content_type(file)
            mail.add_attachment(file.content, maintype, subtype, filename=file_name(file))
    return mail


def _headers(message: contract.OutboundMessage, settings: Mapping[str, Any]) -> list[str]:
    answers_to = reply_to(message, settings)
    answered = headers.message_id(message.reply_to_external_id)
    lines = [
        headers.people("From", (message.sender,)),
        headers.people("To", message.to) if message.to else headers.plain("To", "undisclosed-recipients:;"),
        headers.people("Cc", message.cc) if message.cc else "",
        headers.people("Reply-To", (answers_to,)) if answers_to else "",
        headers.text("Subject", message.subject),
        headers.plain("Date", format_datetime(datetime.now(UTC))),
        headers.plain("Message-ID", own_id(message)),
        headers.plain("In-Reply-To", answered) if answered else "",
        headers.references(message.thread_ids, message.reply_to_external_id),
    ]
    return lines + [headers.plain(name, value) for name, value in automatic_headers(message).items()]


def own_id(message: contract.OutboundMessage) -> str:
    """<external_id>; an id of ours that is none is a fault of ours."""
    own = headers.message_id(message.external_id)
    if not own:
        raise contract.Permanent(f"not a Message-ID: {message.external_id!r}", code="message-id")
    return own


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def is_shown_inside(file: contract.AttachmentData, html: str) -> bool:
    """Whether the HTML shows this file by its Content-ID."""
    return bool(file.content_id and headers.message_id(file.content_id) and f"cid:{file.content_id}" in html)


def whole_mail(file: contract.AttachmentData) -> EmailMessage | None:
    """A mail that is passed on as it came, as a mail; None for any other file, and for one that is none.

    It may not be encoded (RFC 2046, 5.2.1) and everything of ours leaves in 7 bits: parts of eight are encoded anew
    inside it. One that cannot be put so travels as a plain file, byte for byte.
    """
    if file.content_type.lower() != "message/rfc822":
        return None
    original = message_from_bytes(file.content, policy=BODY_POLICY)
    try:
        is_plain = original.as_bytes().isascii() and bool(original.keys())
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):  # what broken mails make of the library
        return None
    return original if is_plain and isinstance(original, EmailMessage) else None


def content_type(file: contract.AttachmentData) -> tuple[str, str]:
    """Type and subtype; a mail or a multipart may not be encoded (RFC 2046, 5), so it travels as a plain file."""
    known = CONTENT_TYPE.fullmatch(file.content_type.lower())
    maintype, _slash, subtype = (known[0] if known else "application/octet-stream").partition("/")
    return maintype, subtype


def file_name(file: contract.AttachmentData) -> str:
    """What the file is called where it arrives: one line, never empty."""
    return headers.one_line(file.name)[:200] or "file"
