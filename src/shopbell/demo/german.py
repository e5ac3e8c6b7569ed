"""The German shop."""

from shopbell.demo.scenes import Cast, Scene, answer, ask, note

SCENES = (
    Scene(
        subject="Paket seit Dienstag „in Zustellung“",
        tags=("lieferung",),
        priority=3,
        turns=(
            ask(
                "Guten Tag,\n\nmeine Bestellung {order} ({product}) steht seit Dienstag auf „in Zustellung“. "
                "Ich war jeden "
                "Tag zu Hause, geklingelt hat niemand. Am Samstag ist der Geburtstag meiner Mutter, bis dahin "
                "müsste das "
                "Paket wirklich da sein.\n\nKönnen Sie bitte nachforschen?\n\nViele Grüße\n{name}"
            ),
        ),
    ),
    Scene(
        subject="Tasse zerbrochen angekommen",
        tags=("beschädigt",),
        turns=(
            ask(
                "Hallo liebes Hallik-Team,\n\nheute kam mein Päckchen ({order}), eine der beiden Tassen ist "
                "leider in drei "
                "Teile zerbrochen, Foto anbei. Der Karton selbst war heil, da war wohl zu wenig Papier "
                "drin.\n\nMuss ich "
                "die Scherben zurückschicken?\n\nLiebe Grüße\n{first}",
                picture="cup",
            ),
            answer(
                "Hallo {first},\n\ndas tut mir leid, und danke für das Foto. Die Scherben dürfen in den Müll. "
                "Eine neue "
                "Tasse geht heute noch an Sie raus, diesmal dicker eingepackt.\n\nViele Grüße\n{agent}",
                35,
            ),
            ask("Das ging ja schnell, vielen Dank! Ich melde mich, wenn sie da ist.\n\n{first}", 50),
        ),
        outcome="answered",
    ),
    Scene(
        subject="Falsche Größe bei {garment}",
        tags=("umtausch",),
        turns=(
            ask(
                "Hallo,\n\nich habe {garment} in M bestellt, auf dem Etikett steht auch M, aber das fällt aus "
                "wie XS. Ich "
                "kriege kaum die Arme rein. Geht ein Umtausch in L, oder ist L schon weg? Im Shop steht „nur "
                "noch 2“.\n\n"
                "Gruß\n{name}"
            ),
            note("L habe ich im Lager zurücklegen lassen, Fach 14, bis Freitag.", 20),
        ),
    ),
    Scene(
        subject="Rechnung mit USt-IdNr.",
        tags=("rechnung",),
        turns=(
            ask(
                "Sehr geehrte Damen und Herren,\n\nfür unsere Buchhaltung benötigen wir die Rechnung zu {order} "
                "mit unserer "
                "Umsatzsteuer-Identifikationsnummer DE 811 907 980 und der Anschrift Lindemann & Söhne GmbH, "
                "Hafenstraße 12, "
                "28195 Bremen. Auf der jetzigen steht nur mein Name.\n\nMit freundlichen Grüßen\n{name}"
            ),
        ),
    ),
    Scene(
        subject="Gutschein HERBST15 wird nicht angenommen",
        tags=("gutschein",),
        turns=(
            ask(
                "Moin,\n\nin eurem Newsletter steht HERBST15, an der Kasse heißt es „Code ungültig“. Warenkorb "
                "liegt bei "
                "84 Euro, also über dem Mindestwert. Was mache ich falsch?\n\n{first}"
            ),
            answer(
                "Moin {first},\n\nnichts, der Fehler liegt bei uns: Der Code galt versehentlich nur für neue "
                "Kunden. Jetzt "
                "sollte er gehen. Sonst schreiben Sie kurz, dann ziehe ich die 15 % von Hand ab.\n\nViele "
                "Grüße\n{agent}",
                90,
            ),
            ask("Perfekt, hat geklappt. Danke!", 25),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Widerruf Bestellung {order}",
        tags=("widerruf",),
        turns=(
            ask(
                "Hiermit widerrufe ich den Kaufvertrag über {product}, bestellt am 3., erhalten am 7. dieses "
                "Monats.\n\n"
                "{name}\n{town}\n\nBitte bestätigen Sie mir den Eingang."
            ),
            answer(
                "Guten Tag {name},\n\nich bestätige den Eingang Ihres Widerrufs zu {order}. Das Etikett für die "
                "kostenlose "
                "Rücksendung haben Sie soeben in einer eigenen Mail bekommen. Das Geld ist spätestens 14 Tage "
                "nach Ihrem "
                "Widerruf auf Ihrem Konto.\n\nViele Grüße\n{agent}",
                110,
            ),
        ),
        outcome="answered",
    ),
    Scene(
        subject="Einfach mal danke",
        tags=("lob",),
        turns=(
            ask(
                "Hallo,\n\nich wollte nur loswerden, wie begeistert ich von {product} bin. Und der "
                "handgeschriebene Gruß im "
                "Karton – sowas gibt es ja kaum noch. Weiter so!\n\nHerzliche Grüße aus {town}\n{name}"
            ),
            answer(
                "Hallo {first},\n\nda haben Sie uns den Tag gerettet, ich habe es gleich ans Lager "
                "weitergegeben. Viel "
                "Freude damit!\n\nHerzlich\n{agent}",
                200,
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="Kann man {garment} in der Maschine waschen?",
        tags=("produktfrage",),
        by_form=True,
        turns=(ask("Auf dem Etikett ist ein Waschbottich mit einer Hand drin. Heißt das wirklich nur Handwäsche?"),),
    ),
    Scene(
        subject="Lieferadresse ändern, bitte schnell",
        tags=("lieferung",),
        priority=4,
        turns=(
            ask(
                "Hallo, ich habe gerade bestellt ({order}) und merke, dass noch meine alte Adresse drinsteht!! "
                "Bitte an "
                "{name}, Gartenweg 8, {town} schicken. Wenn es schon gepackt ist, bitte anhalten.\n\nDanke!!"
            ),
        ),
    ),
    Scene(
        subject="Rückzahlung noch nicht da",
        tags=("rückzahlung",),
        priority=3,
        turns=(
            ask(
                "Guten Tag,\n\ndie Rücksendung zu {order} ist laut Sendungsverfolgung am 2. bei Ihnen "
                "eingegangen. Auf dem "
                "Konto sehe ich noch nichts. Es geht um 129 Euro.\n\nMit freundlichen Grüßen\n{name}"
            ),
            answer(
                "Guten Tag {name},\n\ndie Prüfung ist abgeschlossen, die Zahlung ist heute angewiesen. Je nach "
                "Bank dauert "
                "es noch zwei bis drei Tage.\n\nViele Grüße\n{agent}",
                300,
            ),
            ask("Heute ist der fünfte Tag und es ist immer noch nichts da. Was ist los bei Ihnen?\n\n{name}", 7000),
            note("Buchhaltung gefragt: die IBAN war veraltet, das Geld kam zurück. Neue IBAN erfragen.", 30),
        ),
    ),
    Scene(
        subject="Wann gibt es {garment} wieder in Petrol?",
        tags=("produktfrage",),
        turns=(
            ask(
                "Hallo, die Farbe ist seit Wochen ausverkauft. Kommt sie wieder, oder lieber eine andere "
                "nehmen? LG {first}"
            ),
            answer(
                "Hallo {first},\n\ndie nächste Lieferung ist für Ende des Monats angekündigt. Ich schreibe "
                "Ihnen, sobald "
                "sie da ist.\n\nViele Grüße\n{agent}",
                240,
            ),
        ),
        outcome="snoozed",
    ),
    Scene(
        subject="Reißverschluss nach zwei Monaten kaputt",
        tags=("gewährleistung",),
        turns=(
            ask(
                "Guten Tag,\n\nder Reißverschluss an {bag} ({order}) hakt seit letzter Woche und ist gestern ganz "
                "ausgerissen. Das darf nach zwei Monaten nicht passieren. Welche Möglichkeiten habe ich?\n\n{name}",
                picture="zip",
            ),
        ),
    ),
    Scene(
        subject="Abwesenheitsnotiz: Ihre Versandbestätigung",
        turns=(
            ask(
                "Ich bin bis zum 4. nicht im Büro und lese meine Mails nicht. In dringenden Fällen wenden Sie "
                "sich bitte an "
                "meine Kollegin Frau Thiel.",
                is_automatic=True,
            ),
        ),
        outcome="resolved",
    ),
    Scene(
        subject="RABATT auf Druckerpatronen – nur heute!!!",
        who="Toner Direkt",
        address="angebot@toner-blitz.example",
        is_once=True,
        is_forged=True,
        turns=(
            ask(
                "Sehr geehrte Geschäftsleitung,\n\nsparen Sie jetzt bis zu 90 % bei allen Marken. Nur solange "
                "Vorrat reicht!"
            ),
        ),
        outcome="spam",
    ),
    Scene(
        subject="WG: Lieferavis 4711-26, 3 Paletten",
        who="Weberei Brandt, Disposition",
        address="dispo@weberei-brandt.example",
        is_once=True,
        tags=("lieferant",),
        turns=(
            ask(
                "Guten Morgen,\n\ndie drei Paletten Wolldecken kommen statt Mittwoch am Donnerstag zwischen 8 "
                "und 10 Uhr. "
                "Bitte Rampe 2 freihalten, der Fahrer hat keinen Hubwagen dabei.\n\nMit freundlichen Grüßen\n"
                "Uwe Brandt\nWeberei Brandt, Disposition\nTel. 03691 555 0"
            ),
        ),
    ),
    Scene(
        subject="Barrierefreiheit Ihrer Seite",
        by_form=True,
        turns=(
            ask(
                "Ich bin blind und nutze einen Screenreader. Die Größenauswahl wird bei mir nicht vorgelesen, "
                "nur „Schalter, "
                "Schalter, Schalter“. Können Sie das weitergeben? Ich nehme {garment} in Größe 40."
            ),
        ),
    ),
)

CAST = Cast(
    language="de",
    shop="Hallik Deutschland",
    slug="hallik-de",
    address="hilfe@hallik-de.example",
    website="https://hallik-de.example",
    time_zone="Europe/Berlin",
    domains=("web-post.example", "mailfach.example", "nordpost.example"),
    products=(
        "Wollmantel Ivo",
        "Strickjacke Lene",
        "Teekanne Rund",
        "Leinenbettwäsche Fjord",
        "Wolldecke Saare",
        "Rucksack Trek 28",
    ),
    quoted="Am {date} schrieb {name}:",
    signature="Hallik Deutschland · Kundenservice\nMo–Fr 8–18 Uhr",
    settled="Hallo {first},\n\nvielen Dank für Ihre Nachricht. Ich habe das gerade erledigt; die Bestätigung "
    "kommt in einer "
    "eigenen Mail. Melden Sie sich gern, wenn noch etwas offen ist.\n\nViele Grüße\n{agent}",
    scenes=SCENES,
    macros=(
        (
            "Paket verspätet",
            "Hallo {customer.first_name},\n\ndas Warten tut mir leid. Ich habe beim Paketdienst eine Nachforschung "
            "beauftragt; spätestens in zwei Werktagen weiß ich, wo Ihr Paket ist.\n\nViele Grüße\n{agent.name}",
        ),
        (
            "Etikett für Rücksendung",
            "Hallo {customer.first_name},\n\ndas Etikett hängt an dieser Mail. Kleben Sie es auf den Karton und "
            "geben Sie "
            "ihn in einer Filiale ab. Bewahren Sie den Beleg auf.\n\nViele Grüße\n{agent.name}",
        ),
        (
            "Widerruf bestätigt",
            "Guten Tag {customer.name},\n\nIhr Widerruf ist heute bei uns eingegangen. Wir erstatten alle "
            "Zahlungen samt "
            "Standardversand binnen 14 Tagen auf dem Weg, auf dem Sie bezahlt haben.\n\nViele Grüße\n{agent.name}",
        ),
    ),
)
