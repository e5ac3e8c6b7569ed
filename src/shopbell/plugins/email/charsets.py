"""From bytes to text, whatever the label says: the declared charset is a hint, the bytes decide.

Order: byte order mark, UTF-16 seen by its NULs, stateful charsets that were declared (they look like ASCII), strict
UTF-8, the declared charset when it fits, then the best of the Western and Baltic tables by how word-like the result
is, then charset-normalizer on a sample. Never raises; every repair is named.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import charset_normalizer

MARGIN = 3  # points by which another table must fit better than the declared one
SAMPLE = 8192  # bytes looked at to guess; the rest of the text follows the guess

# Labels seen in mails that Python does not know, or knows as something narrower than what senders mean by them.
ALIASES = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "ansi": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-ms-cp932": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "chinesebig5": "big5hkscs",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "utf": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16-be",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-user-defined": "cp1252",
    "iso-8859-13": "iso8859-13",
    "iso-2022-jp": "iso2022_jp_ext",
}
NO_LABEL = {"", "unknown", "unknown-8bit", "x-unknown", "8bit", "binary", "default_charset", "_autodetect_all", "none"}
STATEFUL = {"utf-7", "hz", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp", "iso2022_kr", "utf-16", "utf-16-le"}
STATEFUL |= {"utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
LATIN = ("cp1252", "cp1257", "iso8859-15", "iso8859-4", "iso8859-13", "cp1250", "iso8859-2", "cp1254")
# Tables of other alphabets, with the letters that make up most of a text written in them.
ALPHABETS = {
    "cp1251": "оеаинтсрвлкмдпіу",
    "koi8-u": "оеаинтсрвлкмдпіу",
    "iso8859-5": "оеаинтсрвлкмдпіу",
    "cp866": "оеаинтсрвлкмдпіу",
    "cp1253": "αοιετσνηυρπκμλςί",
    "iso8859-7": "αοιετσνηυρπκμλςί",
    "cp1255": "יוהלארתבמשנדחעפק",
    "cp1256": "ايلمونرتبةعدسفأك",
    "iso8859-6": "ايلمونرتبةعدسفأك",
    "tis-620": "านรกงอมเยลว่้ัีท",
}
DOS = ("cp850", "mac-roman")  # where no table of Windows or ISO makes words
OTHERS = ["gb18030", "big5", "cp932", "cp949", "euc_jp", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "iso8859_6"]
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
GENERIC = {"cp1252", "iso8859-15", "utf-8"}  # what software writes when it does not know

# The letters beyond a-z of one language each: a table is right when one language's letters explain the text.
LANGUAGES = (
    frozenset("äöüß"),
    frozenset("æøåé"),
    frozenset("äöüõšž"),
    frozenset("åäöé"),
    frozenset("éèëïöüáóê"),
    frozenset("éèêëàâîïôùûüçœæ"),
    frozenset("áéíóúñüçàèòï"),
    frozenset("àèéìíòóù"),
    frozenset("ąćęłńóśźż"),
    frozenset("ãõáéíóúâêôàç"),
    frozenset("āčēģīķļņšūž"),
    frozenset("ąčęėįšųūž"),
    frozenset("áčďéěíňóřšťúůýž"),
    frozenset("áéíóöőúüű"),
    frozenset("ăâîșțşţ"),
    frozenset("áðéíóúýþæö"),
    frozenset("çğıöşüâîi\u0307"),
    frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"),
    frozenset("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"),
)
PUNCTUATION = set("«»„“”‘’–—…€£§°´·•©®™½¼¾²³µ¡¿\u00a0")
WORD_BYTES = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
SUSPICIOUS = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
                        "\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{1,3}")  # fmt: skip
NOT_ASCII = re.compile("[\u0080-\uffff]+")
MAX_RUNS = 2000  # looked at to tell mojibake
# What no mail to a shop is written with: phonetic letters, combining marks, scripts of the past, private use.
RARE = re.compile("[\u0180-\u0217\u021c-\u036f\u0483-\u0489\u0500-\u058f\u0700-\u08ff\ue000-\uf8ff\ufffd]")


class Decoded(NamedTuple):
    """Text, the charset that made it, and what had to be repaired (empty: nothing)."""

    text: str
    charset: str
    warning: str = ""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode `data`, believing `declared` only as far as the bytes bear it out. Never raises; NULs are dropped."""
    label = declared.strip().strip("\"'").lower()
    found = _by_signature(data) or _stateful(data, label) or _utf8(data, label) or _legacy(data, label)
    if "\x00" in found.text:
        return Decoded(found.text.replace("\x00", ""), found.charset, found.warning or "NUL characters removed")
    return found


def codec_of(label: str) -> str:
    """Python's codec for a label in a mail, or "" when there is none (RFC 2231 language suffixes are cut off)."""
    label = label.strip().strip("\"'").lower().split("*")[0]
    if label in NO_LABEL:
        return ""
    for name in (label, label.replace("_", "-"), re.sub(r"^(?:x-|cs)", "", label), re.sub(r"^cp-?", "cp", label)):
        try:
            info = codecs.lookup(ALIASES.get(name, name))
        except (LookupError, ValueError, UnicodeError):
            continue
        if getattr(info, "_is_text_encoding", True) and info.name not in {"idna", "punycode", "unicode_escape"}:
            return ALIASES.get(info.name, ALIASES.get(name, info.name))
    return ""


