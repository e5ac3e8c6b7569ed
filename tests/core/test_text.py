"""Text made clean, short and findable."""

import time

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from shopbell.core import text

HELLO = "Guten Tag, ich habe vor zwei Wochen bestellt und noch keine Lieferung bekommen. Wo bleibt mein Paket SB-1042?"


def finds(query: str, document: str, language: str) -> bool:
    """What PostgreSQL decides, in Python."""
    terms = set(text.terms(document, language))
    groups = text.query(query)
    return bool(groups) and all(terms.intersection(group) for group in groups)


def test_clean() -> None:
    assert text.clean("a\x00b\x1b[0m\r\nc\rd\u2028e\tf\ud800g\x85h") == "ab[0m\nc\nd\ne\tfg\nh"


@pytest.mark.parametrize(
    ("length", "short"),
    [(40, "Where is my parcel?"), (19, "Where is my parcel?"), (18, "Where is my…"), (5, "Wher…"), (1, "…"), (0, "")],
)
def test_truncate(length: int, short: str) -> None:
    assert text.truncate("Where is my parcel?", length) == short


def test_preview_is_one_plain_line() -> None:
    assert text.preview("  Hello\u202e \x00there,\n\n\tyou\u200b two  ") == "Hello there, you two"
    assert text.preview("word " * 100, 20) == "word word word word…"


def test_terms_of_numbers_addresses_and_compounds() -> None:
    assert text.terms("Order SB-1042", "en") == ["order", "sb1042", "sb", "1042"]
    assert text.terms("SB1042", "en") == ["sb1042", "sb", "1042"]
    assert text.terms("anna.smith@mail.example", "en") == ["annasmithmailexampl", "anna", "smith", "mail", "exampl"]
    assert text.terms("T-Shirt", "de") == ["tshirt", "t", "shirt"]
    assert text.terms("am 12.11.2026", "de") == ["am", "12112026", "12", "11", "2026"]
    assert text.terms("Hallo.Ich", "de") == ["hallo", "ich"]
    assert text.terms("https://dhl.example/track?code=00340434161094042557", "de") == [
        *("https", "dhl", "exampl", "track", "cod", "00340434161094042557")
    ]


def test_terms_are_distinct_and_in_order() -> None:
    assert text.terms("returns, returned: Return! order", "en") == ["return", "order"]


@pytest.mark.parametrize(
    ("query", "document", "language"),
    [
        ("Rücksendung", "Ihre Ruecksendungen sind da", "de"),
        ("ruecksendung", "Meine Rücksendung", "de"),
        ("rucksendung", "Meine Rücksendung", "de"),
        ("tellimuse", "Minu tellimus ei ole saabunud", "et"),
        ("tellimus", "Küsimus tellimuste kohta", "et"),
        ("pakk", "Kus mu pakke hoitakse", "et"),
        ("oige", "See ei ole õige", "et"),
        ("tühistada", "palun tuhistada", "et"),
        ("bestilling", "Hvor er bestillingerne", "da"),
        ("storrelse", "Den forkerte størrelse", "da"),
        ("stoerrelse", "De forkerte størrelser", "da"),
        ("Søren", "Hilsen Soren", "da"),
        ("Soeren Aagaard", "Søren Ågård", ""),
        ("Søren Ågård", "Soeren Aagaard", ""),
        ("returned order", "I want to return my orders", "en"),
        ("SB-1042", "order sb1042", "en"),
        ("SB1042", "order SB-1042", "en"),
        ("sb 1042", "order SB-1042", "en"),
        ("SB-1042", "order SB 1042", "en"),
        ("1042", "order SB1042", "en"),
        ("anna.smith@mail.example", "write to Anna.Smith@MAIL.example please", "en"),
        ("smith", "write to anna.smith@mail.example", "de"),
        ("Rücksendung", "The word Ruecksendung in English", "en"),
        ("returned", "my returned parcel", ""),
        ("U\u0308bung", "Die Übung", "de"),
        ("the", "where is the parcel", "en"),
        ('"wo ist"', "Wo ist mein Paket", "de"),
        ("the parcel", "my parcel", "en"),
    ],
)
def test_found(query: str, document: str, language: str) -> None:
    assert finds(query, document, language)


@pytest.mark.parametrize(
    ("query", "document", "language"),
    [
        ("Lieferung", "Meine Rücksendung", "de"),
        ("order refund", "my order", "en"),
        ("SB-1042", "order SB-1043", "en"),
        ("1042", "order 10425", "en"),
        ("tellimus", "minu pakk", "et"),
        ('"the parcel"', "my parcel", "en"),
        ("", "anything", "en"),
        ("?!", "anything", "en"),
    ],
)
def test_not_found(query: str, document: str, language: str) -> None:
    assert not finds(query, document, language)


