"""The language of a mail: short words of customers, the hint of the shop, and no guess where nothing tells."""

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopbell.plugins.email import language

SAID = {
    "da": """
ok tak
Hej, hvor er min pakke?
Tak for hjælpen
Jeg har ikke fået min pakke endnu
Hvornår kommer min ordre?
Kan jeg bytte den til en anden størrelse?
Hej igen
Mange tak!
Pakken er gået i stykker
Jeg vil gerne returnere varen
Må jeg få en faktura
Det er helt fint
Super, tusind tak for hurtigt svar
""",
    "nb": """
Hei, hvor er pakken min? Jeg har ikke fått den
Takk for hjelpen
Jeg har ikke fått pakken min ennå
Når kommer bestillingen?
Kan dere sende den på nytt?
Hei, jeg kjøpte en genser hos dere forrige uke
Beklager, feil størrelse
Hva skjer med ordren?
""",
    "de": """
danke
Wo ist mein Paket?
Hallo, ich möchte die Hose zurückgeben
Bestellung 12345 storniert?
Vielen Dank
Ja bitte
Das Paket ist beschädigt angekommen
wann kommt die ware
Guten Tag
ok danke
Rechnung fehlt
""",
    "et": """
aitäh
Tere, kus mu pakk on?
Soovin toote tagastada
Millal tellimus kohale jõuab?
Palun saatke arve
Pakk on katki
tänan
Ei ole veel kätte saanud
Jah, sobib
Tere päevast
Kas seda on veel laos?
""",
    "en": """
thanks
Hi, where is my order 12345?
Hello
I want a refund
Still nothing
ok thank you
The parcel arrived damaged
Yes please
When will it ship?
Can I change the size?
""",
    "sv": """
Hej, var är mitt paket?
tack
Tack så mycket
Jag vill returnera skorna
När kommer min beställning?
Har ni den i lager?
Fel storlek tyvärr
""",
    "fi": """
Hei, missä pakettini on?
kiitos
Haluan palauttaa tuotteen
Milloin tilaus saapuu?
Onko tätä vielä varastossa?
Tuote on rikki
""",
    "nl": """
Hallo, waar is mijn pakket?
bedankt
Ik wil het graag retourneren
Wanneer wordt het geleverd?
Nog niets ontvangen
Goedemorgen
""",
    "fr": """
Bonjour
merci beaucoup
Où est mon colis ?
Je souhaite retourner cet article
Quand vais-je recevoir ma commande ?
Toujours rien reçu
""",
    "es": """
Hola
gracias
¿Dónde está mi pedido?
Quiero devolver el producto
¿Cuándo llega?
""",
    "it": """
Ciao
grazie mille
Dov'è il mio pacco?
Vorrei restituire le scarpe
Quando arriva l'ordine?
""",
    "pl": """
Dzień dobry
dziękuję
Gdzie jest moja paczka?
Chcę zwrócić towar
Kiedy dotrze zamówienie?
""",
    "pt": """
Olá, onde está a minha encomenda?
""",
    "cs": """
Dobrý den, kde je moje objednávka?
""",
    "ru": """
Где мой заказ?
""",
    "uk": """
Де моє замовлення?
""",
    "tr": """
Siparişim nerede, henüz gelmedi
""",
    "hu": """
Hol van a csomagom? Még nem érkezett meg
""",
    "lv": """
Labdien, kur ir mans sūtījums?
""",
    "lt": """
Laba diena, kur mano siunta?
""",
}
SENTENCES = [(tag, sentence) for tag, text in SAID.items() for sentence in text.strip().split("\n")]


@pytest.mark.parametrize(("tag", "sentence"), SENTENCES)
def test_what_customers_say(tag: str, sentence: str) -> None:
    assert language.detect(sentence) == tag


@pytest.mark.parametrize(("tag", "sentence"), [pair for pair in SENTENCES if len(pair[1].split()) >= 4])
def test_a_wrong_hint_does_not_turn_a_sentence(tag: str, sentence: str) -> None:
    related = {"da": "de", "nb": "de"}.get(tag, "da")
    assert language.detect(sentence, related) == tag


@pytest.mark.parametrize(
    "text", ["", " \n", "12345", "ok", "Anna Müller", "www.shop.example a@b.example", "👍", "-- \n__"]
)
def test_what_tells_nothing_is_not_guessed(text: str) -> None:
    assert language.detect(text) == ""
    assert language.detect(text, "et") == "et"


def test_a_hint_decides_what_few_words_leave_open() -> None:
    assert language.detect("Hej igen", "sv") == "sv"
    assert language.detect("Hej igen", "da") == "da"
    assert language.detect("Super", "de") == "de"
    assert language.detect("danke", "da") == "de"


def test_a_hint_may_be_a_locale() -> None:
    assert [language.detect("1001", hint) for hint in ("de-AT", "et_EE", "no", "nn-NO", "DA")] == [
        "de",
        "et",
        "nb",
        "nb",
        "da",
    ]


def test_danish_unless_norwegian_words_speak() -> None:
    both = "Jeg har sendt pakken retur"
    assert (language.detect(both), language.detect(both, "nb"), language.detect(both, "da")) == ("da", "nb", "da")
    assert language.detect("Jeg har ikke fått noe svar fra dere", "da") == "nb"


def test_addresses_and_links_are_not_words() -> None:
    assert language.detect("palun vastake: https://the-and-of-is.example/thank/you the@order.example") == "et"


def test_long_texts_take_no_longer() -> None:
    language.detect("Wer weiß")
    started = time.perf_counter()
    assert language.detect("Wo ist mein Paket? " * 60_000) == "de"
    assert time.perf_counter() - started < 0.3


def test_neither_the_module_nor_a_plain_sentence_loads_the_model() -> None:
    program = (
        "import sys; from shopbell.plugins.email import language;"
        "assert language.detect('Hallo, wo ist mein Paket? Ich habe die Bestellung nicht erhalten.') == 'de';"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(filter(None, sys.path))})


@given(st.text(max_size=200), st.text(max_size=5))
def test_any_text_has_a_tag_or_none(text: str, hint: str) -> None:
    assert re.fullmatch("[a-z]{2,3}|", language.detect(text, hint))
