"""What agents write with formatting."""

import pytest

from shopbell.core import rich
from tests.core import hostile

PICTURES = {"/desk/files/drafts/1/": "abc@shopbell"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<h1>T</h1><div>x</div>", "<h2>T</h2><div>x</div>"),
        ("<p><b>a</b> <i>b</i> <del>c</del></p>", "<p><strong>a</strong> <em>b</em> <s>c</s></p>"),
        ("<ul><li><p>one</p></li><li><p>two</p><p>more</p></li></ul>", "<ul><li>one</li><li>two<br>more</li></ul>"),
        (
            "<table><tbody><tr><td><p>1</p></td></tr></tbody></table>",
            "<table><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        ('<p><span style="color:red" class="Mso">x</span><script>alert(1)</script></p>', "<p>x</p>"),
        ('<p><img src="https://spy.example/x.gif" alt="x"></p>', ""),
        (
            '<p>a<img src="/desk/files/drafts/1/" alt="p" width="4000"></p>',
            '<p>a<img src="cid:abc@shopbell" alt="p" width="560"></p>',
        ),
        ('<p>a<img src="cid:abc@shopbell"></p>', '<p>a<img src="cid:abc@shopbell" alt=""></p>'),
        ('<p>a<img src="cid:somebody@else"></p>', "<p>a</p>"),
        ("<p></p><p><br></p> ", ""),
    ],
)
def test_little_is_kept_and_in_one_form(written, kept):
    assert rich.clean(written, PICTURES) == kept


def test_cleaned_twice_is_cleaned_once():
    once = rich.clean("<ul><li><p>a</p><ol><li><p>b</p><p>c</p></li></ol></li></ul><p>d</p>", {})
    assert rich.clean(once, {}) == once == "<ul><li>a<ol><li>b<br>c</li></ol></li></ul><p>d</p>"


def test_nothing_dangerous_is_kept():
    assert [attack for attack in hostile.payloads() if hostile.dangers(rich.clean(attack, PICTURES))] == []


def test_far_too_much_is_refused():
    with pytest.raises(rich.TooLong):
        rich.clean("x" * (rich.MAX_CHARACTERS + 1), {})


def test_the_plain_twin_reads_well():
    markup = (
        '<p>Hi <strong>you</strong>, <a href="https://x.example/a">this</a></p><ul><li>one</li><li>two</li></ul>'
        '<blockquote><p>said</p></blockquote><p><img src="cid:a@b" alt="plan.png"></p>'
    )
    text = "Hi you, this <https://x.example/a>\n\n- one\n- two\n\n> said\n\n[plan.png]"
    assert rich.to_text(markup) == text


def test_a_mail_carries_its_styles_on_every_element():
    mail = rich.to_mail(
        '<p>a</p><table><tbody><tr><td>1</td></tr></tbody></table><p></p><blockquote type="cite">q</blockquote>'
    )
    assert mail.startswith('<div style="font-family:Arial')
    assert '<p style="margin:0 0 12px">a</p>' in mail
    assert '<table border="0" cellpadding="0" cellspacing="0" style="' in mail
    assert '<p style="margin:0 0 12px">&nbsp;</p>' in mail
    assert '<blockquote type="cite" style="' in mail


def test_shown_pictures_have_addresses_and_links_open_elsewhere():
    markup = '<p><img src="cid:a@b" alt="x"><img src="cid:gone@b" alt="lost"><a href="https://x.example">y</a></p>'
    assert rich.shown(markup, {"a@b": "/p/1/"}) == (
        '<p><img src="/p/1/" alt="x">lost<a href="https://x.example" target="_blank"'
        ' rel="noopener noreferrer nofollow">y</a></p>'
    )


WORD_HEAD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office' xmlns:w='urn:schemas-microsoft-com:office:word'><head>"
    "<meta name=Generator content='Microsoft Word 15'><!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View>"
    "</w:WordDocument></xml><![endif]--><style>p.MsoNormal{mso-style-parent:'';font-family:Calibri}</style></head><body>"
)
WORD_LINE = (
    "<p class=MsoNormal style='margin:0cm;mso-pagination:none'><b style='mso-bidi-font-weight:normal'>Line {n}</b>"
    "<span lang=DE style='font-size:11.0pt;color:red'> kostet {n},90 €<o:p></o:p></span></p>\r\n"
)
WORD_ROW = "<tr style='mso-yfti-irow:{n}'><td width=200 valign=top><p class=MsoNormal>Cell {n}<o:p></o:p></p></td></tr>"


def test_two_hundred_lines_of_word_keep_their_words_and_nothing_of_word():
    lines = "".join(WORD_LINE.format(n=n) for n in range(150))
    rows = "".join(WORD_ROW.format(n=n) for n in range(50))
    kept = rich.clean(f"{WORD_HEAD}{lines}<table class=MsoTableGrid>{rows}</table></body></html>", {})
    plain = rich.to_text(kept)
    assert all(f"Line {n} kostet {n},90 €" in plain for n in range(150))
    assert all(f"Cell {n}" in plain for n in range(50))
    assert [
        word for word in ("mso", "Mso", "o:p", "w:", "style", "class", "Calibri", "Generator") if word in kept
    ] == []
    assert kept.count("<strong>") == 150
    assert rich.clean(kept, {}) == kept