def test_query_groups() -> None:
    assert text.query("returned") == [["returned", "return"]]
    assert text.query("SB-1042") == [["sb1042", "sb"], ["sb1042", "1042"]]
    assert text.query("what is the parcel") == [["what"], ["parcel"]]
    assert len(text.query(" ".join(f"word{number}" for number in range(100)))) <= 2 * text.MAX_QUERY_WORDS


def test_query_in_chosen_languages_only() -> None:
    assert text.query("tellimuse", ["en"]) == [["tellimuse", "tellimus"]]
    assert text.query("tellimuste", ["en"]) == [["tellimuste", "tellimust"]]
    assert text.query("tellimuste", ["en", "et"]) == [["tellimuste", "tellimust", "tellimus"]]


def test_tsquery() -> None:
    assert text.tsquery([]) == ""
    assert text.tsquery([["a", "b"], ["c"]]) == "(a | b) & (c)"
    assert text.tsquery([["a"], ["b", "c"]], prefix=True) == "(a) & (b:* | c:*)"


@pytest.mark.django_db
def test_postgresql_agrees() -> None:
    document = "Wo bleibt die Rücksendung SB-1042 für anna@mail.example? 'quoted' back\\slash & | ! :* заказ"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_to_tsvector(%s::text[]) = %s::tsvector",
            [text.terms(document, "de"), text.document(document, "de")],
        )
        assert cursor.fetchone() == (True,)
        for query, found in [
            ("Ruecksendungen SB1042", True),
            ("заказ", True),
            ("' \\ :* & rücks", False),
            ("Lieferung", False),
        ]:
            cursor.execute(
                "SELECT %s::tsvector @@ %s::tsquery", [text.document(document, "de"), text.tsquery(text.query(query))]
            )
            assert cursor.fetchone() == (found,)
        cursor.execute(
            "SELECT %s::tsvector @@ %s::tsquery",
            [text.document(document, "de"), text.tsquery(text.query("rücks"), prefix=True)],
        )
        assert cursor.fetchone() == (True,)


def test_terms_are_bounded() -> None:
    many = " ".join(f"w{number}x" for number in range(50_000))
    assert len(text.terms(many, "de")) == text.MAX_TERMS
    assert [len(term) for term in text.terms("x" * 5_000, "de")] == [60]
    started = time.process_time()
    text.terms("a-b@c." * 1_000_000, "de")
    text.terms("\ufdfa" * 1_000_000, "de")
    text.terms("x" * 5_000_000, "de")
    text.terms("ä" * 5_000_000, "et")
    assert time.process_time() - started < 2


def test_a_short_message_costs_microseconds() -> None:
    text.terms(HELLO, "de")
    times = []
    for _ in range(20):
        started = time.process_time()
        for _ in range(100):
            text.terms(HELLO, "de")
        times.append((time.process_time() - started) / 100)
    assert min(times) < 60e-6


def test_highlight() -> None:
    assert text.highlight("Hallo, meine Rücksendungen\nsind verloren", "ruecksendung") == [
        ("Hallo, meine ", False),
        ("Rücksendungen", True),
        (" sind verloren", False),
    ]
    assert text.highlight("Your parcel", "refund") == [("Your parcel", False)]
    assert text.highlight("", "refund") == []
    assert text.highlight("order SB-1042 x", "sb1042") == [
        ("order ", False),
        ("SB", True),
        ("-", False),
        ("1042", True),
        (" x", False),
    ]


def test_highlight_cuts_around_the_first_hit() -> None:
    pieces = text.highlight("lorem ipsum " * 50 + "parcel " + "dolor " * 50, "parcel", 60)
    assert pieces[0] == ("…ipsum lorem ipsum ", False)
    assert pieces[1] == ("parcel", True)
    assert len("".join(piece for piece, _ in pieces)) <= 61


@given(st.text(max_size=300), st.sampled_from(["", "de", "da", "en", "et", "sv", "xx"]))
@settings(max_examples=200)
def test_any_text_is_found_by_its_own_words(message: str, language: str) -> None:
    terms = set(text.terms(message, language))
    assert all(term.isalnum() and len(term) <= 60 for term in terms) or any(not term.isascii() for term in terms)
    for group in text.query(message):
        assert terms.intersection(group) or language not in ("", *text.QUERY_LANGUAGES)


@given(st.text(alphabet=st.characters(), max_size=400), st.integers(0, 100), st.text(max_size=30))
def test_nothing_raises(message: str, length: int, search: str) -> None:
    assert "\x00" not in text.clean(message)
    text.clean(message).encode()
    assert text.clean(text.clean(message)) == text.clean(message)
    line = text.preview(message, length)
    assert len(line) <= length
    assert "\n" not in line
    text.terms(message)
    text.tsquery(text.query(message), prefix=True)
    "".join(piece for piece, _ in text.highlight(message, search)).encode()
