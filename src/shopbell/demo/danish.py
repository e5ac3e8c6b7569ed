"""The Danish shop."""

from shopbell.demo.scenes import Cast, Scene, answer, ask, note

SCENES = (
    Scene(
        subject="Hvor er min pakke? {order}",
        tags=("levering",),
        priority=3,
        turns=(
            ask(
                "Hej\n\nTrack & trace har sagt »på vej« i fire dage, og nu er pakkeboksen i {town} tom igen. "
                "Det er {product}, "
                "jeg venter på, og den skulle have været en bryllupsgave på lørdag.\n\nKan I finde ud af, hvor "
                "den er?\n\n"
                "Mvh {name}"
            ),
        ),
    ),
    Scene(
        subject="Skålen var revnet",
        tags=("skade",),
        turns=(
            ask(
                "Kære Hallik\n\nJeg har lige pakket {order} ud, og skålen har en revne hele vejen rundt. Se "
                "billedet. Jeg vil "
                "helst have en ny i stedet for pengene tilbage.\n\nVenlig hilsen\n{name}",
                picture="cup",
            ),
            answer(
                "Hej {first}\n\nØv, det er jeg ked af. En ny skål bliver sendt i eftermiddag, og du skal ikke "
                "sende den "
                "revnede tilbage.\n\nVenlig hilsen\n{agent}",
                40,
            ),
        ),
        outcome="answered",
    ),
    Scene(
        subject="Bytte til en større størrelse",
        tags=("ombytning",),
        turns=(
            ask(
                "Hejsa\n\n{garment} er dejlig, men for lille. Kan jeg bytte 38 til 40 i butikken i {town}, "
                "eller skal den sendes "
                "retur?\n\nKh {first}"
            ),
        ),
    ),
    Scene(
        subject="Faktura mangler",
        tags=("faktura",),
        by_form=True,
        turns=(ask("Jeg har ikke fået nogen faktura på {order}. Den skal bruges til forsikringen inden fredag."),),
    ),
    Scene(
        subject="Rabatkoden EFTERÅR virker ikke",
        tags=("rabat",),
        turns=(
            ask("Hej, koden bliver afvist, uanset om jeg skriver den med stort eller småt. Hvad gør jeg? /{first}"),
            answer(
                "Hej {first}\n\nDet er Å'et, der driller. Prøv EFTERAAR, så går den igennem. Vi retter det i dag.\n\n"
                "Venlig hilsen\n{agent}",
                15,
            ),
            ask("Haha, det var det. Tak for hjælpen!", 10),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Fortrydelse af {order}",
        tags=("fortrydelse",),
        turns=(
            ask(
                "Jeg vil hermed gøre brug af min fortrydelsesret på {product}, modtaget i mandags. Varen er "
                "ubrugt og stadig i "
                "æsken.\n\n{name}\n{town}"
            ),
            answer(
                "Hej {first}\n\nDin fortrydelse er modtaget i dag. Returlabelen ligger i en mail for sig, og "
                "pengene kommer "
                "tilbage på dit kort senest 14 dage efter.\n\nVenlig hilsen\n{agent}",
                75,
            ),
            ask("Tak. Pakken er afleveret i går, kvittering nr. 00370 7268 1142.\n\n{name}", 2900),
        ),
    ),
    Scene(
        subject="Ros til jeres kundeservice",
        tags=("ros",),
        turns=(
            ask(
                "Hej allesammen\n\nVille bare sige tak til hende, der hjalp mig i telefonen i sidste uge. "
                "{garment} passer "
                "perfekt, og jeg har allerede fortalt hele kontoret om jer.\n\nMange hilsner\n{name}, {town}"
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Er ulden fra får uden mulesing?",
        tags=("produktspørgsmål",),
        turns=(
            ask(
                "Hej\n\nJeg kan ikke finde det på siden: Hvor kommer ulden i {garment} fra, og er den "
                "mulesingfri?\n\nHilsen {name}"
            ),
            note("Spurgt indkøb: certifikatet gælder til marts, må gerne sendes med.", 60),
        ),
    ),
    Scene(
        subject="Forkert farve i pakken",
        tags=("fejlvare",),
        turns=(
            ask(
                "Hej\n\nJeg bestilte {garment} i mosgrøn og fik den i okker. Den er fin nok, men den passer "
                "slet ikke til "
                "sofaen. Hvad gør vi?\n\nMvh {first}",
                picture="jacket",
            ),
        ),
    ),
    Scene(
        subject="Pengene er ikke kommet tilbage",
        tags=("refusion",),
        priority=3,
        turns=(
            ask("Hej, jeg sendte {order} retur for tre uger siden. Hvor bliver de 899 kr. af? {name}"),
            answer(
                "Hej {first}\n\nReturen kom ind uden label, derfor har den ligget. Jeg har fundet den nu, og "
                "beløbet er sendt "
                "til dit kort.\n\nUndskyld ventetiden\n{agent}",
                180,
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Kan I levere til Bornholm?",
        tags=("levering",),
        by_form=True,
        turns=(ask("Kassen siger, at der ikke er fragt til 3760. Er det en fejl? Det drejer sig om {product}."),),
    ),
    Scene(
        subject="Autosvar: Ordrebekræftelse",
        turns=(ask("Jeg holder ferie til og med uge 48. Mails bliver ikke læst.\n\n{name}", is_automatic=True),),
        outcome="resolved",
    ),
    Scene(
        subject="Samarbejde om indlæg på din hjemmeside",
        who="Linkbuilding Nord",
        address="hej@linkbuilding-nord.example",
        is_once=True,
        turns=(
            ask(
                "Hej! Vi kan placere 50 links til jeres side allerede i denne uge. Skal vi tage en uforpligtende snak?"
            ),
        ),
        outcome="spam",
    ),
    Scene(
        subject="Møde om forårskollektionen",
        who="Anders Krogh",
        address="anders@krogh-keramik.example",
        is_once=True,
        tags=("leverandør",),
        turns=(
            ask(
                "Hej\n\nHer er en indkaldelse til gennemgang af forårets glasurer. Jeg tager prøver "
                "med.\n\nHilsen Anders\n"
                "Krogh Keramik",
                calendar=True,
            ),
        ),
    ),
    Scene(
        subject="Pakken blev lagt ude i regnen",
        tags=("levering", "skade"),
        turns=(
            ask(
                "Hej\n\nBuddet stillede pakken foran døren i øsende regnvejr, og {garment} er gennemblødt. Der "
                "stod »leveret i "
                "skur« i sms'en. Jeg er ret utilfreds.\n\n{name}",
            ),
        ),
        priority=3,
    ),
)

CAST = Cast(
    language="da",
    shop="Hallik Danmark",
    slug="hallik-dk",
    address="hjaelp@hallik-dk.example",
    website="https://hallik-dk.example",
    time_zone="Europe/Copenhagen",
    domains=("postkassen.example", "mail-dk.example"),
    products=(
        "uldfrakken Ivo",
        "cardiganen Lene",
        "tekanden Rund",
        "sengesættet Fjord",
        "plaiden Saare",
        "rygsækken Trek 28",
    ),
    quoted="Den {date} skrev {name}:",
    signature="Hallik Danmark · Kundeservice\nMan–fre 8–17",
    settled="Hej {first}\n\nTak for din besked. Jeg har ordnet det nu, og bekræftelsen kommer i en mail for sig. Skriv "
    "endelig, hvis der er mere.\n\nVenlig hilsen\n{agent}",
    scenes=SCENES,
    macros=(
        (
            "Pakke forsinket",
            "Hej {customer.first_name}\n\nJeg er ked af ventetiden. Jeg har bedt fragtfirmaet om at lede efter "
            "pakken og "
            "vender tilbage senest om to hverdage.\n\nVenlig hilsen\n{agent.name}",
        ),
        (
            "Returlabel",
            "Hej {customer.first_name}\n\nReturlabelen er vedhæftet. Sæt den på kassen og aflever den i en "
            "pakkeshop. Gem "
            "kvitteringen.\n\nVenlig hilsen\n{agent.name}",
        ),
        (
            "Fortrydelse modtaget",
            "Hej {customer.first_name}\n\nDin fortrydelse er modtaget i dag. Du får hele beløbet inklusive "
            "standardfragt "
            "tilbage inden 14 dage.\n\nVenlig hilsen\n{agent.name}",
        ),
    ),
)
