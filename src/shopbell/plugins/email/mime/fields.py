"""Header fields with a structure: addresses, message ids, dates. Pure; nothing here raises on any input."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from shopbell.plugins.email.mime import headers, words

MAX_ADDRESSES = 500
MAX_NAME = 200
MAX_TOKENS = 200  # pieces of one address
MAX_IDS = 50  # the first and the last so many of a References field
MAX_ID = 400


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address; the domain is lower case. `address` is "" when there is none ("MAILER-DAEMON")."""

    name: str = ""
    address: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


# --- addresses (RFC 5322, 3.4) --------------------------------------------------------------------------------------

TOKEN = re.compile(
    r'"(?:[^"\\]|\\.){0,400}+"|\((?:[^()\\]|\\.|\([^()]{0,100}+\)){0,400}+\)|<[^<>]*>|[,;:]|[^",;:<(]+|.', re.DOTALL
)
BARE = re.compile(r"[^\s<>()\[\],;:\"'|]{1,128}@[^\s<>(),;:\"'|@]{1,255}")
SOURCE_ROUTE = re.compile(r"^@[^:@]{1,255}(?:,@[^:@]{1,255}){0,9}:")  # RFC 5322, 4.4
OBFUSCATED = re.compile(
    r"(?i)^\s*([\w.+-]{1,64})\s*(?:\[at\]|\(at\)|\{at\}|\sat\s|&#64;)\s*"
    r"([\w.-]{1,128}(?:\s*(?:\[dot\]|\(dot\)|\sdot\s)\s*[\w-]{1,63}){0,4})\s*$"
)


def addresses(head: headers.Headers, *names: str) -> list[Address]:
    """All addresses in the fields of these names, in order, each once. Groups are opened, empty entries left out."""
    found: dict[tuple[str, str], Address] = {}
    for name in names:
        for value in head.raw_all(name):
            for entry in parse_addresses(head.undecoded(value)):
                found.setdefault((entry.name if not entry.address else "", entry.address), entry)
            if len(found) > MAX_ADDRESSES:
                head.warn(f"header: more than {MAX_ADDRESSES} addresses in {name}")
                return list(found.values())[:MAX_ADDRESSES]
    return list(found.values())


def parse_addresses(text: str) -> Iterator[Address]:
    """The mailboxes in an address list. Forgiven: commas in unquoted names, a missing >, several @, mailto:, words
    encoded around everything, "name at domain"."""
    before = ""  # the part of an unquoted name before its comma
    for tokens in _entries(text):
        entry = _mailbox(tokens)
        if not entry.address and entry.name:
            before = f"{before}, {entry.name}" if before else entry.name
            continue
        if before and "".join(tokens).lstrip()[:1] not in {"<", '"'} and entry.address:
            entry = Address(f"{before}, {entry.name}"[:MAX_NAME] if entry.name else before[:MAX_NAME], entry.address)
        elif before:
            yield Address(before[:MAX_NAME], "")
        before = ""
        if entry.address:
            yield entry
    if before:
        yield Address(before[:MAX_NAME], "")


def _entries(text: str) -> Iterator[list[str]]:
    """The token lists between top-level separators. A group's name ("undisclosed-recipients:") falls away."""
    tokens: list[str] = []
    has_at = False
    for match in TOKEN.finditer(text[: headers.MAX_VALUE]):
        token = match.group()
        if token == ":" and not has_at and tokens and not tokens[-1].lower().endswith("mailto"):
            tokens = []
        elif token in {",", ";"}:
            yield tokens
            tokens, has_at = [], False
        elif len(tokens) < MAX_TOKENS:
            tokens.append(token)
            has_at = has_at or "@" in token
    yield tokens


