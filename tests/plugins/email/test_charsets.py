from __future__ import annotations

import pytest

from shopbell.plugins.email import charsets

TEXTS = {
    "de": "Grüße aus München, die Größe passt nicht",
    "da": "Kære butik, pakken på gården er væk, øv",
    "et": "Küsimus: öösel tellitud šokolaad, žürii ootab",
    "fi": "Hei, missä pakettini on? Tilasin sen jo viikko sitten, enkä ole saanut mitään",
    "pl": "Zażółć gęślą jaźń, dziękuję za paczkę",
    "es": "Señor, ¿dónde está el paquete del niño?",
    "fr": "J’ai déjà payé, où est le garçon à l’été",
    "ru": "Здравствуйте, где мой заказ номер пять",
    "lv": "Kur ir mans sūtījums, lūdzu atbildiet šodien",
}


@pytest.mark.parametrize("declared", ["", "us-ascii", "iso-8859-1", "utf-8", "x-unknown", "utf-8mb4", '"UTF-8"'])
@pytest.mark.parametrize("language", TEXTS)
def test_utf8_is_read_whatever_is_declared(language: str, declared: str) -> None:
    assert charsets.decode(TEXTS[language].encode(), declared).text == TEXTS[language]


@pytest.mark.parametrize("declared", ["", "us-ascii", "iso-8859-1", "utf-8", "no-such-charset"])
@pytest.mark.parametrize(
    ("language", "codec"),
    [
        ("de", "cp1252"),
        ("da", "cp1252"),
        ("et", "cp1257"),
        ("et", "iso8859-4"),
        ("et", "iso8859-13"),
        ("et", "iso8859-15"),
        ("et", "cp1252"),
        ("fi", "cp1252"),
        ("pl", "cp1250"),
        ("pl", "iso8859-2"),
        ("es", "cp1252"),
        ("fr", "cp1252"),
        ("ru", "cp1251"),
        ("ru", "koi8-r"),
        ("lv", "cp1257"),
    ],
)
def test_a_wrong_label_does_not_spoil_the_text(language: str, codec: str, declared: str) -> None:
    found = charsets.decode(TEXTS[language].encode(codec), declared)
    assert found.text == TEXTS[language]


@pytest.mark.parametrize(
    "codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-7", "iso-2022-jp", "gb18030", "big5", "shift_jis", "euc-kr"]
)
def test_a_right_label_is_believed(codec: str) -> None:
    text = {"gb18030": "您好，我的订单", "big5": "您好，我的訂單", "euc-kr": "안녕하세요 주문"}.get(
        codec, "こんにちは" if "jp" in codec or "jis" in codec else "Grüße, Õhtu"
    )
    assert charsets.decode(text.encode(codec), codec).text == text


def test_utf16_without_a_mark_or_label_is_seen() -> None:
    assert charsets.decode("Hello, wo ist mein Paket?".encode("utf-16-le")).text == "Hello, wo ist mein Paket?"


def test_a_label_of_utf16_on_plain_bytes_is_not_believed() -> None:
    assert charsets.decode(b"Hello there", "utf-16").text == "Hello there"


def test_nuls_are_dropped_and_told() -> None:
    found = charsets.decode(b"a\x00b")
    assert found == ("ab", "utf-8", "NUL characters removed")


def test_a_repair_is_told_and_a_right_label_is_not() -> None:
    assert charsets.decode("für".encode("cp1252"), "utf-8").warning == "read as cp1252, declared as utf-8"
    assert charsets.decode("für".encode(), "iso-8859-1").warning == "read as utf-8, declared as iso-8859-1"
    assert charsets.decode("für".encode("cp1252"), "iso-8859-1").warning == ""
    assert charsets.decode("für".encode(), "utf8").warning == ""


def test_utf8_cut_in_the_middle_of_a_character_stays_utf8() -> None:
    found = charsets.decode(("Grüße aus München " * 3).encode() + b"\xc3", "utf-8")
    assert found.text == "Grüße aus München " * 3 + "\ufffd"


def test_one_odd_sign_does_not_overrule_the_declared_charset() -> None:
    assert charsets.decode(b"\xa1This is Latin-1", "iso-8859-1").text == "¡This is Latin-1"


def test_windows_punctuation_under_a_latin1_label() -> None:
    assert charsets.decode(b"\x84Gr\xfc\xdfe\x93 \x96 5 \x80", "iso-8859-1").text == "„Grüße“ – 5 €"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Добрий день! Де моє замовлення? Чекаю вже тиждень.", "koi8-u"),
        ("Здравствуйте, где мой заказ? Жду уже неделю.", "cp866"),
        ("שלום, איפה ההזמנה שלי? אני מחכה כבר שבוע.", "cp1255"),
        ("مرحبا أين طلبي؟ أنتظر منذ أسبوع من فضلكم", "cp1256"),
        ("こんにちは、私の注文はどこですか。早く返事をください。", "cp932"),
        ("こんにちは、私の注文はどこですか。早く返事をください。", "euc_jp"),
        ("안녕하세요, 제 주문은 어디에 있나요? 답변 부탁드립니다.", "cp949"),
        ("您好，我的订单在哪里？我已经等了一个星期了。", "gb18030"),
        ("สวัสดีค่ะ สินค้าของฉันอยู่ที่ไหน รอมาหนึ่งสัปดาห์แล้ว", "tis-620"),
        ("Hej, hvor er min pakke? Jeg bestilte rødgrød på mandag.", "cp850"),
    ],
)
@pytest.mark.parametrize("declared", ["", "utf-8"])
def test_other_alphabets_without_a_label(text: str, charset: str, declared: str) -> None:
    assert charsets.decode(text.encode(charset), declared).text == text


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("KÃ¼simus", "Küsimus"), ("â€žGrÃ¼ÃŸeâ€œ", "„Grüße“"), ("pÃ¥ Ã¸en", "på øen"), ("Å¡okolaad", "šokolaad")]
    + [("TellimuskÃƒÂ¼simus", "Tellimusküsimus"), ("Ð³Ð´Ðµ Ð¼Ð¾Ð¹", "где мой")],
)
def test_mojibake_is_undone(broken: str, whole: str) -> None:
    assert charsets.repair_mojibake(broken) == (whole, True)


@pytest.mark.parametrize("text", ["Küsimus", "São Paulo", "Ângström", "A — B", "ÃO", "", "„MENÜ“", "«CAFÉ»", "HYVÄ…"])
def test_right_text_is_left_alone(text: str) -> None:
    assert charsets.repair_mojibake(text) == (text, False)


@pytest.mark.parametrize(
    "label", ["base64", "hex", "rot13", "idna", "undefined", "zlib", "../../etc", "a" * 1000, "\x00"]
)
def test_labels_that_are_no_charsets_do_no_harm(label: str) -> None:
    assert charsets.decode(b"plain", label).text == "plain"
