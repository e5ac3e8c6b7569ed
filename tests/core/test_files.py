"""What files are, are called and look like."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shopbell.core import files
from tests import corpora


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return target.getvalue()


def odt() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<a/>")
    return target.getvalue()


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 1 if mode == "P" else None).save(target, kind, **options)
    return target.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (picture("PNG"), "a.jpg", "image/png"),
        (picture("JPEG"), "a.png", "image/jpeg"),
        (picture("GIF"), "", "image/gif"),
        (picture("WEBP"), "", "image/webp"),
        (picture("BMP"), "", "image/bmp"),
        (picture("TIFF"), "", "image/tiff"),
        (picture("PNG", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")]), "", "image/png"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.txt", "application/pdf"),
        (b"\n\n%PDF-1.4", "", "application/pdf"),
        (zipped("a.txt"), "a.docx", "application/zip"),
        (zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "a.zip", DOCX),
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "",
            DOCX.replace("wordprocessingml.document", "spreadsheetml.sheet"),
        ),
        (odt(), "", "application/vnd.oasis.opendocument.text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.png", "application/x-ole-storage"),
        (b"MZ\x90\x00\x03" + bytes(100), "a.pdf", "application/x-msdownload"),
        (b"<!DOCTYPE html><p>x", "a.txt", "text/html"),
        (b"\xef\xbb\xbf \n<!-- x --><!-- y --> <SCRIPT>alert(1)</script>", "a.png", "text/html"),
        ("<html>".encode("utf-16"), "a.txt", "text/html"),
        (b"<?xml version='1.0'?><svg onload='x'/>", "a.png", "image/svg+xml"),
        (b"<svg:svg xmlns:svg='x'>", "a.xml", "image/svg+xml"),
        (b"<?xml version='1.0'?><order/>", "a.svgz", "application/xml"),
        (b"<?xml version='1.0'?><html xmlns='x'/>", "a.xml", "text/html"),
        (b"plain words", "", "text/plain"),
        (b"BMW Rechnung\nII*", "", "text/plain"),
        (b"MZ is a text", "", "text/plain"),
        ("Grüße".encode("latin-1"), "", "text/plain"),
        (b"a;b\n1;2", "orders.CSV", "text/csv"),
        (b"{}", "a.json", "application/json"),
        (b"x", "a.html", "text/html"),
        (b"BEGIN:VCALENDAR\r\n", "invite.txt", "text/calendar"),
        (b"BEGIN:VCARD\r\n", "", "text/vcard"),
        (b"{\\rtf1\\ansi", "a.doc", "application/rtf"),
        (b"#!/bin/sh\nrm", "a.txt", "application/x-sh"),
        (b"From: a@b.example\nTo: c@d.example\nSubject: x\n y\n\nbody", "", "message/rfc822"),
        (b"From: somebody\n\nplain", "", "text/plain"),
        (bytes(range(256)), "", "application/octet-stream"),
        (b"", "", "text/plain"),
        (b"", "a.csv", "text/csv"),
    ],
)
def test_sniff(content: bytes, name: str, expected: str) -> None:
    assert files.sniff(content, name) == expected


def test_sniff_is_quick() -> None:
    started = time.process_time()
    for unit in (b"<!-- -->", b"<!--", b"a:\n ", b"PK\x03\x04", b"<?xml "):
        files.sniff(unit * 1_000_000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Rechnung 1042.pdf", "Rechnung 1042.pdf"),
        ("Größe.PNG", "Größe.PNG"),
        ("Gro\u0308ße.png", "Größe.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.doc", "a.doc"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nb\x00c.txt", "a__b_c.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("...hidden", "hidden"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("\ud800", "_"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("ä" * 300 + ".pdf", "ä" * 58 + ".pdf"),
        ("a." + "x" * 300, "a." + "x" * 118),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_name_is_made_safe(name: str) -> None:
    safe = files.safe_name(name)
    assert 0 < len(safe.encode()) <= files.MAX_NAME
    assert not set(safe) & set('/\\\0\n\r"<>:|?*')
    assert files.safe_name(safe) == safe


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg", "image/gif", "image/webp"])
def test_pictures_are_shown_in_place(content_type: str) -> None:
    assert files.is_safe_inline(content_type)


@pytest.mark.parametrize(
    "content_type", ["image/svg+xml", "application/pdf", "text/html", "text/plain", "application/xml", ""]
)
def test_everything_else_is_a_download(content_type: str) -> None:
    assert not files.is_safe_inline(content_type)


def opened(thumbnail: bytes | None) -> Image.Image:
    assert thumbnail is not None
    return Image.open(io.BytesIO(thumbnail))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_thumbnail_fits(kind: str) -> None:
    image = opened(files.thumbnail(picture(kind, (1000, 500))))
    assert (image.format, image.size) == ("WEBP", (320, 160))


def test_small_pictures_keep_their_size() -> None:
    assert opened(files.thumbnail(picture("PNG", (40, 30)))).size == (40, 30)
    assert opened(files.thumbnail(picture("PNG", (1, 1)))).size == (1, 1)
    assert opened(files.thumbnail(picture("PNG", (5_000, 1)))).size == (320, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel(mode: str) -> None:
    image = opened(files.thumbnail(picture("PNG", (400, 400), mode)))
    assert (image.size, image.mode) == ((320, 320), "RGBA" if mode in ("LA", "RGBA") else "RGB")


def test_cmyk() -> None:
    assert opened(files.thumbnail(picture("JPEG", (400, 400), "CMYK"))).mode == "RGB"


def test_thumbnails_are_upright_and_know_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "secret place"
    image = opened(files.thumbnail(picture("JPEG", (400, 200), exif=exif, icc_profile=b"x" * 200, comment=b"secret")))
    assert image.size == (160, 320)
    assert not image.getexif()
    assert set(image.info) <= {"loop", "background", "timestamp", "duration"}


def test_an_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (50, 50), color) for color in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    image = opened(files.thumbnail(target.getvalue()))
    red, _, blue = image.convert("RGB").getpixel((25, 25))
    assert red > 200
    assert blue < 60
    assert getattr(image, "n_frames", 1) == 1


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no image",
        b"<svg/>",
        picture("PNG")[:60],
        picture("TIFF"),
        picture("ICO"),
        png_claiming(50_000, 50_000),
        png_claiming(20_001, 1),
        png_claiming(6_000, 6_000),
        picture("JPEG") + b"\xff\xda" * 100,
        picture("PNG") + bytes(files.MAX_BYTES),
    ],
    ids=["empty", "text", "svg", "cut", "tiff", "ico", "bomb", "wide", "large", "scans", "heavy"],
)
def test_no_thumbnail(content: bytes) -> None:
    assert files.thumbnail(content) is None


def test_a_large_photograph_is_quick() -> None:
    photograph = picture("JPEG", (8_000, 6_000))
    started = time.process_time()
    assert opened(files.thumbnail(photograph)).size == (320, 240)
    assert time.process_time() - started < 2


def test_the_corpus_of_hostile_images() -> None:
    folder = corpora.folder("hostile", "image-hostile")
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (".png", ".jpg", ".gif", ".webp", ".ico", ".tif", ".tiff")
    )
    assert len(paths) > 140
    made, slow = [], []
    for path in paths:
        content = path.read_bytes()
        started = time.process_time()
        thumbnail = files.thumbnail(content)
        if time.process_time() - started > 1:
            slow.append(path.name)
        if thumbnail is not None:
            made.append(path.name)
            assert max(opened(thumbnail).size) <= 320, path.name
    assert slow == []
    assert {"hopper.jpg", "hopper.png", "hopper.gif", "hopper.webp", "hopper_orientation_5.jpg"} <= set(made)
    assert {
        "decompression_bomb.gif",
        "decompression_bomb.ico",
        "png_decompression_dos.png",
        "truncated_jpeg.jpg",
        "zero_width.gif",
    }.isdisjoint(made)


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b"BM", b"PK\x03\x04"]
    ),
)
def test_nothing_raises(content: bytes, start: bytes) -> None:
    files.sniff(start + content, "a.txt")
    files.thumbnail(start + content)
