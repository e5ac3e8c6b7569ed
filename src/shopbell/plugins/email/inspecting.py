"""`shopbell inspect`: what is understood of a mail, as JSON. The keys are stable and documented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shopbell.plugins.email import understanding
from shopbell.plugins.email.mime.fields import Address
from shopbell.plugins.email.parsed import DeliveryStatus, ParsedMail


def inspect(raw: bytes, file: str, authserv_ids: Sequence[str] = ()) -> dict[str, Any]:
    """One mail as a JSON object. Never raises, whatever the bytes; missing texts are "", missing things null."""
    mail = understanding.understand(raw, authserv_ids=authserv_ids)
    return {
        "file": file,
        "subject": mail.subject,
        "from": _address(mail.sender),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "reply_to": _addresses(mail.reply_to),
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": next(iter(mail.in_reply_to), ""),
        "references": list(mail.references),
        "auto": mail.auto,
        "bounce": _bounce(mail),
        "text": mail.text,
        "visible": mail.visible,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "forwarded": _forwarded(mail),
        "attachments": [
            {
                "name": each.name,
                "type": each.content_type,
                "size": each.size,
                "sha256": each.sha256,
                "inline": each.inline,
            }
            for each in mail.attachments
        ],
        "language": mail.language,
        "authentication": {
            "spf": mail.authentication.spf,
            "dkim": mail.authentication.dkim,
            "dmarc": mail.authentication.dmarc,
            "aligned": mail.authentication.aligned,
            "from_domain": mail.authentication.from_domain,
            "trusted": mail.authentication.trusted,
        },
        "warnings": _warnings(mail),
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _addresses(found: Iterable[Address]) -> list[dict[str, str]]:
    return [_address(each) for each in found]


def _undelivered(mail: ParsedMail) -> list[DeliveryStatus]:
    statuses = mail.report.statuses if mail.report else ()
    return sorted((each for each in statuses if each.outcome != "delivered"), key=lambda each: each.outcome != "failed")


def _bounce(mail: ParsedMail) -> dict[str, Any] | None:
    """The first recipient the mail failed for, else waits for. Further ones are warnings."""
    first = next(iter(_undelivered(mail)), None)
    if first is None:
        return None
    return {
        "recipient": first.recipient,
        "status": first.status,
        "smtp_code": first.smtp_code,
        "kind": first.kind,
        "reason": first.reason,
    }


def _forwarded(mail: ParsedMail) -> dict[str, Any] | None:
    if mail.forwarded is None:
        return None
    return {
        "from": _address(mail.forwarded.sender),
        "to": _addresses(mail.forwarded.to),
        "date": mail.forwarded.date_text,
        "subject": mail.forwarded.subject,
        "body": mail.forwarded.body,
    }


def _warnings(mail: ParsedMail) -> list[str]:
    found = list(mail.warnings)
    found += [f"bounce: {each.outcome} for {each.recipient} too" for each in _undelivered(mail)[1:]]
    if not mail.has_header:
        found.append("no mail header")
    return found
