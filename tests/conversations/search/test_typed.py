"""What is typed is taken apart without ever failing."""

import pytest

from shopbell.conversations.search.typed import PHRASE, WORD, Term, parse


def test_words_phrases_operators_and_what_is_unwanted():
    query = parse('red -blue "not here" -"so what" from:"Anna Saar" -tag:refund is:open')
    assert query.groups == [
        [Term(WORD, "red")],
        [Term(WORD, "blue", True)],
        [Term(PHRASE, "not here")],
        [Term(PHRASE, "so what", True)],
        [Term("from", "Anna Saar")],
        [Term("tag", "refund", True)],
        [Term("is", "open")],
    ]
    assert query.wanted_text == 'red "not here"'


def test_or_joins_alternatives_of_one_sort_and_nothing_else():
    assert parse("red OR blue cup").groups == [[Term(WORD, "red"), Term(WORD, "blue")], [Term(WORD, "cup")]]
    assert parse("is:open | is:snoozed").groups == [[Term("is", "open"), Term("is", "snoozed")]]
    assert parse("red OR is:open").groups == [[Term(WORD, "red")], [Term("is", "open")]]
    assert parse("OR red OR").groups == [[Term(WORD, "red")]]
    assert parse("order ORDER").groups == [[Term(WORD, "order")], [Term(WORD, "ORDER")]]


def test_what_is_no_operator_is_a_word_and_a_slip_is_noticed():
    query = parse("form:anna https://a.example/x re:")
    assert [str(term) for term in query.terms] == ["form:anna", "https://a.example/x", "re:"]
    assert query.misspelt == [("form", "from")]


@pytest.mark.parametrize(
    ("typed", "number"), [("17", 17), ("#17", 17), ("-17", None), ("17 18", None), ("is:17", None), ("", None)]
)
def test_a_number_alone_is_a_conversations(typed: str, number: int | None):
    assert parse(typed).number == number


@pytest.mark.parametrize(
    "typed", ["", " ", '"', '-"', "-", "from:", 'from:"', "::", "OR", "|", "- -", "\x00", "(" * 999]
)
def test_nothing_is_an_error(typed: str):
    assert all(term.value or not term.is_text for term in parse(typed).terms)


def test_a_long_text_is_cut():
    assert len(parse("a " * 5_000).terms) <= 30
