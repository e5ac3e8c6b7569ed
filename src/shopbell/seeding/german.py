"""German mails to a shop."""

from shopbell.seeding.vocabulary import Vocabulary, each

WORDS = Vocabulary(
    language="de",
    first_names=each(
        "Anna Lukas Sabine Jürgen Mareike Tobias Katrin Björn Heike Moritz Ilse Fabian Renate Götz Svenja Ulrich"
    ),
    last_names=each(
        "Müller Schröder Weiß Krüger Böhm Vogt Lindemann Jäger Hoffmann Brandt Sauer Köhler Peters Rösler Thiel"
    ),
    towns=each("Köln Bremen Göttingen Freiburg Lübeck Nürnberg Kassel Erfurt Würzburg Rostock Aachen Chemnitz"),
    products=(
        "Wollmantel",
        "Strickjacke",
        "Regenjacke",
        "Wanderschuhe",
        "Teekanne",
        "Gusseisenpfanne",
        "Leinenbettwäsche",
        "Schreibtischlampe",
        "Kinderhochstuhl",
        "Rucksack",
        "Kaffeemühle",
        "Wolldecke",
        "Laufschuhe",
        "Keramikschale",
    ),
    subjects=(
        "Frage zu Bestellung {number}",
        "Wo bleibt mein Paket?",
        "Rücksendung {number}",
        "Falsche Größe: {product}",
        "Rechnung zu {number} fehlt",
        "{product} beschädigt angekommen",
        "Gutscheincode funktioniert nicht",
        "Widerruf Bestellung {number}",
    ),
    greetings=("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,", "Hallo liebes Team,", "Moin,"),
    questions=(
        "können Sie mir sagen, wann der {product} wieder lieferbar ist?",
        "die Bestellung {number} steht seit {day} auf „in Bearbeitung“ und nichts bewegt sich.",
        "ich habe {product} in der falschen Größe bekommen und möchte gern umtauschen.",
        "bei {product} {model} fehlt ein Teil, in der Anleitung ist es als Nummer 7 abgebildet.",
        "ich möchte von meinem Kauf {number} zurücktreten.",
        "der Code aus dem Newsletter wird an der Kasse nicht angenommen.",
        "wie pflege ich {product} {model} am besten?",
        "liefern Sie auch nach {town} in die Packstation?",
        "bitte schicken Sie mir die Rechnung zu {number} noch einmal als PDF.",
    ),
    details=(
        "Gekauft habe ich am {day} über die Webseite, bezahlt mit Karte.",
        "Der Bote hat angeblich bei den Nachbarn in {town} geklingelt, dort weiß aber niemand etwas.",
        "Auf dem Foto im Anhang sieht man den Kratzer ganz deutlich.",
        "Es soll ein Geschenk sein, deshalb wäre eine schnelle Antwort schön.",
        "Mit der ersten Bestellung war ich übrigens sehr zufrieden, vor allem mit {model}.",
        "Am Telefon hieß es, ich solle mich per Mail melden.",
        "Die Farbe weicht stark von der Abbildung ab, eher grau als blau.",
    ),
    closings=("Viele Grüße\n{name}", "Mit freundlichen Grüßen\n{name}", "Danke im Voraus!\n{name}", "Gruß, {name}"),
    answers=(
        "vielen Dank für Ihre Nachricht. Ich habe die Bestellung {number} geprüft und kümmere mich heute noch darum.",
        "das tut mir leid. Den Ersatz für {product} bringen wir morgen auf den Weg, Sie müssen nichts zurückschicken.",
        "das Etikett für die Rücksendung finden Sie im Anhang. Sobald der Artikel hier ist, erstatten wir den Betrag.",
        "die Rechnung liegt bei. Melden Sie sich gern, falls noch etwas fehlt.",
        "{product} {model} kommt voraussichtlich am {day} wieder herein, ich merke Sie gern vor.",
    ),
    tags=each("lieferung rücksendung rechnung beschädigt größe gutschein lob widerruf"),
    common_sentence="Das Paket ist noch nicht angekommen, obwohl die Lieferung für {day} angekündigt war.",
    common=("Paket", "Lieferung"),
    rare=("Zinnober", "Quittengelee"),
    apart=("Knopfleiste", "Thermoskanne"),
    apart_sentences=(
        "An der Knopfleiste hat sich eine Naht gelöst.",
        "Die Thermoskanne aus derselben Sendung ist dagegen tadellos.",
    ),
    rare_sentence="Auf dem Karton stand von Hand geschrieben: {rare}.",
)
