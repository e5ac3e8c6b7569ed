"""Which carrier it is, by what shops write, where their link leads, and the number."""

from __future__ import annotations

import pytest

from shopbell.commerce import carriers
from shopbell.commerce.carriers import known


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("dhl_paket", "dhl"),
        ("DHL Paket", "dhl"),
        ("DHL Express Worldwide", "dhl_express"),
        ("dhlexpress", "dhl_express"),
        ("Omniva pakiautomaat", "omniva"),
        ("Itella SmartPost", "itella"),
        ("SmartPosti pakiautomaat", "itella"),
        ("GLS Pakkeshop", "gls"),
        ("PostNord MyPack", "postnord"),
        ("postnord_mypack_collect", "postnord"),
        ("Colissimo", "colissimo"),
        ("La Poste - Colissimo", "colissimo"),
        ("Hermes PaketShop", "hermes"),
        ("Evri (Hermes UK)", "evri"),
        ("FEDEX_GROUND", "fedex"),
        ("Post NL", "postnl"),
        ("Österreichische Post", "austrianpost"),
        ("Posti", "posti"),
        ("Bring Pickup", "bring"),
        ("", ""),
        ("Standard shipping", ""),
        ("Groups of things", ""),
        ("Kuller koju", ""),
        ("brings joy", ""),
        ("⚡", ""),
    ],
)
def test_by_name(written: str, short: str) -> None:
    assert carriers.recognise(written) == short


@pytest.mark.parametrize(
    ("url", "short"),
    [
        ("https://www.dhl.de/de/privatkunden.html?piececode=1", "dhl"),
        ("https://mydhl.express.dhl/ee/en/tracking.html#/1", "dhl_express"),
        ("https://minu.omniva.ee/track/CC1", "omniva"),
        ("tracking.postnord.com/dk/?id=1", "postnord"),
        ("https://brand.aftership.com/omniva/CC1", "omniva"),
        ("https://tracking.eu-central-1-0.sendcloud.sc/forward?carrier=dpd&code=1", "dpd"),
        ("https://dhl.de.example.com/", ""),
        ("https://fakedhl.de/", ""),
        ("https://shop.example/track?carrier=dpd", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_by_address(url: str, short: str) -> None:
    assert carriers.recognise("", url) == short


def test_the_name_counts_before_the_link_and_that_before_the_number() -> None:
    assert carriers.recognise("GLS", "https://www.dhl.de/", "1Z999AA10123456784") == "gls"
    assert carriers.recognise("Home delivery", "https://www.dhl.de/", "1Z999AA10123456784") == "dhl"
    assert carriers.recognise("Home delivery", "https://shop.example/", "1Z 999AA 10123 456784") == "ups"


def test_label() -> None:
    assert carriers.label("itella") == "SmartPosti"
    assert carriers.label("", "Kuller") == "Kuller"


def test_link_in_the_language_and_country() -> None:
    assert carriers.link("omniva", "CC 1 EE", "et") == "https://minu.omniva.ee/track/CC1EE"
    assert carriers.link("omniva", "CC1", "et", "LV") == "https://mans.omniva.lv/track/CC1"
    assert carriers.link("postnord", "1", "da", "DK") == "https://tracking.postnord.com/dk/tracking/1?locale=da"
    assert carriers.link("postnord", "1", "et", "SE") == "https://tracking.postnord.com/se/tracking/1?locale=en"
    assert carriers.link("dhl", "1/2?x", "de") == (
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=1%2F2%3Fx"
    )
    assert carriers.link("nobody", "1") == ""
    assert carriers.link("dhl", " ") == ""
    assert carriers.link("latvijaspasts", "1") == ""


@pytest.mark.parametrize("short", sorted(known.CARRIERS))
def test_every_carrier_is_found_by_its_own_names_and_has_whole_links(short: str) -> None:
    carrier = known.CARRIERS[short]
    assert [carriers.by_name(name) for name in carrier.names] == [short] * len(carrier.names)
    assert [carriers.by_address(f"https://www.{host}/x") for host in carrier.hosts] == [short] * len(carrier.hosts)
    assert not carrier.links or "en" in carrier.links
    for where in (*carrier.links, "en", "et", "de", "da"):
        made = carriers.link(short, "N0123", where.lower(), where)
        assert "{" not in made
        assert not carrier.links or ("N0123" in made and made.startswith("https://"))
