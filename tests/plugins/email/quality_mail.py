"""How well mails and bounces are understood: the corpora by others, and flufl.bounce on the same files. Markdown."""

from __future__ import annotations

import email
import json
import logging
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flufl.bounce import all_failures

from shopbell.plugins.email import inspecting, understanding
from tests import corpora
from tests.plugins.email.bounces.cases import CASES

Found = tuple[frozenset[str], frozenset[str]]  # addresses given up, addresses still tried; lower case

# Where we find something else than the file expects, why that is right. Read by eye, one by one.
READ = {
    "bounce_01.txt": "names the local part only; the returned mail's stamp has the address",
    "simple_42.txt": "the address is there, made unreadable with dots by whoever published the file",
    "simple_43.txt": "names nobody; the returned mail's stamp has the address",
    "yale_01.txt": "names the local part only; completed with the reporting domain (a second guess is expected too)",
}
NO_MAIL = ("LICENSE", "SHA256SUMS", "PROVENANCE.md", "README.md")
FOLDERS = ("mail", "replies", "bounces", "hostile")


@dataclass(frozen=True)
class Bounce:
    """One file of the bounce corpus with what is expected, what we find and what the library finds."""

    name: str
    expected: Found
    ours: Found
    library: Found


def bounces() -> list[Bounce]:
    """The corpus of 117 bounces; empty when it is not at hand."""
    folder = corpora.ROOT / "bounces" / "flufl-bounce"
    if not folder.is_dir():
        return []
    expected = json.loads((folder / "expected.json").read_text())
    return [_bounce(path, expected.get(path.name, {})) for path in sorted((folder / "data").iterdir())]


def _bounce(path: Path, expected: dict[str, list[str]]) -> Bounce:
    raw = path.read_bytes()
    wanted = _lower(expected.get("permanent", [])), _lower(expected.get("temporary", []))
    return Bounce(path.name, wanted, _ours(raw), _library(raw))


def _lower(addresses: list[str]) -> frozenset[str]:
    return frozenset(each.lower() for each in addresses)


def _ours(raw: bytes) -> Found:
    report = understanding.understand(raw).report
    found = report.statuses if report else ()
    return (
        frozenset(each.recipient.lower() for each in found if each.outcome == "failed" and each.recipient),
        frozenset(each.recipient.lower() for each in found if each.outcome == "delayed" and each.recipient),
    )


def _library(raw: bytes) -> Found:
    """The library raises on a From field in raw UTF-8 and logs it: nothing found."""
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        temporary, permanent = all_failures(email.message_from_bytes(raw))
    except AttributeError:
        return frozenset(), frozenset()
    decode = [frozenset(each.decode("utf-8", "replace").lower() for each in side) for side in (permanent, temporary)]
    return decode[0], decode[1]


def own_cases() -> tuple[int, int, int]:
    """Our own bounces: how many, understood wholly by us, addresses and outcome found by the library."""
    ours = library = 0
    for case in CASES:
        expected = _sides(case.found)
        ours += _ours(case.mail.encode()) == expected
        library += _library(case.mail.encode()) == expected
    return len(CASES), ours, library


def _sides(found: tuple[tuple[str, ...], ...]) -> Found:
    return (
        frozenset(each[0].lower() for each in found if each[1] == "failed"),
        frozenset(each[0].lower() for each in found if each[1] == "delayed"),
    )


@dataclass(frozen=True)
class Passage:
    """One file read: how long it took and what came out."""

    folder: str
    name: str
    size: int
    seconds: float
    auto: str
    warned: bool


def passages() -> Iterator[Passage]:
    """Every file of the corpora through inspect. Raises whatever inspect raises, which is the point."""
    inspecting.inspect(b"From: a@b.example\n\nThe first mail loads the language model.", "warm")
    for folder in FOLDERS:
        for path in sorted((corpora.ROOT / folder).rglob("*")):
            if path.is_file() and path.name not in NO_MAIL:
                raw = path.read_bytes()
                start = time.perf_counter()
                found = inspecting.inspect(raw, path.name)
                json.dumps(found)
                seconds = time.perf_counter() - start
                yield Passage(folder, path.name, len(raw), seconds, found["auto"], bool(found["warnings"]))


def report() -> str:
    """The sections on bounces and on mails."""
    return "\n".join([*_bounce_section(), "", *_mail_section(), ""])


def _bounce_section() -> list[str]:
    rows = bounces()
    if not rows:
        return ["## Bounces", "", "The corpus is not at hand."]
    total = sum(len(row.expected[0] | row.expected[1]) for row in rows)
    own, own_ours, own_library = own_cases()
    lines = [
        "## Bounces",
        "",
        f"{len(rows)} bounces by others (flufl.bounce's own test data, {total} addresses), and {own} of ours:"
        " other servers, other languages, reports with several recipients.",
        "",
        "| | Shopbell | flufl.bounce |",
        "|---|---|---|",
        _row("expected addresses found, outcome right", _hits(rows, "ours"), _hits(rows, "library"), total),
        _row("files exactly as expected", _equal(rows, "ours"), _equal(rows, "library"), len(rows)),
        f"| addresses found where none is expected | {_more(rows, 'ours')} | {_more(rows, 'library')} |",
        _row("our own files exactly as expected", own_ours, own_library, own),
        "",
        "Where a file expects something else, read by eye:",
        "",
    ]
    lines += [_difference(row) for row in rows if row.ours != row.expected]
    return lines


def _row(label: str, ours: int, library: int, total: int) -> str:
    return f"| {label} | {ours} of {total} | {library} of {total} |"


def _hits(rows: list[Bounce], who: str) -> int:
    return sum(len(side & wanted) for row in rows for side, wanted in zip(getattr(row, who), row.expected, strict=True))


def _more(rows: list[Bounce], who: str) -> int:
    return sum(len(side - wanted) for row in rows for side, wanted in zip(getattr(row, who), row.expected, strict=True))


def _equal(rows: list[Bounce], who: str) -> int:
    return sum(getattr(row, who) == row.expected for row in rows)


def _difference(row: Bounce) -> str:
    found, expected = (", ".join(sorted(side[0] | side[1])) or "nothing" for side in (row.ours, row.expected))
    return f"- `{row.name}`: found {found}; expected {expected}. {READ.get(row.name, 'Unexplained.')}"


def _mail_section() -> list[str]:
    rows = list(passages())
    lines = [
        "## Mails",
        "",
        "Every file of the corpora through `inspect`, whatever it is: none fails.",
        "",
        "| folder | files | with a warning | median ms | slowest ms (size) | kinds |",
        "|---|---|---|---|---|---|",
    ]
    for folder in FOLDERS:
        here = [row for row in rows if row.folder == folder]
        if here:
            slowest = max(here, key=lambda row: row.seconds)
            kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(row.auto for row in here).most_common())
            median = statistics.median(row.seconds for row in here) * 1000
            lines.append(
                f"| {folder} | {len(here)} | {sum(row.warned for row in here)} | {median:.1f} |"
                f" {slowest.seconds * 1000:.0f} ({slowest.size // 1024} KiB, {slowest.name}) | {kinds} |"
            )
    return lines


if __name__ == "__main__":
    print(report())
