from __future__ import annotations

import pytest

from shopbell.plugins.email import bodies
from shopbell.plugins.email.mime import parts

H = "MIME-Version: 1.0\n"


def read(raw: str) -> tuple[bodies.Body, list[str]]:
    root = parts.parse(raw.encode())
    return bodies.read(root), root.warnings


def multipart(kind: str, *inner: str) -> str:
    boundary = f"b{abs(hash((kind, inner)))}"
    lines = "".join(f"--{boundary}\n{part}\n" for part in inner)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{lines}--{boundary}--'


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nplain text"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>html text</p>"
PNG = 'Content-Type: image/png\nContent-ID: <pic@x>\nContent-Disposition: inline; filename="p.png"\n\n\x89PNG'


def test_plain_alone() -> None:
    body, _ = read(H + PLAIN)
    assert (body.text, body.html, body.files, body.from_html) == ("plain text", "", [], False)


def test_html_alone_is_turned_into_text() -> None:
    body, _ = read(H + HTML)
    assert (body.text, body.html, body.from_html) == ("html text", "<p>html text</p>", True)


def test_of_two_renderings_the_plain_one_is_the_text() -> None:
    body, _ = read(H + multipart("alternative", PLAIN, HTML))
    assert (body.text, body.html) == ("plain text", "<p>html text</p>")


@pytest.mark.parametrize("empty", ["", "  \n \n", "Your mail program cannot show HTML mail."])
def test_a_plain_part_that_says_nothing_gives_way_to_the_html(empty: str) -> None:
    body, _ = read(H + multipart("alternative", f"Content-Type: text/plain\n\n{empty}", HTML))
    assert body.text == "html text"


def test_several_texts_are_one_after_the_other() -> None:
    body, _ = read(H + multipart("mixed", PLAIN, PNG, "Content-Type: text/plain\n\nsecond"))
    assert body.text == "plain text\n\nsecond"
    assert [file.name for file in body.files] == ["p.png"]


def test_related_inside_alternative_inside_mixed() -> None:
    html = 'Content-Type: text/html\n\n<p>see <img src="cid:pic@x"></p>'
    body, _ = read(H + multipart("mixed", multipart("alternative", PLAIN, multipart("related", html, PNG)), PNG))
    assert body.text == "plain text"
    assert [(file.name, file.inline) for file in body.files] == [("p.png", True), ("p.png", True)]


def test_apple_mail_puts_html_around_a_file_inside_the_alternative() -> None:
    pdf = 'Content-Type: application/pdf\nContent-Disposition: inline; filename="r.pdf"\n\n%PDF-1.4'
    body, _ = read(
        H + multipart("alternative", PLAIN, multipart("mixed", HTML, pdf, "Content-Type: text/html\n\n<p>after</p>"))
    )
    assert body.text == "plain text"
    assert body.html == "<p>html text</p><p>after</p>"
    assert [(file.name, file.inline) for file in body.files] == [("r.pdf", False)]


def test_a_text_sent_as_a_file_is_a_file() -> None:
    note = 'Content-Type: text/plain\nContent-Disposition: attachment; filename="n.txt"\n\nnote'
    page = 'Content-Type: text/html; name="page.html"\n\n<p>x</p>'
    body, _ = read(H + multipart("mixed", PLAIN, note, page))
    assert (body.text, body.html) == ("plain text", "")
    assert [(file.name, file.content_type) for file in body.files] == [
        ("n.txt", "text/plain"),
        ("page.html", "text/html"),
    ]


def test_a_nameless_text_that_claims_to_be_a_file_is_the_message_when_it_is_alone() -> None:
    body, _ = read("Content-Type: text/plain\nContent-Disposition: attachment\n\nhello")
    assert (body.text, body.files) == ("hello", [])


def test_a_named_body_is_the_message_when_it_is_alone() -> None:
    body, _ = read('Content-Type: text/plain; name="ATT0001.txt"\n\nhello')
    assert (body.text, body.files) == ("hello", [])


def test_a_signature_is_a_file_and_the_signed_text_the_message() -> None:
    body, _ = read(H + multipart("signed", PLAIN, "Content-Type: application/pgp-signature\n\nSIG"))
    assert body.text == "plain text"
    assert [file.content_type for file in body.files] == ["application/pgp-signature"]


def test_encrypted_mail_keeps_its_parts() -> None:
    version = "Content-Type: application/pgp-encrypted\n\nVersion: 1"
    body, _ = read(H + multipart("encrypted", version, "Content-Type: application/octet-stream\n\nHQEM"))
    assert (body.text, len(body.files)) == ("", 2)


def test_an_attached_mail_stays_closed() -> None:
    body, _ = read(H + multipart("mixed", PLAIN, "Content-Type: message/rfc822\n\nSubject: inner\n\nsecret"))
    assert body.text == "plain text"
    assert [file.name for file in body.files] == ["inner.eml"]
    assert len(body.messages) == 1


def test_a_file_in_uuencode_is_taken_out_of_the_text() -> None:
    body, warnings = read("Subject: x\n\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n")
    assert body.text == "before\n\nafter"
    assert [(file.name, file.content) for file in body.files] == [("cat.txt", b"Cat")]
    assert warnings == ["file in uuencode taken out of the text"]


def test_a_sentence_that_begins_with_begin_is_left_alone() -> None:
    text = "begin 644 words are not a file\nand this is the end\nend"
    body, _ = read(f"Subject: x\n\n{text}")
    assert (body.text, body.files) == (text, [])


def test_flowed_text_is_joined() -> None:
    body, _ = read("Content-Type: text/plain; format=flowed; DelSp=yes\n\na long li \nne\n> quoted \n> too")
    assert body.text == "a long line\n> quotedtoo"


def test_enriched_text_loses_its_marks() -> None:
    body, _ = read("Content-Type: text/enriched\n\n<bold>Now</bold> is <<the time")
    assert body.text == "Now is <the time"


def test_a_calendar_is_a_file_and_read() -> None:
    body, _ = read(
        H + multipart("alternative", PLAIN, "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR")
    )
    assert (body.text, body.calendars, len(body.files)) == ("plain text", ["BEGIN:VCALENDAR"], 1)


def test_a_multipart_without_parts_shows_its_content() -> None:
    body, _ = read("Content-Type: multipart/mixed; boundary=x\n\njust text")
    assert body.text == "just text"


def test_a_clear_signed_text_loses_its_frame() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- - item\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    )
    assert bodies.without_pgp_armour(text) == "Hello\n- item\n\n"
    assert bodies.without_pgp_armour("- list") == "- list"


def test_digests_are_equal_for_copies_through_a_list() -> None:
    one, _ = read("Content-Type: text/plain\n\nHello   there\r\n")
    two, _ = read(
        "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Hello =\nthere\n____________________\nfooter"
    )
    three, _ = read("Content-Type: text/plain\n\nHello you\n")
    assert one.digests == two.digests
    assert one.digests != three.digests
