"""What columns are called: by shop systems, and in English, German, Danish and Estonian by whoever made the file.

In small letters without spaces and signs. Only what can be meant by one thing alone stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

from shopbell.commerce.contract import Kind

_PERSON = {
    "email": "email mail emailaddress emailadresse mailadresse customeremail contactemail epost epostiaadress meil"
    " kundemail kundenemail billingemail kliendiepost",
    "phone": "phone telephone mobile phonenumber telephonenumber telefon telefonnummer mobil mobilnummer handy"
    " handynummer tel telefonnr tlf telefoninumber mobiil customerphone billingphone",
    "name": "name customername fullname kunde kundenname vollername kundenavn navn fuldenavn klient kliendinimi nimi"
    " taisnimi täisnimi customer",
    "language": "language locale lang sprache sprachcode sprog keel customerlocale",
    "updated_at": "updatedat updated lastmodified modified datemodified geändertam änderungsdatum letzteänderung"
    " opdateret senestændret ændret muudetud uuendatud",
}
_FIRST = "firstname givenname vorname fornavn eesnimi billingfirstname forename"
_LAST = "lastname surname familyname nachname familienname efternavn perenimi perekonnanimi billinglastname"
_PLACE = {
    "name": "name recipient empfänger modtager saaja",
    "company": "company firma organisation virksomhed firmanavn ettevõte",
    "line1": "address address1 street addressline1 streetaddress strasse straße anschrift adresse adresse1 gade vej"
    " aadress tänav",
    "line2": "address2 addressline2 adresszusatz adresse2 aadress2",
    "postcode": "postcode zip zipcode postalcode plz postleitzahl postnummer postnr postiindeks sihtnumber indeks",
    "city": "city town ort stadt wohnort by postby linn",
    "region": "state region province bundesland maakond",
    "country": "country countrycode land ländercode landekode riik",
}
_BEFORE = {
    "shipping_address": "shipping delivery ship liefer lieferung levering leverings tarne",
    "billing": "billing bill invoice rechnungs rechnung faktura fakturerings arve",
    "address": "default home wohn",
}
_CUSTOMER = {
    **_PERSON,
    "remote_id": "id customerid customernumber customerno customernr kundennummer kundennr kundenr kundenummer kundeid"
    " kliendinumber klienditunnus kliendikood",
    "accepts_marketing": "acceptsmarketing acceptsemailmarketing newsletter marketing optin werbung"
    " werbeeinwilligung nyhedsbrev samtykke uudiskiri turundus",
    "created_at": "createdat created registered registeredat customersince datecreated angelegtam kundeseit"
    " registriertam erstelltam oprettet kundesiden loodud registreeritud",
}
_PRODUCT = {
    "remote_id": "id productid productnumber produktnummer produktid varenummerhoved toode tootenumber tooteid handle",
    "title": "title name product productname producttitle produkt produktname bezeichnung artikelbezeichnung"
    " artikelname artikel varenavn produktnavn titel navn nimetus tootenimi toote nimi",
    "url": "url link producturl permalink produktlink varelink tootelink",
    "image_url": "image imageurl imagesrc picture images bild bildurl billede billedurl pilt",
    "is_active": "active published isactive visible aktiv sichtbar veröffentlicht synlig aktiivne avaldatud",
    "updated_at": _PERSON["updated_at"],
    "variants.remote_id": "variantid variationid variantenid",
    "variants.title": "varianttitle variant variante variantname variatsioon",
    "variants.sku": "sku variantsku itemnumber articlenumber artikelnummer artikelnr artnr varenummer varenr tootekood"
    " artikkel kood",
    "variants.price": "price variantprice regularprice preis verkaufspreis bruttopreis pris salgspris hind müügihind",
    "variants.currency": "currency währung valuta vääring valuuta",
    "variants.stock": "stock quantity inventory inventoryquantity variantinventoryqty bestand lagerbestand menge lager"
    " lagerantal beholdning laoseis kogus",
}
_LINE = {
    "title": "title name product productname item itemname lineitemname producttitle artikel artikelname produkt"
    " produktname bezeichnung artikelbezeichnung position vare varenavn produktnavn toode tootenimi nimetus",
    "sku": "sku itemsku lineitemsku productsku itemnumber articlenumber artikelnummer artikelnr artnr varenummer varenr"
    " tootekood kood",
    "product_id": "productid produktid",
    "variant_id": "variantid variationid",
    "quantity": "quantity qty itemquantity lineitemquantity amountordered menge anzahl stück stueck antal stk kogus"
    " arv tk",
    "unit_price": "unitprice itemprice price lineitemprice einzelpreis stückpreis stueckpreis preis enhedspris"
    " stykpris pris ühikuhind tükihind hind",
    "total": "linetotal itemtotal rowtotal positionssumme zeilensumme gesamtpreis linjetotal linjebeløb reasumma",
    "remote_id": "lineid itemid orderitemid positionsid",
}
_ORDER = {
    **_PERSON,
    "number": "number order ordernumber orderno ordernr orderid orderreference bestellnummer bestellnr bestellung"
    " auftragsnummer auftragsnr auftrag ordrenummer ordrenr ordre bestillingsnummer tellimuse number"
    " tellimusenumber tellimusenr tellimus tellimusnr",
    "placed_at": "date orderdate orderedat createdat placedat created datecreated ordertime bestelldatum bestelltam"
    " auftragsdatum datum bestellzeit ordredato bestillingsdato dato oprettet tellimusekuupäev tellimuseaeg"
    " kuupäev aeg tellitud",
    "currency": "currency currencycode währung waehrung valuta valutakode valuuta vääring",
    "total": "total ordertotal grandtotal totalprice totalamount amount gesamt gesamtsumme gesamtbetrag summe betrag"
    " endbetrag rechnungsbetrag total beløb ordrebeløb totalbeløb ialt kokku summa kogusumma",
    "subtotal": "subtotal zwischensumme warenwert subtotalprice mellemsum varebeløb vahesumma",
    "shipping": "shipping shippingtotal shippingcost shippingamount versand versandkosten lieferkosten fragt"
    " leveringspris fragtbeløb saatekulu tarnekulu transport",
    "tax": "tax taxes totaltax vat vatamount mwst mehrwertsteuer umsatzsteuer steuer moms momsbeløb käibemaks km",
    "discount": "discount discountamount discounttotal rabatt nachlass rabat allahindlus soodustus",
    "paid": "paidamount amountpaid bezahlterbetrag betaltbeløb makstudsumma",
    "customer_id": _CUSTOMER["remote_id"].removeprefix("id "),
    "payment": "financialstatus paymentstatus zahlungsstatus zahlstatus betalingsstatus maksestaatus makseolek",
    "payment_method": "paymentmethod zahlungsart zahlart zahlungsmethode bezahlart betalingsmetode betalingsmåde"
    " makseviis",
    "fulfilment": "fulfillmentstatus fulfilmentstatus shippingstatus versandstatus lieferstatus leveringsstatus"
    " tarnestaatus",
    "status": "status orderstatus bestellstatus auftragsstatus ordrestatus staatus olek tellimuseolek",
    "delivery_method": "shippingmethod deliverymethod versandart lieferart forsendelsesmetode leveringsmetode"
    " leveringsmåde tarneviis",
    "promised_on": "deliverydate promiseddate estimateddelivery expecteddelivery lieferdatum liefertermin"
    " voraussichtlichelieferung leveringsdato forventetlevering tarnekuupäev tarneaeg",
    "cancelled_at": "cancelledat canceledat storniertam annulleretden tühistatud",
    "is_cancelled": "cancelled canceled iscancelled storniert storno annulleret annulleeritud",
    "coupons": "coupon coupons couponcode discountcode gutschein gutscheincode rabatcode rabattcode rabatkode"
    " kupong sooduskood",
    "note": "note notes customernote comment bemerkung kommentar kundenhinweis anmerkung bemærkning kundenote"
    " märkus kommentaar",
    "source": "source channel saleschannel quelle kanal verkaufskanal kilde salgskanal müügikanal allikas",
    "shipment.tracking_number": "trackingnumber trackingnumbers tracking trackingno trackingcode sendungsnummer"
    " paketnummer sendungsnr sporingsnummer pakkenummer forsendelsesnummer tracknummer saadetisenumber pakinumber"
    " jälgimiskood saatenumber",
    "shipment.carrier": "carrier shippingcarrier trackingcompany versanddienstleister versender paketdienst fragtfirma"
    " transportør vedaja kuller",
    "shipment.tracking_url": "trackingurl trackinglink sendungsverfolgung sporingslink jälgimislink",
    "shipment.shipped_at": "shippedat fulfilledat dispatchedat shipdate versendetam versanddatum afsendt"
    " forsendelsesdato saadetud väljasaadetud",
    "shipment.delivered_at": "deliveredat zugestelltam geliefertam leveret kättetoimetatud kohaletoimetatud",
    "refund.amount": "refundedamount refund refundamount refunded erstattung erstattet refunderet refunderetbeløb"
    " tagastatud tagasimakse",
}


def bare(name: str) -> str:
    """A name without spaces and signs, in small letters."""
    return "".join(sign for sign in name.lower() if sign.isalnum())


def _names(table: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    return {bare(head): f"{prefix}{name}" for name, heads in table.items() for head in heads.split()}


def _places(*fields: str) -> dict[str, str]:
    """ "Lieferadresse PLZ", "shipping_postcode", "Tarne linn" …"""
    found = {}
    for field in fields:
        for before in _BEFORE[field].split():
            for name, heads in {**_PLACE, "phone": _PERSON["phone"]}.items():
                for head in heads.split():
                    found[f"{before}{head}"] = f"{field}.{name}"
                    found[f"{before}adresse{head}"] = found[f"{before}address{head}"] = f"{field}.{name}"
    return found


FIRST, LAST = frozenset(_FIRST.split()), frozenset(_LAST.split())
LINES = _names(_LINE, "lines.")
# The head of an order before the head of a line: "Artikel" is a line's, "Name" is the customer's.
HEADS: Mapping[Kind, Mapping[str, str]] = {
    "customer": _places("address")
    | _places("billing", "shipping_address")
    | _names(_PLACE, "address.")
    | _names(_CUSTOMER),
    "product": _names(_PRODUCT),
    "order": {
        **_names(_PLACE, "shipping_address."),
        **LINES,
        **_places("shipping_address", "billing"),
        **_names(_ORDER),
    },
}

# What words in columns of states mean; anything else is unknown.
WORDS: Mapping[str, Mapping[str, str]] = {
    "payment": {
        "paid": "paid completed bezahlt beglichen zahlungerhalten betalt makstud tasutud",
        "pending": "pending unpaid open offen unbezahlt ausstehend afventer ubetalt ootel maksmata tasumata",
        "authorised": "authorized authorised autorisiert autoriseret reserveret autoriseeritud broneeritud",
        "partly_paid": "partiallypaid teilweisebezahlt teilbezahlt delvistbetalt osaliseltmakstud",
        "partly_refunded": "partiallyrefunded teilweiseerstattet delvistrefunderet osaliselttagastatud",
        "refunded": "refunded erstattet refunderet tagastatud tagasimakstud",
        "failed": "failed declined fehlgeschlagen abgelehnt mislykket fejlet ebaõnnestus",
        "voided": "voided cancelled canceled storniert annulleret tühistatud annulleeritud",
    },
    "fulfilment": {
        "open": "unfulfilled open processing new offen neu inbearbeitung åben ubehandlet uus töös täitmata",
        "partly": "partial partially teilweise teilversandt teilgeliefert delvist osaliselt osaliseltsaadetud",
        "fulfilled": "fulfilled shipped completed versandt versendet verschickt abgeschlossen afsendt sendt saadetud"
        " väljasaadetud täidetud",
        "delivered": "delivered geliefert zugestellt leveret kohaletoimetatud kättetoimetatud",
        "ready": "ready readyforpickup abholbereit klartilafhentning valmiskättesaamiseks",
        "collected": "collected pickedup abgeholt afhentet kättesaadud",
        "returned": "returned zurückgesendet retourniert returneret tagastatud",
    },
    "source": {
        "web": "web online onlinestore shop website veeb epood webshop onlineshop",
        "marketplace": "amazon ebay kaufland otto marketplace marktplatz markedsplads",
        "phone": "phone telefon",
        "store": "pos store filiale laden butik pood kauplus",
    },
    "is_cancelled": {"yes": "cancelled canceled storniert annulleret tühistatud annulleeritud"},
}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    field: {word: meaning for meaning, words in table.items() for word in words.split()}
    for field, table in WORDS.items()
}
