"""Why a mail was not delivered: from codes (RFC 5321, 3463) and the words servers use, to a small closed set."""

from __future__ import annotations

import re
from typing import cast

from shopbell.plugins.email.bounces import causes
from shopbell.plugins.email.parsed import DeliveryStatus, Outcome, Reason

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
REPLY_CODE = re.compile(
    r"(?<![\d.:/-])(4(?:2[0-2]|3[0-2]|4\d|5\d|7[0-2])|5(?:0[0-4]|1[0-7]|2[0-5]|3[0-8]|4[0-4]|5\d|7[01]))(?=[\s-]|:\s|$)(?!-\d{3}\b)"
)
MAX_DIAGNOSTIC = 500

# RFC 3463: subject and detail of an enhanced code.
ENHANCED_REASONS: dict[str, Reason] = {
    "1.0": "mailbox_unknown",
    "1.1": "mailbox_unknown",
    "1.2": "host_unknown",
    "1.3": "mailbox_unknown",
    "1.4": "mailbox_unknown",
    "1.6": "mailbox_disabled",
    "1.10": "host_unknown",
    "2.1": "mailbox_disabled",
    "2.2": "mailbox_full",
    "2.3": "too_large",
    "3.1": "mailbox_full",
    "3.4": "too_large",
    "4.1": "unreachable",
    "4.2": "unreachable",
    "4.3": "unreachable",
    "4.4": "host_unknown",
    "4.6": "loop",
    "4.7": "expired",
    "7.1": "policy",
}


def classify(text: str, status: str) -> Reason:
    """The reason in a server's words, else in its code. Codes are often set wrongly (5.1.1 for spam), words rarely."""
    text = text[:4000]
    coded = by_code(status)
    for reason, pattern in causes.REASONS.items():
        if pattern.search(text):
            is_vague = reason in {"policy", "unreachable", "expired"} and coded != "other"
            is_temporary = reason == "unreachable" and coded == "policy"  # greylisting comes with 4.7.1
            return coded if is_vague and not is_temporary else cast(Reason, reason)
    return coded


def by_code(status: str) -> Reason:
    """The reason that an enhanced code alone tells; "other" when it tells none."""
    detail = status.partition(".")[2]
    return ENHANCED_REASONS.get(detail) or ("policy" if detail.startswith("7.") else "other")


def enhanced_code(text: str) -> str:
    """The first failure code like 5.1.1 in a text; generic ones (5.0.0) only when there is no other."""
    codes = [match.group() for match in ENHANCED.finditer(text[:4000]) if match[1] != "2"]
    return next((code for code in codes if not code.endswith(".0.0")), codes[0] if codes else "")


def reply_code(text: str) -> int | None:
    """The first SMTP failure reply (RFC 5321, 4.2) in a text."""
    match = REPLY_CODE.search(text[:4000])
    return int(match[1]) if match else None


def status(recipient: str, outcome: Outcome, *, code: str, diagnostic: str, context: str = "") -> DeliveryStatus:
    """One recipient's fate. `code` is the report's Status field, `context` more text that may tell why."""
    code = code if ENHANCED.fullmatch(code) else ""
    smtp_code = reply_code(diagnostic)
    better = enhanced_code(diagnostic)
    if better and (not code or code.endswith(".0.0")):
        code = better
    if smtp_code is None and not diagnostic:
        smtp_code = reply_code(context)
    reason = classify(diagnostic, code) if diagnostic else "other"
    if reason == "other":
        reason = classify(context, code)
    first = code[:1] or str(smtp_code or "")[:1]
    soft = outcome == "delayed" or (outcome == "failed" and first == "4")
    return DeliveryStatus(
        recipient=recipient,
        outcome=outcome,
        status=code,
        smtp_code=smtp_code,
        kind="soft" if soft else "hard",
        reason=reason,
        diagnostic=" ".join(diagnostic.split())[:MAX_DIAGNOSTIC],
    )
