"""Words of shops that mean the same, by language, and little words that say nothing in a search. Data, and how to ask.

A line is one meaning. A word may stand in several lines; what stands together is found for each other, at a discount.
"""

from __future__ import annotations

from functools import cache

from shopbell.core import words

_SAME = {
    "de": """
        versand lieferung zustellung versenden liefern sendung zustellen
        versandkosten lieferkosten porto versandgebühr frachtkosten
        lieferzeit versandzeit versanddauer lieferdauer zustelldauer lieferfrist dauer dauern dauert
        paket päckchen sendung lieferung
        sendungsverfolgung paketverfolgung tracking sendungsnummer sendungsstatus verfolgen
        verspätet verspätung verzögerung verzögert
        verloren verschwunden verschollen
        rückgabe rücksendung retoure zurückgeben zurückschicken zurücksenden retournieren rückversand
        rücksendeetikett retourenlabel retourenschein rücksendeschein etikett label
        widerruf widerrufsrecht rückgaberecht widerrufsfrist rückgabefrist rückgabe
        erstattung rückerstattung rückzahlung geld erstatten gutschrift
        umtausch umtauschen austausch tauschen austauschen
        stornieren storno stornierung abbestellen abbrechen kündigen
        bestellung auftrag order bestellen
        ändern änderung korrigieren
        defekt kaputt beschädigt zerbrochen mangelhaft schaden mangel fehlerhaft
        reklamation beschwerde reklamieren mangel beanstandung
        garantie gewährleistung mängelhaftung
        reparatur reparieren instandsetzung ausbessern
        zahlung bezahlung bezahlen zahlen zahlungsart zahlungsmethode zahlungsmöglichkeit zahlungsweise
        rechnung beleg quittung faktura
        kreditkarte karte visa mastercard debitkarte
        ratenzahlung ratenkauf finanzierung raten
        gutschein geschenkkarte geschenkgutschein
        rabatt rabattcode aktionscode gutscheincode promocode nachlass ermäßigung
        konto kundenkonto benutzerkonto profil
        passwort kennwort zugangsdaten
        größe größentabelle passform maße
        pflege waschen wäsche reinigen reinigung pflegehinweis
        verfügbar lieferbar lager vorrätig
        abholung abholen selbstabholung
        packstation paketautomat paketshop abholstation
        anschrift adresse lieferadresse
        ware artikel produkt
        ausland international eu
        zoll einfuhr zollgebühr
        geschenk präsent
        pullover pulli sweater strickpullover
        muster probe stoffmuster stoffprobe
        newsletter rundschreiben werbung werbemail
    """,
    "en": """
        shipping delivery postage dispatch ship deliver shipment freight
        postage shipping-cost delivery-charge cost price fee
        time long days when
        parcel package packet shipment
        track tracking trace
        late delayed delay overdue
        lost missing disappeared
        return returns send-back back
        label sticker
        withdrawal withdraw cancellation
        refund reimbursement money repay reimburse
        exchange swap replace replacement
        cancel cancellation stop
        order purchase
        change edit amend correct modify
        damaged broken faulty defective defect torn
        complaint complain claim
        warranty guarantee
        repair fix mend
        payment pay paying
        invoice bill receipt
        card credit debit visa mastercard
        declined refused rejected failed
        instalment instalments installments financing
        voucher gift-card gift coupon
        discount promo promotion coupon code voucher
        account profile login
        password login
        size fit sizing measurements
        wash washing care cleaning laundry clean
        stock available availability
        pickup pick collect collection
        locker pick-up-point parcelshop
        address
        item product goods article
        customs duty import
        gift present
        jumper sweater pullover
        sample swatch
        newsletter mailing email
    """,
    "da": """
        levering forsendelse leverance sende forsende
        fragt porto forsendelsesomkostning leveringsomkostning fragtomkostning fragtpris omkostning pris
        leveringstid forsendelsestid
        pakke forsendelse
        sporing track tracking spore pakkesporing sporingsnummer følge
        forsinket forsinkelse
        bortkommet væk forsvundet mistet
        retur returnering returnere tilbagesendelse ombytning
        returlabel label returseddel
        fortrydelsesret fortryde fortrydelse returret
        refusion refundering tilbagebetaling penge refundere
        bytte ombytning ombytte
        annullere annullering afbestille afbestilling afbryde
        ordre bestilling køb
        ændre rette ændring
        defekt ødelagt beskadiget itu skade mangel fejl
        reklamation klage reklamere
        garanti reklamationsret
        reparation reparere
        betaling betale betalingsmåde betalingsmetode betalingsmulighed
        faktura regning kvittering
        kort kreditkort betalingskort dankort visa mastercard
        afbetaling rate delbetaling
        gavekort gavebevis
        rabat rabatkode tilbudskode kupon
        konto profil
        adgangskode kodeord password
        størrelse pasform mål
        vask vaske pleje rengøring
        lager tilgængelig
        afhentning afhente hente
        pakkeboks pakkeshop afhentningssted
        adresse leveringsadresse
        vare produkt artikel
        told import
        gave present
        trøje sweater pullover
        stofprøve prøve
        nyhedsbrev reklame reklamemail
    """,
    "et": """
        tarne kohaletoimetamine saatmine transport kättetoimetamine saatma
        saatekulu tarnekulu postikulu saatmiskulu transpordikulu hind
        tarneaeg saatmisaeg kohaletoimetamine
        pakk saadetis
        jälgimine jälgima saadetis
        hilinema hilinemine viivitus
        kadunud kaduma kaotsi
        tagastamine tagastus tagastama tagasisaatmine
        pakisilt silt tagastussilt etikett
        taganemine taganemisõigus taganema tagastusõigus
        tagasimakse hüvitis raha tagasimaksmine
        vahetamine vahetus vahetama ümbervahetamine
        tühistama tühistamine katkestama
        tellimus tellima ost
        muutma muutmine
        katki katkine vigane kahjustatud defekt kahjustus
        pretensioon kaebus reklamatsioon
        garantii pretensioon
        parandamine remont parandama
        makse maksmine maksma makseviis makseviisid
        arve kviitung tšekk
        kaart pangakaart krediitkaart visa mastercard
        järelmaks osamakse
        kinkekaart kinkekupong
        soodustus sooduskood allahindlus kupong
        konto kasutajakonto profiil
        parool salasõna
        suurus mõõt mõõdud
        pesu pesemine pesema hooldus puhastamine
        ladu saadaval laoseis
        järeletulemine kättesaamine
        pakiautomaat pakipood
        aadress tarneaadress
        kaup toode ese
        toll import
        kingitus kink kinkimine
        kampsun sviiter pullover
        näidis proov
        pakkimine pakend pakkima
        uudiskiri reklaam reklaamkiri
    """,
}
_LITTLE = {
    "de": """wie wo was wann warum wer wieso welche welcher welches kann können könnte muss müssen will möchte habe hat
        haben wird werden bei für von vom zum zur nach aus noch schon nur auch wenn dass bitte gibt es mir mich ihr ihre
        sie euch man sein meinen meiner meinem ihrem ihren bekomme lange""",
    "en": """how where what when why who which can could do does did must will would should if from by as about there
        please get long much me us you your its any some am been so up""",
    "da": """hvordan hvor hvad hvornår hvorfor hvem hvilken hvilke kan kunne skal skulle vil ville hvis fra om der har
        have været bliver blev jeres mig os dig din dit dine mine man når lang meget""",
    "et": """kuidas kus mida millal miks kes milline saab saan saaks pean peab võib tahan kas aga siis veel juba ainult
        kui kaua palju mul mulle meie teie oma olen oleks pole""",
}