def repair_mojibake(text: str) -> tuple[str, bool]:
    """Undo UTF-8 that was read as Latin-1 on its way, up to three times over; (text, whether anything changed).

    Only where most of what is not ASCII says so: "„MENÜ“" and "«CAFÉ»" look alike by chance.
    """
    repaired = text
    for _ in range(3):
        if not SUSPICIOUS.search(repaired) or not _is_mojibake(repaired):
            break
        repaired = SUSPICIOUS.sub(lambda match: _reread(match.group()), repaired)
    return repaired, repaired != text


def _is_mojibake(text: str) -> bool:
    """Whether nearly all runs of foreign characters are UTF-8 read byte by byte. A sample tells for the whole text."""
    runs = [match for _, match in zip(range(MAX_RUNS), NOT_ASCII.finditer(text), strict=False)]
    wrong = sum(_reread(match.group()) != match.group() and not _is_shouted(text, match) for match in runs)
    return wrong * 5 >= 4 * len(runs)


def _is_shouted(text: str, match: re.Match[str]) -> bool:
    """A capital after a capital with a sign behind it: the end of a word somebody wrote in capitals."""
    before, run = text[match.start() - 1 : match.start()], match.group()
    return before.isupper() and len(run) == 2 and run[1] in "”“„’‘»«–—…®©™´"


def _reread(run: str) -> str:
    """The run as UTF-8 where that gives a letter or sign in use; else the run."""
    try:
        found = b"".join(map(_byte, run)).decode("utf-8")
    except (UnicodeError, ValueError):
        return run
    return found if not RARE.search(found) else run


@lru_cache(maxsize=512)
def _byte(char: str) -> bytes:
    return bytes([ord(char)]) if ord(char) < 256 else char.encode("cp1252")


def _by_signature(data: bytes) -> Decoded | None:
    """A byte order mark, or the NULs of UTF-16 without one."""
    if data.startswith(codecs.BOM_UTF8):
        return Decoded(data[3:].decode("utf-8", "replace"), "utf-8")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(data.decode("utf-16", "replace"), "utf-16")
    guess = utf16_flavour(data)
    return Decoded(data.decode(guess, "replace"), guess, f"read as {guess}") if guess else None


def utf16_flavour(data: bytes) -> str:
    """ "utf-16-le" or "utf-16-be" when every other byte is mostly NUL (Latin text); "" otherwise."""
    sample = data[:1024]
    if len(sample) < 4 or sample.count(0) * 10 < len(sample) * 3:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 9 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 9 * odd else ""


def _stateful(data: bytes, label: str) -> Decoded | None:
    """Charsets whose bytes look like ASCII must be believed, if they decode."""
    codec = codec_of(label)
    if codec not in STATEFUL and b"\x1b$" in data[:SAMPLE] and data.isascii():
        codec = "iso2022_kr" if b"\x1b$)C" in data[:SAMPLE] else "iso2022_jp_ext"
    if codec not in STATEFUL:
        return None
    if codec.startswith("utf-") and codec != "utf-7" and b"\x00" not in data[:SAMPLE]:
        return None  # says UTF-16 and is not
    try:
        return Decoded(data.decode(codec), codec)
    except (UnicodeError, ValueError):
        if data.isascii() and b"\x1b" not in data:
            return None
        return Decoded(data.decode(codec, "replace"), codec, f"broken {codec}: unreadable characters replaced")


def _utf8(data: bytes, label: str) -> Decoded | None:
    try:
        text = data.decode("utf-8")
    except UnicodeError:
        return None
    wrong = not data.isascii() and codec_of(label) != "utf-8"
    return Decoded(text, "utf-8", f"read as utf-8, declared as {label or 'nothing'}" if wrong else "")


def _legacy(data: bytes, label: str) -> Decoded:
    declared = codec_of(label)
    codec = _best(data, declared)
    if codec:
        text, lossy = _decode(data, codec)
        same = codec == declared and label not in {"us-ascii", "ascii"}
        warning = "" if same else f"read as {codec}, declared as {label or 'nothing'}"
        return Decoded(text, codec, warning or ("unreadable characters replaced" if lossy else ""))
    return Decoded(data.decode("utf-8", "replace"), "utf-8", "unreadable characters replaced")


def _decode(data: bytes, codec: str) -> tuple[str, bool]:
    try:
        return data.decode(codec), False
    except (UnicodeError, ValueError):
        return data.decode(codec, "replace"), True


def _best(data: bytes, declared: str) -> str:
    """The codec to use for bytes that are no UTF-8."""
    sample = _sample(data)
    if declared and declared != "utf-8" and declared not in GENERIC and _fits(data, declared):
        return declared if _plausible(sample, declared) else _guess(sample, declared)
    if _mostly_utf8(data):
        return "utf-8"
    return _guess(sample, declared)


