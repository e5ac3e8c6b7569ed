"""Danish mails to a shop."""

from shopbell.seeding.vocabulary import Vocabulary, each

WORDS = Vocabulary(
    language="da",
    first_names=each(
        "Søren Mette Mads Kirsten Jørgen Freja Lærke Bjørn Ingrid Rasmus Pernille Åse Thøger Camilla Niels Sofie"
    ),
    last_names=each(
        "Jensen Sørensen Kjær Østergaard Møller Bæk Holm Lund Dahl Nygaard Thomsen Krogh Friis Ravn Vestergård"
    ),
    towns=each("Aarhus Odense Aalborg Køge Esbjerg Næstved Silkeborg Hillerød Ribe Skive Tønder Svendborg"),
    products=(
        "uldfrakken",
        "strikketrøjen",
        "regnjakken",
        "vandrestøvlerne",
        "tekanden",
        "støbejernspanden",
        "sengetøjet",
        "skrivebordslampen",
        "højstolen",
        "rygsækken",
        "kaffekværnen",
        "uldplaiden",
        "løbeskoene",
        "keramikskålen",
    ),
    subjects=(
        "Spørgsmål til ordre {number}",
        "Hvor bliver min pakke af?",
        "Returnering af {number}",
        "Forkert størrelse: {product}",
        "Mangler faktura på {number}",
        "{product} kom i stykker",
        "Rabatkoden virker ikke",
        "Fortrydelse af ordre {number}",
    ),
    greetings=("Hej,", "Kære kundeservice,", "Hej igen,", "Goddag,", "Hejsa,"),
    questions=(
        "kan I fortælle mig, hvornår {product} kommer på lager igen?",
        "ordre {number} har stået som »under behandling« siden {day}, og der sker ikke noget.",
        "jeg har fået {product} i en forkert størrelse og vil gerne bytte.",
        "der mangler en del til {product} {model}, nummer 7 i vejledningen.",
        "jeg vil gerne fortryde mit køb {number}.",
        "koden fra nyhedsbrevet bliver ikke godtaget ved kassen.",
        "hvordan passer jeg bedst på {product} {model}?",
        "leverer I også til pakkeboks i {town}?",
        "vil I sende mig fakturaen på {number} igen som PDF?",
    ),
    details=(
        "Jeg købte den {day} på hjemmesiden og betalte med kort.",
        "Buddet skulle have afleveret hos naboen i {town}, men ingen ved noget.",
        "På det vedhæftede billede kan man tydeligt se ridsen.",
        "Det skal være en gave, så et hurtigt svar ville være dejligt.",
        "Min første ordre var jeg i øvrigt meget glad for, især {model}.",
        "I telefonen fik jeg at vide, at jeg skulle skrive en mail.",
        "Farven ligner slet ikke billedet, den er mere grå end blå.",
    ),
    closings=("Venlig hilsen\n{name}", "Mange hilsner\n{name}", "På forhånd tak!\n{name}", "Mvh {name}"),
    answers=(
        "tak for din besked. Jeg har set på ordre {number} og tager mig af det i dag.",
        "det er jeg ked af. Vi sender en ny i stedet for {product} i morgen, og du skal ikke sende noget retur.",
        "returlabelen er vedhæftet. Så snart varen er her, sender vi pengene tilbage.",
        "fakturaen er vedhæftet. Skriv endelig, hvis der mangler noget.",
        "{product} {model} ventes hjem den {day}, jeg skriver dig gerne op.",
    ),
    tags=each("levering retur faktura skade størrelse rabat ros fortrydelse"),
    common_sentence="Pakken er ikke kommet endnu, selv om leveringen var lovet til {day}.",
    common=("pakken", "leveringen"),
    rare=("cinnoberrød", "kvædegelé"),
    apart=("knaprækken", "termokanden"),
    apart_sentences=(
        "Syningen ved knaprækken er gået op.",
        "Termokanden fra samme forsendelse er til gengæld helt fin.",
    ),
    rare_sentence="På kassen stod der med håndskrift: {rare}.",
)
