"""Bounces written for people: which addresses a notice without a standard report is about.

No recogniser per mail server: every address in the notice is weighed by where it stands. A label before it ("Failed
recipient:"), a place of its own on a line, an SMTP reply around it count for it; a sentence about whom to ask for help
counts against. The heaviest class wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shopbell.plugins.email.bounces import reasons, wording
from shopbell.plugins.email.mime import fields
from shopbell.plugins.email.parsed import DeliveryStatus, Outcome
from shopbell.plugins.email.rows import any_of

MAX_NOTICE = 50_000  # characters of a notice that are looked at
MAX_RECIPIENTS = 50
MAX_CANDIDATES = 200  # addresses weighed

HEADER_LINE = re.compile(r"(?im)^>?(?:Return-Path|Received|DKIM-Signature): ?\S")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|=*]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
OWN_LINE = re.compile(r"^[\s>*|•·\"'-]*(?:\d+[.)]\s*)?(?:-->?\s*)?(?:<|\[)?(?:mailto:|smtp:)?\s*$", re.IGNORECASE)
AFTER_OWN = any_of(
    r"""
    [:;,.]?\s*$
    :
    \.\.\.\s
    - \S
    on \w{3},?
    \((?:expanded|failed|generated)
    ,?\s*reason
    """,
    before=r"[\"'>\])]*\s*",
)
REPLY_AROUND = re.compile(
    r"(?i)\b[45]\d\d[\s-]|\brcpt\s+to|user unknown|unknown user|no such|does not exist|mailbox|quota|rejected"
)
HEADER_NAME = re.compile(
    r"(?i)^\s*>?\s*(?:from|sender|reply-to|message-id|subject|references|in-reply-to|return-path|x-[\w-]+|cc)\s*:"
)
TO_LINE = re.compile(r"(?i)^\s*(?:to|an|til|à|para)\s*:")
DAEMONS = re.compile(
    r"(?i)^(?:mailer-daemon|postmaster|mdaemon|abuse|hostmaster|root|nobody|noreply|no-reply|mail-daemon)@"
)
RECIPIENT_SECTION = re.compile(
    r"(?i)(?:recipients?|address(?:es)?|following|delivered to|empfänger|destinat\w+|modtager\w*)\W*(?:\([^)]*\))?\W*$"
)
BARE_WORD = re.compile(r"""^\s{1,20}([\w.+-]{2,64})(?:\s{2,}.*|\s+["(].*)?$""")

WEIGHTS = {"label": 3, "alone": 3, "reply": 2, "to": 1, "mention": 0, "against": -1}


@dataclass(frozen=True, slots=True)
class _Candidate:
    address: str
    weight: int
    start: int
    end: int


def notice_part(text: str) -> str:
    """The notice without the returned mail below it."""
    text = text[:MAX_NOTICE]
    cuts = [match.start() for pattern in (wording.RETURNED, HEADER_LINE) if (match := pattern.search(text))]
    cut = min(cuts, default=len(text))
    return text[:cut] if text[:cut].strip() else text


def outcome(notice: str, subject: str) -> Outcome:
    """Is the mail given up, or still tried?"""
    text = f"{subject}\n{notice[:3000]}"
    match = wording.DELAYED.search(text)
    return "delayed" if match and not (wording.FINAL.search(text) and not wording.DELAYED.search(subject)) else "failed"


def recipients(notice: str, subject: str, own: Iterable[str], reporter: str) -> list[DeliveryStatus]:
    """The addresses a notice says the mail did not reach. `own`: our addresses, `reporter`: who sent the notice."""
    foreign = {address.lower() for address in own}
    found = [each for each in candidates(notice) if each.address.lower() not in foreign]
    if not any(each.weight > 0 for each in found):
        found += [each for each in candidates(subject) if each.address.lower() not in foreign]
    best = max((each.weight for each in found), default=-1)
    chosen = [each for each in found if each.weight == best and best >= 0]
    if best <= WEIGHTS["mention"]:
        chosen = _completed(notice, reporter) or chosen
    result = outcome(notice, subject)
    statuses: dict[str, DeliveryStatus] = {}
    for number, each in enumerate(chosen):
        after = next((later.start for later in chosen[number + 1 :] if later.address != each.address), len(notice))
        line_start = notice.rfind("\n", 0, each.start) + 1
        around = notice[line_start : max(after, each.end)]
        if each.address.lower() not in statuses and len(statuses) < MAX_RECIPIENTS:
            statuses[each.address.lower()] = told(each.address, result, around, f"{notice}\n{subject}")
    return list(statuses.values())


def told(address: str, result: Outcome, around: str, notice: str) -> DeliveryStatus:
    """One recipient's fate in the words around it, else in the whole notice."""
    found = reasons.status(address, result, code="", diagnostic=around.replace(address, " "), context=notice)
    if found.status or found.smtp_code or found.reason != "other":
        return found
    return reasons.status(address, result, code="", diagnostic=notice)


def candidates(notice: str) -> list[_Candidate]:
    """Every address in a text, with its weight."""
    found = []
    for match in ADDRESS.finditer(notice):
        address = fields.clean_address(match.group().strip(".'"))
        if address and "." in address.rpartition("@")[2]:
            found.append(_Candidate(address, _weight(notice, match), match.start(), match.end()))
        if len(found) >= MAX_CANDIDATES:
            break
    return found


def _weight(notice: str, match: re.Match[str]) -> int:
    line_start = notice.rfind("\n", 0, match.start()) + 1
    line_end = notice.find("\n", match.end())
    before = notice[max(line_start, match.start() - 200) : match.start()]
    after = notice[match.end() : len(notice) if line_end < 0 else min(line_end, match.end() + 200)]
    if wording.OWN_ORIGIN.search(before):
        return WEIGHTS["label"]
    if HEADER_NAME.match(before) or DAEMONS.match(match.group()):
        return WEIGHTS["against"]
    if TO_LINE.match(before):
        return WEIGHTS["to"]
    if OWN_LINE.match(before) and AFTER_OWN.match(after):
        return WEIGHTS["alone"]
    context = f"{notice[max(0, line_start - 100) : line_start].strip()} {before}" if OWN_LINE.match(before) else before
    if wording.CONTACT.search(context[-100:]):
        return WEIGHTS["against"]
    if wording.LABEL.search(context[-120:]):
        return WEIGHTS["label"]
    if REPLY_AROUND.search(f"{before} {after}"):
        return WEIGHTS["reply"]
    return WEIGHTS["mention"]


def _completed(notice: str, reporter: str) -> list[_Candidate]:
    """Names without a domain, as some servers list their own users: the reporting server's domain is meant."""
    lines = notice.split("\n")
    domain = reporter.rpartition("@")[2]
    position, in_section, found = 0, False, []
    for line in lines:
        match = BARE_WORD.match(line) if in_section else None
        if match and "." in domain:
            host = ".".join(domain.split(".")[-2:])
            found.append(_Candidate(f"{match[1]}@{host}", WEIGHTS["alone"], position, position + len(line)))
        if line.strip():
            in_section = bool(RECIPIENT_SECTION.search(line.rstrip(" :"))) or line.rstrip().endswith(":") or bool(match)
        position += len(line) + 1
    return found[:MAX_RECIPIENTS]
