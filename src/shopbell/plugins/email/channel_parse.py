"""A mail as the channel contract wants it: one message, or receipts for mails of ours.

Two ids: `message_id` is what other mails name in In-Reply-To, for threading. `external_id` makes receiving idempotent:
the id with 16 hex digits of the mail's fingerprint, because broken senders use one id for different mails (both must be
kept), while copies of one mail over two ways, or a second import, have both in common (and must be one).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from shopbell.channels import contract
from shopbell.plugins.email import charsets, understanding
from shopbell.plugins.email.mime.fields import Address
from shopbell.plugins.email.parsed import Attachment, DeliveryStatus, Event, ParsedMail, Report

TOKEN = re.compile(r"^[^@]+\+([A-Za-z0-9]{1,64}-[A-Za-z0-9]{8,64})@")
NUMBER = re.compile(r"\[#(\d{1,12})\]")
READABLE_SHARE = 0.95  # of the characters, for bytes without a header to count as a text


def parse(
    body: bytes, envelope: Mapping[str, Any], received_at: datetime, settings: Mapping[str, Any]
) -> list[contract.Inbound]:
    """What a raw mail means for the desk. Raises contract.Unparsable when it has neither header nor readable text.

    `envelope` may hold mail_from and rcpt_tos (SMTP), `settings` authserv_ids; both may be empty.
    """
    mail = understanding.understand(
        body,
        authserv_ids=_strings(settings.get("authserv_ids")),
        envelope_from=envelope.get("mail_from"),
        envelope_to=_strings(envelope.get("rcpt_tos")),
        received_at=received_at,
        own=_strings(settings.get("address")),
    )
    if not mail.has_header and not _is_readable(body):
        raise contract.Unparsable("no mail: neither a header nor readable text")
    if mail.report is not None:
        return list(_receipts(mail, mail.report))
    left_out = envelope.get("content_left_out")
    return [_message(mail, received_at, ("content left out: the mail is too large",) if left_out else ())]


def _strings(value: object) -> Sequence[str]:
    """Settings and envelopes are JSON: a list, one text, or anything."""
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def _is_readable(body: bytes) -> bool:
    sample = charsets.decode(body[:4000]).text
    good = sum(char.isprintable() or char in "\r\n\t" for char in sample)
    return bool(sample.strip()) and good >= READABLE_SHARE * len(sample)


def external_id(mail: ParsedMail) -> str:
    """The key that makes two deliveries of one mail one, and never two mails one."""
    if mail.message_id:
        return f"{mail.message_id}#{mail.fingerprint[:16]}"
    return f"sha256:{mail.fingerprint}"


def _message(mail: ParsedMail, received_at: datetime, more_warnings: tuple[str, ...]) -> contract.InboundMessage:
    answered = [*mail.in_reply_to, *reversed(mail.references)]
    return contract.InboundMessage(
        external_id=external_id(mail),
        message_id=mail.message_id,
        sender=_sender(mail),
        occurred_at=received_at.astimezone(UTC) if received_at.tzinfo else received_at.replace(tzinfo=UTC),
        text=mail.visible,
        full_text=mail.text,
        html=mail.html,
        subject=mail.subject,
        to=_people(mail.to),
        cc=_people(mail.cc),
        thread_ids=tuple(each for each in dict.fromkeys(answered) if each != mail.message_id),
        reply_token=_token(mail.recipients),
        conversation_number=_number(mail.subject),
        auto=mail.auto,
        language=mail.language,
        attachments=tuple(map(_attachment, mail.attachments)),
        forwarded=_forwarded(mail),
        sent_at=mail.date,
        authentication=_authentication(mail),
        warnings=(*mail.warnings, *more_warnings),
        about={"calendar": [_event(event) for event in mail.events]} if mail.events else {},
    )


def _sender(mail: ParsedMail) -> contract.Sender:
    """Whom the desk answers, verified only when he is the proved author."""
    chosen = mail.answer_to
    return contract.Sender(
        address=chosen.address,
        name=chosen.name or mail.sender.name,
        verified=_authentication(mail) == "pass",
    )


def _people(found: Iterable[Address]) -> tuple[contract.Sender, ...]:
    return tuple(contract.Sender(address=each.address, name=each.name) for each in found if each.address)


def _token(recipients: Iterable[str]) -> str:
    """The plus part of an address this mail was sent to, when it looks like a token of ours; lower case."""
    return next((match[1].lower() for each in recipients if (match := TOKEN.match(each))), "")


def _number(subject: str) -> int | None:
    match = NUMBER.search(subject)
    return int(match[1]) if match else None


def _attachment(found: Attachment) -> contract.AttachmentData:
    return contract.AttachmentData(
        name=found.name,
        content_type=found.content_type,
        content=found.content,
        content_id=found.content_id,
        inline=found.inline,
    )


def _forwarded(mail: ParsedMail) -> contract.ForwardedMessage | None:
    if mail.forwarded is None:
        return None
    original = mail.forwarded
    return contract.ForwardedMessage(
        sender=contract.Sender(address=original.sender.address, name=original.sender.name),
        subject=original.subject,
        body=original.body,
        date=original.date,
    )


def _authentication(mail: ParsedMail) -> Literal["pass", "fail", "unknown"]:
    """ "fail" when our server found the sender forged: DMARC failed, or SPF did and no aligned signature was there; and
    when he asks for answers to somebody else's address: the proof is not about that one."""
    found = mail.authentication
    if found.trusted and mail.answer_to.address.lower() != mail.sender.address.lower():
        return "fail"
    if found.verified:
        return "pass"
    forged = found.dmarc == "fail" or (found.dmarc != "pass" and found.spf == "fail" and found.dkim != "pass")
    return "fail" if found.trusted and forged else "unknown"


def _event(event: Event) -> dict[str, str]:
    return {
        "summary": event.summary,
        "start": event.start,
        "end": event.end,
        "location": event.location,
        "organizer": event.organizer,
        "method": event.method,
    }


def _receipts(mail: ParsedMail, report: Report) -> Iterable[contract.Receipt]:
    reference = _token([*mail.recipients, *report.original_addresses])
    for status in report.statuses:
        yield contract.Receipt(
            state=status.outcome,
            external_id=report.original_message_id,
            reference=reference,
            recipient=status.recipient,
            permanent=status.outcome == "failed" and status.kind == "hard",
            reason=_reason(status),
        )


def _reason(status: DeliveryStatus) -> str:
    """The reason's name, code and words: "mailbox_full 552 5.2.2: quota exceeded"."""
    if status.outcome == "delivered":
        return ""
    code = " ".join(filter(None, [str(status.smtp_code or ""), status.status]))
    return f"{status.reason} {code}".strip() + (f": {status.diagnostic[:300]}" if status.diagnostic else "")