def _sample(data: bytes) -> bytes:
    """The first words with high bytes, up to SAMPLE bytes."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff]", data)), 0)
    return data[max(0, first - 200) : first + SAMPLE]


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except (UnicodeError, ValueError):
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 with a few broken places (cut in the middle of a character, one pasted byte)."""
    sample = _sample(data)
    text = sample.decode("utf-8", "replace")
    good = sum(1 for char in text if ord(char) > 127 and char != "\ufffd")
    return good > 4 * text[:-1].count("\ufffd") and good > 0


@lru_cache(maxsize=256)
def _guess(sample: bytes, declared: str) -> str:
    words = WORD_BYTES.findall(sample)[:400]
    high = sum(byte > 127 for word in words for byte in word)
    long = [word for word in words if len(word) > 2]
    dense = sum(byte > 127 for word in long for byte in word) * 5 > 4 * sum(map(len, long)) and len(long) * 3 >= len(
        words
    )
    if dense:
        return _alphabet(words, declared) or _other_script(sample, declared) or "cp1252"
    ranked = {codec: _score(words, codec) for codec in LATIN}
    best = max(ranked, key=lambda codec: ranked[codec])
    if ranked[best] < high:
        return _dos(words, high) or _other_script(sample, declared) or best
    return declared if declared in ranked and ranked[declared] + MARGIN >= ranked[best] else best


def _alphabet(words: list[bytes], declared: str) -> str:
    """The table in which most letters are those that its alphabet uses most; "" when there is none."""
    ranked = {codec: _commonness(words, codec) for codec in ALPHABETS}
    best = max(ranked, key=lambda codec: ranked[codec])
    if declared in ranked and ranked[declared] + 0.1 >= ranked[best]:
        return declared
    return best if ranked[best] >= 0.5 else ""


def _commonness(words: list[bytes], codec: str) -> float:
    """The share of common letters; what is no letter, and a capital inside a word, speaks against the table."""
    text = [word.decode(codec, "replace") for word in words]
    letters = [char for word in text for char in word if ord(char) > 127]
    common = sum(char in ALPHABETS[codec] for word in text for char in word.lower())
    wrong = sum(not char.isalpha() and char not in PUNCTUATION and not "\u0e31" <= char <= "\u0e4e" for char in letters)
    capitals = sum(char.isupper() and before.islower() for word in text for before, char in pairwise(word))
    return (common - wrong - 2 * capitals) / max(1, len(letters))


def _dos(words: list[bytes], high: int) -> str:
    """A table of DOS or of old Macs, when it makes words of what nothing else does."""
    ranked = {codec: _score(words, codec) for codec in DOS}
    best = max(ranked, key=lambda codec: ranked[codec])
    return best if ranked[best] > 1.2 * high else ""


def _plausible(sample: bytes, codec: str) -> bool:
    """A declared single-byte table is kept unless its result is full of control characters."""
    text = sample.decode(codec, "replace")
    return not any(0x80 <= ord(char) < 0xA0 and ord(char) != 0x85 for char in text)


def _score(words: list[bytes], codec: str) -> float:
    """About 2 for every letter that fits; less than 1 a letter means this is no such text."""
    text = [word.decode(codec, "replace") for word in words]
    letters = Counter(char.lower() for word in text for char in word if ord(char) > 127 and char not in PUNCTUATION)
    fitting = max(sum(count for char, count in letters.items() if char in known) for known in LANGUAGES)
    return 3.5 * fitting - 1.5 * letters.total() + sum(_shape(word) for word in text)


def _shape(word: str) -> float:
    """How much a word's capitals, signs and control characters speak for or against its reading."""
    score = 0.0
    for index, char in enumerate(word):
        if ord(char) < 128:
            continue
        if char in PUNCTUATION:
            inside = 0 < index < len(word) - 1 and word[index - 1].isalpha() and word[index + 1].isalpha()
            score += (0.5 if char in "’´" else -1) if inside else 1.5
        elif 0x80 <= ord(char) < 0xA0 or char == "\ufffd" or char.isupper() and index and word[index - 1].islower():
            score -= 3
    return score


def _other_script(sample: bytes, declared: str) -> str:
    """Mostly non-Latin bytes: Chinese, Japanese, Korean, Hebrew, Arabic …"""
    if declared and declared not in GENERIC and _fits_sample(sample, declared):
        return declared
    for codec in ("cp932", "euc_jp"):
        text = sample.decode(codec, "replace")
        if len(KANA.findall(text)) * 4 > sum(char > "\x7f" for char in text):
            return codec
    found = charset_normalizer.from_bytes(sample, steps=4, chunk_size=512, cp_isolation=OTHERS).best()
    return codec_of(found.encoding.replace("_", "-")) if found else declared.replace("utf-8", "")


def _fits_sample(sample: bytes, codec: str) -> bool:
    text = sample.decode(codec, "replace")
    return text.count("\ufffd") * 20 <= len(text)
