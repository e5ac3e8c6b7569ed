"""HTML mail as text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopbell.core import html
from shopbell.core.html_text import to_text

CASES = [
    ("plain", "Hello   there\n you", "Hello there you"),
    ("entities", "Gr&uuml;&szlig;e &amp; &lt;b&gt; &#8364; &nbsp;x", "Grüße & <b> €  x"),
    ("gmail lines", "<div dir=ltr>Hi,<div><br></div><div>one</div><div>two<br></div></div>", "Hi,\n\none\ntwo"),
    ("breaks", "a<br>b<br/><br>c<br><br><br>d", "a\nb\n\nc\n\nd"),
    ("paragraphs", "<p>a</p>\n<p>b\nc</p>", "a\n\nb c"),
    (
        "outlook",
        "<p class=MsoNormal>Hello,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Bye</p>",
        "Hello,\n\nBye",
    ),
    ("no margin", '<p style="margin:0">a</p><p style="margin:0">b</p>', "a\nb"),
    ("inline", "<b>bo</b><i>ld</i> <u>x</u> y", "bold x y"),
    ("headings", "a<h1>T</h1>b", "a\n\nT\n\nb"),
    ("list", "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "- a\n- b\n  - c\n- d\n\ne"),
    ("ordered", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
    ("empty item", "<ul><li></li><li>b</li></ul>", "- b"),
    ("table", "<table><tr><th>Item<th>Qty</tr><tr><td>Shirt</td><td>2</td></tr></table>", "Item | Qty\nShirt | 2"),
    ("header table", "<table><tr><td>From:</td><td>Anna</td></tr></table>", "From: Anna"),
    (
        "layout table",
        "<table><tr><td><table><tr><td>a</td></tr></table></td></tr><tr><td>b</td></tr></table>",
        "a\n\nb",
    ),
    ("link", '<a href="https://x.example/a">click</a>', "click <https://x.example/a>"),
    ("link same", '<a href="https://www.x.example/">x.example</a>', "x.example"),
    ("mail link", '<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
    ("named mail link", '<a href="mailto:a@b.example?subject=x">Anna</a>', "Anna <a@b.example>"),
    ("two addresses", '&lt;<a href="mailto:a@b.example">Anna@b</a>&gt;', "<Anna@b>"),
    ("script link", '<a href="javascript:x()">click</a> <a href="#top">up</a>', "click up"),
    ("image link", '<a href="https://x.example"><img src=x alt="Shop"></a>', "Shop <https://x.example>"),
    ("silent image", '<img src=x alt="A banner">text', "text"),
    ("emoji image", 'Hi <img src=x alt="😊">', "Hi 😊"),
    ("quote", "I<blockquote>a<br>b</blockquote>c", "I\n> a\n> b\n\nc"),
    ("nested quote", "<blockquote>a<blockquote>b</blockquote>c</blockquote>d", "> a\n> > b\n>\n> c\n\nd"),
    ("stray end", "a</blockquote></ul></pre></div>b", "a\n\nb"),
    ("pre", "<pre>a\n  b\n</pre>c", "a\n  b\n\nc"),
    ("rule", "a<hr>b", "a\n\n____________________\n\nb"),
    ("dropped", "<head><title>T</title><style>p{}</style></head><script>x</script>a<svg><text>s</text></svg>b", "ab"),
    ("preheader", '<div style="display: none; color:red">secret</div>a<p hidden>b</p>c', "ac"),
    ("nested hidden", '<div style="DISPLAY:NONE"><div>x</div>y</div>a', "a"),
    ("hidden unclosed", '<div style="display:none">x<p>all of the mail', "x\n\nall of the mail"),
    ("hidden paragraph unclosed", '<p style="display:none">x<p hidden>z<p>y', "y"),
    ("filler", "a&zwnj;&nbsp;&zwnj;&nbsp;\u200b\u00adb", "a  b"),
    ("conditional", "<!--[if mso]>x<![endif]-->a<![if !mso]>b<![endif]>", "ab"),
    ("less than", "1 < 2 and I <3 it", "1 < 2 and I <3 it"),
    ("unclosed quote in tag", 'a<p title="b>c', "a"),
    ("null", "a\x00b", "ab"),
    ("huge number", "&#" + "9" * 5000 + ";x", "\ufffdx"),
    ("signature", "<p>Hi</p><div>-- <br>Anna</div>", "Hi\n\n--\nAnna"),
    ("empty", "", ""),
]


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_to_text(source: str, expected: str) -> None:
    assert to_text(source) == expected


ATTACKS = {
    "comments": "<!--",
    "tags": "<a ",
    "quotes": '<a b="',
    "less than": "<",
    "less than letters": "<a",
    "ampersands": "&",
    "numbers": "&#9",
    "deep": "<div>",
    "quotes deep": "<blockquote>",
    "lists": "<ul><li>",
    "hidden": "<p hidden>x",
    "raw": "<style>",
    "titles": "<title ",
    "cdata": "<![CDATA[",
    "equals": "<a =",
    "links": '<a href="https://x.example">x',
    "quoted breaks": "<blockquote>x<br>",
    "mail": '<p>Hello <b>you</b>, how is <a href="https://x.example/abc">it</a> going</p>\n',
    "pre": "<pre>\n",
    "zero width": " \u200c",
    "cells": "<td>x",
}


def seconds(source: str) -> float:
    """Processor time, the best of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        to_text(source)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("unit", ATTACKS.values(), ids=ATTACKS.keys())
def test_time_is_linear(unit: str) -> None:
    """Four times the input takes about four times as long; quadratic would be sixteen."""
    small, large = (unit * (size // len(unit)) for size in (100_000, 400_000))
    assert seconds(large) < 9 * seconds(small) + 0.01


def test_a_megabyte_of_mail_is_quick() -> None:
    assert seconds(ATTACKS["mail"] * (1_000_000 // len(ATTACKS["mail"]))) < 0.6  # 0.2 on an idle machine


def test_forty_quotes_are_enough() -> None:
    assert to_text("<blockquote>" * 100_000 + "x") == "> " * 40 + "x"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_nothing_raises(source: str) -> None:
    to_text(source)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<li>",
                "<ul>",
                "</ul>",
                "<td>",
                "<blockquote>",
                "</blockquote>",
                "<pre>",
                "<br>",
                "x ",
                "\n",
            ]
        )
    )
)
def test_no_word_is_lost(parts: list[str]) -> None:
    assert to_text("".join(parts)).count("x") == parts.count("x ")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp"))))
def test_text_survives_the_way_there_and_back(message: str) -> None:
    expected = "\n".join(line for line in message.split("\n"))
    assert (
        to_text(html.from_text(expected)).replace("\u00a0", " ").strip()
        == html.to_text(f"<p>{_escaped(expected)}</p>").strip()
    )


def _escaped(message: str) -> str:
    return message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
