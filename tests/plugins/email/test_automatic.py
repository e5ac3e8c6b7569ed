from __future__ import annotations

import pytest

from shopbell.plugins.email import automatic
from shopbell.plugins.email.mime import headers


def kind(fields: str, sender: str = "anna@kunde.example", envelope_from: str | None = None) -> str:
    raw = fields.encode() + b"\n\n"
    head, _ = headers.parse(raw, 0, len(raw))
    return automatic.kind(head, head.text("subject"), sender, envelope_from)


@pytest.mark.parametrize(
    "fields",
    [
        "Subject: Frage zur Bestellung",
        "Subject: Re: Automatic reply: Order 5\nIn-Reply-To: <a1@b.example>",
        "Subject: AW: Abwesenheitsnotiz\nIn-Reply-To: <a1@b.example>",
        "Subject: Re: Out of office\nReferences: <a1@b.example>",
        "Subject: Out of office chairs, when will you have them?",
        "Subject: Out of office relocation",
        "Subject: Automatinis laikrodis sugedo",
        "Subject: Automatická pračka neodpovídá",
        "Subject: Urlaub und Rücksendefrist",
        "Subject: Ferie i uge 29, kan pakken vente?",
        "Subject: Auto: Ersatzteil gesucht",
        "Subject: Automatisk levering",
        "Subject: Я не на месте",
        "Subject: Puhkus ja tagastamine",
        "Subject: Absence de ma commande",
        "Subject: Hej\nAuto-Submitted: no",
        "Subject: Hi\nPrecedence: normal",
        "Subject: Hi\nX-Auto-Response-Suppress: None",
        "",
    ],
)
def test_a_person_is_taken_for_a_person(fields: str) -> None:
    assert kind(fields) == "none"


@pytest.mark.parametrize(
    "fields",
    [
        "Subject: Hello\nAuto-Submitted: auto-replied",
        'Subject: Hello\nAuto-Submitted: auto-replied; owner-email="x@y.example"',
        "Subject: Hello\nX-Autoreply: yes",
        "Subject: Hello\nX-Autorespond: thanks",
        "Subject: Hello\nPrecedence: auto_reply",
        "Subject: Hello\nX-Mailer: vacation 1.2",
        "Subject: Automatic reply: Order 5\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All",
        "Subject: Out of Office: Order 5",
        "Subject: Automatische Antwort: Ihre Bestellung",
        "Subject: Abwesenheitsnotiz: Ihre Bestellung",
        "Subject: Autosvar: Din ordre",
        "Subject: Automatisk svar: Din ordre",
        "Subject: Fraværsbesked",
        "Subject: Automaatvastus: Teie tellimus",
        "Subject: Automaatne vastus: Teie tellimus",
        "Subject: Kontorist väljas: tellimus",
        "Subject: Out of Office Re: Your order",
        "Subject: Automatická odpověď: Vaše objednávka",
        "Subject: Automatická odpoveď: Vaša objednávka",
        "Subject: Automātiskā atbilde: Jūsu pasūtījums",
        "Subject: Automatinis atsakymas: Jūsų užsakymas",
        "Subject: Автоматична відповідь: замовлення",
        "Subject: Automatikus válasz: Rendelés",
        "Subject: Răspuns automat: Comanda",
        "Subject: Automatski odgovor: Narudžba",
        "Subject: Autosvar: Din beställning",
        "Subject: Automaattinen vastaus: Tilaus",
        "Subject: Poissaoloviesti",
        "Subject: Poissaoloilmoitus: Tilauksesi",
        "Subject: Automatische reactie: bestelling",
        "Subject: Autorespuesta: Su pedido",
        "Subject: 自動応答: 注文",
        "Subject: AUTO: Anna Saar ist außer Haus (Rückkehr am 10.05.2026)",
        "Subject: AUTO: Ihre Bestellung\nIn-Reply-To: <a1@b.example>",
        "Subject: Нет на месте: Заказ\nIn-Reply-To: <a1@b.example>",
        "Subject: Automatisch antwoord: bestelling",
        "Subject: Afwezigheidsbericht",
        "Subject: Réponse automatique : commande",
        "Subject: Respuesta automática: pedido",
        "Subject: Fuera de la oficina",
        "Subject: Risposta automatica: ordine",
        "Subject: Odpowiedź automatyczna: zamówienie",
        "Subject: Autoodpowiedź: zamówienie",
        "Subject: Abwesend\nIn-Reply-To: <a1@b.example>",
        "Subject: Im Urlaub bis 14.\nIn-Reply-To: <a1@b.example>",
        "Subject: Ikke på kontoret\nReferences: <a1@b.example>",
        "Subject: Puhkusel\nIn-Reply-To: <a1@b.example>",
        "Subject: On holiday\nX-Auto-Response-Suppress: All",
        "Subject: =?utf-8?Q?Automatische_Antwort=3A_Frage?=",
        "Subject: anything\nReturn-Path: <>\nIn-Reply-To: <a1@b.example>",
    ],
)
def test_an_answering_machine_is_recognised(fields: str) -> None:
    assert kind(fields) == "auto-reply"


@pytest.mark.parametrize(
    ("fields", "sender", "expected"),
    [
        ("List-Id: <news.shop.example>", "anna@kunde.example", "list"),
        ("List-Unsubscribe: <https://news.example/u>", "news@firm.example", "list"),
        ("Precedence: list", "anna@kunde.example", "list"),
        ("Auto-Submitted: auto-generated", "system@firm.example", "notification"),
        ("Precedence: bulk", "news@firm.example", "notification"),
        ("X-Auto-Response-Suppress: All", "erp@firm.example", "notification"),
        ("Return-Path: <>", "system@firm.example", "notification"),
        ("Subject: Your invoice", "no-reply@firm.example", "notification"),
        ("Subject: Your invoice", "noreply+4711@firm.example", "notification"),
        ("Subject: Your invoice", "DoNotReply@firm.example", "notification"),
        ("Subject: Hi", "noreplyson@kunde.example", "none"),
    ],
)
def test_lists_and_programs_are_told_apart(fields: str, sender: str, expected: str) -> None:
    assert kind(fields, sender) == expected


def test_the_envelope_is_believed_before_the_return_path() -> None:
    assert kind("Return-Path: <>", envelope_from="anna@kunde.example") == "none"
    assert kind("Return-Path: <anna@kunde.example>", envelope_from="") == "notification"
