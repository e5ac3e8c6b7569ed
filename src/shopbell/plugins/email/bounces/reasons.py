"""Why a mail was not delivered: from codes (RFC 5321, 3463) and the words servers use, to a small closed set."""

from __future__ import annotations

import re

from shopbell.plugins.email.parsed import DeliveryStatus, Outcome, Reason

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
REPLY_CODE = re.compile(r"(?<![\d.:/-])([45][0-5]\d)(?=[\s-]|$)(?![\s-]\d{1,3}[.:]\d)")
MAX_DIAGNOSTIC = 500

# The words, first match wins: what is more telling stands first.
WORDS: tuple[tuple[Reason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE | re.VERBOSE))
    for reason, pattern in (
        (
            "mailbox_full",
            r"""quota | mailbox\s(?:is\s)?full | mail\s?(?:box|folder)\s(?:\w{1,30}\s){0,3}full | full\smailbox | over\s?disk
            | disk\sfull\sfor\suser | mail\sbox\sspace | storage\s(?:limit|allocation|exceeded) | has\stoo\smuch\smail
            | not\senough\s(?:space|storage) | insufficient\s(?:disk|mailbox|storage|system\sstorage) | boîte\spleine
            | postfach\s(?:ist\s)?(?:voll|überfüllt) | speicherplatz | postkassen?\s(?:er\s)?fuld | indbakke.{0,20}fuld
            | postkast\son\stäis | brevlådan\s(?:är\s)?full | postilaatikko\son\stäynnä | buzón.{0,20}lleno | casella.{0,20}piena
            | out\sof\sstorage | mailfolder\sis\sfull | überschritten""",
        ),
        (
            "too_large",
            r"""too\s(?:large|big)\b | size\s(?:limit|exceed)\w* | exceed\w*\s(?:\w{1,30}\s){0,5}size | message\ssize\sexceeds | maximum
            \s(?:\w{1,30}\s){0,3}message\ssize | zu\sgro(?:ß|ss) | for\sstor | liiga\ssuur | för\sstor""",
        ),
        (
            "spam",
            r"""\bspam\w*\b | unsolicited | blacklist | block\s?list | blocklist | black\slist | listed\s(?:in|at|on|by)\b
            | spamhaus | spamcop | barracuda | reputation | bulk\smail\srejected | \bRBL\b | \bdnsbl\b | \bvirus\b | malware | infected
            | content\s(?:rejected|filter\w*) | looks\slike | suspected | UnsolicitedMessageError""",
        ),
        (
            "relay_denied",
            r"""relay(?:ing)?\s(?:access\s)?(?:is\s)?(?:denied|not\spermitted|prohibited|not\sallowed) | unable\sto\srelay
            | not\s(?:permitted|allowed)\sto\srelay | we\sdo\snot\srelay | relaying\sdenied | cannot\srelay""",
        ),
        (
            "loop",
            r"""too\smany\shops | mail\sloop | looping | loops\sback | hop\scount | routing\sloop | forwarding\sloop
            | loop\sdetected""",
        ),
        (
            "mailbox_disabled",
            r"""(?:account|mailbox|user|address)\s(?:\S{1,60}\s){0,3}(?:disabled|inactive|suspended|discontinued|expired|locked|deactivated
            |closed|blocked)|no\slonger\s(?:valid|active|available|in\suse|accepts|works|here) | has\smoved | inactive\s(?:user|account)
            | has\sleft\sthe\scompany | mailbox\sdisabled | account\sthat\syou\stried\sto\sreach\sis\sdisabled
            | not\sbeen\scollected\safter""",
        ),
        (
            "mailbox_unknown",
            r"""(?:user|recipient|mailbox|address|account|addressee|recipient\sname)\s(?:\S{1,60}\s){0,6}?(?:unknown|not\s(?:found|exist|known
            |recogni[sz]ed|listed|available|here|a\svalid|valid)|doesn'?t\s(?:exist|have)|does\snot\sexist|unavailable|is\sinvalid
            |wrong|rejected|failed)
            | (?:unknown|invalid|no\ssuch|illegal|non-?existent|bad|undeliverable|not\sa\svalid|not\sa\sknown)\s(?:\S{1,60}\s){0,3}?(?:
            user|recipient|mailbox|address|account|person|local|alias|userid|destination)
            | user\sunknown | no\smailbox\shere | no\ssuch\s(?:user|person|address) | not\slisted\sin | does(?:\snot|n't)\shave\sa[n]?
            \s\S{1,60}\saccount | not\sour\scustomer | no\svalid\srecipients? | unbekannt | nicht\sbekannt | existiert\snicht
            | nicht\s(?:gefunden|vorhanden) | findes\sikke | ukendt | ei\sleitud | ei\sole\solemas | tundmatu | finns\sinte | okänd
            | ei\sole\solemassa | tuntematon | finnes\sikke | ukjent | bestaat\sniet | onbekende? | n'existe\spas | inconnue?
            | no\sexiste | desconocido | inesistente | sconosciuto | non\sesiste | nie\sistnieje | nieznany
            | no\smatches\sto | did\snot\sexactly\smatch | ALL_RECIP | isn't\san?\s\S{1,60}\suser | not\sHBC | hasn't\sbeen\sfound
            | could\sn(?:o|')t\sbe\sfound | couldn't\sbe\sfound | wasn't\sfound | not\saccepting\smail\sfrom\sunknown""",
        ),
        (
            "host_unknown",
            r"""(?:host|domain)\s(?:\S{1,60}\s){0,4}?(?:unknown|not\sfound|does\snot\sexist|not\sexist) | unknown\s(?:host|domain)
            | domain\sdoes\snot | name\s(?:service|server)\serror | NXDOMAIN | no\smail\s?(?:server|exchanger|hosts?)|unrouteable
            | unroutable | could(?:\snot|n't)\sfind\s(?:a\s)?(?:gateway|any\shost|host|domain) | null\sMX | bad\sdestination\ssystem
            | host\sor\sdomain\sname\snot\sfound | domain\s\S{1,60}\shas\sno | DNS\s(?:error|failure|lookup)""",
        ),
        (
            "expired",
            r"""(?:delivery\stime|time)\sexpired | queue\s(?:period|too\slong|time)|in\sthe\squeue\stoo\slong | retry\stimeout
            | maximum\sdelivery\sattempts | delivery\sattempts\sfailed|too\slong | retry\stime\snot\sreached | gave\sup
            | was\saborted\safter | failed\s\d+\sattempts | attempt\(s\)\sto\sdeliver | exceeded\smaximum\s(?:delivery|retr)""",
        ),
        (
            "unreachable",
            r"""time(?:d)?\s?out | connection\s(?:\S{1,60}\s){0,3}?(?:refused|failed|lost|reset|dropped|died) | not\sresponding
            | did\snot\srespond | unreachable | no\sroute | (?:could\snot|can't|unable\sto|wasn't\sable\sto)\s(?:establish|connect|contact)
            | server\s(?:is\s)?(?:unavailable|busy)|temporar(?:y|ily) | greylist | try\sagain\slater | host\sis\sdown""",
        ),
        (
            "policy",
            r"""polic(?:y|ies) | not\s(?:authori[sz]ed|permitted|allowed) | access\sdenied | permission\sdenied | DMARC | \bSPF\b | DKIM
            | authenticat\w{1,30}\s(?:required|failed) | rejected | refused | prohibited | not\saccepting | sender\s(?:\S{1,60}\s){0,3}?(?:denied|verify)
            | restricted | blocked | moderator | administratively | does\snot\slike""",
        ),
    )
)
# RFC 3463: subject and detail of an enhanced code.
ENHANCED_REASONS: dict[tuple[str, str], Reason] = {
    ("1", "0"): "mailbox_unknown", ("1", "1"): "mailbox_unknown", ("1", "2"): "host_unknown", ("1", "3"): "mailbox_unknown",
    ("1", "4"): "mailbox_unknown", ("1", "6"): "mailbox_disabled", ("1", "10"): "host_unknown", ("2", "1"): "mailbox_disabled",
    ("2", "2"): "mailbox_full", ("2", "3"): "too_large", ("3", "4"): "too_large", ("3", "1"): "mailbox_full",
    ("4", "1"): "unreachable", ("4", "2"): "unreachable", ("4", "3"): "unreachable", ("4", "4"): "host_unknown",
    ("4", "6"): "loop", ("4", "7"): "expired", ("7", "1"): "policy",
}  # fmt: skip


def classify(text: str, status: str) -> Reason:
    """The reason in a server's words, else in its code. Codes are often set wrongly (5.1.1 for spam), words rarely."""
    text = text[:4000]
    for reason, pattern in WORDS:
        if pattern.search(text):
            if reason in {"policy", "unreachable", "expired"} and (coded := by_code(status)) != "other":
                return coded
            return reason
    return by_code(status)


def by_code(status: str) -> Reason:
    parts = status.split(".")
    if len(parts) != 3:
        return "other"
    found = ENHANCED_REASONS.get((parts[1], parts[2]))
    return found or ("policy" if parts[1] == "7" else "other")


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
