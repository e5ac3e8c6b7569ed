"""The words that names of columns are made of, by what they mean, in the languages of the shops we know.

In small letters without marks: "Straße" is strasse, "Käibemaks" kaibemaks. A name is a few of these words in any order
and any compound; what the words mean together, the rules say.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# English, German, Danish, Swedish and Norwegian, Estonian, French, Dutch, Finnish, Spanish, Polish.
_WORDS = {
    "order": "bestel order orders purchase checkout bestell bestellung auftrag auftrags vorgang ordre bestilling"
    " bestillings kob tellimus tellimuse tellimise commande cde bestelling tilaus tilauksen po pedido"
    " pedidos compra zamowienie zamowienia zamowien zam beleg bestallning bestallnings tilauksesi"
    " ordernummer",
    "customer": "kd customer customers client clients buyer user account contact kunde kunden kunds kund konto kaufer"
    " kobers klient klientide kliendi ostja acheteur klant asiakas asiakkaan cust cliente clientes"
    " comprador klienta kupujacy kupujacego nabywca nabywcy besteller tellija kober kopare ostaja ostajan"
    " tilaaja tilaajan",
    "ship": "shipping ship shipment shipments fulfillment fulfilment fulfillments dispatch versand versendung"
    " forsendelse forsendelses fragt frakt saatmine saatmise saadetise expedition envoi verzend verzending"
    " toimitus transport lahetys send despatch envio envios wysylka wysylki freight saatmis toimituksen"
    " porto",
    "deliver": "delivery deliveries lief liefer lieferung levering leverings lev leverans tarne transpordi"
    " livraison lever aflever bezorg del entrega entregas dostawa dostawy kohaletoimetamise"
    " kohaletoimetamine",
    "recipient": "recipient consignee receiver empfanger modtager mottagare saaja destinataire ontvanger vastaanottaja"
    " destinatario odbiorca odbiorcy",
    "bill": "rech billing bill invoice invoicing payer rechnung rechnungs fakturerings faktura fakturering arve"
    " maksja facturation facture factuur laskutus facturacion factura faktury rozliczeniowy",
    "many": "items lines lineitems products tooted articles articulos lineas pozycje towary",
    "line": "item line lineitem article position positions pos artikel artikels vare varer rea rida linje ligne"
    " articulo linea pozycja pozycji towar towaru artykul artykulu artikkel artikli varu varans",
    "product": "product produkt produkter toode toote produit tuote producto productos produktu tuotteen"
    " tuotteet kauba kaup",
    "pay": "payment payments paying transaction transactions financial zahlung zahlungs zahl bezahl betaling"
    " betalings betalnings makse maksmise paiement reglement betaal maksu pay betal pago pagos platnosc"
    " platnosci",
    "parcel": "package parcel tracking track trace consignment paket sendung sendungs pakke paki pakk saate"
    " suivi colis zending jalgimis sporing sporings lahetystunnus seuranta kolli seguimiento paquete"
    " rastreo przesylka przesylki paczka paczki sledzenia przewozowy przewozowego sparnings sparning",
    "number": "number numbers no nr num nummer nummern numero numer numbri",
    "code": "code codes kode koder kood koodi kod barcode tunnus tunnuse codigo",
    "ref": "reference ref referenz referens viite viitenumber referencia",
    "id": "id ids identifier entity",
    "increment": "increment",
    "handle": "handle",
    "sku": "sku skus artnr mpn ugs model symbol",
    "date": "zeitpunkt zeit am date dates at on time timestamp datetime day datum dato tid tag kuupaev aeg kell"
    " heure jour pvm fecha hora data paiva paivays paivamaara",
    "max": "max maximum latest spateste spatestes",
    "service": "service level",
    "since": "since seit siden alates depuis",
    "created": "loomise anlegen registreerimise created create add added placed registered registration angelegt"
    " erstellt erstellung registriert anlage oprettet oprettelses oprettelse loodud lisatud tellitud"
    " bestellt registreeritud cree creation inscription skapad luotu aangemaakt creado creada zlozone"
    " zlozenia utworzono bestalld bestallt passee passe tilattu besteld",
    "updated": "updated update modified changed geandert anderung anderungs opdateret aendret endret muudetud"
    " uuendatud modifie modification gewijzigd andrad actualizado actualizada zmieniono",
    "last": "last letzte letzter seneste senest viimati senast",
    "status": "status statuses staatus olek statut etat tilstand tila seisund stan estado",
    "state": "state",
    "machine": "machine",
    "technical": "technical",
    "method": "art moyen method mode type way weise methode metode made viis meetod wijze tapa means satt metodo"
    " forma sposob metoda",
    "provider": "gateway provider",
    "information": "information info description desc",
    "name": "name names navn nimi nom naam namn nombre nazwa nazwy",
    "full": "full fulde volle taielik complet voller vollstandiger completo",
    "display": "display",
    "first": "ees vor firstname givenname given forename vorname vornamen fornavn fornamn eesnimi prenom voornaam"
    " etunimi fname imie",
    "surname": "lastname surname familyname nachname familienname zuname efternavn efternamn perenimi perekonnanimi"
    " achternaam sukunimi lname apellido apellidos nazwisko",
    "email": "email emails mailadresse mailadressen mail epost epostiaadress meil meiliaadress courriel mel"
    " sahkoposti correo mejl",
    "phone": "phone telephone telefon telephonenumber tel tlf fon telefoni telefoon puhelin telefono telefonu"
    " rufnummer",
    "mobile": "mobile cell handy mobil mobiltelefon mobiil portable gsm mobiel mobiltlf movil celular komorkowy"
    " komorka matkapuhelin",
    "address": "address addresses addr adresse adressen adress anschrift aadress adres osoite direccion domicilio"
    " adresu",
    "street": "street streets strasse str road gade vej vag gata tanav rue straat katu line1 streetaddress gatu"
    " calle ulica ulicy",
    "house": "housenumber hausnummer hausnr husnummer husnr majanumber huisnummer",
    "extra": "additional addition zusatz extra suffix komplement complement toevoeging",
    "one": "1 one",
    "two": "2 two",
    "postcode": "cp zip zipcode postcode postal postalcode plz postleitzahl postnummer postnr postnumber postiindeks"
    " sihtnumber indeks codepostal postinumero pocztowy",
    "city": "suburb city town ort stadt wohnort by poststed postby linn ville commune plaats woonplaats kaupunki"
    " postort postitoimipaikka ciudad poblacion localidad miasto miasta miejscowosc",
    "region": "region province county bundesland kanton maakond departement provincie provincia wojewodztwo",
    "country": "country land lande pays riik riigi maa countrycode countries pais kraj kraju",
    "company": "company firma firm firmen organisation organization unternehmen virksomhed firmanavn foretag"
    " ettevote ettevotte societe entreprise bedrijf yritys empresa firmy",
    "iso": "iso iso2",
    "currency": "currency wahrung waehrung valuta valuuta vaaring devise monnaie valuutta currencycode moneda divisa"
    " waluta waluty muntsoort munt",
    "total": "total totals totaal overall gesamt gesamter summe summa sum endbetrag endsumme samlet ialt kokku"
    " kogusumma kogu grand montanttotal yhteensa razem suma lacznie calkowita calkowity totalt"
    " loppusumma loppu totale slutsumma slut",
    "sub": "sub subtotal zwischen zwischensumme warenwert mellemsum subtotals vahesumma sous soustotal varebelob"
    " subtotaal valisumma",
    "amount": "amount amounts betrag betrage belob belop montant value wert vaerdi vaartus bedrag importe"
    " monto kwota wartosc",
    "price": "price prices preis pris priser hind hinna hinnad prix prijs hinta vk verkaufspreis salgspris"
    " muugihind vkpreis precio precios cena ceny",
    "cost": "rate maksumus cost costs fee charge charges kosten kost gebuhr gebuhren pauschale gebyr kulu"
    " tasu frais kulut kostnad gastos coste costes koszt koszty avgift avgifter",
    "unit": "unit each einzel einheit stuckpreis stk_pris enheds enhed styk stuk uhik uhiku tuki unitaire"
    " unite stuks per pr pro kappale unitario unidad jednostkowa jedn sztuke yksikko yksikon styck je"
    " por za eenheid enhets einheiten",
    "qty": "anz qty quantity quantities menge anzahl stuck stueck stuckzahl stueckzahl antal stk kogus arv"
    " quantite qte aantal kpl pcs pieces bestellmenge amountordered tk cantidad uds unidades ilosc szt"
    " sztuk maara kvantitet hoeveelheid piece stycken antall maengde mangde liczba",
    "ordered": "ordered commandee",
    "ext": "ext extended row",
    "tax": "tax taxes vat gst mwst mehrwertsteuer ust umsatzsteuer steuer steuern moms mva kaibemaks km tva taxe"
    " btw alv maksud iva impuesto impuestos podatek",
    "gross": "gross brutto bto ttc incl inkl inkludert bruto kmga sis brut",
    "net": "net netto nto ht excl exkl neto ekskl kmta",
    "discount": "discount discounts rabatt rabat nachlass allahindlus soodustus remise reduction korting alennus"
    " promotion descuento znizka",
    "coupon": "coupon coupons voucher vouchers gutschein gutscheine gutscheincode kupong bon kortingscode kuponki"
    " discountcode rabattcode rabatcode rabatkode rabattkode sooduskood promo cupon kupon",
    "refund": "refund refunds refunded erstattung erstattet erstatteter refunderet refundering refusion tagastus"
    " tagastatud tagasimakse remboursement rembourse terugbetaling terugbetaald hyvitys reembolso"
    " devolucion zwrot zwrotu",
    "returned": "returned retoure retoureniert zuruckgesendet returneret",
    "paid": "paid bezahlt bezahlter betalt makstud tasutud paye betaald maksettu pagado pagada oplacone zaplacone"
    " zaplacono",
    "cancelled": "cancelled canceled cancellation storniert storno stornierung annulleret annulleeritud tuhistatud"
    " annule annulee geannuleerd peruttu cancelado cancelada anulado anulada anulowane anulowano",
    "shipped": "shipped fulfilled dispatched sent versendet versandt verschickt afsendt sendt skickad saadetud"
    " valjasaadetud expedie expediee verzonden lahetetty enviado enviada wyslane wyslano nadano",
    "delivered": "delivered zugestellt geliefert leveret levert levererad kattetoimetatud kohaletoimetatud livre"
    " livree afgeleverd toimitettu received erhalten zustell zustellung actual entregado entregada"
    " dostarczone dostarczono doreczono bezorgd doreczenia",
    "expected": "zugesagte estimated expected promised planned due est eta voraussichtlich voraussichtliche"
    " voraussichtliches erwartet erwartete geplant zugesagt zugesagter termin forventet forventede"
    " beregnet lovet eeldatav oodatav lubatud prevue prevu estimee estime promise verwacht verwachte"
    " beraknad previsto prevista estimado estimada prometida prometido planowana planowany przewidywana"
    " przewidywany oczekiwana arvioitu oletettu",
    "carrier": "shipper spediteur carrier courier dienstleister paketdienst spedition versanddienst versender"
    " fragtfirma transportor transporter vedaja kuller transporteur vervoerder transportista"
    " mensajeria przewoznik przewoznika kurier kuriera tarnija",
    "note": "note notes comment comments remark remarks message instructions bemerkung bemerkungen kommentar"
    " hinweis anmerkung anmerkungen notiz bemaerkning bemaerkninger besked kommentaar markus markused"
    " lisainfo commentaire opmerking kommentti nota notas comentario comentarios observaciones uwagi uwaga"
    " notatka komentarz",
    "source": "source channel quelle kanal verkaufskanal kilde saleschannel salgskanal muugikanal allikas canal"
    " origine kanaal purchasepoint origen zrodlo",
    "sales": "vente sales sale verkauf verkaufs salgs muugi venta ventas sprzedazy sprzedaz verkoop",
    "language": "language locale lang sprache sprachcode sprog keel langue taal kieli idioma jezyk",
    "marketing": "newsletter marketing optin werbung werbeeinwilligung nyhedsbrev nyhetsbrev samtykke uudiskiri"
    " turundus infolettre nieuwsbrief uutiskirje acceptsmarketing boletin",
    "accepts": "anmeldung accepts accept accepted subscribed subscribe consent agrees modtag einwilligung",
    "sms": "sms",
    "url": "lien url link href uri permalink src enlace",
    "image": "image images picture pictures photo bild bilder billede billeder pilt pildi afbeelding kuva imagen"
    " imagenes zdjecie",
    "product_title": "text bez title bezeichnung designation benaevnelse nimetus nimitys titel titre omschrijving"
    " beskrivelse varenavn artikelbezeichnung kirjeldus produktname varebeskrivelse libelle varetekst"
    " benamning descripcion titulo opis",
    "variant": "variant variants variation variations variante varianten variatsioon option combination declinaison",
    "active": "active enabled visible visibility published aktiv sichtbar veroffentlicht synlig aktiivne avaldatud"
    " actif activo activa aktywny",
    "stock": "stock inventory bestand lagerbestand lager beholdning laoseis laojaak voorraad varasto onhand"
    " available lagersaldo saldo existencias inventario magazyn magazynowy",
    "regular": "regular standard std normal retail",
    "default": "default home wohn main primary hjemme standardadresse",
    "gmt": "gmt utc",
    "purchased": "purchased kauf kop kops ostu",
    "cart": "cart basket warenkorb kurv ostukorv panier",
}
# Words that add nothing.
_NOTHING = (
    "of the for a an to from der die das des dem den und and oder og af fra til de la le du un une et ja in im en d l"
    " mit heraf heri i y w op del el los las electronico electronica my eur dkk usd sek brl your node nodes edges"
    " wc meta entry private privat"
)
_NOISE = frozenset(_NOTHING.split())
# Several words that mean something else together than apart; on the bare, folded name.
_PHRASES = [
    (re.compile(pattern), f" {words} ")
    for pattern, words in (
        (r"\(\s*-[^)]*\)", ""),  # "Quantity (- Refund)"
        (r"\be[\s-]+(mail|post)(?=[a-z]*)", "email "),
        (r"\bn°\.?|\bno\b\.?|№|#", "number"),
        (r"\bi alt\b", "total"),
        (r"\bmw st\b", "mwst"),
        (r"\bstan magazynow\w+|\bon hand\b", "stock"),
        (r"\bpostage\b|\bport\b|\bpostikulut\b", "shipping cost"),
        (r"\b(katte|kohale) toimetatud\b", "zugestellt"),
        (r"\bkod\w* rabatow\w+", "coupon"),
        (r"\b(con|z) (iva|vat)\b|\biva incl\w*", "gross"),
        (r"\b(sin|bez) (iva|vat)\b", "net"),
        (r"\bin stock\b|\buser\s*name\b", "otherwise"),
        (r"\be-?\s?preis\b|\bpu\b", "unit price"),
        (r"\bg-?\s?preis\b", "total price"),
        (
            r"\bfirst (and|&) last name\b|\bfor- ?og efternavn\b|\bprenom (et|&) nom\b|\bnom (et|&) prenom\b"
            r"|\bimie (i|&) nazwisko\b|\bnombre (y|&) apellidos\b",
            "full name",
        ),
        (r"\bzip\s*code\b|\bpostal\s*code\b|\bcode\s*postal\b|\bpost\s*code\b", "postcode"),
        (r"\bfirst\s*name\b|\bgiven\s*name\b", "firstname"),
        (r"\b(last|family)\s*name\b", "lastname"),
        (r"\btrack(ing)?\s*(&|and|og|und)\s*trace\b|\btrack\s*(&|and)?\s*trace\b", "tracking"),
        (
            r"\b(tax|vat|moms|mwst|ust)[\s._-]*(inc\w*|inkl\w*)|\b(inc\w*|inkl\w*|sis\w*|mit)[\s._]*"
            r"(tax|vat|moms|mwst|ust|km|btw)\b|\bkm[\s-]*ga\b",
            "gross",
        ),
        (
            r"\b(tax|vat|moms|mwst|ust)[\s._-]*(exc?l?\w*|exkl\w*)|\b(ex|excl\w*|exkl\w*|ekskl\w*|ohne|without)[\s._]*"
            r"(tax|vat|moms|mwst|ust|km|btw)\b|\bkm[\s-]*ta\b",
            "net",
        ),
        (r"\bheraf\b", ""),
        (r"\bship[\s-]*to\b", "delivery"),
        (r"\bbill[\s-]*to\b", "billing"),
        (r"\bdeliver(y|ed)? by\b", "expected delivery"),
        (r"\bfrais de port\b|\bshipping (and|&) handling\b", "shipping cost"),
        (r"\bopt[\s-]*in\b", "newsletter"),
        (r"\bcost per item\b", "purchasing"),
        (r"\bcompare at\b", "compared"),
        (r"\bsales\s*channel\b|\bpurchase\s*point\b", "channel"),
        (r"\baddress\s*1\s*&\s*2\b", "street"),
        (
            r"\b(strasse|street|gade|vej|gata|tanav|straat|rue|calle|ulica)\s*(und|and|&|og|och|ja|en|et|y|i)\s*"
            r"(haus|house |hus|maja|huis)?n(ummer|r|umber|umero|umer)\b\.?",
            "street",
        ),
        (r"\b(house|street|haus|hus)\s*(number|no|nr|nummer)\b\.?", "housenumber"),
        (r"\boption\s*1\s*value\b", "varianttitle"),
        (r"\bexternal\b|\bexterne?r?\b", "outside"),
        (r"\bdiscount\s*codes?\b", "coupon"),
        (r"\bdelivered\s*carrier\b", "shipped"),
        (r"\bdelivered\s*customer\b", "delivered"),
        (r"\bref\.", "reference"),
        (r"\b(artikel|art|vare|item|article)[\s._-]*(nr|no|number|nummer|numbers?)\b\.?", "sku"),
        (r"\btoote?[\s._-]*(nr|kood|number)\b", "sku"),
        (r"\bantal[\s._]*stk?\b\.?", "antal"),
        (r"\bt[\s]*nr\b", "tracking"),
    )
]
_LINKS = ("", "s", "es", "e", "n", "en", "er", "ns", "i", "te")
MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words.split()} | {
    "varianttitle": "variant_title",
    "qtyordered": "qty",
}
_LONGEST = max(map(len, MEANING))
_LEAST = 3  # letters of a part of a compound
UNKNOWN = "?"
_MANY = "many"


def folded(name: str) -> str:
    """In small letters, without marks on them; "ß" is ss, "ø" o, "æ" ae, "ł" l."""
    plain = name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("Æ", "AE")
    plain = plain.replace("ł", "l").replace("Ł", "L")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return "".join(sign for sign in unicodedata.normalize("NFKD", apart.lower()) if not unicodedata.combining(sign))


@lru_cache(maxsize=2_000)
def meanings(name: str) -> frozenset[str]:
    """What the words of a column's name mean; UNKNOWN among them for a word that nothing is known of."""
    text = re.sub(r"[_.]+", " ", folded(name))
    for pattern, words in _PHRASES:
        text = pattern.sub(words, text)
    found: set[str] = set()
    for word in re.findall(r"[a-z]+|\d+", text):
        if word not in _NOISE:
            found.update(_of_word(word))
    if len(found) > 1 and _MANY in found:  # "products_name" is one product's
        found = found - {_MANY} | {"line"}
    return frozenset(found)


def _of_word(word: str) -> tuple[str, ...]:
    if word in MEANING:
        return (MEANING[word],)
    if word.isdigit():
        return (word,)
    return _compound(word) or (UNKNOWN,)


def _compound(word: str) -> tuple[str, ...]:
    """Bestell-nummer, Zahlung-s-status, tellimuse-kuupäev: the fewest known words it is made of."""
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(_LEAST, len(word) + 1):
        for start in range(max(0, end - _LONGEST - 2), end - 1):
            if start in best and (meaning := _part(word[start:end], end == len(word))):
                found = (*best[start], meaning)
                if end not in best or len(found) < len(best[end]):
                    best[end] = found
    return best.get(len(word), ())


def _part(part: str, is_last: bool) -> str:
    """A known word, with the letter that links it to the next."""
    for link in _LINKS:
        stem = part[: len(part) - len(link)] if part.endswith(link) else ""
        is_long = len(stem) >= _LEAST or (is_last and stem in ("nr", "no", "id", "by"))
        if stem and is_long and stem in MEANING:
            return MEANING[stem]
    return ""
