"""What is shown of a mail: the customer's words, all of them, and nothing of the quote, the signature or the notice."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopbell.plugins.email import forwarded, visible
from shopbell.plugins.email.quotation import lines_of
from shopbell.plugins.email.visible import Parts
from tests import corpora

from . import forwards
from .quality_text import ours, replies, same, score, talon
from .surroundings import DEVICE_LINES, HEADINGS, PROSE, SIGNATURES

OWN = "Hello,\nmy order 1001 has not arrived.\n\nCan you check?"
QUOTE = "Dear customer,\nyour order 1001 was sent on Monday.\nWhich size do you need?"
MARKED = "> Dear customer,\n>\n>> older words\n> Which size do you need?"
BLOCKS = {
    "en": "From: {shop}\nSent: Monday, May 3, 2021 10:15 AM\nTo: Ann <ann@example.com>\nSubject: Re: Order 1001",
    "de": "Von: {shop}\nGesendet: Montag, 3. Mai 2021 10:15\nAn: Ann <ann@example.com>\nBetreff: AW: Bestellung 1001",
    "da": "Fra: {shop}\nSendt: 3. maj 2021 10:15\nTil: Ann <ann@example.com>\nEmne: Sv: Ordre 1001",
    "et": "Saatja: {shop}\nSaadetud: esmaspäev, 3. mai 2021 10:15\nAdressaat: Ann\nTeema: Re: Tellimus 1001",
    "et outlook": "Saatja: {shop}\nSaatmisaeg: 3. mai 2021 10:15\nSaaja: Ann\nKoopia: Mart\nTeema: Re: Tellimus 1001",
    "sv": "Från: {shop}\nSkickat: den 3 maj 2021 10:15\nTill: Ann <ann@example.com>\nÄmne: Sv: Order 1001",
    "fi": "Lähettäjä: {shop}\nLähetetty: 3. toukokuuta 2021 10.15\nVastaanottaja: Ann\nAihe: VS: Tilaus 1001",
    "nb": "Fra: {shop}\nSendt: mandag 3. mai 2021 10:15\nTil: Ann <ann@example.com>\nEmne: SV: Ordre 1001",
    "nl": "Van: {shop}\nVerzonden: maandag 3 mei 2021 10:15\nAan: Ann <ann@example.com>\nOnderwerp: RE: 1001",
    "fr": "De : {shop}\nEnvoyé : lundi 3 mai 2021 10:15\nÀ : Ann <ann@example.com>\nObjet : RE: Commande 1001",
    "es": "De: {shop}\nEnviado: lunes, 3 de mayo de 2021 10:15\nPara: Ann <ann@example.com>\nAsunto: RE: Pedido 1001",
    "it": "Da: {shop}\nInviato: lunedì 3 maggio 2021 10:15\nA: Ann <ann@example.com>\nOggetto: R: Ordine 1001",
    "pl": "Od: {shop}\nWysłano: poniedziałek, 3 maja 2021 10:15\nDo: Ann <ann@example.com>\nTemat: Odp: 1001",
    "pt": "De: {shop}\nEnviado: segunda-feira, 3 de maio de 2021 10:15\nPara: Ann\nAssunto: RE: Encomenda 1001",
    "cs": "Od: {shop}\nOdesláno: pondělí 3. května 2021 10:15\nKomu: Ann\nPředmět: RE: Objednávka 1001",
    "ru": "От: {shop}\nОтправлено: 3 мая 2021 г. 10:15\nКому: Ann\nТема: RE: Заказ 1001",
    "ja": "差出人: {shop}\n送信日時: 2021年5月3日 10:15\n宛先: Ann\n件名: Re: 1001",
    "zh": "发件人: {shop}\n发送时间: 2021年5月3日 10:15\n收件人: Ann\n主题: Re: 1001",
    "web.de": 'Gesendet: Montag, 3. Mai 2021 um 10:15 Uhr\nVon: "Shop" <s@shop.example>\nAn: Ann\nBetreff: 1001',
    "t-online": "Betreff: Bestellung 1001\nDatum: 2021-05-03T10:15:00+0200\nVon: {shop}\nAn: ann@example.com",
    "wrapped": "From: Shop Support\n<support@shop.example>\nSent: May 3, 2021\nTo: Ann; Mart;\n Nina\nSubject: 1001",
    "bold": "*From:* {shop}\n*Sent:* Monday, May 3, 2021 10:15 AM\n*To:* Ann\n*Cc:* Mart\n*Subject:* Re: Order 1001",
    "one line": "From: {shop} Sent: Monday, May 3, 2021 10:15 AM To: Ann <ann@example.com> Subject: Re: Order 1001",
    "lotus": "From:\t{shop}\nTo:\tann@example.com\nDate:\t05/03/2021 10:15 AM\nSubject:\tRe: Order 1001",
}  # fmt: skip
SEPARATORS = [
    "-----Original Message-----", "----- Original Message -----", "-------- Original message --------",
    "________________________________", "--------------------------------------------------", "====",
    "-----Ursprüngliche Nachricht-----", "-------- Ursprüngliche Nachricht --------", "-----Oprindelig meddelelse-----",
    "-------- Oprindelig besked --------", "-----Algne kiri-----", "-----Algne sõnum-----",
    "-------- Algne teade --------",
    "-----Ursprungligt meddelande-----", "-------- Originalmeddelande --------", "-----Alkuperäinen viesti-----",
    "-----Opprinnelig melding-----", "-----Oorspronkelijk bericht-----", "-----Message d'origine-----",
    "-----Mensaje original-----", "-----Messaggio originale-----", "-----Wiadomość oryginalna-----",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐", "------ Originalnachricht ------",
    "------------------ Original ------------------",
]  # fmt: skip
MARKERS = [
    "##- Please type your reply above this line -##", "##- Bitte geben Sie Ihre Antwort über dieser Zeile ein -##",
    "##- Skriv dit svar over denne linje -##", "##- Palun kirjutage oma vastus selle rea kohale -##",
    "--- Please reply above this line ---", "Bitte antworten Sie oberhalb dieser Linie", "Reply above this line.",
    "=== Skriv ditt svar ovanför denna rad ===", "-- Répondez au-dessus de cette ligne --",
]  # fmt: skip


def quoted_of(parts: Parts) -> list[str]:
    return [line for line in parts.quoted.split("\n") if line.strip()]


@pytest.mark.parametrize("quote", [MARKED, QUOTE], ids=["marked", "unmarked"])
@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_begins_the_quote(heading: str, quote: str) -> None:
    parts = visible.split(f"{OWN}\n\n{heading}\n\n{quote}\n")
    assert parts.visible == OWN
    assert quoted_of(parts) == [line for line in f"{heading}\n{quote}".split("\n") if line.strip()]
    assert parts.signature == ""


@pytest.mark.parametrize("place", [" <", "<"], ids=["before the address", "inside the bracket"])
@pytest.mark.parametrize("heading", [heading for heading in HEADINGS if heading.find(" <") > 0])
def test_a_heading_wrapped_at_the_address(heading: str, place: str) -> None:
    wrapped = heading.replace(place, place.strip(" ") + "\n" if place == "<" else "\n<", 1)
    assert visible.split(f"{OWN}\n\n{wrapped}\n\n{MARKED}\n").visible == OWN


def test_a_heading_wrapped_over_four_lines() -> None:
    heading = "On Mon, May 3, 2021,\nat 10:15 AM,\nShop Support\n<support@shop.example> wrote:"
    assert visible.split(f"{OWN}\n\n{heading}\n\n{QUOTE}").visible == OWN


def test_a_heading_behind_the_words_on_one_line() -> None:
    text = f'Thanks, that helps. On Mon, May 3, 2021 at 10:15 AM "Shop" <s@shop.example> wrote:\n\n{MARKED}'
    assert visible.split(text).visible == "Thanks, that helps."
    assert quoted_of(visible.split(text))[0] == 'On Mon, May 3, 2021 at 10:15 AM "Shop" <s@shop.example> wrote:'


ODD = {
    "an address without brackets behind the words": "Size 40. On 4 May 2021, s@shop.example wrote:\n> Size?",
    "no colon": "Size 40.\n2021/5/4 Shop Støtte <s@shop.example>\n> Size?",
    "no time and no address": "Size 40.\n\nOn 4.5. Shop wrote:\n> Size?",
    "between dashes": "Size 40.\n\n---- Shop <s@shop.example> kirjutas ----\n\nSize?",
    "under a drawn line": "Size 40.\n\n--------------------\nOn Tue, 5/4/21, Shop <s@shop.example> wrote:\n\nSize?",
    "a groupware": "Size 40.\n\n[Original Message processed by david]\nRe: 1001\nVon:\tShop\nAn:\tAnn\n\nSize?",
    "an address cut at mailto": "Size 40.\n\nFrom: s@shop.example [mailto:\n s@shop.example]\nSent: May 4\nTo: A\n\nX",
    "gaps in the block": "Size 40.\n\nFrom: Shop <s@shop.example>\n\nSent: May 4\n\nTo: Ann\n\nSubject: 1\n\nSize?",
    "labels doubly bold": "Size 40.\n\n**From:** Shop\n**Sent:** May 4\n**To:** Ann\n**Subject:** 1\n\nSize?",
    "a link between": "Size 40.\n\nOn 4.5. Shop wrote:\n> Size?\n(https://shop.example/1) >\n> Regards",
    "entities": "Size 40.\n\nOn May 4, 2021, Shop &lt;s@shop.example&gt; wrote:\n> Size?",
    "only the heading is marked": "Size 40.\n\n> Am 04.05.2021 um 10:15 schrieb Shop <s@shop.example>:\n> \n> Size?",
    "a bracket on its own line": "Size 40.\n\ntir. 4. maj 2021 kl. 10:15 skrev Shop <s@shop.example\n>:\n\n> Size?",
}  # fmt: skip


ONE_PIECE = [
    ">>> Shop Support <s@shop.example> 05/04/21 4:15 PM >>>\nWhich size?\n\nRegards",
    '"Shop" ---05/04/2021 04:15:22 PM---Dear Ann, which\n\nFrom:\tShop <s@shop.example>\nTo:\tAnn\nSubject: 1\n\nX',
    "---- Replied Message ----\n| From | Shop<s@shop.example> |\n| Date | 05/04/2021 |\n| Subject | 1 |\nWhich size?",
    '------ Original Message ------\nFrom "Shop" <s@shop.example>\nTo "Ann" <a@example.com>\nSubject 1\n\n> Size?',
    "On 4 May 2021, Shop <s@shop.example> wrote:\n\n> ------ Forwarded message ------\n> From: A <a@b.example>\n>\n> X",
]


@pytest.mark.parametrize("quote", ONE_PIECE)
def test_headings_without_marks_labels_or_colons(quote: str) -> None:
    assert visible.split(f"Size 40.\n\n{quote}").visible == "Size 40."


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_headings(text: str) -> None:
    assert visible.split(text).visible == "Size 40."


def test_the_quote_behind_the_heading_on_one_line() -> None:
    text = f"{OWN}\n\nAm 3. Mai 2021 um 10:15 schrieb Shop <s@shop.example>: Guten Tag,\nIhr Paket ist da."
    assert visible.split(text).visible == OWN


@pytest.mark.parametrize("separator", ["", "________________________________\n", "-----Original Message-----\n"])
@pytest.mark.parametrize("language", BLOCKS)
def test_a_header_block_begins_the_quote(language: str, separator: str) -> None:
    block = BLOCKS[language].format(shop="Shop Support <support@shop.example>")
    parts = visible.split(f"{OWN}\n\n{separator}{block}\n\n{QUOTE}\n")
    assert parts.visible == OWN
    assert quoted_of(parts) == f"{separator}{block}\n{QUOTE}".split("\n")


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_separator_goes_with_the_block_under_it(separator: str) -> None:
    text = f"{OWN}\n\n{separator}\n{BLOCKS['de'].format(shop='Shop <s@shop.example>')}\n\n{QUOTE}\n"
    assert visible.split(text).visible == OWN


@pytest.mark.parametrize("separator", [words for words in SEPARATORS if any(map(str.isalpha, words))])
def test_a_separator_with_words_needs_no_block(separator: str) -> None:
    assert visible.split(f"{OWN}\n\n{separator}\n\n{QUOTE}\n").visible == OWN


@pytest.mark.parametrize("marker", MARKERS)
def test_below_the_line_a_desk_drew_everything_was_ours(marker: str) -> None:
    assert visible.split(f"{OWN}\n\n{marker}\n\n{QUOTE}\n").visible == OWN


def test_answers_between_quoted_lines_and_below_them_are_visible() -> None:
    text = f"""{HEADINGS[0]}

