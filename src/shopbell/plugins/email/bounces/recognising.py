"""Is this mail about a mail of ours that could not be delivered, waits, or arrived?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shopbell.plugins.email import automatic
from shopbell.plugins.email.bounces import notices, reports, wording
from shopbell.plugins.email.mime import fields, headers, parts
from shopbell.plugins.email.mime.fields import Address
from shopbell.plugins.email.parsed import DeliveryStatus, Report

WORTH = 3  # points that make a bounce of a program's mail
WORTH_OF_ANYBODY = 4  # and of a mail that nothing but its words shows to be a program's
MAX_TEXT = 6000  # characters searched for the words of failure


def recognise(
    root: parts.Part, subject: str, senders: Sequence[Address], text: str, envelope_from: str | None = None
) -> Report | None:
    """The report in a mail, or None when the mail is none. `text` is the mail's readable text."""
    notice = notices.notice_part(text)
    statuses, original_id = _standard(root, subject, senders, notice, envelope_from)
    if not statuses:
        if not _is_notice(root, subject, senders, notice, envelope_from):
            return None
        reporter = senders[0].address if senders else ""
        statuses = notices.recipients(notice, subject, _own(root, senders), reporter)
    returned = _returned(root, text)
    statuses = statuses or [_from_returned(returned, notice, subject)]
    return Report(
        statuses=tuple(statuses),
        original_message_id=original_id or _original_id(root, returned, text),
        original_addresses=tuple(_original_addresses(returned)),
    )


def _standard(
    root: parts.Part, subject: str, senders: Sequence[Address], notice: str, envelope_from: str | None
) -> tuple[list[DeliveryStatus], str]:
    """What the standard parts and fields of a report say; empty for a mail that a person forwards one in."""
    if not _sent_by_program(root, subject, senders, envelope_from):
        return [], ""
    for part in _own_parts(root):
        if part.content_type in {"message/delivery-status", "message/global-delivery-status"}:
            found = reports.delivery_status(part, notice)
            if found:
                return found, ""
        if part.content_type in {"message/disposition-notification", "message/global-disposition-notification"}:
            return reports.disposition(part, notice)
    listed = fields.addresses(root.headers, "x-failed-recipients")
    if listed:
        told = {each.recipient.lower(): each for each in notices.recipients(notice, subject, (), "")}
        result = notices.outcome(notice, subject)
        return [
            told.get(each.address.lower()) or notices.told(each.address, result, notice, subject)
            for each in listed[: notices.MAX_RECIPIENTS]
            if each.address
        ], ""
    return [], ""


def _own_parts(root: parts.Part) -> list[parts.Part]:
    """The parts of the mail; of a wrapped report (a gateway attached it whole) those of the wrapped one."""
    found = list(root.walk())
    if any(part.content_type.endswith("delivery-status") for part in found):
        return found
    wrapped = next((part for part in found if part.content_type == "message/rfc822"), None)
    if wrapped is not None and root.parameters.get("report-type") and wrapped is not root:
        found += list(parts.parse(wrapped.payload()).walk())
    return found


def _sent_by_program(root: parts.Part, subject: str, senders: Sequence[Address], envelope_from: str | None) -> bool:
    """A report part alone proves nothing: people forward bounces to ask about them."""
    if root.content_type == "multipart/report" or root.parameters.get("report-type"):
        return True
    return _program_points(root, senders, envelope_from) >= 2 or bool(wording.SUBJECT.search(subject))


def _is_notice(
    root: parts.Part, subject: str, senders: Sequence[Address], notice: str, envelope_from: str | None
) -> bool:
    if wording.ANSWER.match(subject) and (root.headers.raw("in-reply-to") or root.headers.raw("references")):
        return False
    if automatic.CERTAIN.match(subject):
        return False  # an absent person's machine may well talk of delivery
    subject_tells = bool(wording.SUBJECT.search(subject))
    by_program = _program_points(root, senders, envelope_from)
    if not subject_tells and not by_program:
        return False  # the words of a notice alone are never enough
    notice_tells = bool(wording.NOTICE.search(notice[:MAX_TEXT]))
    if not notice_tells and not (subject_tells and _is_daemon(root, senders)):
        return False
    evidence = notice_tells and _has_evidence(root, notice[:MAX_TEXT], _own(root, senders))
    points = by_program + 2 * subject_tells + notice_tells + evidence
    return points >= (WORTH if by_program > 1 else WORTH_OF_ANYBODY)


