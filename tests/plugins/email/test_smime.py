from __future__ import annotations

import base64
import random

import pytest

from shopbell.plugins.email import bodies, smime
from shopbell.plugins.email.mime import parts

TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nGuten Tag"


def der(tag: int, *contents: bytes) -> bytes:
    data = b"".join(contents)
    length = bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big")
    return bytes([tag]) + length + data


def ber(tag: int, *contents: bytes) -> bytes:
    """Of indefinite length, as programs write that stream."""
    return bytes([tag, 0x80]) + b"".join(contents) + b"\x00\x00"


def signed(content: bytes) -> bytes:
    inner = der(0x30, der(0x06, smime.DATA), der(0xA0, der(0x04, content)))
    return der(
        0x30, der(0x06, smime.SIGNED_DATA), der(0xA0, der(0x30, der(0x02, b"\x01"), der(0x31), inner, der(0x31)))
    )


def streamed(content: bytes) -> bytes:
    pieces = ber(0x24, *(der(0x04, content[at : at + 5]) for at in range(0, len(content), 5)))
    inner = ber(0x30, der(0x06, smime.DATA), ber(0xA0, pieces))
    return ber(
        0x30, der(0x06, smime.SIGNED_DATA), ber(0xA0, ber(0x30, der(0x02, b"\x01"), der(0x31), inner, der(0x31)))
    )


def read(data: bytes) -> tuple[bodies.Body, list[str]]:
    head = 'Content-Type: application/pkcs7-mime; name="smime.p7m"\nContent-Transfer-Encoding: base64\n\n'
    root = parts.parse(head.encode() + base64.encodebytes(data))
    return bodies.read(root), root.warnings


@pytest.mark.parametrize("wrap", [signed, streamed])
def test_the_text_inside_a_signature_is_the_message(wrap: object) -> None:
    body, warnings = read(wrap(TEXT))  # type: ignore[operator]
    assert body.text == "Guten Tag"
    assert [file.name for file in body.files] == ["smime.p7m"]
    assert warnings == ["S/MIME: the signature is not checked"]


def test_an_encrypted_mail_stays_closed_and_says_so() -> None:
    body, warnings = read(der(0x30, der(0x06, smime.ENVELOPED_DATA), der(0xA0, der(0x30, b"secret"))))
    assert (body.text, len(body.files)) == ("", 1)
    assert warnings == ["encrypted with S/MIME: cannot be read here"]


def test_a_signature_within_a_signature_is_a_file() -> None:
    inner = b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(
        signed(TEXT)
    )
    body, _ = read(signed(inner))
    assert (body.text, len(body.files)) == ("", 2)


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 5000, bytes(500), b"\x24\x80" * 200]
)
def test_broken_data_gives_nothing(data: bytes) -> None:
    assert smime.signed_content(data) is None


def test_damage_does_no_harm() -> None:
    chance = random.Random(1)
    for _ in range(500):
        data = bytearray(streamed(TEXT * 3))
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        smime.signed_content(bytes(data[: chance.randrange(len(data))]))
