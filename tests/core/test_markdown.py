"""Markdown to HTML that our own policy lets be seen."""

from __future__ import annotations

from shopbell.core import markdown


def test_columns_stand_where_the_text_says_without_a_style() -> None:
    html = markdown.to_html("| a | b | c | d |\n|---|---:|:---:|:---|\n| 1 | 2 | 3 | 4 |\n")
    cells = ["<td>1</td>", '<td class="to-right">2</td>', '<td class="to-center">3</td>', '<td class="to-left">4</td>']
    assert [cell for cell in cells if cell in html] == cells
    assert "style" not in html