@cache
def _same(language: str) -> dict[str, frozenset[str]]:
    """{key of a word: keys of all it stands together with}."""
    found: dict[str, set[str]] = {}
    for line in _SAME.get(language, "").strip().splitlines():
        keys = {key for word in line.split() for key in words.keys(word.replace("-", ""), language)}
        for key in keys:
            found.setdefault(key, set()).update(keys - {key})
    return {key: frozenset(others) for key, others in found.items()}


def same(keys: list[str], language: str) -> set[str]:
    """The keys of words that mean what one of these does."""
    known = _same(language)
    return set().union(*(known.get(key, frozenset()) for key in keys)) - set(keys)


def begun(start: str, language: str) -> set[str]:
    """The keys of words that mean what a word does that begins like this."""
    begun = [word for word in _spelled(language) if word.startswith(start)]
    return same([key for word in begun for key in _spelled(language)[word]], language)


@cache
def _spelled(language: str) -> dict[str, tuple[str, ...]]:
    """{word as it is spelled: its keys}."""
    listed = {word.replace("-", "") for word in _SAME.get(language, "").split()}
    return {words.respell(word): words.keys(word, language) for word in listed}


def parts(key: str, language: str, least: int) -> set[str]:
    """Words of shops with which a compound begins or ends: its other part has so many letters at least."""
    known = _same(language)
    sizes = range(least, len(key) - least + 1)
    return {part for size in sizes for part in (key[:size], key[-size:]) if part in known}


@cache
def little(language: str) -> frozenset[str]:
    """Words that say nothing where others stand beside them, as they are typed."""
    return frozenset(_LITTLE.get(language, "").split())
