"""How well and how fast replies, signatures and forwards are told apart, beside the libraries, on corpora by others.

Run by `PYTHONPATH=src python -m tests.plugins.email.quality_text`; prints Markdown.
What the corpora expect is often another parser's
output; where a person reading the mail would say otherwise, `READ` says which lines are the writer's own.
"""

import email
import email.policy
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from email_reply_parser import EmailReplyParser as Zapier
from mailparser_reply import EmailReplyParser as MailParserReply

from shopbell.core.html_text import to_text
from shopbell.plugins.email import forwarded, visible
from tests.corpora import ROOT

Parser = Callable[[str], str]

#: The library's languages; it knows no Estonian, Finnish or Norwegian.
_LANGUAGES = ["en", "de", "da", "es", "fr", "it", "nl", "pl", "sv", "cs"]
CORPORA = {
    "crisp": ("email-reply-parser-crisp", "fixtures", "expected_visible.json"),
    "github": ("email-reply-parser-github", "emails", "oracle_crisp_npm_2.3.7.json"),
}

ALL = 10_000
#: Files whose expectation is another parser's slip: the lines (first, after the last) that a reader calls the writer's
#: own, and why.
READ: dict[tuple[str, str], tuple[list[tuple[int, int]], str]] = {
    ("crisp", "email_2_1.txt"): ([(0, 1)], "an Outlook header block under a drawn line is left in"),
    ("crisp", "email_7.txt"): ([(0, 5)], "halves of wrapped quoted lines are left in"),
    ("crisp", "email_8.txt"): ([(0, 5)], "halves of wrapped quoted lines are left in"),
    ("crisp", "email_custom_quote_header.txt"): ([(0, 1)], "the Hungarian heading is left in"),
    ("crisp", "email_sent_from_my_not_signature.txt"): ([(0, ALL)], "a sentence is taken for a device line"),
    ("crisp", "email_thread.txt"): ([(0, 1)], "a heading over three lines is left in"),
    ("crisp", "email_tricky_7_multiple_dashes.txt"): ([(0, ALL)], "the text below a drawn line is cut off"),
    ("github", "email_1_1.txt"): ([(0, 7)], "a mailing list's footer is left in"),
    ("github", "email_1_2.txt"): ([(0, 1), (8, 34)], "a mailing list's footer is left in"),
    ("github", "email_1_3.txt"): ([(0, 5)], "a mailing list's footer is left in"),
    ("github", "email_2_1.txt"): ([(0, 1)], "an Outlook header block under a drawn line is left in"),
    ("github", "email_2_2.txt"): ([(0, 1)], "an Outlook header block under a drawn line is left in"),
    ("github", "email_sent_from_my_not_signature.txt"): ([(0, ALL)], "a sentence is taken for a device line"),
}


@dataclass(frozen=True)
class Reply:
    """One file of a corpus: its text, what is expected, and what a reader would expect."""

    name: str
    text: str
    expected: str
    read: str


def replies(corpus: str) -> Iterator[Reply]:
    """The replies of a corpus that have an expectation."""
    folder, files, expectations = CORPORA[corpus]
    base = ROOT / "replies" / folder
    for name, entry in sorted(json.loads((base / expectations).read_text("utf-8")).items()):
        if "visible" not in entry:
            continue
        text = (base / files / name).read_text("utf-8", errors="replace")
        own = READ.get((corpus, name))
        lines = text.split("\n")
        read = "\n".join(line for first, last in own[0] for line in lines[first:last]) if own else entry["visible"]
        yield Reply(name, text, entry["visible"], read)


