"""Carriers, by what shops call them, where their links lead, and the pages on which customers see a journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNMISTAKABLE = 6  # signs of a name that is recognised inside a longer word, too: "postnordmypack"


@dataclass(frozen=True)
class Carrier:
    """`names`: plain words in small letters. `links`: page by country (capitals) or language; "en" for all others."""

    label: str
    names: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)  # ours → what "{lang}" becomes


def _same(*codes: str) -> dict[str, str]:
    return {code: code for code in codes}


_DPD = "https://www.dpdgroup.com/{country}/mydpd/my-parcels/track?lang={lang}&parcelNumber={n}"
_DPD_COUNTRIES = ("BE", "BG", "CH", "CZ", "EE", "HR", "HU", "IE", "LT", "LU", "LV", "NL", "PT", "RO", "SI", "SK")
_POSTNORD = "https://tracking.postnord.com/{country}/tracking/{n}?locale={lang}"

CARRIERS: dict[str, Carrier] = {
    "dhl": Carrier(
        "DHL",
        ("dhl", "packstation", "dhl paket", "dhl parcel", "dhlpaket", "dhl ecommerce"),
        ("dhl.de", "dhl.com", "dhlparcel.nl", "dhlparcel.com", "dhlecommerce.com"),
        {
            "en": "https://www.dhl.de/en/privatkunden/pakete-empfangen/verfolgen.html?piececode={n}",
            "de": "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={n}",
        },
    ),
    "dhl_express": Carrier(
        "DHL Express",
        ("dhl express", "dhlexpress", "mydhl", "dhl worldwide", "dhl express worldwide"),
        ("express.dhl", "mydhl.express.dhl", "express.dhl.com"),
        {
            "en": "https://mydhl.express.dhl/gb/en/tracking.html#/results?id={n}",
            "de": "https://mydhl.express.dhl/de/de/tracking.html#/results?id={n}",
            "da": "https://mydhl.express.dhl/dk/da/tracking.html#/results?id={n}",
            "EE": "https://mydhl.express.dhl/ee/en/tracking.html#/results?id={n}",
        },
    ),
    "deutschepost": Carrier(
        "Deutsche Post",
        ("deutsche post", "warenpost", "deutschepost"),
        ("deutschepost.de",),
        {"en": "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={n}"},
    ),
    "dpd": Carrier(
        "DPD",
        ("dpd", "dpd predict", "dpd pickup", "dpdgroup"),
        (
            *("dpd.com", "dpdgroup.com", "dpd.de", "dpd.ee", "dpd.lv", "dpd.lt", "dpd.co.uk", "dpd.fr"),
            *("dpdlocal.co.uk", "dpd.nl", "dpd.be", "dpd.at", "dpd.cz", "dpd.pl", "dpd.com.pl", "mydpd.at", "dpd.ie"),
        ),
        {
            **{one: _DPD.replace("{country}", one.lower()) for one in _DPD_COUNTRIES},
            "en": "https://tracking.dpd.de/status/en_US/parcel/{n}",
            "de": "https://tracking.dpd.de/status/de_DE/parcel/{n}",
            "GB": "https://track.dpd.co.uk/search?reference={n}",
            "PL": "https://tracktrace.dpd.com.pl/parcelDetails?p1={n}",
        },
        _same("en", "de", "et", "lv", "lt", "nl", "fr", "cs"),
    ),
    "gls": Carrier(
        "GLS",
        ("gls", "gls pakkeshop", "general logistics systems"),
        (
            *("gls-group.eu", "gls-group.com", "gls-group.net", "gls-pakete.de", "gls-one.de", "gls-denmark.com"),
            *("gls.dk", "gls-info.nl", "gls-netherlands.com", "gls-us.com", "mygls.hu", "gls-italy.com", "gls.nl"),
        ),
        {
            "en": "https://gls-group.eu/EU/en/parcel-tracking?match={n}",
            "de": "https://gls-group.eu/DE/de/paketverfolgung?match={n}",
            "da": "https://gls-group.eu/DK/da/find-pakke?match={n}",
        },
    ),
    "hermes": Carrier(
        "Hermes",
        ("hermes", "myhermes", "hermes paketshop", "hermesworld", "hermes germany"),
        ("myhermes.de", "hermesworld.com", "hlg.de"),
        {"en": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{n}"},
    ),
    "ups": Carrier(
        "UPS",
        ("ups", "united parcel service", "ups access point", "ups standard"),
        ("ups.com",),
        {"en": "https://www.ups.com/track?loc={lang}&tracknum={n}"},
        {"en": "en_GB", "de": "de_DE", "da": "da_DK", "et": "en_EE", "fr": "fr_FR", "fi": "fi_FI", "sv": "sv_SE"},
    ),
    "fedex": Carrier(
        "FedEx",
        ("fedex", "federal express", "fed ex"),
        ("fedex.com",),
        {"en": "https://www.fedex.com/fedextrack/?trknbr={n}&locale={lang}"},
        {"en": "en_GB", "de": "de_DE", "da": "da_DK", "et": "en_EE", "fr": "fr_FR", "fi": "fi_FI", "sv": "sv_SE"},
    ),
    "tnt": Carrier(
        "TNT",
        ("tnt", "tnt express"),
        ("tnt.com",),
        {"en": "https://www.tnt.com/express/en_gb/site/tracking.html?searchType=con&cons={n}"},
    ),
    "postnord": Carrier(
        "PostNord",
        ("postnord", "post nord", "mypack", "my pack", "post danmark", "varubrev"),
        ("postnord.com", "postnord.se", "postnord.dk", "postnord.no", "postnord.fi", "postdanmark.dk"),
        {
            "en": _POSTNORD.replace("{country}", "se"),
            "da": _POSTNORD.replace("{country}", "dk"),
            **{one: _POSTNORD.replace("{country}", one.lower()) for one in ("SE", "DK", "NO", "FI")},
        },
        {"en": "en", "da": "da", "sv": "sv", "no": "no", "nb": "no", "fi": "fi"},
    ),
    "omniva": Carrier(
        "Omniva",
        ("omniva", "omniva pakiautomaat", "eesti post", "post24"),
        ("omniva.ee", "omniva.lv", "omniva.lt", "omniva.eu", "post.ee"),
        {
            "en": "https://minu.omniva.ee/track/{n}",
            "LV": "https://mans.omniva.lv/track/{n}",
            "LT": "https://mano.omniva.lt/track/{n}",
        },
    ),
    "itella": Carrier(
        "SmartPosti",
        ("itella", "smartpost", "smartposti", "smart post", "smartpost itella", "itella smartpost"),
        ("itella.ee", "itella.lv", "itella.lt", "smartpost.ee", "smartposti.ee", "smartposti.lv", "smartposti.lt"),
        {
            "en": "https://smartposti.ee/en/private-customer/track-shipment/?trackingCode={n}",
            "et": "https://smartposti.ee/eraklient/saadetise-jalgimine/?trackingCode={n}",
        },
    ),
    "posti": Carrier(
        "Posti",
        ("posti", "posti fi", "postipaketti"),
        ("posti.fi", "posti.com"),
        {"en": "https://www.posti.fi/en/tracking#/lahetys/{n}", "fi": "https://www.posti.fi/fi/seuranta#/lahetys/{n}"},
    ),
    "bpost": Carrier(
        "bpost",
        ("bpost", "bpack", "belgian post"),
        ("bpost.be", "bpost.cloud", "bpost2.be", "bpostinternational.com"),
        {"en": "https://track.bpost.cloud/btr/web/#/search?itemCode={n}&lang={lang}"},
        _same("en", "de", "fr", "nl"),
    ),
    "laposte": Carrier(
        "La Poste",
        ("la poste", "laposte", "lettre suivie"),
        ("laposte.fr", "laposte.net"),
        {"en": "https://www.laposte.fr/outils/suivre-vos-envois?code={n}"},
    ),
    "colissimo": Carrier(
        "Colissimo",
        ("colissimo", "la poste colissimo", "so colissimo"),
        ("colissimo.fr",),
        {"en": "https://www.laposte.fr/outils/suivre-vos-envois?code={n}"},
    ),
    "chronopost": Carrier(
        "Chronopost",
        ("chronopost", "chrono relais", "chrono 13", "chrono13"),
        ("chronopost.fr", "chronopost.com"),
        {"en": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={n}&langue={lang}"},
        _same("en", "fr"),
    ),
    "mondialrelay": Carrier(
        "Mondial Relay",
        ("mondial relay", "mondialrelay"),
        ("mondialrelay.fr", "mondialrelay.com"),
        {"en": "https://www.mondialrelay.fr/suivi-de-colis?numeroExpedition={n}"},
    ),
    "venipak": Carrier(
        "Venipak",
        ("venipak",),
        ("venipak.com", "venipak.lt", "venipak.lv", "venipak.ee"),
        {"en": "https://venipak.com/{lang}/tracking/track/{n}/"},
        {"en": "en", "et": "ee", "lt": "lt", "lv": "lv"},
    ),
    "unisend": Carrier(
        "Unisend",
        ("unisend", "lp express", "lpexpress", "lietuvos pastas"),
        ("unisend.lt", "unisend.lv", "unisend.ee", "lpexpress.lt", "post.lt"),
        {"en": "https://www.post.lt/en/help/parcel-search?parcels={n}"},
    ),
    "latvijaspasts": Carrier("Latvijas Pasts", ("latvijas pasts",), ("pasts.lv",)),
    "matkahuolto": Carrier(
        "Matkahuolto",
        ("matkahuolto",),
        ("matkahuolto.fi",),
        {
            "en": "https://www.matkahuolto.fi/en/tracking?parcelNumber={n}",
            "fi": "https://www.matkahuolto.fi/seuranta?parcelNumber={n}",
        },
    ),
    "bring": Carrier(
        "Bring",
        ("bring", "posten", "posten norge", "posten bring", "bring pakke"),
        ("bring.com", "bring.no", "bring.se", "bring.dk", "bring.fi", "posten.no"),
        {"en": "https://tracking.bring.com/tracking/{n}?lang={lang}"},
        {"en": "en", "da": "da", "sv": "sv", "no": "no", "nb": "no"},
    ),
    "helthjem": Carrier(
        "Helthjem", ("helthjem",), ("helthjem.no",), {"en": "https://helthjem.no/sporing/{n}"}
    ),
    "budbee": Carrier("Budbee", ("budbee",), ("budbee.com",), {"en": "https://tracking.budbee.com/{n}"}),
    "instabox": Carrier(
        "Instabox", ("instabox", "instabee"), ("instabox.io", "instabox.se"), {"en": "https://track.instabox.io/{n}"}
    ),
    "dao": Carrier(
        "DAO",
        ("dao", "dao 365", "dao365", "dao pakkeshop"),
        ("dao.as",),
        {"en": "https://www.dao.as/privat/find-din-pakke?stregkode={n}"},
    ),
    "postnl": Carrier(
        "PostNL",
        ("postnl", "post nl", "tnt post"),
        ("postnl.nl", "postnl.be", "postnl.com", "postnl.post"),
        {"en": "https://jouw.postnl.nl/track-and-trace/{n}"},
    ),
    "royalmail": Carrier(
        "Royal Mail",
        ("royal mail", "royalmail", "tracked 24", "tracked 48"),
        ("royalmail.com",),
        {"en": "https://www.royalmail.com/track-your-item#/tracking-results/{n}"},
    ),
    "parcelforce": Carrier(
        "Parcelforce",
        ("parcelforce", "parcel force"),
        ("parcelforce.com", "parcelforce.net"),
        {"en": "https://www.parcelforce.com/track-trace?trackNumber={n}"},
    ),
    "evri": Carrier(
        "Evri",
        ("evri", "hermes uk", "myhermes uk", "evri hermes uk"),
        ("evri.com", "myhermes.co.uk", "hermesworld.co.uk"),
        {"en": "https://www.evri.com/track/parcel/{n}"},
    ),
    "yodel": Carrier("Yodel", ("yodel",), ("yodel.co.uk",), {"en": "https://www.yodel.co.uk/tracking/{n}"}),
    "anpost": Carrier(
        "An Post",
        ("an post", "anpost"),
        ("anpost.com", "anpost.ie"),
        {"en": "https://www.anpost.com/Post-Parcels/Track/History?item={n}"},
    ),
    "correos": Carrier(
        "Correos",
        ("correos", "correos express", "paq premium"),
        ("correos.es", "correosexpress.com"),
        {
            "en": "https://www.correos.es/es/en/tools/tracker/items/details?tracking-number={n}",
            "es": "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={n}",
        },
    ),
    "seur": Carrier(
        "SEUR",
        ("seur",),
        ("seur.com",),
        {"en": "https://www.seur.com/livetracking/?segOnlineIdentificador={n}"},
    ),
    "ctt": Carrier(
        "CTT",
        ("ctt", "ctt correios", "ctt expresso"),
        ("ctt.pt",),
        {"en": "https://www.ctt.pt/feapl_2/app/open/objectSearch/objectSearch.jspx?objects={n}"},
    ),
    "posteitaliane": Carrier(
        "Poste Italiane",
        ("poste italiane", "posteitaliane", "poste it", "sda express", "crono express"),
        ("poste.it", "sda.it"),
        {"en": "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{n}"},
    ),
    "brt": Carrier(
        "BRT",
        ("brt", "bartolini"),
        ("brt.it",),
        {"en": "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={n}"},
    ),
    "inpost": Carrier(
        "InPost",
        ("inpost", "in post", "paczkomat", "paczkomaty"),
        ("inpost.pl", "inpost.it", "inpost.co.uk", "inpost.eu"),
        {
            "en": "https://inpost.pl/en/find-parcel?number={n}",
            "pl": "https://inpost.pl/sledzenie-przesylek?number={n}",
        },
    ),
    "pocztapolska": Carrier(
        "Poczta Polska",
        ("poczta polska", "pocztex"),
        ("poczta-polska.pl", "pocztex.pl"),
        {"en": "https://emonitoring.poczta-polska.pl/?numer={n}"},
    ),
    "austrianpost": Carrier(
        "Österreichische Post",
        ("austrian post", "osterreichische post", "oesterreichische post", "post at", "post ag austria"),
        ("post.at",),
        {
            "en": "https://www.post.at/en/s/item-search?snr={n}",
            "de": "https://www.post.at/sv/sendungsdetails?snr={n}",
        },
    ),
    "swisspost": Carrier(
        "Swiss Post",
        ("swiss post", "swisspost", "schweizerische post", "die post ch", "la poste suisse", "post ch", "postpac"),
        ("post.ch", "swisspost.ch", "swisspost.com"),
        {"en": "https://www.post.ch/swisspost-tracking?formattedParcelCodes={n}&p_language={lang}"},
        _same("en", "de", "fr", "it"),
    ),
    "packeta": Carrier(
        "Packeta",
        ("packeta", "zasilkovna"),
        ("packeta.com", "zasilkovna.cz", "packeta.sk", "packeta.hu"),
        {"en": "https://tracking.packeta.com/{lang}/?id={n}"},
        _same("en", "de", "cs", "sk", "hu", "ro"),
    ),
    "ppl": Carrier(
        "PPL", ("ppl", "ppl cz"), ("ppl.cz",), {"en": "https://www.ppl.cz/en/track-a-shipment?shipmentId={n}"}
    ),
    "ceskaposta": Carrier(
        "Česká pošta",
        ("ceska posta", "balik do ruky", "balikovna"),
        ("postaonline.cz", "ceskaposta.cz", "balikovna.cz"),
        {"en": "https://www.postaonline.cz/en/trackandtrace/-/zasilka/cislo?parcelNumbers={n}"},
    ),
    "usps": Carrier(
        "USPS",
        ("usps", "united states postal service", "us postal service"),
        ("usps.com",),
        {"en": "https://tools.usps.com/go/TrackConfirmAction?tLabels={n}"},
    ),
}  # fmt: skip
