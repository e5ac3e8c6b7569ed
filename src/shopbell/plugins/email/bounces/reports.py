"""Reports a program is meant to read: delivery status (RFC 3464) and disposition notifications (RFC 8098)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopbell.plugins.email.bounces import reasons
from shopbell.plugins.email.mime import fields, headers, parts
from shopbell.plugins.email.parsed import DeliveryStatus, Outcome

MAX_REPORT = 500_000
MAX_RECIPIENTS = 200

BLANK_LINES = re.compile(rb"(?:\r?\n[ \t]*){2,}")
OUTCOMES: dict[str, Outcome] = {
    "fail": "failed",
    "erro": "failed",
    "dela": "delayed",
    "deli": "delivered",
    "rela": "delivered",
    "expa": "delivered",
}
REJECTED = re.compile(r"(?i)reject|refus|denied|abgelehnt|verweigert|afvist|tagasi lükatud|avvisad")


def delivery_status(part: parts.Part, notice: str) -> list[DeliveryStatus]:
    """The per-recipient blocks of a message/delivery-status part, each address once, in order."""
    found: dict[str, DeliveryStatus] = {}
    for head in _blocks(part.payload()[:MAX_REPORT]):
        recipient = _recipient(head)
        outcome = _outcome(head)
        if recipient and outcome and len(found) < MAX_RECIPIENTS:
            known = found.get(recipient.lower())
            if known is None or (known.outcome != "failed" and outcome == "failed"):
                found[recipient.lower()] = _status(head, recipient, outcome, notice)
    return list(found.values())


def disposition(part: parts.Part, notice: str) -> tuple[list[DeliveryStatus], str]:
    """What a message/disposition-notification says, and the id of the mail it is about."""
    blocks = list(_blocks(part.payload()[:MAX_REPORT]))
    head = next((each for each in blocks if each.raw("final-recipient") or each.raw("disposition")), None)
    if head is None:
        return [], ""
    original = next(iter(fields.message_ids(head.undecoded(head.raw("original-message-id")))), "")
    recipient = _recipient(head)
    mode, _, action = head.plain("disposition").partition(";")
    refused = ("deleted" in action or "denied" in action or "failed" in action) and "automatic" in mode
    if not refused or not REJECTED.search(notice):
        return [DeliveryStatus(recipient=recipient, outcome="delivered")], original
    return [reasons.status(recipient, "failed", code="", diagnostic=notice)], original


def _blocks(payload: bytes) -> Iterator[headers.Headers]:
    """The groups of fields between blank lines."""
    for chunk in BLANK_LINES.split(payload.strip()):
        head, _ = headers.parse(chunk, 0, len(chunk))
        if head.fields:
            yield head


def _recipient(head: headers.Headers) -> str:
    """The address we wrote to (Original-Recipient) when it is told, else where the mail ended up."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = head.text(name)
        found = fields.BARE.search(value.rpartition(";")[2]) or fields.BARE.search(value)
        if found:
            return fields.clean_address(found.group())
    return ""


def _outcome(head: headers.Headers) -> Outcome | None:
    """By the Action field's first letters, because some add comments; without one, by the Status."""
    action = OUTCOMES.get(head.plain("action")[:4])
    if action or head.plain("action"):
        return action
    first = head.plain("status")[:1]
    return {"5": "failed", "4": "delayed", "2": "delivered"}.get(first)  # type: ignore[return-value]


def _status(head: headers.Headers, recipient: str, outcome: Outcome, notice: str) -> DeliveryStatus:
    if outcome == "delivered":
        return DeliveryStatus(recipient=recipient, outcome=outcome, status=head.plain("status")[:11])
    diagnostic = head.text("diagnostic-code")
    diagnostic = re.sub(r"^\s*[\w-]+\s*;\s*", "", diagnostic)
    code = re.match(r"[245]\.\d{1,3}\.\d{1,3}", head.plain("status"))
    action_comment = head.plain("action").partition("(")[2].rstrip(")")
    return reasons.status(
        recipient, outcome, code=code.group() if code else "", diagnostic=diagnostic or action_comment, context=notice
    )
