"""Bounces written for people: which addresses a notice without a standard report is about.

No recogniser per mail server: every address in the notice is weighed by where it stands. A label before it ("Failed
recipient:"), a place of its own on a line, an SMTP reply around it count for it; a sentence about whom to ask for help
counts against. The heaviest class wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shopbell.plugins.email.bounces import reasons
from shopbell.plugins.email.mime import fields
from shopbell.plugins.email.parsed import DeliveryStatus, Outcome

MAX_NOTICE = 50_000  # characters of a notice that are looked at
MAX_RECIPIENTS = 50

RETURNED = re.compile(
    r"""(?imx)^[\s>*|#=_.-]*(?:
      (?:this\sis\sa\s|below\s(?:this|the\snext)\sline\sis\sa\s|a\s|included\sis\sa\s|here\sis\sa\s)?copy\sof\s(?:the|your)\s(?:original\s)?
        (?:message|mail|first\spart)
    | below\s(?:is\sa\scopy|this\sline|the\snext\sline) | (?:the\s)?original\s(?:message|mail|e-?mail)\b(?!\swas\sreceived)
    | (?:start\sof\s)?returned\s(?:message|mail)\b | returned\smail\sfollows | header\sof\sthe\s(?:source|original)
    | the\sheader\s(?:of\sthe\soriginal|and\stop) | message\s(?:headers?|text|body)\sfollows? | (?:unsent|undelivered)\smessage\sbelow
    | your\smessage\sreads | old\smessage | forwarded\smessage | the\sfirst\s\d+\slines | a\ssummary\sof\sthe\sundelivered
    | urspr(?:ü|ue)ngliche\s(?:nachricht|mail) | originalnachricht | kopie\sder\snachricht | oprindelig\s(?:besked|meddelelse)
    | algne\s(?:kiri|s(?:õ|6)num) | mensaje\soriginal | message\sd.origine | messaggio\soriginale | oryginalna\swiadomo
    | alkuper(?:ä|a)inen\sviesti | ursprungligt\smeddelande | oorspronkelijk\sbericht
    )"""
)
HEADER_LINE = re.compile(r"(?im)^>?(?:Return-Path|Received|DKIM-Signature): ?\S")
ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"'|=*]{1,64}@[A-Za-z0-9\u00a1-\uffff][\w.\u00a1-\uffff-]{0,253}[\w\u00a1-\uffff]"
)

# Just before the address, on its line or at the end of the line above.
LABEL = re.compile(
    r"""(?ix)(?:
      (?:failed|final|intended|original|undeliverable|bad|invalid|rejected)\s(?:recipient|address|addressee)s? | recipients?(?:\saddress)?
    | error-for | (?:unknown|invalid|no\ssuch)\s(?:local\s|final\sdelivery\s)?user(?:id)? | invalid\sfinal\sdelivery\suserid
    | (?:generated|expanded|forwarded)\sfrom | originally\saddressed\sto | addressed\sto(?:\semail\saddress)? | user
    | undeliverable\s+to | delivery\sfailed\s\d+\sattempts | mailbox\s(?:is\s)?full | address | did\snot\s(?:reach|receive)\s[\w\s()]{0,60}
    | (?:could\snot|couldn.?t|cannot|can.?t|wasn.?t|not|unable\sto|failed\sto)\s(?:be\s)?(?:deliver\w*|sent?|send)\s[\w\s,.()-]{0,60}?(?:to|for)
    | (?:message|mail|email|e-mail)\s(?:\w+\s)?(?:to|for) | has\snot\sbeen\sdelivered\sto | mailbox | account | smtp | rcpt\sto | to
    | empf(?:ä|ae)nger(?:adresse)? | zugestellt\swerden | modtager(?:en)? | saaja(?:le)? | mottagare | vastaanottaja | mottaker | geadresseerde
    | ontvanger | destinataire | (?:delivre|remis|envoy.)\s(?:a|à) | destinatario | odbiorca | al(?:la)?
    )\s*[:=]?\s*(?:\[?smtp[:=]|rfc822;|<|"|\(|\[|mailto:|--|\*|-|'|>)*\s*$"""
)
CONTACT = re.compile(
    r"""(?ix)contact | assistance | further\shelp | support | please\s(?:send|reply|e?-?mail|forward|notify) | reply\sto | questions?
    | postmaster | administrator | webmaster | wenden\ssie | kontakt | if\syou | try\s(?:e?mailing|the\smost|\w+\.) | may\sbe\sof\shelp
    | \bfrom:?\s*["<']*\s*$ | mail\sfrom | envelope-from | not\saccepting\smail\sfrom | sent\sby | on\sbehalf | via\s*$ | sender"""
)
OWN_LINE = re.compile(r"^[\s>*|•·\"'-]*(?:\d+[.)]\s*)?(?:-->?\s*)?(?:<|\[)?(?:mailto:|smtp:)?\s*$", re.IGNORECASE)
AFTER_OWN = re.compile(
    r"""(?x)^["'>\])]*\s*(?:[:;,.]?\s*$ | : | \.\.\.\s | \s-\s | \son\s\w{3},? | \s*\((?:expanded|failed|generated) | \s*,?\s*reason)"""
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
BARE_WORD = re.compile(r"^\s{1,20}([\w.+-]{2,64})(?:\s{2,}.*)?$")

DELAYED = re.compile(
    r"""(?ix)\bdelay(?:ed)?\b | not\syet\sbeen\sdelivered | still\sbeing\sretried | (?:warning|message)\sonly | will\s(?:continue\sto\s)?(?:be\sretried
    |retry|try\s(?:again|to\sdeliver)|keep\strying) | delivery\sattempts\swill\scontinue | continue\sto\s(?:try|attempt) | has\sbeen\spostponed
    | will\scontinue\sto\s(?:attempt|try) | verz(?:ö|oe)ger | noch\snicht\szugestellt | forsinke | endnu\sikke\s(?:leveret|afleveret) | viivitu | hilinen
    | f(?:ö|oe)rsenad | viiv(?:ä|a)st | retard(?:é|e) | retras | ritard | op(?:ó|o)(?:ź|z)nien | vertraagd"""
)
FINAL = re.compile(
    r"(?i)permanent|given up|giving up|returned to sender|undeliverable|has failed|gave up|not going to try again"
)

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
    cuts = [match.start() for pattern in (RETURNED, HEADER_LINE) if (match := pattern.search(text))]
    cut = min(cuts, default=len(text))
    return text[:cut] if text[:cut].strip() else text


def outcome(notice: str, subject: str) -> Outcome:
    """Is the mail given up, or still tried?"""
    text = f"{subject}\n{notice[:3000]}"
    match = DELAYED.search(text)
    return "delayed" if match and not (FINAL.search(text) and not DELAYED.search(subject)) else "failed"


def recipients(notice: str, subject: str, own: Iterable[str], reporter: str) -> list[DeliveryStatus]:
    """The addresses a notice says the mail did not reach. `own`: our addresses, `reporter`: who sent the notice."""
    foreign = {address.lower() for address in own}
    found = [each for each in candidates(notice) if each.address.lower() not in foreign]
    if not any(each.weight > 0 for each in found):
        found += [each for each in candidates(subject) if each.address.lower() not in foreign]
    best = max((each.weight for each in found), default=-1)
    chosen = [each for each in found if each.weight == best and best >= 0]
    if not chosen:
        chosen = _completed(notice, reporter)
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
        if len(found) >= 500:
            break
    return found


def _weight(notice: str, match: re.Match[str]) -> int:
    line_start = notice.rfind("\n", 0, match.start()) + 1
    line_end = notice.find("\n", match.end())
    before = notice[max(line_start, match.start() - 200) : match.start()]
    after = notice[match.end() : len(notice) if line_end < 0 else min(line_end, match.end() + 200)]
    if HEADER_NAME.match(before) or DAEMONS.match(match.group()):
        return WEIGHTS["against"]
    if TO_LINE.match(before):
        return WEIGHTS["to"]
    if OWN_LINE.match(before) and AFTER_OWN.match(after):
        return WEIGHTS["alone"]
    context = f"{notice[max(0, line_start - 100) : line_start].strip()} {before}" if OWN_LINE.match(before) else before
    if CONTACT.search(before):
        return WEIGHTS["against"]
    if LABEL.search(context[-160:]):
        return WEIGHTS["label"]
    if OWN_LINE.match(before) or REPLY_AROUND.search(f"{before} {after}"):
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
