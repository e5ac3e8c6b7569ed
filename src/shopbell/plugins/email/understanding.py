"""From the raw bytes of a mail to what it says: the parts, texts, people, kind and fate, put together.

Pure and total: no input raises, time is linear in the size, and whatever had to be repaired or left out is a warning.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shopbell.channels.contract import AutoKind
from shopbell.plugins.email import authentication, automatic, bodies, bounces, calendar, forwarded, language, visible
from shopbell.plugins.email.mime import fields, headers, parts, words
from shopbell.plugins.email.mime.fields import Address
from shopbell.plugins.email.parsed import Original, ParsedMail, Report

MAX_SUBJECT = 1000  # characters
MAX_SKEW = timedelta(hours=36)
MAX_WRITTEN = 2_000_000  # characters in which quote and signature are told from the text; the rest counts as quoted
MAX_LINES = 40_000
LANGUAGE_SAMPLE = 5000  # characters looked at to tell the language

KNOWN_FIELDS = ("from", "to", "subject", "date", "received", "message-id", "return-path", "sender", "reply-to",
                "mime-version", "content-type", "delivered-to")  # fmt: skip
RECIPIENT_FIELDS = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "apparently-to",
)
LIST_TAG = re.compile(
    r"^\s*(?:\[[^\]\n]{1,60}\]\s*)?(?:(?:re|aw|sv|vs|fwd?|wg)\s*:\s*)*(?:\[[^\]\n]{1,60}\]\s*)?", re.IGNORECASE
)


def understand(
    raw: bytes,
    *,
    authserv_ids: Sequence[str] = (),
    envelope_from: str | None = None,
    envelope_to: Sequence[str] = (),
    received_at: datetime | None = None,
    own: Sequence[str] = (),
) -> ParsedMail:
    """Understand a mail. `authserv_ids`: the names our own receiving server signs its verdicts with; the envelope and
    `received_at` as our server knew them, when it did; `own`: addresses of the mailbox that receives."""
    root = parts.parse(raw)
    head = root.headers
    body = bodies.read(root)
    subject = head.text("subject")[:MAX_SUBJECT]
    senders = fields.addresses(head, "from") or fields.addresses(head, "sender")
    report = bounces.recognise(root, subject, senders, body.text, envelope_from)
    shown = _shown(body, subject)
    arrival = _arrival(head)
    date = fields.date(head.text("date"))
    _warn_of_header(head, date, received_at or arrival)
    return ParsedMail(
        subject=subject,
        sender=_first(senders),
        senders=tuple(senders),
        to=tuple(fields.addresses(head, "to")),
        cc=tuple(fields.addresses(head, "cc")),
        reply_to=_reply_to(head, senders),
        answer_to=_answer_to(head, senders, own),
        date=date,
        received_at=arrival,
        message_id=next(
            (found for raw_id in head.raw_all("message-id") if (found := fields.usable_id(head.undecoded(raw_id)))), ""
        ),
        in_reply_to=_ids(head, "in-reply-to"),
        references=_ids(head, "references"),
        auto=_auto(report) if report else automatic.kind(head, subject, _first(senders).address, envelope_from, own),
        report=report,
        text=body.text,
        visible=shown.visible,
        quoted=shown.quoted,
        signature=shown.signature,
        html=body.html,
        forwarded=None if report else _forwarded(body, subject),
        attachments=tuple(body.files),
        events=tuple(event for text in body.calendars[:10] if (event := calendar.read(text))),
        language=language.detect(shown.visible[:LANGUAGE_SAMPLE], head.plain("content-language")[:2]),
        authentication=authentication.check(head, senders, authserv_ids),
        recipients=_recipients(head, envelope_to),
        fingerprint=_fingerprint(head, senders, subject, body),
        has_header=any(name in head for name in KNOWN_FIELDS),
        warnings=(*head.warnings, *root.warnings),
    )


def _shown(body: bodies.Body, subject: str) -> visible.Parts:
    """The writer's own words; of a mail in HTML alone, told apart with the help of its marks."""
    if body.from_html:
        return visible.from_html(body.html[: bodies.MAX_HTML], subject)
    head, rest = _readable_length(bodies.without_pgp_armour(body.text))
    found = visible.split(head, subject, visible.marked_signatures(body.html[: bodies.MAX_HTML]))
    return replace(found, quoted=f"{found.quoted}\n{rest}".strip("\n")) if rest else found


