"""What the demo shops promise about shipping, payment, returns and refunds: the numbers their articles speak of."""

from __future__ import annotations

from datetime import timedelta

from shopbell.knowledge import operations, policies
from shopbell.knowledge.terms import Exempt, Ground, Rate, Terms
from shopbell.shops.models import Shop

HELD_FOR = timedelta(days=200)
EU = ("AT", "BE", "DE", "DK", "EE", "ES", "FI", "FR", "IE", "IT", "LT", "LV", "NL", "PL", "SE")
NEAR = ("EE", "DE", "DK")
FAR = tuple(code for code in EU if code not in NEAR)
FREE_FROM = 80_00
SHIPPING = Terms(
    countries=EU,
    days={"dispatch": 1, "latest": 30},
    rates=(
        Rate(name="Omniva", countries=("EE",), days_from=1, days_to=2, cost=3_50, free_from=FREE_FROM),
        Rate(name="DHL", countries=("DE", "DK"), days_from=3, days_to=5, cost=6_90, free_from=FREE_FROM),
        Rate(name="DPD", countries=FAR, days_from=4, days_to=7, cost=9_90, free_from=FREE_FROM),
        Rate(name="DHL Express", countries=("EE",), days_from=1, days_to=1, cost=14_90),
    ),
)
PAYMENT = Terms(
    days={"invoice": 14},
    rates=(
        Rate(name="Visa, Mastercard"),
        Rate(name="PayPal"),
        Rate(name="Apple Pay, Google Pay"),
        Rate(name="Swedbank, SEB, LHV", countries=("EE",)),
        Rate(name="MobilePay", countries=("DK",)),
        Rate(name="Klarna", countries=("DE",)),
    ),
)
REFUND = Terms(days={"window": 14}, waits_for_goods=True)
RETURN = Terms(
    days={"window": 30, "send_back": 14},
    rates=(Rate(name="Omniva, DHL, DPD"),),
    exceptions=(
        Exempt(
            ground=Ground.CUSTOM_MADE,
            goods={
                "en": "Clothes with your name or made to your measurements",
                "de": "Kleidung mit Ihrem Namen oder nach Ihren Maßen",
                "da": "Tøj med dit navn eller efter dine mål",
                "et": "Teie nimega või teie mõõtude järgi tehtud rõivad",
            },
        ),
        Exempt(
            ground=Ground.HYGIENE,
            goods={"en": "Earrings", "de": "Ohrringe", "da": "Øreringe", "et": "Kõrvarõngad"},
        ),
    ),
)
WORDS: dict[str, dict[str, str]] = {
    "shipping": {
        "en": "From an order of {policy.shipping.free_from} on we pay for it, except with Express.\n\n"
        "You get a link with which you can follow your parcel as soon as it is on its way.",
        "de": "Ab einem Bestellwert von {policy.shipping.free_from} übernehmen wir die Kosten, außer bei Express.\n\n"
        "Sobald Ihr Paket unterwegs ist, bekommen Sie einen Link, mit dem Sie es verfolgen können.",
        "da": "Ved køb for {policy.shipping.free_from} eller mere betaler vi fragten, undtagen ved Express.\n\n"
        "Så snart din pakke er på vej, får du et link, så du kan følge den.",
        "et": "Alates {policy.shipping.free_from} tellimusest tasume saatmise meie, välja arvatud Express.\n\n"
        "Kui pakk on teele pandud, saate lingi, millega seda jälgida.",
    },
    "payment": {
        "en": "We charge your card when the parcel leaves, not before.",
        "de": "Ihre Karte belasten wir erst, wenn das Paket unser Lager verlässt.",
        "da": "Vi trækker først beløbet på dit kort, når pakken forlader lageret.",
        "et": "Kaardilt võtame raha alles siis, kui pakk laost lahkub.",
    },
    "refund": {
        "en": "Most refunds leave within five working days after your parcel has come back.",
        "de": "Meist überweisen wir innerhalb von fünf Werktagen, nachdem Ihr Paket wieder bei uns ist.",
        "da": "Som regel sender vi pengene inden for fem hverdage, efter at pakken er kommet tilbage.",
        "et": "Enamasti kanname raha tagasi viie tööpäeva jooksul pärast paki saabumist.",
    },
    "return": {
        "en": "Put the goods back in their packaging, with the label that came with them.\n\nYour money is back within "
        "{policy.refund.window} days.",
        "de": "Legen Sie die Ware wieder in ihre Verpackung und kleben Sie das beiliegende Etikett darauf.\n\nIhr Geld "
        "ist innerhalb von {policy.refund.window} Tagen wieder bei Ihnen.",
        "da": "Læg varen tilbage i emballagen, og sæt den vedlagte label på.\n\nDu får pengene tilbage inden for "
        "{policy.refund.window} dage.",
        "et": "Pange kaup tagasi pakendisse ja kleepige peale kaasasolnud silt.\n\nRaha on teil tagasi "
        "{policy.refund.window} päeva jooksul.",
    },
}
PROMISED = {"shipping": SHIPPING, "payment": PAYMENT, "refund": REFUND, "return": RETURN}  # returns name the refund's


def run(actor: int) -> None:
    """Write them for every shop, in all four languages."""
    for shop in Shop.objects.order_by("id"):
        since = policies.today(shop) - HELD_FOR
        for topic, promised in PROMISED.items():
            operations.write_policy(
                shop, topic, promised=promised, words=WORDS[topic], since=since, actor=actor, is_approved=True
            )
