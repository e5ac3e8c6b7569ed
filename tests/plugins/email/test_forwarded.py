"""Forwarded mails: recognised in every language, with the original's sender; answers are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopbell.plugins.email import forwarded
from shopbell.plugins.email.forwarded import Forwarded
from tests import corpora

from . import forwards
from .forwards import BODY, BY_SEPARATOR, BY_SUBJECT, SHOP, SUBJECT, WORDS, Program
from .quality_text import forward_case, forward_cases
from .surroundings import HEADINGS

MESSAGE = "Can you look into this?\n\nRegards\nMary"
DATE = "27/10/2021 09:31"
CC = [("Walter Berg", "walter@example.org"), ("Nina", "nina@example.org")]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("program", BY_SEPARATOR, ids=lambda program: program.__name__)
def test_a_separator_tells_a_forward_whatever_the_subject(language: str, program: Program) -> None:
    text = f"{MESSAGE}\n\n{program(WORDS[language], DATE)}\n"
    date = f"{DATE} CET" if program is forwards.yahoo else DATE
    assert forwarded.find(text) == Forwarded(
        "Jane Doe", "jane.doe@example.com", [("", SHOP)], CC, date, SUBJECT, BODY, MESSAGE
    )
    assert forwarded.find(text, "Parcel") == forwarded.find(text)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("program", BY_SUBJECT, ids=lambda program: program.__name__)
def test_outlook_forwards_are_told_by_the_subject(language: str, program: Program) -> None:
    text = f"{MESSAGE}\n\n{program(WORDS[language], DATE)}\n"
    found = forwarded.find(text, f"{WORDS[language].prefix}: {SUBJECT}")
    assert found == Forwarded("Jane Doe", "jane.doe@example.com", [("", SHOP)], CC, DATE, SUBJECT, BODY, MESSAGE)
    assert forwarded.find(text, f"Re: {SUBJECT}") is None
    assert forwarded.find(text) is None


@pytest.mark.parametrize("language", WORDS)
def test_a_forward_that_reads_like_an_answer(language: str) -> None:
    text = f"{MESSAGE}\n\n{forwards.outlook_old_mac(WORDS[language], DATE)}\n"
    found = forwarded.find(text, f"{WORDS[language].prefix}: {SUBJECT}")
    assert found == Forwarded("Jane Doe", "jane.doe@example.com", [], [], DATE, SUBJECT, BODY, MESSAGE)
    assert forwarded.find(text, f"Re: {SUBJECT}") is None


HEAD = "---------- Forwarded message ---------\nFrom: {sender}\nDate: {date}\nSubject: {subject}\nTo: {to}\n\nHello"


def head(sender: str = "a@example.com", date: str = DATE, subject: str = SUBJECT, to: str = SHOP) -> Forwarded:
    found = forwarded.find(HEAD.format(sender=sender, date=date, subject=subject, to=to))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Jane Doe <jane@example.com>", "Jane Doe", "jane@example.com"),
        ('"Doe, Jane" <jane@example.com>', "Doe, Jane", "jane@example.com"),
        ("Doe, Jane <jane@example.com>", "Doe, Jane", "jane@example.com"),
        ("Jane Doe [mailto:jane@example.com]", "Jane Doe", "jane@example.com"),
        ("Jane Doe [jane@example.com]", "Jane Doe", "jane@example.com"),
        ("Jane Doe <mailto:jane@example.com>", "Jane Doe", "jane@example.com"),
        ("Jane Doe <jane@example.com<mailto:jane@example.com>>", "Jane Doe", "jane@example.com"),
        (
            "Jane Doe<mailto:jane@example.com> <jane@example.com<mailto:jane@example.com>>",
            "Jane Doe",
            "jane@example.com",
        ),
        ("Jane Doe <jane@example.com> on behalf of desk@example.com", "Jane Doe", "jane@example.com"),
        ("'jane@example.com' <jane@example.com>", "", "jane@example.com"),
        ("<jane@example.com>", "", "jane@example.com"),
        ("jane@example.com", "", "jane@example.com"),
        ("Jane O'Brien <j.o'brien@example.com>", "Jane O'Brien", "j.o'brien@example.com"),
        ("Jüri Õun (<jyri@example.ee>)", "Jüri Õun", "jyri@example.ee"),
        ("Jane Doe", "Jane Doe", ""),
    ],
)
def test_the_senders_name_and_address(written: str, name: str, address: str) -> None:
    assert (head(sender=written).from_name, head(sender=written).from_address) == (name, address)


@pytest.mark.parametrize(
    ("written", "people"),
    [
        (
            "a@example.com, <b@example.com>; C <c@example.com>",
            [("", "a@example.com"), ("", "b@example.com"), ("C", "c@example.com")],
        ),
        (
            "Doe, Jane <j@example.com>, Berg, Nina <n@example.com>",
            [("Doe, Jane", "j@example.com"), ("Berg, Nina", "n@example.com")],
        ),
        ("Jane Doe; Nina Berg", [("Jane Doe", ""), ("Nina Berg", "")]),
        ("Jane Doe, Nina Berg", [("Jane Doe", ""), ("Nina Berg", "")]),
        ("Doe, Jane", [("Doe, Jane", "")]),
        (
            "a@example.com,\n b@example.com,\n c@example.com",
            [("", "a@example.com"), ("", "b@example.com"), ("", "c@example.com")],
        ),
        ("", []),
    ],
)
def test_recipients(written: str, people: list[tuple[str, str]]) -> None:
    assert head(to=written).to == people


def test_a_wrapped_subject() -> None:
    found = forwarded.find(
        "---------- Forwarded message ---------\nFrom: a@example.com\nSubject: Two\nlines\nTo: b@example.com\n\nx"
    )
    assert found is not None
    assert (found.subject, found.to, found.body) == ("Two lines", [("", "b@example.com")], "x")


def test_what_is_missing_is_empty_and_dates_stay_as_written() -> None:
    found = forwarded.find(
        "-------- Weitergeleitete Nachricht --------\nVon: a@example.com\nDatum: gestern, 9 Uhr\n\nx"
    )
    assert found == Forwarded("", "a@example.com", [], [], "gestern, 9 Uhr", "", "x", "")


def test_of_nested_forwards_the_outermost_is_meant() -> None:
    inner = forwards.gmail(WORDS["de"], "01/01/2020 10:00")
    found = forwarded.find(
        f"{MESSAGE}\n\n{HEAD.format(sender='a@example.com', date=DATE, subject='x', to=SHOP)}\n\n{inner}"
    )
    assert found is not None
    assert (found.from_address, found.body.split("\n")[0], found.message) == ("a@example.com", "Hello", MESSAGE)
    assert forwarded.find(found.body) is not None


def test_a_forward_quoted_under_an_unquoted_announcement() -> None:
    text = "Begin forwarded message:\n\n> Från: Jane <j@example.com>\n> Ämne: Paket\n> Datum: 3 maj\n>\n> Var?\n"
    assert forwarded.find(text) == Forwarded("Jane", "j@example.com", [], [], "3 maj", "Paket", "Var?", "")


def test_open_xchange_forwards_with_ten_dashes_and_answers_otherwise() -> None:
    block = "Von: Jane <j@example.com>\nAn: b@example.com\nDatum: 03.05.2021 10:15 CEST\nBetreff: Paket\n\nWo ist es?"
    assert forwarded.find(f"---------- Ursprüngliche Nachricht ----------\n{block}") == Forwarded(
        "Jane", "j@example.com", [("", "b@example.com")], [], "03.05.2021 10:15 CEST", "Paket", "Wo ist es?", ""
    )
    assert forwarded.find(f"-----Ursprüngliche Nachricht-----\n{block}") is None
    assert forwarded.find(f"---------- Ursprüngliche Nachricht ----------\n{block}", "AW: Paket") is None


def test_vs_is_a_forward_in_danish_and_norwegian_and_an_answer_in_finnish() -> None:
    danish = "Fra: Jane <j@example.com>\nSendt: 3. maj 2021\nTil: b@example.com\nEmne: Pakke\n\nHvor er den?"
    finnish = (
        "Lähettäjä: Jane <j@example.com>\nLähetetty: 3.5.2021\nVastaanottaja: b@example.com\nAihe: Paketti\n\nMissä?"
    )
    assert forwarded.find(danish, "VS: Pakke") is not None
    assert forwarded.find(finnish, "VS: Paketti") is None
    assert forwarded.find(finnish, "VL: Paketti") is not None


@pytest.mark.parametrize(
    ("subject", "is_forward"),
    [
        ("FW: x", True),
        ("Fwd: x", True),
        ("fwd:x", True),
        ("WG: x", True),
        ("VS: x", True),
        ("Edasi: x", True),
        ("VB: x", True),
        ("VL: x", True),
        ("TR: x", True),
        ("RV: x", True),
        ("I: x", True),
        ("PD: x", True),
        ("İLT: x", True),
        ("Redir.: x", True),
        ("转发：x", True),
        ("Fwd: Re: x", True),
        ("Re: Fwd: x", False),
        ("AW: WG: x", False),
        ("x", False),
        ("", False),
        ("Order: fwd", False),
        (":", False),
        ("Forward me a copy: x", False),
    ],
)
def test_the_subjects_first_prefix_decides(subject: str, is_forward: bool) -> None:
    assert forwarded.is_forward_subject(subject) is is_forward


@pytest.mark.parametrize("heading", HEADINGS)
def test_an_answer_is_no_forward_even_of_a_forward(heading: str) -> None:
    inner = forwards.gmail(WORDS["en"], DATE)
    assert forwarded.find(f"Thanks\n\n{heading}\n\n{inner}") is None
    quoted = "\n".join(f"> {line}" for line in inner.split("\n"))
    assert forwarded.find(f"Thanks\n\n{heading}\n{quoted}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Weitergeleitet",
        "I got a forwarded message:\nhello",
        "---------- Forwarded message ---------\nnothing below",
        "The parcel goes\nFrom: Tallinn\nTo: Tartu\n",
        "----- Forwarded -----\nFrom: me",
    ],
)
def test_talk_of_forwarding_is_no_forward(text: str) -> None:
    assert forwarded.find(text) is None


@given(st.text(max_size=300), st.text(max_size=30))
def test_nothing_raises(text: str, subject: str) -> None:
    forwarded.find(text, subject)
    forwarded.find(HEAD.format(sender=text, date=text, subject=subject, to=text), subject)


def test_the_corpus() -> None:
    corpora.folder("replies", "email-forward-parser")
    wrong = [case.name for case in forward_cases() if forward_case(case) != case.expected]
    assert wrong in (
        [],
        ["outlook_2019_pl_body.txt"],
    )  # there the expectation takes the Polish for "user" into the date