> Which size do you need?
> And which colour?

Size 40.

> Shall we send the invoice?

Yes, please.
Today."""
    parts = visible.split(text)
    assert " ".join(parts.visible.split()) == "Size 40. Yes, please. Today."
    assert quoted_of(parts) == [
        HEADINGS[0],
        "> Which size do you need?",
        "> And which colour?",
        "> Shall we send the invoice?",
    ]


def test_a_quote_without_a_heading_and_an_answer_below_it() -> None:
    assert visible.split("> Which size do you need?\n\nSize 40").visible == "Size 40"


def test_bars_after_a_heading_are_quote_marks_and_a_table_is_not() -> None:
    assert visible.split(f"{OWN}\n\n{HEADINGS[0]}\n| Dear customer\n| Which size?\n").visible == OWN
    table = "| article | number |\n| lamp | 2 |"
    assert visible.split(table).visible == table


def test_the_wrapped_half_of_a_quoted_line_goes_with_it_and_an_answer_does_not() -> None:
    long = "> the parcel that we sent on Monday is at the post office of your town and can be"
    assert visible.split(f"Thanks\n\n{long}\nfetched there.\n> Regards").visible == "Thanks"
    assert visible.split(f"{long}\nWhere exactly?\n> Regards").visible == "Where exactly?"
    assert visible.split("> which size?\nsize 40\n> Regards").visible == "size 40"


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_told_from_the_words(signature: str) -> None:
    parts = visible.split(f"{OWN}\n\n{signature}\n")
    assert (parts.visible, parts.signature.split(), parts.quoted) == (OWN, signature.split(), "")
    above = visible.split(f"{OWN}\n\n{signature}\n\n{HEADINGS[0]}\n\n{MARKED}\n")
    assert (above.visible, above.signature.split()) == (OWN, signature.split())


@pytest.mark.parametrize("line", DEVICE_LINES)
def test_a_device_line_is_signature_and_the_same_words_in_a_sentence_are_not(line: str) -> None:
    parts = visible.split(f"{OWN}\n\n{line}\n")
    assert (parts.visible, parts.signature) == (OWN, line)
    sentence = f"{OWN}\nI read {line}, is that so?"
    assert visible.split(sentence) == Parts(sentence)


@pytest.mark.parametrize("text", PROSE)
def test_words_that_look_like_headings_or_signatures_stay(text: str) -> None:
    assert visible.split(text).visible.split() == text.split()


@pytest.mark.parametrize(
    "content",
    [
        "Bestellnummer 12345",
        "Order #4455",
        "tellimus nr 4455",
        "Ordre 4455",
        "PS: it was the red one",
        "P.S. Es war rot.",
        "I forgot to say that the lamp is broken.",
        "Where can I see the status?",
        "Kundennummer: 99812",
        "Palun saatke arve ka mulle.",
        "NB! Uus aadress on Tartu 5.",
        "Größe: 42",
        "Farve: rød",
    ],
)
@pytest.mark.parametrize(
    "closing", ["Best regards\nJohn", "Mit freundlichen Grüßen\nAnna\nTel. 030 123", "Mvh Jens", "--\nJohn"]
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_content_below_a_signature_shows(closing: str, gap: str, content: str) -> None:
    assert content in visible.split(f"{OWN}\n\n{closing}{gap}{content}").visible.split("\n")


def test_what_a_customer_writes_below_his_telephones_line_shows() -> None:
    assert visible.split("Sent from my iPhone\n\nWhere is my parcel").visible == "Where is my parcel"
    assert visible.split(f"{OWN}\n\nSent from my iPhone\nAnd the chair too").visible == f"{OWN}\n\nAnd the chair too"
    asked = visible.split(f"{OWN}\n\nSent from my iPhone\n\nAnd the chair?").visible
    assert asked.split() == [*OWN.split(), "And", "the", "chair?"]


def test_a_telephone_that_quotes_without_a_mark() -> None:
    parts = visible.split(
        f"{OWN}\n\nGesendet von Outlook für Android<https://aka.ms/x>\n\nGuten Tag,\nIhr Paket ist da.\n"
    )
    assert parts.visible == OWN


def test_nothing_but_a_signature_or_a_quote_is_shown_rather_than_nothing() -> None:
    assert visible.split("Best regards\nJohn\n") == Parts("Best regards\nJohn")
    assert visible.split(MARKED) == Parts(MARKED)
    assert visible.split(f"{HEADINGS[0]}\n\n{QUOTE}") == Parts(f"{HEADINGS[0]}\n\n{QUOTE}")
    both = visible.split(f"Regards\nJohn\n\n{HEADINGS[0]}\n{MARKED}")
    assert both == Parts("Regards\nJohn", f"{HEADINGS[0]}\n{MARKED}")
    assert visible.split(" \n\n") == visible.split("") == Parts("")


@pytest.mark.parametrize("program", forwards.BY_SEPARATOR, ids=lambda program: program.__name__)
def test_a_forward_is_visible_as_a_whole(program: forwards.Program) -> None:
    text = f"Please look.\n\n{program(forwards.WORDS['de'], '27/10/2021 09:31')}"
    parts = visible.split(text)
    assert (parts.visible.split(), parts.quoted, parts.signature) == (text.split(), "", "")


def test_the_subject_tells_a_forward_from_an_answer() -> None:
    text = f"Please look.\n\n{forwards.outlook(forwards.WORDS['de'], '27/10/2021 09:31')}"
    assert visible.split(text, "WG: Paket").visible == text
    assert visible.split(text, "AW: Paket").visible == "Please look."


def test_an_answer_that_quotes_a_forward_is_an_answer() -> None:
    inner = forwards.gmail(forwards.WORDS["en"], "27/10/2021 09:31")
    assert visible.split(f"{OWN}\n\n{HEADINGS[0]}\n\n{inner}").visible == OWN


def test_from_html_takes_the_programs_word_for_where_the_quote_begins() -> None:
    outlook = (
        '<p>Size 40.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Komu:</b> x<br>Vaše slova</div>'
    )
    assert visible.from_html(outlook).visible == "Size 40."
    assert "Vaše slova" in visible.from_html(outlook).quoted
    gmail = (
        '<div>Size 40.</div><div class="gmail_quote"><div>På tis skrev någon</div><blockquote>Which?</blockquote></div>'
    )
    assert visible.from_html(gmail).quoted.endswith("> Which?")
    assert visible.from_html('<div id="divRplyFwdMsg">all there is</div>') == Parts("all there is")


SIGNED = "<b>Ann Smith</b><br>Purchasing<br>+372 5555 1234"


@pytest.mark.parametrize("mark", ['class="gmail_signature"', 'id="x_Signature"', 'name="messageSignatureSection"'])
def test_what_the_program_marked_is_signature_unless_somebody_wrote_into_it(mark: str) -> None:
    parts = visible.from_html(f"<div>Size 40.</div><div {mark}><div>{SIGNED}</div></div><div>And two lamps.</div>")
    assert parts.visible.split() == ["Size", "40.", "And", "two", "lamps."]
    assert parts.signature.split("\n") == ["Ann Smith", "Purchasing", "+372 5555 1234"]
    written = visible.from_html(f"<div>Hello,</div><div {mark}>{SIGNED}<br>Please send me two lamps more.</div>")
    assert "two lamps more" in written.visible
    assert visible.from_html(f"<div {mark}>{SIGNED}</div>").visible.startswith("Ann Smith")


def test_lone_carriage_returns_and_invisible_characters() -> None:
    assert visible.split("Size 40\r\rOn 3 May 2021 at 10:15, Shop <s@x.example> wrote:\r> a\r").visible == "Size 40"
    assert visible.split("\ufeffSize\u200b 40\r\n\u00a0\r\n> quoted\r\n").visible == "Size 40"


def test_an_mbox_escape_is_no_quote() -> None:
    text = "Hello\n>From the shop I got no answer.\nPlease answer."
    assert visible.split(text) == Parts(text)
    assert visible.split("Our offer:\n>>> sale <<<\nSee you").visible == "Our offer:\n>>> sale <<<\nSee you"


# --- what holds for every text


WORDY = st.text(alphabet="ab >-_|:.@<\n\t\u00e4*0123", max_size=300)
PIECES = st.lists(
    st.sampled_from(
        [*HEADINGS, *SIGNATURES, *DEVICE_LINES, *MARKERS, *SEPARATORS, *PROSE, *BLOCKS.values(), MARKED, OWN, ""]
    ),
    max_size=8,
).map("\n".join)


@given(st.one_of(WORDY, PIECES, st.text(max_size=200)))
@example("On 3 May 2021 at 10:15, a <b@c.de\n>: x")
def test_no_line_is_lost_and_nothing_raises(text: str) -> None:
    parts = visible.split(text)
    told = "\n".join((parts.visible, parts.quoted, parts.signature))
    assert sorted(told.split()) == sorted("\n".join(lines_of(text)).split())


PLAIN = st.lists(
    st.sampled_from(["Where is my order 1001?", "I bought two lamps.", "Palun vastake.", "", "Danke im Voraus"])
)


@given(PLAIN)
def test_plain_words_are_left_alone(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert visible.split(text).visible.split() == text.split()
    assert visible.split(visible.split(text).visible).visible == visible.split(text).visible


# --- time


PATHOLOGIES = {
    "quote marks on one line": ">", "quote marks": ">\n", "deep quotes": "> " * 40 + "\n", "one word": "a",
    "one line": "ab cd ",
    "spaces": " ", "dashes": "-", "underscores": "_", "blank lines": "\n", "delimiters": "--\n",
    "rules": "-----\nfoo\n",
    "drawn lines": "_____\nfoo bar\n", "on": "On \n", "on a date": "On 3 May 2021 I did it and more\n",
    "zero width": "\u200b",
    "unclosed brackets": "On Mon, 3 May 2021 at 10:00, Bob <b@x.de\n", "wrote": "x wrote:\n",
    "wrote on one line": "wrote: ",
    "senders": "From: a@b.c\nTo: x\n", "labels": "From: " + "To: Cc: " * 100 + "\n", "label, text": "From: a@b\nfoo\n",
    "recipients": "To: x@y.example, ", "addresses": "a@", "brackets": "<", "addresses in brackets": "<a@b.c> ",
    "quotes": '"',
    "closings": "Best regards, John\nfoo bar is my thing I have\n", "devices": "Sent from my iPhone\n",
    "times": "12:30 ",
    "notices": "This e-mail is fun\n\n", "confidences": "This e-mail is confidential\n\n", "postscripts": "PS: foo\n",
    "originals": "-----Original Message-----\n", "forwards": "---------- Forwarded message ---------\n", "digits": "1",
    "alternating": "> foo\nbar\n", "markers": "##- foo\n", "entities": "&lt;",
    "wrapped": "> " + "x" * 70 + "\n" + "y" * 30 + "\n",
    "quoted forwards": "Begin forwarded message:\n\n> foo\n",
}  # fmt: skip


def seconds(work: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    work(text)
    return time.perf_counter() - started


def both(text: str) -> None:
    visible.split(text)
    forwarded.find(text, "FW: x")


@pytest.mark.parametrize("piece", PATHOLOGIES.values(), ids=PATHOLOGIES)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    small, large = piece * (30_000 // len(piece)), piece * (120_000 // len(piece))
    ratios = ((seconds(both, large) + 0.002) / (seconds(both, small) + 0.002) for _ in range(4))
    assert any(ratio < 8 for ratio in ratios)
    assert seconds(both, large) < 5


@pytest.mark.parametrize("piece", ['<div class="gmail_quote">On Mon ', ' id="x_', "<a ", '<a id="divRplyFwdMsg">'])
def test_time_of_html_grows_with_its_length_and_no_faster(piece: str) -> None:
    small, large = piece * (60_000 // len(piece)), piece * (240_000 // len(piece))
    ratios = (
        (seconds(visible.from_html, large) + 0.002) / (seconds(visible.from_html, small) + 0.002) for _ in range(4)
    )
    assert any(ratio < 8 for ratio in ratios)


def test_a_megabyte_of_quote_takes_no_time() -> None:
    mail = f"{OWN}\n\n{HEADINGS[0]}\n" + "> An ordinary line of a long quoted mail, some 70 characters.\n" * 17_000
    taken = min(seconds(visible.split, mail) for _ in range(5))
    assert visible.split(mail).visible == OWN
    assert taken < 0.2


# --- corpora by others


@pytest.mark.parametrize(("corpus", "matched"), [("crisp", 82), ("github", 15)])
def test_replies_of_the_corpora(corpus: str, matched: int) -> None:
    corpora.folder("replies")
    result = score(ours, replies(corpus))
    assert result.matched >= matched
    assert result.right >= result.files - 1


def test_talons_replies() -> None:
    corpora.folder("mail", "talon")
    assert [reply.name for reply in talon() if not same(ours(reply.text), reply.expected)] == []
