from __future__ import annotations

import time

import pytest

from shopbell.plugins.email.mime import words


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?q?K=F8benhavn_1?= x", "København 1 x"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?UTF-8?Q?A=C3?= =?UTF-8?Q?=A4?=", "Aä"),
        ("=?utf-8?B?R3LDvMOf?=\t=?utf-8?B?ZQ?=", "Grüße"),
        ("=?utf-8*de?Q?=C3=BC?=", "ü"),
        ("=?utf-8?Q?no end", "no end"),
        ("=?utf-8?Q?with space =C3=BC?=", "with space ü"),
        ("=?utf-8?Q?What?=3F=20no?=", "What?? no"),
        ("=?unknown?Q?=C3=BC?=", "ü"),
        ("=?utf-8?Q?=FC?=", "ü"),
        ("=?utf-8?B?!!!!?=", ""),
        ("=?utf-8?B?R3LDvMOfZ?=", "Grüß"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=??Q?abc?=", "=??Q?abc?="),
        ("a=?utf-8?Q?b?=c", "abc"),
        ('"=?utf-8?Q?J=C3=BCri?="', '"Jüri"'),
        ("=?iso-2022-jp?B?GyRCJF4kXyRgJGEkYhsoQg==?=", "まみむめも"),
        ("=?utf-8?Q?=F0=9F=8E=89?=", "🎉"),
    ],
)
def test_encoded_words_are_read(raw: str, text: str) -> None:
    assert words.decode(raw) == text


@pytest.mark.parametrize(
    ("raw", "value", "parameters"),
    [
        ("text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('Text/HTML; Charset="UTF-8" ; format=flowed', "text/html", {"charset": "UTF-8", "format": "flowed"}),
        ("attachment; filename=my file.pdf", "attachment", {"filename": "my file.pdf"}),
        ('attachment; filename="a;b.pdf"; size=3', "attachment", {"filename": "a;b.pdf", "size": "3"}),
        ("attachment; filename*=UTF-8''%e2%82%ac.pdf", "attachment", {"filename": "€.pdf"}),
        ("attachment; filename*=iso-8859-1'de'%fcber.pdf", "attachment", {"filename": "über.pdf"}),
        ("a; filename*0*=utf-8''%C3%A4; filename*1=bc; filename*2*=%20x", "a", {"filename": "äbc x"}),
        ('a; filename*1="b.pdf"; filename*0="a"', "a", {"filename": "ab.pdf"}),
        ("a; filename=\"plain.pdf\"; filename*=utf-8''b%C3%A4.pdf", "a", {"filename": "bä.pdf"}),
        ('a; name="=?utf-8?Q?=C3=A4.pdf?="', "a", {"name": "ä.pdf"}),
        ('a; name="unclosed; b=c', "a", {"name": "unclosed", "b": "c"}),
        (r'a; name="q\"q"', "a", {"name": 'q"q'}),
        ("a; name='single.pdf'", "a", {"name": "single.pdf"}),
        ("", "", {}),
        (";;;", "", {}),
    ],
)
def test_parameters_are_read(raw: str, value: str, parameters: dict[str, str]) -> None:
    assert words.parameters(raw) == (value, parameters)


@pytest.mark.parametrize("raw", ["=?a?q?" * 20_000, "=?utf-8?q?x?= " * 8_000, "=?" * 50_000, "=?u?q?x?=3F" * 10_000])
def test_hostile_words_take_linear_time(raw: str) -> None:
    start = time.process_time()
    words.decode(raw)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "raw", ["x" + '; a="' * 4_000, "x" + "; a*0*=" * 3_000, "x;" + " " * 20_000, "x; a=" + "\\" * 20_000]
)
def test_hostile_parameters_take_linear_time(raw: str) -> None:
    start = time.process_time()
    words.parameters(raw)
    assert time.process_time() - start < 2
