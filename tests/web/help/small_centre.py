"""A shop with a small help centre in two languages: topics, an article for the team only, a draft, an old address."""

from __future__ import annotations

from django.test import Client

from shopbell.knowledge import operations
from shopbell.knowledge.models import Article, ArticleText
from shopbell.shops.models import Shop
from tests import factories

RETURNS = """Sie können Ware binnen 30 Tagen zurückgeben.

# So geht es

Melden Sie die Rücksendung an.

# Kosten

Die Rücksendung ist frei. <script>alert(1)</script>

# Erstattung

Das Geld kommt in 5 Tagen. Siehe [EU](https://europa.eu/x).
"""


def write(
    shop: Shop, key: str, title: str, body: str = "Worte.", language: str = "de", **fields: object
) -> ArticleText:
    entry = operations.Entry(key=key, title=title, body=body, language=language, **fields)  # type: ignore[arg-type]
    operations.file_entry(shop, entry)
    return ArticleText.objects.get(article__key=key, article__shop=shop, language=language)


def shop() -> Shop:
    return factories.shop("Hallik", language="de", languages=["de", "et"], website="https://hallik.example")


def build() -> Shop:
    """A shop with its articles."""
    centre = shop()
    write(centre, "returns", "Ware zurückgeben", RETURNS, topic="Rückgabe & Umtausch")
    write(centre, "returns", "Kauba tagastamine", "Saate kauba 30 päeva jooksul tagastada.", "et")
    write(centre, "label", "Rücksendeetikett drucken", "Das Etikett für die Ware.", topic="Rückgabe & Umtausch")
    write(centre, "track", "Wo ist mein Paket?", "Die Sendungsverfolgung zeigt es.", topic="Versand")
    write(centre, "limit", "Kulanzgrenze", "Bis 20 Euro ohne Rückfrage.", topic="Rückgabe & Umtausch", is_internal=True)
    write(centre, "soon", "Ankündigung", "Bald mehr.", topic="Geheimes", is_published=False)
    return centre


def reader() -> Client:
    """Somebody who reads German."""
    return Client(headers={"accept-language": "de", "user-agent": "Mozilla/5.0 Firefox/140"})


def text(key: str, language: str = "de") -> ArticleText:
    return ArticleText.objects.select_related("article").get(article__key=key, language=language)


def article(key: str) -> Article:
    return Article.objects.get(key=key)
