"""HTML in pieces, and which HTML is too much for a parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopbell.core import markup


def test_tokens() -> None:
    source = (
        "<!doctype html><P class='a>b' x=\"</p>\">1 < 2<!-- <b> --><br/>&amp;</P ><script>if (a<b) </script><?x?>end"
    )
    assert list(markup.tokens(source)) == [
        ("", "p", " class='a>b' x=\"</p>\""),
        ("1 < 2", "", ""),
        ("", "br", "/"),
        ("&amp;", "", ""),
        ("", "/p", " "),
        ("", "script", ""),
        ("", "/script", ""),
        ("end", "", ""),
    ]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("a<b", ["a"]),
        ("a<!-- b", ["a"]),
        ('a<p x="b', ["a"]),
        ("a<p don't>b", ["a", "b"]),
        ("a<", ["a<"]),
        ("I <3 you", ["I <3 you"]),
        ("a</>b", ["a", "b"]),
        ("a<title>b", ["a"]),
        ("<!-->a", ["a"]),
        ("", []),
    ],
)
def test_broken_markup(source: str, texts: list[str]) -> None:
    assert [text for text, name, _ in markup.tokens(source) if not name] == texts


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 701,
        "<div>" * 200_000,
        "<ul><li>" * 100_000,
        "<dd><li>" * 10_000,
        "<div><!--</div>-->" * 1_000,
        "<div x='</div>'>" * 1_000,
        "<div><object></div></object>" * 1_000,
        "<div></span>" * 1_000,
        "<title><!--</title>" + "<div>" * 1_000 + "-->",
        "<title x='<'>" + "<div>" * 1_000,
        "<svg><style>" + "<div>" * 1_000,
        "<noscript><!--</noscript>" + "<div>" * 1_000 + "-->",
        "<![CDATA[" + "<div>" * 1_000,
        "<p>" + "".join(f"<b a={n}>" for n in range(500)) + "</p>" + "<p>x</p>" * 20_000,
        "<p " + " ".join(f"a{n}" for n in range(100_000)) + ">",
        "&" * 300_000,
        "<br>" * 100_001,
    ],
    ids=lambda source: source[:30],
)
def test_attacks_on_the_parser_are_known(source: str) -> None:
    assert not markup.is_bounded(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "plain",
        "<div>" * 600 + "</div>" * 600 + "<p>",
        "<p>unclosed" * 20_000,
        "<table><tr><td>x<td>y</table>" * 10_000,
        "<ul><li>a<li>b</ul>" * 10_000,
        "<div><font color=red><b>x</b></font></div>" * 10_000,
        "<head><title>News</title><style>td > p {}</style></head>" + "<div>x</div>" * 5_000,
        "<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->" * 1_000,
        "&nbsp;" * 100_000,
        '<img src="data:image/png;base64,' + "A" * 1_000_000 + '">',
    ],
    ids=lambda source: source[:30],
)
def test_ordinary_mail_is_bounded(source: str) -> None:
    assert markup.is_bounded(source)


@given(st.text(alphabet="<>/!-=\"' ab&;?[]\x00\n", max_size=200))
def test_no_text_before_the_first_tag_is_lost(source: str) -> None:
    tokens = list(markup.tokens(source))
    assert all(bool(text) != bool(name) for text, name, _ in tokens)
    first = source.partition("<")[0]
    assert "".join(text for text, _, _ in tokens).startswith(first)
