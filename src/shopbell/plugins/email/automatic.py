"""Was a mail written by a person? RFC 3834 and what programs really send.

Careful both ways: an automatic mail taken for a person's starts a wait (or a loop), a person's mail taken for an
automatic one is not answered. So a subject alone convinces only when no person would write it, and a "Re:" before it
means a person answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shopbell.channels.contract import AutoKind
from shopbell.plugins.email.mime.headers import Headers
from shopbell.plugins.email.rows import any_of

# Subjects that programs put before the original subject, or that stand alone.
CERTAIN = any_of(
    r"""
    automatic (?:reply|response)
    auto(?:mated)?[\s-]?(?:reply|response|responder)
    out[\s-]of[\s-](?:the[\s-])?office(?: auto\S{0,9}| reply| notification| message)?\s*:
    out of (?:the )?office auto
    out[\s-]of[\s-](?:the[\s-])?office\s+(?:re|aw|sv|vs|antw|fwd?|wg)\s*:
    (?:automatische|autom\.) (?:antwort|abwesenheits\w{0,20}|r(?:ü|ue)ckantwort)
    abwesenheits(?:notiz|nachricht|benachrichtigung|meldung|assistent)
    abwesend\s*:
    auto(?:matiskt?)?[\s-]?svar
    frav(?:æ|ae)rs(?:besked|meddelelse|melding)
    (?:ikke (?:til stede|på kontoret)|fraværende)\s*:
    fr(?:å|a)nvaro(?:meddelande|besked)
    (?:inte på kontoret|frånvarande)\s*:
    automaat(?:ne )?(?:vastus|teade)
    automati(?:sk|sch) (?:besvarelse|tilbakemelding|reactie)
    automatische reactie
    auto: .{1,60} (?:ist außer haus|is out of the office|er ikke på kontoret|is away)
    kontorist väljas
    (?:kontorist eemal|eemal|puhkusel)\s*:
    automaattinen (?:vastaus|poissaoloviesti)
    (?:poissaolo|automaatti)(?:viesti|ilmoitus|vastaus)
    poissa(?: toimistosta)?\s*:
    automatische? (?:antwoord|beantwoord|bericht)
    afwezigheids(?:bericht|melding|assistent)
    afwezig\s*:
    r(?:é|e)ponse automatique
    absence (?:du|de) bureau
    absente? du bureau
    message d.absence
    (?:respuesta|resposta) autom(?:á|a)tica
    auto-?respuesta
    fuera de (?:la )?oficina
    ausente do escrit(?:ó|o)rio
    risposta automatica
    fuori (?:sede|ufficio)
    assente dall.ufficio
    auto(?:matyczna )?odpowied(?:ź|z)
    odpowied(?:ź|z) automatyczna
    poza biurem
    nieobecno(?:ść|sc)(?: w biurze)?\s*:
    автоответ
    автоматический ответ
    автоматична відповідь
    автоматичен отговор
    automatick(?:á|a) odpov(?:ě|e)(?:ď|d)
    (?:nepřítomnost|nepritomnos\S{1,2}|mimo kancel(?:ář|ar)\S{0,2})\s*:
    autom(?:ā|a)tisk(?:ā|a) atbilde
    automatinis atsakymas
    automatikus v(?:á|a)lasz
    r(?:ă|a)spuns automat
    (?:automatski|samodejni) odgovor
    otomatik (?:yan(?:ı|i)t|cevap)
    αυτ(?:ό|ο)ματη απ(?:ά|α)ντηση
    자동 ?(?:회신|응답)
    自動(?:返信|応答)
    自动(?:回复|答复)
    ooo\s*:
    vacation (?:reply|message|response)
    """,
    before=r"\A\W*",
)
# Subjects a person might write: they count only on an answer or with another sign.
LIKELY = any_of(
    r"""
    out[\s-]of[\s-](?:the[\s-])?office
    ooo\b
    auto\s*:
    i.?m (?:out|away|on)\b
    (?:ich bin )?nicht im büro
    aus(?:ê|e)ncia
    нет на месте
    (?:в отпуске|вне офиса)
    on (?:vacation|holiday|leave|annual leave)
    away from
    i am (?:away|out)
    currently (?:away|out|unavailable)
    abwesen(?:d|heit)
    (?:bin )?(?:im )?urlaub\b
    nicht im (?:büro|haus)
    au(?:ß|ss)er haus
    ikke (?:til stede|på (?:kontoret|arbejde))
    (?:på )?ferie\b
    frav(?:æ|ae)r
    fr(?:å|a)nvaro
    (?:på )?semester\b
    inte på kontoret
    puhkus(?:el|e)\b
    eemal\b
    lomalla\b
    poissa\b
    vuosiloma
    afwezig
    (?:op )?vakantie
    niet (?:op|aanwezig)
    absen(?:t|ce)\b
    en cong(?:é|e)s
    (?:en )?vacances
    de vacaciones
    ausente
    fuera de
    in ferie
    assen(?:te|za)
    nieobecn
    urlop\b
    """,
    before=r"\A\W*",
)
REPLY_PREFIX = re.compile(r"(?i)^\s*(?:re|aw|sv|vs|antw|odp|ref|rif|r|fwd?|wg|vl|vb|tr|i)\s*(?:\[\d+\])?\s*:")
RESPONDER = re.compile(r"(?i)\b(?:auto-?(?:reply|respon\w+)|vacation|autoresponder|out-?of-?office|gnarwl|ooo)\b")
NO_PERSON = re.compile(
    r"(?i)^(?:no[._-]?reply|do[._-]?not[._-]?reply|donotreply|nicht[._-]?antworten|nepasrepondre|ei[._-]?vasta|ikke[._-]?svar"
    r"|notifications?|mailer[._-]?daemon|bounces?|auto-?mailer|automailer|auto-?confirm)(?:[+._-].*)?@"
)
RESPONDER_FIELDS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-autoreply-from",
    "x-autoresponse",
    "x-auto-respond",
    "x-vacation",
)
LIST_FIELDS = ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere", "list-unsubscribe")
NO_VALUES = {"no", "false", "0", "none", ""}


def kind(
    head: Headers, subject: str, sender: str, envelope_from: str | None = None, own: Sequence[str] = ()
) -> AutoKind:
    """ "none" when a person seems to have written, else how the mail came about. Bounces and receipts are not looked
    for here. `envelope_from`: the SMTP sender when known ("" is the null sender). `own`: addresses of the mailbox; a
    list with such an address is its inbox (a group), not a list to keep quiet on."""
    submitted = re.split(r"[;\s(]", head.plain("auto-submitted") + ";")[0]
    precedence = head.plain("precedence")
    answers = bool(head.raw("in-reply-to") or head.raw("references"))
    if _is_auto_reply(head, subject, submitted, precedence, answers=answers):
        return "auto-reply"
    group = _is_own_group(head, own)
    if not group and (precedence == "list" or any(head.raw(name) for name in LIST_FIELDS)):
        return "list"
    if submitted not in NO_VALUES:
        return "notification"
    if _is_null_sender(head, envelope_from):
        return "auto-reply" if answers else "notification"
    if (precedence in {"bulk", "junk"} and not group) or "feedback-id" in head:
        return "notification"
    if "x-auto-response-suppress" in head and head.plain("x-auto-response-suppress") not in NO_VALUES:
        return "notification"
    return "notification" if NO_PERSON.match(sender) else "none"


def _is_own_group(head: Headers, own: Sequence[str]) -> bool:
    """Is the list this came through the mailbox's own address? By List-Post, or List-Id (RFC 2919) with its dots."""
    posts = head.plain("list-post") + " " + head.plain("mailing-list")
    list_id = head.plain("list-id").rpartition("<")[2].strip("<> ")
    return any(
        re.search(rf"(?<![\w.+-]){re.escape(each.lower())}(?![\w.-])", posts)
        or list_id == each.lower().replace("@", ".")
        for each in own
        if "@" in each
    )


def _is_auto_reply(head: Headers, subject: str, submitted: str, precedence: str, *, answers: bool) -> bool:
    if submitted == "auto-replied" or precedence in {"auto_reply", "auto-reply", "autoreply"}:
        return True
    if any(head.plain(name) not in NO_VALUES for name in RESPONDER_FIELDS):
        return True
    if RESPONDER.search(head.plain("x-mailer")) or head.plain("x-autogenerated") in {"reply", "forward"}:
        return True
    if REPLY_PREFIX.match(subject):
        return False
    signs = submitted not in NO_VALUES or "x-auto-response-suppress" in head or precedence in {"bulk", "junk"}
    return bool(CERTAIN.match(subject)) or ((answers or signs) and bool(LIKELY.match(subject)))


def _is_null_sender(head: Headers, envelope_from: str | None) -> bool:
    """RFC 5321, 4.5.5: the null reverse-path is for notifications only."""
    if envelope_from is not None:
        return envelope_from.strip("<> ") == ""
    path = head.plain("return-path")
    return path in {"<>", "< >", '""', "<mailer-daemon>"}
