"""What customers are told first, in German."""

from __future__ import annotations

from shopbell.watching.texts.phrases import Phrases

GERMAN = Phrases(
    hello="{greeting},",
    choose="Sie können entscheiden, wie es weitergeht: {choices}. Ein Klick auf der Seite Ihrer Bestellung genügt.",
    look="Hier sehen Sie den Stand Ihrer Bestellung: {link}\nBei Fragen antworten Sie einfach auf diese E-Mail.",
    bye="Freundliche Grüße\n{shop.name}",
    either=" oder ",
    choices={
        "wait": "noch etwas warten",
        "redirect": "an einen anderen Ort liefern lassen",
        "replace": "Ersatz bekommen",
        "refund": "Ihr Geld zurückbekommen",
    },
    letters={
        "not_dispatched": (
            "Ihre Bestellung {order.number} ist noch nicht unterwegs",
            "Ihre Bestellung {order.number} hätte unser Lager schon verlassen sollen, ist aber noch hier. Das tut uns"
            " leid. Wir klären gerade, woran es liegt.",
        ),
        "not_scanned": (
            "Ihre Bestellung {order.number}: Wir gehen Ihrem Paket nach",
            "Ihre Bestellung {order.number} ist gepackt, der Paketdienst hat das Paket aber noch nicht erfasst. Wir"
            " klären, wo es ist.",
        ),
        "stuck": (
            "Ihre Bestellung {order.number} dauert länger",
            "Ihr Paket zur Bestellung {order.number} ist unterwegs, der Paketdienst hat aber seit einigen Tagen nichts"
            " Neues gemeldet. Das tut uns leid, wir behalten es im Auge.\n\nVoraussichtlich kommt es am"
            " {parcel.eta} an.",
        ),
        "late": (
            "Ihre Bestellung {order.number} verspätet sich",
            "Ihre Bestellung {order.number} dauert länger, als sie sollte. Das tut uns leid.\n\nZugesagt hatten wir"
            " sie bis zum {order.promise}.\n\nVoraussichtlich kommt sie am {parcel.eta} an.",
        ),
        "attempts": (
            "Ihre Bestellung {order.number} konnte nicht zugestellt werden",
            "der Paketdienst hat mehrmals versucht, Ihre Bestellung {order.number} zuzustellen, und konnte sie nicht"
            " übergeben. Ohne Nachricht von Ihnen kann es sein, dass das Paket an uns zurückgeht.",
        ),
        "pickup": (
            "Ihre Bestellung {order.number} liegt zur Abholung bereit",
            "Ihr Paket zur Bestellung {order.number} wartet auf Sie. Bitte holen Sie es bald ab: Es wird nur einige"
            " Tage aufbewahrt und geht dann an uns zurück.\n\nSie finden es hier: {parcel.place}",
        ),
        "exception": (
            "Ihre Bestellung {order.number}: ein Problem unterwegs",
            "der Paketdienst meldet ein Problem mit Ihrem Paket zur Bestellung {order.number} und kann es nicht wie"
            " geplant zustellen. Das tut uns leid, wir gehen dem nach.\n\nVoraussichtlich kommt es am"
            " {parcel.eta} an.",
        ),
        "exception_address": (
            "Ihre Bestellung {order.number}: Ihre Adresse wird nicht gefunden",
            "der Paketdienst findet die Adresse nicht, an die Ihre Bestellung {order.number} geht. Bitte schicken Sie"
            " uns die vollständige Adresse, mit dem Namen am Klingelschild und, falls vorhanden, der Nummer der"
            " Wohnung.",
        ),
        "lost": (
            "Ihre Bestellung {order.number} ist vermutlich verloren gegangen",
            "von Ihrem Paket zur Bestellung {order.number} fehlt seit mehreren Tagen jede Spur. Wir müssen davon"
            " ausgehen, dass es verloren ist. Das ist unser Risiko, nicht Ihres: Wir regeln das mit dem Paketdienst.",
        ),
        "returning": (
            "Ihre Bestellung {order.number} kommt zu uns zurück",
            "Ihr Paket zur Bestellung {order.number} konnte nicht übergeben werden und ist auf dem Rückweg zu uns."
            " Bitte sagen Sie uns, wie es weitergehen soll.",
        ),
        "stock": (
            "Ihre Bestellung {order.number}: Ein Artikel ist nicht vorrätig",
            "ein Artikel Ihrer Bestellung {order.number} ist derzeit nicht vorrätig. Deshalb können wir sie noch nicht"
            " verschicken. Das tut uns leid.",
        ),
        "payment": (
            "Ihre Bestellung {order.number}: Die Zahlung hat nicht geklappt",
            "die Zahlung für Ihre Bestellung {order.number} hat nicht geklappt. Deshalb können wir sie noch nicht"
            " verschicken. Bitte zahlen Sie in unserem Shop noch einmal, oder antworten Sie auf diese E-Mail, wenn"
            " Sie Hilfe brauchen.",
        ),
        "received": (
            "Ihre Bestellung {order.number} ist bei uns eingegangen",
            "vielen Dank für Ihre Bestellung {order.number}. Sie ist bei uns eingegangen, und wir machen uns an die"
            " Arbeit.",
        ),
        "paid": (
            "Ihre Zahlung für die Bestellung {order.number} ist eingegangen",
            "vielen Dank! Ihre Zahlung für die Bestellung {order.number} ist bei uns eingegangen.",
        ),
        "shipped": (
            "Ihre Bestellung {order.number} ist unterwegs",
            "Ihre Bestellung {order.number} hat unser Lager verlassen.\n\nPaketdienst: {parcel.carrier}\n\n"
            "Sendungsnummer: {parcel.number}\n\n"
            "Voraussichtlich kommt sie am {parcel.eta} an.",
        ),
        "out_for_delivery": (
            "Ihre Bestellung {order.number} kommt heute",
            "Ihr Paket zur Bestellung {order.number} ist in der Zustellung und sollte heute bei Ihnen sein.",
        ),
        "ready": (
            "Ihre Bestellung {order.number} liegt zur Abholung bereit",
            "Ihre Bestellung {order.number} ist fertig und wartet auf Sie.\n\nSie finden sie hier: {parcel.place}",
        ),
        "delivered": (
            "Ihre Bestellung {order.number} wurde zugestellt",
            "laut Paketdienst wurde Ihre Bestellung {order.number} zugestellt. Fehlt etwas oder ist etwas beschädigt?"
            " Dann antworten Sie einfach auf diese E-Mail.",
        ),
        "incident": (
            "Ihre Bestellung {order.number} verzögert sich",
            "Ihre Bestellung {order.number} verzögert sich. Der Grund: …\n\nDas tut uns leid. Wir liefern, sobald es"
            " geht.",
        ),
    },
)
