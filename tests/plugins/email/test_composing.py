"""What our mails look like on the wire, read back by Python's own parser and checked by a DKIM verifier."""

import base64
import email
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from shopbell.channels import contract
from shopbell.plugins.email import composing, headers

SHOP = contract.Sender(address="support@shop.test", name="Kännchen & Co")
ANNA = contract.Sender(address="anna@customer.test", name="Anna Õun")


def message(**changed: Any) -> contract.OutboundMessage:
    given: dict[str, Any] = {
        "external_id": "m1.42@shop.test",
        "sender": SHOP,
        "to": (ANNA,),
        "text": "Tere Anna,\n\nteie pakk on teel.\n",
        "reference": "r7k2",
        "subject": "Re: Kus on mu pakk?",
    }
    return contract.OutboundMessage(**(given | changed))


def composed(mailbox: dict[str, Any] | None = None, **changed: Any) -> EmailMessage:
    octets = composing.compose(message(**changed), {"reply_token": True} if mailbox is None else mailbox)
    parsed = email.message_from_bytes(octets, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def test_a_plain_reply() -> None:
    mail = composed(
        reply_to_external_id="a2@customer.test",
        thread_ids=("a1@customer.test", "m1@shop.test", "a2@customer.test"),
        cc=(contract.Sender(address="lager@shop.test"),),
        bcc=(contract.Sender(address="secret@shop.test"),),
    )
    assert mail["From"] == "Kännchen & Co <support@shop.test>"
    assert mail["To"] == "Anna Õun <anna@customer.test>"
    assert mail["Cc"] == "lager@shop.test"
    assert mail["Bcc"] is None
    assert mail["Reply-To"].addresses[0].addr_spec == "support+r7k2@shop.test"
    assert mail["Subject"] == "Re: Kus on mu pakk?"
    assert mail["Message-ID"] == "<m1.42@shop.test>"
    assert mail["In-Reply-To"] == "<a2@customer.test>"
    assert mail["References"].split() == ["<a1@customer.test>", "<m1@shop.test>", "<a2@customer.test>"]
    assert mail["Auto-Submitted"] is None
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "Tere Anna,\r\n\r\nteie pakk on teel.\r\n"
    assert b"secret@" not in mail.as_bytes()


def test_the_id_is_the_same_on_every_try() -> None:
    first, second = composed(html="<p>a</p>"), composed(html="<p>a</p>")
    assert first["Message-ID"] == second["Message-ID"] == "<m1.42@shop.test>"


def test_a_new_thread_names_no_other() -> None:
    mail = composed()
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_a_long_thread_keeps_its_first_and_its_last_ids() -> None:
    mail = composed(thread_ids=tuple(f"{n}@x.test" for n in range(100)), reply_to_external_id="99@x.test")
    ids = mail["References"].split()
    assert ids == ["<0@x.test>", *(f"<{n}@x.test>" for n in range(80, 100))]


def test_ids_of_strangers_that_are_none_are_left_out() -> None:
    mail = composed(
        thread_ids=("", "  ", "a b@x.test", "c@x.test>\r\nBcc: evil@x.test", "x" * 2000, "ä@x.test", "<d@x.test>"),
        reply_to_external_id="",
    )
    assert mail["References"] == "<d@x.test>"
    assert mail["In-Reply-To"] is None
    assert mail["Bcc"] is None


def test_a_machine_says_so() -> None:
    answer = composed(automatic=True, reply_to_external_id="a@customer.test")
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert composed(automatic=True)["Auto-Submitted"] == "auto-generated"


def test_plain_and_html_with_a_picture_and_files() -> None:
    logo = contract.AttachmentData(
        name="logo.png", content_type="image/png", content=b"\x89PNG\0", content_id="logo@shop.test", inline=True
    )
    unused = contract.AttachmentData(name="x.png", content_type="image/png", content=b"x", content_id="x", inline=True)
    bill = contract.AttachmentData(name="Rechnung Nr. 7 – Müller.pdf", content_type="application/pdf", content=b"%PDF")
    old = contract.AttachmentData(name="alt.eml", content_type="message/rfc822", content=b"Subject: x\r\n\r\nx")
    mail = composed(html='<p>Hallo <img src="cid:logo@shop.test"></p>', attachments=(bill, logo, unused, old))
    tree = [part.get_content_type() for part in mail.walk()]
    assert tree == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
        "image/png",
        "message/rfc822",
        "text/plain",
    ]
    files = {part.get_filename(): part for part in mail.walk() if part.get_filename()}
    assert set(files) == {"logo.png", "x.png", "Rechnung Nr. 7 – Müller.pdf", "alt.eml"}
    assert files["logo.png"]["Content-ID"] == "<logo@shop.test>"
    assert files["logo.png"].get_content_disposition() == "inline"
    assert files["x.png"].get_content_disposition() == "attachment"
    assert files["Rechnung Nr. 7 – Müller.pdf"].get_content() == b"%PDF"
    html = mail.get_body(("html",))
    assert html is not None
    assert "cid:logo@shop.test" in html.get_content()


def test_two_pictures_share_one_related_part() -> None:
    two = tuple(
        contract.AttachmentData(name=f"{n}.png", content_type="image/png", content=b"x", content_id=n, inline=True)
        for n in ("eins", "zwei")
    )
    mail = composed(html='<img src="cid:eins"><img src="cid:zwei">', attachments=two)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]


