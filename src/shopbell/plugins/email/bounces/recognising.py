"""Is this mail about a mail of ours that could not be delivered, waits, or arrived?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shopbell.plugins.email.bounces import notices, reports
from shopbell.plugins.email.mime import fields, headers, parts
from shopbell.plugins.email.mime.fields import Address
from shopbell.plugins.email.parsed import DeliveryStatus, Report

DAEMON = re.compile(
    r"""(?ix)mailer[\s._-]?daemon | post\s?master | mail\s?(?:delivery|router|administrator|daemon) | delivery\s(?:sub)?system
    | mdaemon | mail\.delivery\.system | (?:^|[<\s])(?:bounces?|ndr|mailadm|maildaemon)@ | smtp\S*gateway | imss@ | smtp_mail_service
    | internet\smail\sdelivery | system\sadministrator | microsoft\soutlook | microsoftexchange[0-9a-f]+@ | jetmail | inetgw"""
)
FAILED_SUBJECT = re.compile(
    r"""(?ix)
      undeliver(?:able|ed)\b | non[\s-]?deliver(?:y|able) | returned\s(?:to\ssender|mail)\b | mail\sreturned | failure\s(?:notice|delivery)
    | delivery\s(?:status\s)?(?:notification|report|failure|failed|problem|error|warning)(?!\s(?:of\s)?(?:your\s)?(?:parcel|package|order)) | delivery\sstatus
    | (?:mail|message|e-?mail)\s(?:delivery|could\snot|not\sdelivered|failed|status|system\serror|error) | failed\s(?:mail|delivery)
    | mail\sdelivery\s(?:fail|problem) | (?:message|mail)\s(?:\S{1,60}\s)?delayed | delayed\smail | permanent\sdelivery | rejected\smail
    | user\sunknown | has\snot\s(?:yet\s)?been\sdelivered | nicht\szustellbar | unzustellbar(?:e)? | zustellung\s(?:fehlgeschlagen|verzögert)
    | übermittlungsfehler | fehlgeschlagene\szustellung | mailzustellung | ikke\s(?:leveret|afleveret) | kan\sikke\sleveres | kunne\sikke\sleveres
    | ei\s(?:saanud|õnnestunud)\s(?:edastada|toimetada) | kätte\stoimetamata | kohaletoimetamata | edastamine\sebaõnnestus
    | gick\sinte\satt\sleverera | kan\sinte\slevereras | olevereras | ei\svoitu\stoimittaa | toimitus\sepäonnistui
    | niet\s(?:bezorgd|afgeleverd) | onbestelbaar | non\sremis | non\sdistribu | échec\sde\s(?:la\s)?remise | no\s(?:se\s)?(?:ha\spodido|puede)\sentregar
    | no\sentregado | mancato\srecapito | mancata\sconsegna | niedostarcz | nie\smożna\sdostarczyć | kunne\sikke\slevere | ikke\slevert
    | не\sдоставлен | 投递失败|退信 | non\srecensé | processing\serror"""
)
FAILED_TEXT = re.compile(
    r"""(?ix)
      (?:message|mail|e-?mail|it)\s(?:\S{1,60}\s){0,8}?(?:could\snot|cannot|can't|couldn't|can\snot|was\snot|wasn't|has\snot|not)\s(?:\S{1,60}\s){0,3}?(?:deliver|reach|sent)
    | (?:not|unable\sto|could\snot|couldn't|cannot|can't|wasn't\sable\sto)\s(?:be\s)?(?:successfully\s)?deliver(?:ed)?\s(?:\S{1,60}\s){0,5}?(?:message|mail|e-?mail|recipient|address)
    | following\s(?:\S{1,60}\s){0,2}?(?:recipient|address)\S*\s | undeliver(?:able|ed) | deliver(?:y|ies)\s(?:\S{1,60}\s){0,6}?(?:failed|delayed|problem|postponed|error)
    | (?:failed|bad|unknown|intended|invalid)\s(?:final\sdelivery\s)?(?:recipient|address|user) | permanent\s(?:fatal\s)?(?:delivery\s)?error | fatal\serror
    | user\s(?:unknown|not\sknown) | no\ssuch\suser | mailbox\s(?:is\s)?(?:full|unavailable) | automatically\srejected | delivery\sattempts | not\sdelivered
    | (?:nicht|konnte)\s(?:\S{1,60}\s){0,6}?(?:zugestellt|übermittelt) | ikke\s(?:\S{1,60}\s){0,3}?(?:leveres|leveret|afleveret|afleveres|levert)
    | ei\s(?:\S{1,60}\s){0,4}?(?:edasta|toimeta|kohale) | (?:inte|kunde\sinte)\s(?:\S{1,60}\s){0,3}?leverer | ei\svoitu\s(?:\S{1,60}\s){0,3}?toimitt | niet\s(?:\S{1,60}\s){0,4}?(?:bezorgd|afgeleverd)
    | n'a\spas\s(?:pu|été)\s(?:\S{1,60}\s){0,3}?(?:delivre|délivré|remis|distribu) | no\s(?:ha\s)?pu[de]\S*\s(?:\S{1,60}\s){0,3}?entreg | non\s(?:\S{1,60}\s){0,5}?(?:recapitat|consegnat)
    | nie\s(?:\S{1,60}\s){0,5}?dostarcz | не\sможет\sбыть | обработк | 无法(?:发送|投递)
    | (?:address|account)\sis\s(?:wrong|no\slonger) | encountered\s(?:delivery\sproblems|an\serror) | returned\sbecause | did\snot\s(?:exactly\smatch|reach)"""
)
ANSWER = re.compile(r"(?i)^\s*(?:re|aw|sv|vs|antw|odp|fwd?|wg|vl|tr)\s*(?:\[\d+\])?\s*:")
WORTH = 3  # points that make a bounce
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
    statuses = statuses or _from_returned(returned, notice, subject)
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
    return _points(root, subject, senders, "", envelope_from) >= 2


def _is_notice(
    root: parts.Part, subject: str, senders: Sequence[Address], notice: str, envelope_from: str | None
) -> bool:
    if ANSWER.match(subject) and not _is_daemon(senders):
        return False
    points = _points(root, subject, senders, notice[:MAX_TEXT], envelope_from)
    return points >= WORTH and bool(FAILED_TEXT.search(notice[:MAX_TEXT]) or FAILED_SUBJECT.search(subject))


def _points(root: parts.Part, subject: str, senders: Sequence[Address], notice: str, envelope_from: str | None) -> int:
    """How much speaks for a bounce. The subject and words of a parcel's delivery alone never reach WORTH."""
    points = 2 if _is_daemon(senders) else 0
    points += 2 if _is_null(root, envelope_from) else 0
    points += 1 if root.headers.plain("auto-submitted").startswith("auto-") else 0
    points += 1 if root.content_type == "multipart/report" else 0
    points += 2 if FAILED_SUBJECT.search(subject) and not ANSWER.match(subject) else 0
    if notice and FAILED_TEXT.search(notice):
        points += 1
        points += 1 if _has_evidence(root, notice) else 0
    return points


def _has_evidence(root: parts.Part, notice: str) -> bool:
    """An address where a bounce has it, an SMTP reply, or the returned mail."""
    if any(part.content_type in {"message/rfc822", "text/rfc822-headers"} for part in root.walk()):
        return True
    return any(each.weight >= 2 for each in notices.candidates(notice))


def _is_daemon(senders: Sequence[Address]) -> bool:
    if not senders:
        return True
    return bool(DAEMON.search(f"{senders[0].name} <{senders[0].address}") or not senders[0].address)


def _is_null(root: parts.Part, envelope_from: str | None) -> bool:
    if envelope_from is not None:
        return not envelope_from.strip("<> ")
    path = root.headers.plain("return-path")
    return path in {"<>", "< >"} or path.startswith("<mailer-daemon")


def _own(root: parts.Part, senders: Sequence[Address]) -> list[str]:
    """Addresses that are not the failed one: whom the notice was sent to, and who sent it."""
    found = fields.addresses(
        root.headers, "to", "cc", "delivered-to", "x-original-to", "return-path", "reply-to", "sender"
    )
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


def _from_returned(returned: headers.Headers | None, notice: str, subject: str) -> list[DeliveryStatus]:
    """A notice that names nobody: the mail came back from where it was sent to, when that was one address."""
    if returned is None:
        return []
    delivered = re.search(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?", returned.undecoded(returned.raw("received")))
    single = fields.addresses(returned, "to")
    address = fields.clean_address(delivered[1]) if delivered else (single[0].address if len(single) == 1 else "")
    result = notices.outcome(notice, subject)
    return [notices.told(address, result, notice, subject)] if address else []