def _readable_length(text: str) -> tuple[str, str]:
    """The text in two: what a person may have written, and what comes after MAX_WRITTEN or MAX_LINES."""
    if len(text) <= MAX_WRITTEN and text.count("\n") <= MAX_LINES:
        return text, ""
    position = -1
    for _ in range(MAX_LINES):
        position = text.find("\n", position + 1, MAX_WRITTEN)
        if position < 0:
            return text[:MAX_WRITTEN], text[MAX_WRITTEN:]
    return text[:position], text[position + 1 :]


def _reply_to(head: headers.Headers, senders: list[Address]) -> tuple[Address, ...]:
    """Reply-To where it says something else than From."""
    known = {each.address.lower() for each in senders}
    found = fields.addresses(head, "reply-to")
    return tuple(found) if any(each.address and each.address.lower() not in known for each in found) else ()


def _first(senders: Sequence[Address]) -> Address:
    return senders[0] if senders else Address()


def _answer_to(head: headers.Headers, senders: list[Address], own: Sequence[str]) -> Address:
    """Reply-To, else the author whom a group or list put aside to write its own address into From, else From.

    Never an address of ours or one this very mail was sent to: the answer would come back to us.
    """
    ours = {each.lower() for each in [*own, *_recipients(head, ())]}
    for each in fields.addresses(head, "reply-to", "x-original-from", "x-original-sender"):
        if each.address and each.address.lower() not in ours:
            named = next((one for one in senders if one.address.lower() == each.address.lower()), each)
            return each if each.name else Address(named.name, each.address)
    return _first(senders)


def _ids(head: headers.Headers, name: str) -> tuple[str, ...]:
    return tuple(fields.message_ids(" ".join(head.undecoded(value) for value in head.raw_all(name))))


def _arrival(head: headers.Headers) -> datetime | None:
    """When the last server took the mail: the date of the topmost Received field (RFC 5321, 4.4)."""
    return fields.date(head.undecoded(head.raw("received")).rpartition(";")[2].strip())


def _warn_of_header(head: headers.Headers, date: datetime | None, arrival: datetime | None) -> None:
    if not fields.addresses(head, "from"):
        head.warn("header: no From address")
    if "date" in head and date is None:
        head.warn("header: unreadable Date")
    if "message-id" in head and not fields.usable_id(head.undecoded(head.raw("message-id"))):
        head.warn("header: unusable Message-ID")
    if date and arrival and abs(date - arrival) > MAX_SKEW:
        head.warn(f"header: the sender's clock is off by {abs(date - arrival).days} days")


def _auto(report: Report) -> AutoKind:
    return "bounce" if report.failed or not report.statuses else "delivery-report"


def _forwarded(body: bodies.Body, subject: str) -> Original | None:
    """The mail that was passed on: in the text, or as the one attached message."""
    found = forwarded.find(_readable_length(body.text)[0], subject)
    if found is not None:
        return Original(
            sender=Address(found.from_name, fields.clean_address(found.from_address)),
            to=tuple(Address(name, fields.clean_address(address)) for name, address in found.to),
            date=fields.date(found.date),
            date_text=found.date,
            subject=found.subject,
            body=found.body,
        )
    return _attached(body.messages[0]) if len(body.messages) == 1 else None


def _attached(part: parts.Part) -> Original | None:
    root = parts.parse(part.payload())
    senders = fields.addresses(root.headers, "from")
    if not senders:
        return None
    date = root.headers.text("date")
    return Original(
        sender=senders[0],
        to=tuple(fields.addresses(root.headers, "to")),
        date=fields.date(date),
        date_text=date,
        subject=root.headers.text("subject")[:MAX_SUBJECT],
        body=bodies.read(root).text,
    )


def _recipients(head: headers.Headers, envelope_to: Sequence[str]) -> tuple[str, ...]:
    found = [fields.clean_address(each) for each in envelope_to]
    found += [each.address for each in fields.addresses(head, *RECIPIENT_FIELDS)]
    return tuple(dict.fromkeys(filter(None, found)))


def _fingerprint(head: headers.Headers, senders: list[Address], subject: str, body: bodies.Body) -> str:
    """A hash that two copies of one mail share, whatever way they came, and two different mails do not.

    Over sender, date, subject without list tag, and content; not over trace fields, transfer encodings, white space and
    footers of lists. Without a date or an id to tell two equal mails apart, the first server's stamp counts too.
    """
    pieces = [
        senders[0].address.lower() if senders else "",
        head.plain("date"),
        words.one_line(LIST_TAG.sub("", subject)),
        *sorted(body.digests),
    ]
    if not head.raw("date") and not head.raw("message-id"):
        pieces.append(head.undecoded(next(reversed(head.raw_all("received")), b"")))
    return hashlib.sha256("\x00".join(pieces).encode("utf-8", "replace")).hexdigest()