HOSTILE = "Anna\r\nBcc: evil@x.test\r\n\r\nBody\0\x85 <script>"


def test_nothing_in_names_subjects_or_files_adds_a_header() -> None:
    file = contract.AttachmentData(name=HOSTILE, content_type="text/html\r\nX: y", content=b"x")
    mail = composed(
        subject=HOSTILE,
        to=(contract.Sender(address="anna@customer.test", name=HOSTILE),),
        sender=contract.Sender(address="support@shop.test", name=HOSTILE),
        attachments=(file,),
    )
    assert mail["Bcc"] is None
    assert "X" not in mail
    assert mail["To"].addresses[0].addr_spec == "anna@customer.test"
    assert mail["Subject"] == "Anna  Bcc: evil@x.test    Body   <script>"
    assert mail["From"].addresses[0].addr_spec == "support@shop.test"


@pytest.mark.parametrize(
    "address",
    ["", "anna", "@x.test", "anna@", "a@x.test\r\nBcc: b@x.test", "a b@x.test", "a@x.test>", "<a@x.test", "a@x.te st"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(contract.Permanent):
        composing.compose(message(to=(contract.Sender(address=address),)), {})


def test_international_addresses() -> None:
    octets = composing.compose(message(to=(contract.Sender(address="anna@straße.de"),)), {})
    assert b"To: anna@xn--strae-oqa.de\r\n" in octets  # IDNA 2008: another domain than strasse.de
    assert octets.isascii()
    assert "To: jõgi@kauplus.test".encode() in composing.compose(
        message(to=(contract.Sender(address="jõgi@kauplus.test"),)), {}
    )


def test_lines_are_never_too_long() -> None:
    mail = composing.compose(
        message(
            text="a" * 5000 + "ä" * 5000,
            html="<p>" + "x" * 9000 + "</p>",
            subject="b" * 3000,
            to=(contract.Sender(address="anna@customer.test", name="c" * 3000),) * 3,
            thread_ids=tuple(f"{'d' * 300}{n}@x.test" for n in range(30)),
            attachments=(contract.AttachmentData(name="e" * 500, content_type="text/plain", content=b"f" * 5000),),
        ),
        {},
    )
    lines = mail.split(b"\r\n")
    assert max(map(len, lines)) <= 998  # RFC 5322, 2.1.1
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert b"\r" not in mail.replace(b"\r\n", b"")
    parsed = email.message_from_bytes(mail, policy=policy.default)
    assert parsed["Subject"] == "b" * 900


def test_half_surrogates_and_nulls_in_the_text() -> None:
    assert composed(text="a\ud800b\0c").get_content() == "a?bc\r\n"


def test_the_plus_addresses_can_be_switched_off_and_never_grow_too_long() -> None:
    assert composing.envelope_sender(message(), {}) == "support+r7k2@shop.test"
    assert composing.envelope_sender(message(), {"verp": False}) == "support@shop.test"
    assert composing.envelope_sender(message(reference="t" * 60), {}) == "support@shop.test"
    assert composing.envelope_sender(message(reference=""), {}) == "support@shop.test"
    assert composed({})["Reply-To"] is None
    assert composed(reference="")["Reply-To"] is None


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=150)


def decoded(value: str) -> str:
    return " ".join(str(make_header(decode_header(value))).split())


@settings(max_examples=40, deadline=None)
@given(subject=TEXT, name=TEXT, filename=TEXT)
def test_every_name_and_subject_reads_back_as_written(subject: str, name: str, filename: str) -> None:
    file = contract.AttachmentData(name=filename, content_type="text/plain", content=b"x")
    octets = composing.compose(
        message(subject=subject, to=(contract.Sender(address="a@x.test", name=name),), attachments=(file,)), {}
    )
    mail = email.message_from_bytes(octets)  # the strict parser puts blanks between encoded words of a name
    shown, address = parseaddr(mail["To"].replace("\r\n", ""))
    assert (decoded(shown), address) == (" ".join(name.split()), "a@x.test")
    assert decoded(mail["Subject"].replace("\r\n", "")) == " ".join(subject.split())
    assert mail.get_payload(1).get_filename() == (headers.one_line(filename) or "file")
    assert max(map(len, octets.split(b"\r\n"))) <= 998


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_the_signature_verifies_and_a_change_breaks_it(kind: str) -> None:
    key: Any
    if kind == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = key.public_key().public_bytes(serialization.Encoding.DER, form)
    else:
        key = ed25519.Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
    asked = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return b"v=DKIM1; k=" + kind.encode() + b"; p=" + base64.b64encode(public)

    mailbox = {"address": "support@shop.test", "dkim": {"selector": "s1", "private_key": pem(key)}}
    octets = composing.compose(message(html="<p>ä</p>", thread_ids=("a@b.test",)), mailbox)
    assert dkim.verify(octets, dnsfunc=dns)
    assert asked == [b"s1._domainkey.shop.test."]
    assert not dkim.verify(octets.replace(b"teie pakk", b"teie pank"), dnsfunc=dns)
    assert not dkim.verify(octets.replace(b"Subject: Re", b"Subject: Fw"), dnsfunc=dns)


def test_a_key_that_cannot_be_read_keeps_the_mail_here() -> None:
    mailbox = {"address": "support@shop.test", "dkim": {"selector": "s1", "private_key": "nonsense"}}
    with pytest.raises(contract.Permanent, match="DKIM key"):
        composing.compose(message(), mailbox)