def _mailbox(tokens: list[str]) -> Address:
    angles = [token[1:-1] for token in tokens if token[0] == "<" and len(token) > 1]
    comments = [token[1:-1] for token in tokens if token[0] == "(" and len(token) > 1]
    phrase = [token for token in tokens if not (len(token) > 1 and token[0] in "<(")]
    if angles:
        inside = next((angle for angle in reversed(angles) if "@" in angle), angles[-1])
        return Address(_name("".join(phrase)) or _name(" ".join(comments)), clean_address(inside))
    text = "".join(phrase)
    if "@" not in text and "=?" in text and "@" in (decoded := words.decode(text)):
        return next(iter(parse_addresses(decoded)), Address())
    found = BARE.search(text.replace("mailto:", " "))
    if found:
        rest = _name(text.replace(found.group(), " ").replace("mailto:", " ")).strip("<> ")
        return Address(rest or _name(" ".join(comments)), clean_address(found.group()))
    written_out = OBFUSCATED.match(whole := "".join(tokens))
    hidden = written_out or OBFUSCATED.match(text)
    if hidden:
        domain = re.sub(r"\s*(?:\[dot\]|\(dot\)|\bdot\b)\s*", ".", hidden[2], flags=re.IGNORECASE)
        name = "" if written_out and "(" in whole else _name(" ".join(comments))
        return Address(name, clean_address(f"{hidden[1]}@{domain}"))
    return Address(_name(text) and (_name(" ".join([text, *comments]))), "")


def _name(text: str) -> str:
    """A display name: quotes off, backslashes out, encoded words read."""
    text = re.sub(r'"((?:[^"\\]|\\.)*+)"', lambda match: re.sub(r"\\(.)", r"\1", match[1]), text)
    text = words.one_line(words.decode(text)).strip("\"' <>")
    return text[:MAX_NAME]


def clean_address(text: str) -> str:
    """An address as it is compared and stored: no white space or decoration, domain lower case; "" when it is none."""
    text = words.decode(text) if "=?" in text else text
    text = re.sub(r"\([^()]*\)|[\s\x00-\x1f\x7f]+", "", text).strip("<>'\",;:").removeprefix("mailto:")
    text = SOURCE_ROUTE.sub("", text)
    local, at, domain = text.rpartition("@")
    domain = domain.strip(".").lower()
    if not at or not local or not domain or len(text) > 320:
        return ""
    return f"{local}@{domain}"


# --- message ids (RFC 5322, 3.6.4) ----------------------------------------------------------------------------------

BRACKETED = re.compile(r"<([^<>]{1,2000})>?")
PLACEHOLDERS = {"null", "none", "undefined", "nil", "unknown", "noid", "no-id", "messageid", "message-id", "empty", "0"}


def usable_id(text: str) -> str:
    """A message id without <>, or "" when it cannot identify one message: empty, a placeholder, far too long."""
    identifier = re.sub(r"[\s\x00-\x1f\x7f<>]+", "", text)
    local, at, domain = identifier.rpartition("@")
    if not 5 <= len(identifier) <= MAX_ID or not identifier.isprintable():
        return ""
    if not at:
        return identifier if len(identifier) >= 12 and any(char.isdigit() for char in identifier) else ""
    if not local or not domain or local.lower() in PLACEHOLDERS or set(local) <= set("$%{}[]"):
        return ""
    return identifier


def message_ids(text: str) -> list[str]:
    """The usable ids in a References or In-Reply-To field, each once, in order; the middle of very long lists is
    left out. Read through folded, comma-separated and unbracketed ids; words around them are skipped."""
    if "<" in text:
        candidates = [piece for match in BRACKETED.finditer(text) for piece in _split_glued(match[1])]
    else:
        candidates = re.split(r"[\s,;]+", text)
        if len(candidates) > 3 and sum("@" in each for each in candidates) * 2 < len(candidates):
            return []  # prose: "Your message of Tuesday"
        candidates = [each.strip("\"'()") for each in candidates if "@" in each]
    found = list(dict.fromkeys(filter(None, map(usable_id, candidates))))
    return found if len(found) <= 2 * MAX_IDS else found[:MAX_IDS] + found[-MAX_IDS:]


def _split_glued(text: str) -> list[str]:
    """ "a@b, c@d" inside one pair of brackets are two ids; a space in one id is a fold."""
    return re.split(r"[,;]\s*", text) if text.count("@") > 1 else [text]


