"""The nearest language Shopbell speaks."""

import pytest
from django.conf import settings

from shopbell.core import languages


@pytest.mark.parametrize(
    ("code", "nearest"),
    [("de", "de"), ("de-AT", "de"), ("DA_dk", "da"), ("et", "et"), ("fr", "en"), ("", "en"), ("eto", "en")],
)
def test_nearest(code: str, nearest: str) -> None:
    assert languages.nearest(code) == nearest


def test_the_default_can_be_the_shop_s() -> None:
    assert languages.nearest("fr", "de") == "de"


def test_the_settings_offer_the_same() -> None:
    assert [code for code, _ in settings.LANGUAGES] == list(languages.NAMES)


@pytest.mark.parametrize(
    ("language", "listed"),
    [
        ("en", ["Åland Islands", "Austria", "Côte d’Ivoire", "Cyprus"]),
        ("de", ["Ägypten", "Åland", "Österreich", "Polen"]),
        ("da", ["Belgien", "Östersund", "Østrig", "Ålandsøerne"]),
        ("et", ["Saksamaa", "Šveits", "Taani", "Ungari", "Venemaa", "Õ", "Ä", "Ö", "Ühendriigid"]),
    ],
)
def test_lists_stand_in_the_order_of_the_alphabet(language: str, listed: list[str]) -> None:
    assert sorted(set(listed), key=lambda one: languages.place(one, language)) == listed
