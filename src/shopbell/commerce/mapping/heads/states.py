"""What words in columns of states mean, in the languages of the shops we know; anything else is unknown."""

from __future__ import annotations

from collections.abc import Mapping

from shopbell.commerce.mapping.heads.words import folded

# In small letters, without marks, spaces and signs.
WORDS: Mapping[str, Mapping[str, str]] = {
    "payment": {
        "paid": "paid completed complete captured settled bezahlt beglichen zahlungerhalten vollstandigbezahlt betalt"
        " betald makstud tasutud payee paye payeecomplet paiementaccepte betaald maksettu paymentaccepted"
        " pagado pagada oplacone oplacono zaplacone zaplacono",
        "pending": "pending unpaid open offen unbezahlt ausstehend afventer ubetalt obetald ootel maksmata tasumata"
        " awaitingpayment pendingpayment awaitingbankwirepayment awaitingcheckpayment impaye impayee enattente"
        " enattentedepaiement nonpaye onbetaald openstaand zahlungausstehend notpaid afventerbetaling"
        " makseootel maksmisel pendiente pendientedepago oczekuje oczekujenaplatnosc nieoplacone nopagado",
        "authorised": "authorized authorised autorisiert autoriseret reserveret autoriseeritud broneeritud autorise"
        " geautoriseerd reserviert autorizado autoryzowane",
        "partly_paid": "partiallypaid partlypaid teilweisebezahlt teilbezahlt delvistbetalt osaliseltmakstud"
        " partiellementpayee partiellementpaye gedeeltelijkbetaald paidpartially parcialmentepagado"
        " czesciowooplacone",
        "partly_refunded": "partiallyrefunded partlyrefunded teilweiseerstattet delvistrefunderet osaliselttagastatud"
        " partiellementrembourse partiellementremboursee refundedpartially parcialmentereembolsado"
        " czesciowozwrocone",
        "refunded": "refunded erstattet refunderet tagastatud tagasimakstud rembourse remboursee terugbetaald"
        " aterbetald"
        " reembolsado zwrocone",
        "failed": "failed declined fehlgeschlagen abgelehnt mislykket fejlet ebaonnestus ebaonnestunud echoue echouee"
        " refuse refusee mislukt paymenterror fallido rechazado odrzucone nieudane",
        "voided": "voided cancelled canceled storniert annulleret tuhistatud annulleeritud annule annulee geannuleerd"
        " cancelado anulado anulowane",
    },
    "fulfilment": {
        "open": "unfulfilled open processing new offen neu inbearbeitung aben ubehandlet uus toos tootlemisel"
        " taitmata entraitement encours nouveau nouvelle inbehandeling nieuw notshipped awaitingshipment"
        " unshipped preparationinprogress encoursdepreparation modtaget behandles pending nuevo enproceso"
        " enpreparacion nowe wtrakcie wrealizacji",
        "partly": "partial partially partiallyfulfilled partiallyshipped teilweise teilversandt teilgeliefert delvist"
        " osaliselt osaliseltsaadetud partiellementexpediee shippedpartially teilweiseversandt parcial"
        " parcialmenteenviado czesciowowyslane",
        "fulfilled": "fulfilled shipped completed complete completedshipped versandt versendet verschickt abgeschlossen"
        " afsluttet afsendt sendt skickad saadetud valjasaadetud taidetud expedie expediee termine terminee"
        " verzonden lahetetty skickat enviado enviada wyslane wyslano zrealizowane",
        "delivered": "delivered geliefert zugestellt leveret levererad kohaletoimetatud kattetoimetatud livre livree"
        " afgeleverd toimitettu entregado entregada dostarczone dostarczono",
        "ready": "ready readyforpickup abholbereit klartilafhentning valmiskattesaamiseks pretaretirer"
        " klaarvoorafhalen listopararecoger gotowedoodbioru",
        "collected": "collected pickedup abgeholt afhentet kattesaadud retire retiree opgehaald recogido odebrane",
        "returned": "returned zuruckgesendet retourniert returneret tagastatud retourne retournee geretourneerd"
        " devuelto"
        " zwrocono",
    },
    "source": {
        "web": "web online onlinestore shop website veeb epood webshop onlineshop webwinkel netbutik nettbutikk"
        " webbutik defaultstoreview",
        "marketplace": "amazon ebay kaufland otto marketplace marktplatz markedsplads zalando bol etsy",
        "phone": "phone telefon telephone",
        "store": "pos store filiale laden butik pood kauplus magasin winkel tienda sklep",
    },
    "is_cancelled": {
        "yes": "cancelled canceled storniert annulleret tuhistatud annulleeritud annule annulee geannuleerd avbruten"
        " peruttu abgebrochen cancelado cancelada anulado anulowane anulowano",
    },
}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    field: {word: meaning for meaning, words in table.items() for word in words.split()}
    for field, table in WORDS.items()
}


def meaning(field: str, cell: str) -> str:
    """What the word says in a column of this field; "" for what is not known."""
    return MEANINGS[field].get("".join(filter(str.isalnum, folded(cell))), "")
