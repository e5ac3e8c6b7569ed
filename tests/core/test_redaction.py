"""A passage is gone wherever it stands word for word, however it is wrapped, quoted or tagged; nothing else is."""

from __future__ import annotations

import pytest

from shopbell.core import html_text, redaction

CARD = redaction.pattern("4111 1111 1111 1111")
M = redaction.MARK


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("My card: 4111 1111 1111 1111.", f"My card: {M}.", 1),
        ("4111 1111\n1111 1111", M, 1),
        ("> 4111 1111\n> 1111 1111 end", f"> {M} end", 1),
        ("4111\u00a01111 1111  1111 and 4111 1111 1111 1111", f"{M} and {M}", 2),
        ("4111 1111 1111 11112", "4111 1111 1111 11112", 0),
        ("4111-1111-1111-1111", "4111-1111-1111-1111", 0),
    ],
)
def test_in_text(before, after, places):
    assert redaction.in_text(before, CARD) == (after, places)


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("<p>Card 4111 1111 1111 1111</p>", f"<p>Card {M}</p>", 1),
        ("<b>4111</b> <i>1111</i> 1111 1111", f"<b>{M}</b><i></i>", 1),
        ("4111 1111<br>1111 1111 &amp; more", f"{M}<br> &amp; more", 1),
        ("4111&nbsp;1111&#32;1111 1111", M, 1),
        ('<a href="x?c=4111%201111 1111 1111" title="t">pay</a>', "<a>pay</a>", 1),
        ("<p>nothing &lt;here&gt;</p>", "<p>nothing &lt;here&gt;</p>", 0),
    ],
)
def test_in_html(before, after, places):
    assert redaction.in_html(before, CARD) == (after, places)


def test_markup_of_a_stranger_never_keeps_it():
    for hostile in (
        "<p 4111 1111 1111 1111",
        "<!-- 4111 1111 1111 1111 --><td>4111</td><td>1111 1111 1111</td>",
        "<<4111 1111 1111 1111>",
    ):
        result, _places = redaction.in_html(hostile, CARD)
        assert not CARD.search(html_text.to_text(result))
        assert "4111 1111 1111 1111" not in result


def test_within_values():
    found = redaction.pattern("secret")
    before = {"a": ["a secret", 1, None], "b": {"c": "secrets"}}
    assert redaction.in_values(before, found) == ({"a": [f"a {M}", 1, None], "b": {"c": "secrets"}}, 1)


@pytest.mark.parametrize("passage", ["", "  ", "ab", "a b", "x" * 5001])
def test_a_passage_is_neither_too_short_nor_too_long(passage):
    with pytest.raises(redaction.BadPassage):
        redaction.pattern(passage)


def test_signs_of_patterns_are_plain_signs():
    assert redaction.in_text("a (.*) b", redaction.pattern("(.*)")) == (f"a {M} b", 1)
