"""What carriers say in words, in the languages of the shops: read only where they give no code.

The rules are tried in their order: what is denied, and what goes back, comes before what arrives, and a parcel shop
before the consumer. What fits no rule is UNKNOWN.
"""

from __future__ import annotations

import re

from shopbell.commerce.contract import State
from shopbell.core import text as words

_STATES: tuple[tuple[State, str], ...] = (
    (
        State.RETURNED,
        r"(?<!being )(?<!be )"
        r"(delivered|handed over|given|returned|zugestellt|ausgeliefert|leveret|levert|afleveret|utlevererad) "
        r"(back )?(to|an|til|till|aan) (the |den |der )?(sender|shipper|absender|afsender|avsender|avsändare)\b"
        r"|tagasta(tud|ti) saatjale|palautettu lähettäjälle|(livré|remis) à l'expéditeur|retourné à l'expéditeur"
        r"|(devuelto|entregado) al remitente|zwrócon\w+ do nadawcy",
    ),
    (
        State.RETURNING,
        r"(being )?return(ed|ing|s)?\b.{0,25}\b(sender|shipper)|return shipment|on its way back|zurück an den absender"
        r"|an den absender zurück|rücksendung|retour (an|til|till|naar|à|vers)|returneres|returneras"
        r"|tagastatakse|tagastamisel|palautetaan|palautuu|retour à l'expéditeur|atgrąžin|nosūtīts atpakaļ"
        r"|en devolución|zwrot do nadawcy",
    ),
    (
        State.EXCEPTION,
        r"\brefus|annahme verweigert|verweigert die annahme|nægte(t|de) modtag|keeldu|vägra|kieltäyty"
        r"|damaged|beschädigt|beskadiget|kahjusta|skadad|vahingoittu|endommagé",
    ),
    (
        State.IN_TRANSIT,  # not yet is no failure
        r"not yet (been )?(delivered|arrived|received)|not (been )?(delivered|arrived|received) yet|noch nicht"
        r"|endnu ikke|ännu inte|ennå ikke|veel (ei|pole)"
        r"|pas encore|nog niet|ei vielä|todavía no|aún no|jeszcze nie",
    ),
    (
        State.ATTEMPT_FAILED,
        r"not (be |been )?delivered|could not deliver|unable to deliver|delivery attempt|attempted delivery"
        r"|unsuccessful|delivery (has )?failed|not been able to deliver|missed you|nicht (zu)?gestellt"
        r"|nicht angetroffen|zustellversuch|nicht zustellbar|kunne ikke leveres|ikke hjemme|forgæves|forsøgt leveret"
        r"|zustellung (ist |war )?nicht möglich|ikke (af|ud)?(leveret|levert)|inte levererad|ei toimitettu"
        r"|(ei ole|pole|ei).{0,20}(kohale|kätte) toimetatud|\bnon (livré|distribué|remis)|pas (été )?(livré|distribué)"
        r"|niet (bezorgd|afgeleverd)"
        r"|ei õnnestunud|ebaõnnestu|ei saanud kätte|kunde inte levereras|leveransförsök|jakelua yritetty"
        r"|toimitus epäonnistui|n'a pas pu être (livré|distribué|remis)|absent lors|niet (kunnen )?bezorg"
        r"|kunne ikke (af|ud)?leve|niet thuis|no (se )?(ha )?(podido|pudo).{0,20}entreg|no entregado|intento de entrega"
        r"|destinatario ausente|nieudana|nieudane doręczenie|nie doręczono|niedoręczon|nepristat|nav piegādāt",
    ),
    (
        State.IN_TRANSIT,  # what is to come has not happened
        r"(will|to|shall|should) be (delivered|collected|handed over|available|ready)|expected to (be|arrive)"
        r"|(estimated|expected|scheduled|planned) (for )?deliver"
        r"|(wird|werden|soll)\b.{0,60}(zugestellt|ausgeliefert|geliefert|abholbereit|abgeholt)"
        r"|(vil|bliver|skal)\b.{0,40}(leveret|levert|afhentet|udleveret)|forventes|forventet levering|beräknas"
        r"|toimetatakse|tarnitakse|toimitetaan|sera (livré|distribué|remis|disponible)"
        r"|wordt\b.{0,40}(bezorgd|afgeleverd)|będzie.{0,20}doręczon|será entregad|se entregará|bus pristatyt"
        r"|tiks piegādāt",
    ),
    (
        State.AVAILABLE_FOR_PICKUP,
        r"(ready|available|waiting|wait)\w*\b.{0,25}\b(pick ?-?up|pick up|collection|collect)\b"
        r"|(delivered|arrived|handed over|dropped)\b.{0,30}\b(parcel ?shop|pick ?-?up|locker|parcel machine"
        r"|service point|access point|pudo|pick ?up and drop ?off|packstation|parcel ?box|post ?office"
        r"|collection point)"
        r"|(packstation|paketshop|filiale|postfiliale|paketbox)\b.{0,20}(zugestellt|geliefert|übergeben|eingeliefert)"
        r"|(zugestellt|geliefert|übergeben|übergabe)\b.{0,30}(packstation|paketshop|filiale)"
        r"|(af)?leveret\b.{0,20}(pakke(shop|boks)|posthus|butik|udleveringssted)|levert\b.{0,20}(utlevering|hentested)"
        r"|levererad\b.{0,20}(ombud|paketbox|utlämning)|toimitettu\b.{0,20}(nouto|automaatti|postiin)"
        r"|(livré|remis|déposé)\b.{0,20}(point|relais|consigne|bureau de poste)|bezorgd\b.{0,20}(punt|kluis|winkel)"
        r"|can (now )?be (collected|picked up)|kann\b.{0,30}abgeholt|kan hentes|peut être retiré"
        r"|abholbereit|zur abholung|in (die|der|einer) (packstation|filiale)|paketshop (eingeliefert|zugestellt)"
        r"|klar til afhentning|kan afhentes|ankommet til pakke(shop|boks)|klar (til|for) henting|klart att hämta"
        r"|pakiautomaa(dis|ti)\b|ootab (teid|saajat|järele)|väljastamiseks valmis|kättesaamiseks"
        r"|noudettavissa|valmiina noudettavaksi|est disponible|à disposition|point de retrait|klaar om (af|opgehaald)"
        r"|ligt klaar|hos ombud|avhämtning|(w|do) (paczkomacie|paczkomatu|punkcie odbioru)|gotow\w+ do odbioru"
        r"|czeka na odbiór"
        r"|(disponible|listo) para (recoger|su recogida)|punto de (recogida|entrega)|paštomat(e|ą)|pakomāt(ā|u)\b",
    ),
    (
        State.OUT_FOR_DELIVERY,
        r"out for delivery|with (the )?(delivery )?courier|delivery vehicle|on (the )?vehicle|in delivery\b"
        r"|released for delivery|on (its|the) way to the (consignee|recipient)|zustellfahrzeug|in zustellung"
        r"|in der zustellung|zustelltour|ude til levering|under levering|lastet på bil|ute för leverans|utkörning"
        r"|kulleri käes|kätteandmisel|kulleriga teel|jakelussa|kuljettajalla|en cours de livraison"
        r"|mis en (distribution|livraison)|onderweg naar|bezorger (is )?onderweg|under omdeling|kättetoimetamise(l|ks)"
        r"|en reparto|(wydan\w+|przekazan\w+) do doręczenia|w doręczeniu|kurjeram|pas kurjerį",
    ),
    (
        State.IN_TRANSIT,  # to the carrier's own house
        r"(delivered|handed over|arrived|zugestellt|leveret)\b.{0,25}\b(depot|hub|facility|terminal|sorting|warehouse"
        r"|distribution cent(er|re)|paketzentrum|partner|carrier)\b",
    ),
    (
        State.DELIVERED,
        r"\bdelivered\b|collected by (the )?(recipient|customer|consignee)|picked up by (the )?(recipient|customer)"
        r"|zugestellt|ausgeliefert|vom empfänger abgeholt|\b(af)?leveret\b|udleveret|utlevert|levererad|utlämnad"
        r"|väljasta(tud|ti)|kätte (toimetatud|antud|saadud)|kohale toimetatud|toimitettu|luovutettu"
        r"|\blivré\b|\bdistribué\b|\bbezorgd\b|\bpristatyt|\bpiegādāt|\bentregado\b|\bdoręczon[aoey]\b",
    ),
    (
        State.IN_TRANSIT,
        r"(released|cleared).{0,20}customs|(customs|clearance).{0,20}(complete|cleared|released)"
        r"|verzollung abgeschlossen|zoll freigegeben|tollbehandlet|tolli poolt vabastatud",
    ),
    (
        State.CUSTOMS,
        r"customs|clearance|\bzoll|verzollung|\btold|\btoll\b|\btull|\btoll(i|is)\b|tullissa|douane|dédouanement",
    ),
    (
        State.HANDED_OVER,
        r"handed over to|picked up\b|collected\b|accepted\b|has received your parcel|received from (the )?sender"
        r"|posted|übernommen|eingeliefert|abgeholt|indleveret|afhentet hos|innlevert|inlämnad"
        r"|saatjalt vastu võetud|vastu võetud|vastaanotettu|pris en charge|déposé",
    ),
    (
        State.DATA_RECEIVED,
        r"electronic|information (about|received|sent)|data (was|were|has been)?\s?(received|entered)|been registered"
        r"|label (was |has been )?(created|printed)|announced|pre-?advice|elektronisch|angekündigt|sendungsdaten"
        r"|forhåndsvarsl|modtaget besked|elektronisk|registreeritud|andmed|ennakkotieto|annoncé"
        r"|en préparation|aangemeld",
    ),
    (
        State.IN_TRANSIT,
        r"transit|in transport|sort(ed|ing)|depart|arriv|processed|facility|depot|parcel cent(er|re)|terminal|hub\b"
        r"|on (its|the) way|unterwegs|paketzentrum|bearbeitet|angekommen|transport|ankommet|afsendt|undervejs|på vej"
        r"|teel\b|sorteeri|saabunud|saadetud|kuljetuksessa|lajittelu|saapunut|lajiteltu|acheminement|en chemin|arrivé"
        r"|onderweg",
    ),
)
_REASONS: tuple[tuple[str, str], ...] = (
    ("refused", r"\brefus|verweiger|nægte|keeldu|vägra|kieltäyty"),
    ("damaged", r"damag|beschädigt|beskadig|kahjusta|skadad|vahingoittu|endommagé"),
    ("lost", r"\blost\b|verloren|bortkommet|kadunud|kadonnut|perdu"),
    (
        "absent",
        r"\babsen(t|ce)|abwesend|not (at )?home|nobody|no one|not available|business (is |was )?closed"
        r"|nicht angetroffen|nicht zu hause|ikke hjemme|ikke til stede|polnud kodus|ei olnud kodus"
        r"|inte hemma|ei tavoitettu|niet thuis",
    ),
    ("address", r"\baddress|adress|anschrift|aadress|osoite|\bmoved\b|unbekannt verzogen"),
    ("customs_fee", r"(customs|import).{0,20}(fee|dut|tax|charge)|zollgebühr|einfuhrabgabe"),
    ("customs", r"customs|clearance|\bzoll|\btold|\btoll\b|douane|tullissa"),
    ("weather", r"weather|snow|storm\b|flood|wetter|unwetter|\bvejr|\bilm(a|astik)|intempér|météo"),
    ("strike", r"\bstrike|streik|strejke|streik|grève"),
    ("holiday", r"holiday|feiertag|helligdag|riigipüha|jour férié"),
    ("identification", r"identi(fication|ty)|\bid check|ausweis|legitimation|isikut tõendav|pièce d'identité"),
    ("payment", r"\bpayment|cash on delivery|nachnahme|betaling|contre-remboursement"),
    ("pickup_expired", r"not (been )?(collected|picked up|claimed)|unclaimed|lagerfrist|nicht abgeholt|ikke afhentet"),
    ("access", r"no access|could not access|kein zugang|ingen adgang|ligipääs"),
    ("misrouted", r"misrout|missort|wrong (depot|route)|fehlgeleitet|fehlsortiert|par erreur"),
)
_STATE_FORMS = tuple((state, re.compile(form)) for state, form in _STATES)
_REASON_FORMS = tuple((name, re.compile(form)) for name, form in _REASONS)
_WITH_REASON = {State.ATTEMPT_FAILED, State.EXCEPTION, State.RETURNING, State.CUSTOMS}
_LONGEST = 500  # signs of a text that are looked at


def read(said: str) -> tuple[State, str]:
    """State and reason of a text; (UNKNOWN, "") where it says nothing that is known."""
    plain = _plain(said)
    found = next((state for state, form in _STATE_FORMS if form.search(plain)), State.UNKNOWN)
    return found, reason(found, said)


def reason(state: State, said: str) -> str:
    """Why a parcel in this state does not move on, as far as the text says; "" for one that does."""
    if state not in _WITH_REASON:
        return ""
    plain = _plain(said)
    return next((name for name, form in _REASON_FORMS if form.search(plain)), "")


def _plain(said: str) -> str:
    return words.truncate(" ".join(said.split()), _LONGEST).lower().replace("\u2019", "'")