def _program_points(root: parts.Part, senders: Sequence[Address], envelope_from: str | None) -> int:
    """How much the sender, the envelope and the form of a mail show that a mail server wrote it."""
    points = 2 if _is_daemon(root, senders) else 0
    points += 2 if _is_null(root, envelope_from) else 0
    points += 1 if root.headers.plain("auto-submitted").startswith("auto-") else 0
    return points + (1 if root.content_type == "multipart/report" else 0)


def _has_evidence(root: parts.Part, notice: str, own: Sequence[str]) -> bool:
    """A foreign address where a bounce has it, or the returned mail. A parcel's delivery has neither."""
    if any(part.content_type in {"message/rfc822", "text/rfc822-headers"} for part in root.walk()):
        return True
    foreign = {address.lower() for address in own}
    return any(each.weight >= 2 and each.address.lower() not in foreign for each in notices.candidates(notice))


def _is_daemon(root: parts.Part, senders: Sequence[Address]) -> bool:
    """A program by its name or address; a mail (not a mere text) from nobody is a program's too."""
    if not senders:
        return "received" in root.headers or "subject" in root.headers
    return bool(wording.DAEMON.search(f"{senders[0].name} <{senders[0].address}") or not senders[0].address)


def _is_null(root: parts.Part, envelope_from: str | None) -> bool:
    if envelope_from is not None:
        return not envelope_from.strip("<> ")
    path = root.headers.plain("return-path")
    return path in {"<>", "< >"} or path.startswith("<mailer-daemon")


def _own(root: parts.Part, senders: Sequence[Address]) -> list[str]:
    """Addresses that are not the failed one: whom the notice was sent to, and who sent it."""
    found = fields.addresses(root.headers, "to", "cc", "delivered-to", "return-path", "reply-to", "sender")
    return [each.address for each in [*found, *senders] if each.address]


def _returned(root: parts.Part, text: str) -> headers.Headers | None:
    """The header of the mail that came back: attached, or written below the notice."""
    for part in _own_parts(root):
        if part is not root and part.content_type in {
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/rfc822-headers",
        }:
            payload = part.payload()[:1_000_000]
            head, _ = headers.parse(payload, 0, len(payload))
            if head.fields:
                return head
    tail = text[len(notices.notice_part(text)) :][:200_000]
    match = re.search(r"(?m)^[>\s]{0,3}(?:Return-Path|Received|Message-I[Dd]|From|Date|To|Subject|X-[\w-]+):", tail)
    if match is None:
        return None
    data = re.sub(r"(?m)^>\s?", "", tail[match.start() :]).encode("utf-8", "replace")
    head, _ = headers.parse(data, 0, len(data))
    return head if len(head.fields) > 1 else None


def _original_id(root: parts.Part, returned: headers.Headers | None, text: str) -> str:
    """The Message-ID of the mail that bounced: from its header, from the notice, or as what the bounce answers."""
    if returned is not None:
        found = fields.message_ids(returned.undecoded(returned.raw("message-id")))
        if found:
            return found[0]
    named = re.search(r"(?i)\bmessage[\s-]id(?:entifier)?\s*[:=]?\s*(<[^<>\s]{3,300}>)", text[: notices.MAX_NOTICE])
    if named and (identifier := fields.usable_id(named[1])):
        return identifier
    for name in ("in-reply-to", "references"):
        found = fields.message_ids(root.headers.undecoded(root.headers.raw(name)))
        if found:
            return found[-1]
    return ""


def _original_addresses(returned: headers.Headers | None) -> list[str]:
    if returned is None:
        return []
    found = fields.addresses(returned, "return-path", "reply-to", "from", "sender", "errors-to")
    return [each.address for each in found if each.address]


def _from_returned(returned: headers.Headers | None, notice: str, subject: str) -> DeliveryStatus:
    """A notice that names nobody: the mail came back from where it was sent to, when that was one address."""
    address = ""
    if returned is not None:
        stamps = map(_stamped_recipient, map(returned.undecoded, returned.raw_all("received")))
        address = next(filter(None, stamps), "")
        single = fields.addresses(returned, "to")
        if not address and not returned.raw("list-id") and len(single) == 1:
            address = single[0].address
    return notices.told(address, notices.outcome(notice, subject), notice, subject)


def _stamped_recipient(received: str) -> str:
    """The address in "for <…>" of a Received field."""
    match = re.search(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?", received)
    return fields.clean_address(match[1]) if match else ""
