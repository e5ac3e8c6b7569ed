"""Base forms and spellings: what must meet in one key, and what must not."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopbell.core import words

MEET = [
    ("de", "rücksendung ruecksendung rucksendung rücksendungen ruecksendungen"),
    ("de", "bestellung bestellungen"),
    ("de", "lieferung lieferungen"),
    ("de", "größe groesse grösse grosse größen"),
    ("de", "straße strasse"),
    ("de", "paket pakete paketen paketes"),
    ("de", "haus häuser haeuser"),
    ("de", "neue neuen neuer"),
    ("da", "bestilling bestillingen bestillinger bestillingerne"),
    ("da", "pakke pakken pakker pakkerne"),
    ("da", "størrelse størrelser stoerrelse storrelse"),
    ("da", "køb koeb kob køber"),
    ("da", "århus aarhus arhus"),
    ("da", "ærme aerme ærmer"),
    ("da", "ordre ordren ordrer"),
    ("da", "levering leveringen leveringer"),
    ("en", "order orders ordered"),
    ("en", "return returns returned returning"),
    ("en", "delivery deliveries"),
    ("en", "refund refunds refunded"),
    ("en", "issue issues"),
    ("en", "shoe shoes"),
    ("en", "café cafe"),
    ("et", "tellimus tellimuse tellimust tellimused tellimuste tellimusi tellimusega"),
    ("et", "pakk paki pakki pakid pakkide pakke pakiga"),
    ("et", "kaup kauba kaupa kaubad kaupade kaupu"),
    ("et", "saadetis saadetise saadetist saadetised saadetiste"),
    ("et", "tagastama tagastada tagastan tagastasin tagastatud"),
    ("et", "toode toote toodet tooted toodete"),
    ("et", "särk särgi särki särgid särke"),
    ("et", "klient kliendi klienti kliendid klientide"),
    ("sv", "beställning beställningen beställningar bestallning"),
    ("fi", "auto auton autossa"),
    ("nb", "bestilling bestillingen bestillinger"),
]
APART = [
    ("de", "bestellung", "lieferung"),
    ("de", "neue", "neun"),
    ("da", "pakke", "pris"),
    ("en", "order", "return"),
    ("et", "pakk", "pood"),
    ("et", "koer", "kor"),
    ("et", "saada", "sada"),
]


@pytest.mark.parametrize(("language", "forms"), MEET)
def test_inflections_and_spellings_meet(language: str, forms: str) -> None:
    first, *others = forms.split()
    key = words.keys(first, language)[0]
    missing = [form for form in others if key not in words.keys(form, language) + words.variants(form, (language,))]
    assert missing == []


@pytest.mark.parametrize(("language", "one", "other"), APART)
def test_other_words_stay_apart(language: str, one: str, other: str) -> None:
    assert set(words.keys(one, language)).isdisjoint(words.keys(other, language))


@pytest.mark.parametrize(
    ("word", "folded", "respelled"),
    [
        ("rücksendung", "rucksendung", "rucksendung"),
        ("ruecksendung", "ruecksendung", "rucksendung"),
        ("søren", "soren", "soren"),
        ("soeren", "soeren", "soren"),
        ("ågård", "agard", "agard"),
        ("aagaard", "aagaard", "agard"),
        ("õige", "oige", "oige"),
        ("šokolaad", "sokolaad", "sokolad"),
        ("straße", "strasse", "strasse"),
        ("neue", "neue", "neue"),
        ("steuer", "steuer", "steuer"),
        ("quelle", "quelle", "quelle"),
        ("łódź", "lodz", "lodz"),
        ("заказ", "заказ", "заказ"),
    ],
)
def test_spelling(word: str, folded: str, respelled: str) -> None:
    assert (words.fold(word), words.respell(word)) == (folded, respelled)


def test_an_estonian_word_without_its_marks_finds_the_one_with_them() -> None:
    assert "tuhistasin" in words.keys("tühistasin", "et")
    assert "tuhistasin" in words.variants("tuhistasin", ("et",))


def test_unknown_language_keeps_the_word_and_its_english_stem() -> None:
    assert words.keys("returned", "") == ("returned", "return")
    assert words.keys("returned", "xx") == ("returned", "return")


def test_numbers_have_no_stem() -> None:
    assert words.keys("1042s", "en") == ("1042s",)


def test_threads_do_not_share_a_stemmer() -> None:
    """A Snowball object is not safe for two threads; a shared one would mix their words."""
    expected = [words.keys(f"deliveries{'x' * (n % 7)}", "en") for n in range(2_000)]
    results: dict[int, list[tuple[str, ...]]] = {}

    def work(number: int) -> None:
        results[number] = [words.keys.__wrapped__(f"deliveries{'x' * (n % 7)}", "en") for n in range(2_000)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [results[number] == expected for number in range(4)] == [True] * 4


@given(st.text(min_size=1, max_size=80), st.sampled_from(["", "de", "da", "en", "et", "sv", "fi", "nl", "pl", "xx"]))
def test_keys_of_anything(word: str, language: str) -> None:
    found = words.keys(word.lower() or word, language)
    assert 0 < len(found) <= 3
    assert all(0 < len(key) <= words.MAX_TERM for key in found)