# --- dates (RFC 5322, 3.3) ------------------------------------------------------------------------------------------

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?")
MONTHS = {
    "jän": "Jan", "led": "Jan", "sty": "Jan", "gen": "Jan", "ene": "Jan", "jaan": "Jan", "fév": "Feb", "fév.": "Feb",
    "veebr": "Feb", "mär": "Mar", "mrz": "Mar", "märts": "Mar", "mrt": "Mar", "maart": "Mar", "avr": "Apr",
    "abr": "Apr", "kwi": "Apr", "mai": "May", "maj": "May", "mei": "May", "mag": "May", "giu": "Jun", "juuni": "Jun",
    "juin": "Jun", "lug": "Jul", "juuli": "Jul", "juil": "Jul", "aoû": "Aug", "août": "Aug", "ago": "Aug",
    "sie": "Aug", "set": "Sep", "okt": "Oct", "ott": "Oct", "paź": "Oct", "lis": "Nov", "dez": "Dec", "des": "Dec",
    "dets": "Dec", "dic": "Dec", "déc": "Dec", "gru": "Dec",
}  # fmt: skip


# Names of zones that the standard library does not know; "IST" and the like mean several.
ZONES = {
    "CET": "+0100", "MEZ": "+0100", "CEST": "+0200", "MESZ": "+0200", "MEST": "+0200", "WET": "+0000", "WEST": "+0100",
    "BST": "+0100", "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "TRT": "+0300", "JST": "+0900", "AEST": "+1000",
}  # fmt: skip
ZONE = re.compile(rf"(\d)\s*\b({'|'.join(ZONES)})\b(?!\s*[+-]\d)", re.IGNORECASE)
OFFSET = re.compile(r"(\d[:.]\d{2}(?:[.,]\d{1,9})?)\s*(?:GMT|UTC|UT)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)
HALF_DAY = re.compile(r"(\d{1,2})([:.]\d{2}(?:[:.]\d{2})?)\s?([AP])\.?M\b\.?", re.IGNORECASE)


def date(text: str) -> datetime | None:
    """A Date field with the offset it names; None when it cannot be read or is before 1970. No zone counts as UTC."""
    text = _plain_zone(re.sub(r"\([^()]*\)", " ", text[:200]).strip(" \t\"'"))
    found = _rfc_date(text) or _iso_date(text) or _rfc_date(_english(text))
    return found if found and 1970 <= found.year <= 9990 else None


def _plain_zone(text: str) -> str:
    """The zone as RFC 5322 wants it: "+02:00", "GMT+2" and "CEST" as +0200; and a clock of 24 hours."""
    text = HALF_DAY.sub(lambda found: f"{int(found[1]) % 12 + 12 * (found[3] in 'pP'):02}{found[2]}", text)
    text = ZONE.sub(lambda found: f"{found[1]} {ZONES[found[2].upper()]}", text)
    return OFFSET.sub(lambda found: f"{found[1]} {found[2]}{found[3]:0>2}{found[4] or '00'}", text)


def _rfc_date(text: str) -> datetime | None:
    try:
        parsed = email.utils.parsedate_to_datetime(text)
        known = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return known if known.astimezone(UTC) else None
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _iso_date(text: str) -> datetime | None:
    match = ISO.search(text)
    if not match:
        return None
    year, month, day, hour, minute = (int(match[number]) for number in range(1, 6))
    zone = (match[7] or "Z").replace("Z", "+0000").replace(":", "")
    stamp = f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{int(match[6] or 0):02} {zone}"
    try:
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S %z")
    except (ValueError, OverflowError):
        return None


def _english(text: str) -> str:
    """Month names of other languages to English ones, the weekday away: "Di, 3 Mär 2026 …"."""
    text = re.sub(r"^[^\d]*|,(?=\s*\d{4}\b)", "", text)
    return re.sub(r"[^\W\d_]+\.?", lambda match: MONTHS.get(match.group().lower().rstrip("."), match.group()), text)