def talon() -> Iterator[Reply]:
    """Talon's replies by program, text and HTML turned into text; all say the same."""
    base = ROOT / "mail" / "talon"
    for path in sorted((base / "standard_replies").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        if body is not None:
            yield Reply(path.name, body.get_content(), "Hello", "Hello")
    for path in sorted((base / "html_replies").glob("*.html")):
        yield Reply(path.name, to_text(path.read_text("utf-8", errors="replace")), *["Hi. I am fine. Thanks, Alex"] * 2)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for white space."""
    return one.split() == other.split()


@dataclass
class Score:
    """How a parser did: files matched, as the corpus has it and as a reader has it; mean likeness; seconds."""

    files: int = 0
    matched: int = 0
    right: int = 0
    likeness: float = 0.0
    seconds: float = 0.0
    slowest: float = 0.0

    def add(self, reply: Reply, answer: str, seconds: float) -> None:
        self.files += 1
        self.matched += same(answer, reply.expected)
        self.right += same(answer, reply.read)
        self.likeness += SequenceMatcher(None, answer.split(), reply.read.split(), autojunk=False).ratio()
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)

    def row(self) -> str:
        likeness = self.likeness / self.files
        share = f"{self.matched}/{self.files} | {self.right}/{self.files} | {likeness:.3f}"
        return f"{share} | {self.seconds * 1000:.1f} | {self.slowest * 1000:.1f}"


def score(parser: Parser, cases: Iterator[Reply]) -> Score:
    """A parser's score over some replies; what raises counts as an empty answer."""
    result = Score()
    for reply in cases:
        started = time.perf_counter()
        try:
            answer = parser(reply.text)
        except Exception:
            answer = ""
        result.add(reply, answer or "", time.perf_counter() - started)
    return result


def ours(text: str) -> str:
    """What Shopbell shows."""
    return visible.split(text).visible


PARSERS: dict[str, Parser] = {
    "Shopbell": ours,
    "email_reply_parser": Zapier.parse_reply,
    "mail-parser-reply": lambda text: MailParserReply(languages=_LANGUAGES).parse_reply(text=text) or "",
}


@dataclass(frozen=True)
class Forward:
    """One mail of the forward corpus with what is expected; None for no forward."""

    name: str
    text: str
    subject: str
    expected: forwarded.Forwarded | None


def forward_cases() -> Iterator[Forward]:
    """The mails of the forward corpus, white space of bodies and messages collapsed."""
    base = ROOT / "replies" / "email-forward-parser"
    for name, entry in sorted(json.loads((base / "expected.json").read_text("utf-8")).items()):
        text = (base / "fixtures" / name).read_text("utf-8")
        yield Forward(
            name, text, _subject(base, entry["subject_file"]), _expected(entry) if entry["forwarded"] else None
        )


def _subject(base: Path, name: str | None) -> str:
    path = base / "fixtures" / (name or "")
    if not name or path.is_file():
        return path.read_text("utf-8").strip() if name else ""
    return "WG: Integer consequat non purus"  # the German subject is not among the files


def _expected(entry: dict) -> forwarded.Forwarded:  # type: ignore[type-arg]
    mail = entry["email"]
    to, cc = ([(one["name"] or "", one["address"] or "") for one in mail[kind]] for kind in ("to", "cc"))
    return forwarded.Forwarded(
        mail["from"].get("name") or "",
        mail["from"].get("address") or "",
        to,
        cc,
        mail["date"] or "",
        mail["subject"] or "",
        " ".join((mail["body"] or "").split()),
        " ".join((entry["message"] or "").split()),
    )


def forward_case(case: Forward) -> forwarded.Forwarded | None:
    """What `forwarded.find` says of the case, white space collapsed like the expectation's."""
    found = forwarded.find(case.text, case.subject)
    if found is None:
        return None
    body, message = " ".join(found.body.split()), " ".join(found.message.split())
    return forwarded.Forwarded(
        found.from_name, found.from_address, found.to, found.cc, found.date, found.subject, body, message
    )


def report() -> str:
    """The Markdown section for docs/quality.md."""
    lines = ["## Replies, signatures and forwards", "", *_reply_tables(), *_disagreements(), *_forwards(), *_speed()]
    return "\n".join(lines)


def _reply_tables() -> list[str]:
    lines = [
        "Match: the visible text equals the corpus's expectation but for white space. Right: it equals what a reader",
        "calls the writer's own words (the expectation, but for the files marked so below). Likeness: mean, by words,",
        "against right.",
        "",
        "| corpus | parser | match | right | likeness | total ms | slowest ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for corpus in (*CORPORA, "talon"):
        for name, parser in PARSERS.items():
            cases = talon() if corpus == "talon" else replies(corpus)
            lines.append(f"| {corpus} | {name} | {score(parser, cases).row()} |")
    return lines


def _disagreements() -> list[str]:
    lines = [
        "",
        "Where Shopbell differs from a corpus's expectation:",
        "",
        "| file | the expectation | Shopbell |",
        "|---|---|---|",
    ]
    for corpus in CORPORA:
        for reply in replies(corpus):
            answer = ours(reply.text)
            if same(answer, reply.expected):
                continue
            why = READ.get((corpus, reply.name), ([], "keeps a formula and a name (“Sincerely, …”)"))[1]
            verdict = "right" if same(answer, reply.read) and (corpus, reply.name) in READ else "differs"
            lines.append(f"| {corpus}/{reply.name} | {why} | {verdict} |")
    return lines


def _forwards() -> list[str]:
    wrong, total, seconds = [], 0, 0.0
    for case in forward_cases():
        total += 1
        started = time.perf_counter()
        found = forward_case(case)
        seconds += time.perf_counter() - started
        if found != case.expected:
            wrong.append(case.name)
    named = f" Different: {', '.join(wrong)}." if wrong else ""
    return [
        "",
        f"Forwards (sender, recipients, date, subject, body and message all equal): {total - len(wrong)}/{total} mails",
        f"of email-forward-parser, {seconds * 1000:.0f} ms in all.{named}",
    ]


def _speed() -> list[str]:
    quote = (
        "On Mon, 3 May 2021 at 10:00, Bob <b@x.example> wrote:\n"
        + "> An ordinary line of a long quoted mail, 70 long.\n" * 21_000
    )
    mails = {
        "1 MB quoted": f"Thanks\n\n{quote}",
        "1 MB of the writer's own": "An ordinary line of a long mail without a quote.\n" * 21_000,
        "1 MB on one line": "word " * 200_000,
        "github/email_long_quote.txt (767 kB)": _long_quote(),
    }
    lines = ["", "| mail | " + " | ".join(f"{name} ms" for name in PARSERS) + " |", "|---|" + "---|" * len(PARSERS)]
    for title, text in mails.items():
        cells = (f"{_best(parser, text) * 1000:.1f}" for parser in PARSERS.values())
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return lines


def _long_quote() -> str:
    return (ROOT / "replies" / CORPORA["github"][0] / "emails" / "email_long_quote.txt").read_text(
        "utf-8", errors="replace"
    )


def _best(parser: Parser, text: str) -> float:
    started = time.perf_counter()
    parser(text)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(report())
