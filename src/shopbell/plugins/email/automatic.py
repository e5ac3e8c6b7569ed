"""Was a mail written by a person? RFC 3834 and what programs really send.

Careful both ways: an automatic mail taken for a person's starts a wait (or a loop), a person's mail taken for an
automatic one is not answered. So a subject alone convinces only when no person would write it, and a "Re:" before it
means a person answers.
"""

from __future__ import annotations

import re

from shopbell.channels.contract import AutoKind
from shopbell.plugins.email.mime.headers import Headers

# Subjects that programs put before the original subject, or that stand alone. Anchored at the start.
CERTAIN = re.compile(
    r"""(?ix)^\W*(?:
      automatic\s(?:reply|response) | auto(?:mated)?[\s-]?(?:reply|response|responder) | out\sof\s(?:the\s)?office\sauto
    | out[\s-]of[\s-](?:the[\s-])?office(?:\sreply|\snotification|\smessage)? \s* :
    | (?:automatische|autom\.)\s(?:antwort|abwesenheits\w*|r(?:ü|ue)ckantwort)
    | abwesenheits(?:notiz|nachricht|benachrichtigung|meldung|assistent) | abwesend \s* :
    | auto(?:matisk(?:t)?)?[\s-]?svar | frav(?:æ|ae)rs(?:besked|meddelelse|melding) | fr(?:å|a)nvaro(?:meddelande|besked)
    | ikke\s(?:til\sstede|på\skontoret) \s* : | (?:inte\spå\s)kontoret \s* : | frånvarande \s* : | fraværende \s* :
    | automaat(?:ne\s)?(?:vastus|teade) | automaatvastus | kontorist\sväljas | (?:kontorist\s)?eemal \s* : | puhkusel \s* :
    | automaattinen\s(?:vastaus|poissaoloviesti) | poissaoloviesti | poissa(?:\stoimistosta)? \s* :
    | automatisch(?:e)?\s(?:antwoord|beantwoord|bericht) | afwezig(?:heid(?:sbericht|sassistent)?)? \s* :
    | afwezigheids(?:bericht|melding)
    | r(?:é|e)ponse\sautomatique | absence\s(?:du|de)\sbureau | absent(?:e)?\sdu\sbureau | message\sd.absence
    | respuesta\sautom(?:á|a)tica | resposta\sautom(?:á|a)tica | fuera\sde\s(?:la\s)?oficina | ausente\sdo\sescrit(?:ó|o)rio
    | risposta\sautomatica | fuori\s(?:sede|ufficio) | assente\sdall.ufficio
    | auto(?:matyczna\s)?odpowied(?:ź|z) | odpowied(?:ź|z)\sautomatyczna | poza\sbiurem | nieobecno(?:ść|sc)(?:\sw\sbiurze)? \s* :
    | автоответ | автоматический\sответ | 自動返信 | 自动(?:回复|答复)
    | ooo\s*:\s | vacation\s(?:reply|message|response)
    )"""
)
# Subjects a person might write: they count only on an answer or with another sign.
LIKELY = re.compile(
    r"""(?ix)^\W*(?:
      out[\s-]of[\s-](?:the[\s-])?office | ooo\b | on\s(?:vacation|holiday|leave|annual\sleave) | away\sfrom
    | i\sam\s(?:away|out) | currently\s(?:away|out|unavailable)
    | abwesen(?:d|heit) | (?:bin\s)?(?:im\s)?urlaub\b | nicht\sim\s(?:büro|haus) | au(?:ß|ss)er\shaus
    | ikke\s(?:til\sstede|på\s(?:kontoret|arbejde)) | (?:på\s)?ferie\b | frav(?:æ|ae)r | fr(?:å|a)nvaro | semester\b
    | inte\spå\skontoret | puhkus(?:el|e)\b | eemal\b | lomalla\b | poissa\b | vuosiloma
    | afwezig | (?:op\s)?vakantie | niet\s(?:op|aanwezig) | absent | absence\b | en\scong(?:é|e)s | vacances
    | de\svacaciones | ausente | fuera\sde | in\sferie | assente | assenza | nieobecn | urlop\b
    )"""
)
REPLY_PREFIX = re.compile(r"(?i)^\s*(?:re|aw|sv|vs|antw|odp|ref|rif|r|fwd?|wg|vl|vb|tr|i)\s*(?:\[\d+\])?\s*:")
RESPONDER = re.compile(r"(?i)\b(?:auto-?(?:reply|respon\w+)|vacation|autoresponder|out-?of-?office|gnarwl|ooo)\b")
NO_PERSON = re.compile(
    r"(?i)^(?:no[._-]?reply|do[._-]?not[._-]?reply|donotreply|nicht[._-]?antworten|nepasrepondre|ei[._-]?vasta|ikke[._-]?svar"
    r"|notifications?|mailer[._-]?daemon|bounces?|auto-?mailer|automailer|auto-?confirm)(?:[+._-].*)?@"
)
RESPONDER_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply", "x-autoreply-from",
                    "x-autoresponse", "x-auto-respond", "x-vacation", "x-ooo", "delivered-autoresponder")  # fmt: skip
LIST_FIELDS = ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere", "list-unsubscribe")
NO_VALUES = {"no", "false", "0", "none", ""}


def kind(head: Headers, subject: str, sender: str, envelope_from: str | None = None) -> AutoKind:
    """ "none" when a person seems to have written, else how the mail came about. Bounces and receipts are not looked
    for here. `envelope_from`: the SMTP sender when known ("" is the null sender)."""
    submitted = re.split(r"[;\s(]", head.plain("auto-submitted") + ";")[0]
    precedence = head.plain("precedence")
    answers = bool(head.raw("in-reply-to") or head.raw("references"))
    if _is_auto_reply(head, subject, submitted, precedence, answers=answers):
        return "auto-reply"
    if precedence == "list" or any(head.raw(name) for name in LIST_FIELDS):
        return "list"
    if submitted not in NO_VALUES:
        return "notification"
    if _is_null_sender(head, envelope_from):
        return "auto-reply" if answers else "notification"
    if precedence in {"bulk", "junk"} or "feedback-id" in head:
        return "notification"
    if "x-auto-response-suppress" in head and head.plain("x-auto-response-suppress") not in NO_VALUES:
        return "notification"
    return "notification" if NO_PERSON.match(sender) else "none"


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
