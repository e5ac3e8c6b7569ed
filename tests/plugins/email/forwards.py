"""Forwarded mails as the programs write them, in the languages of the shops: our own words, the programs' headings."""

from collections.abc import Callable
from dataclasses import dataclass

BODY = "Guten Tag,\nmy parcel 4711 came back.\n\nWhere is it now?"
SENDER = "Jane Doe <jane.doe@example.com>"
OTHERS = "Walter Berg <walter@example.org>, Nina <nina@example.org>"
SHOP = "shop@example.net"
SUBJECT = "Parcel 4711"


@dataclass(frozen=True)
class Words:
    """What one language's programs say."""

    labels: tuple[str, str, str, str, str]  # from, subject, date, to, cc
    sent: str
    apple: str
    separator: str
    prefix: str
    wrote: str  # with {date}, {name} and {address}


WORDS = {
    "en": Words(
        ("From", "Subject", "Date", "To", "Cc"), "Sent", "Begin forwarded message:", "Forwarded Message", "FW",
        'On {date}, "{name}" <{address}> wrote:',
    ),
    "de": Words(
        ("Von", "Betreff", "Datum", "An", "Kopie"), "Gesendet", "Anfang der weitergeleiteten Nachricht:",
        "Weitergeleitete Nachricht", "WG", 'Am {date} schrieb "{name}" <{address}>:',
    ),
    "da": Words(
        ("Fra", "Emne", "Dato", "Til", "Kopi"), "Sendt", "Start på videresendt besked:", "Videresendt meddelelse", "VS",
        'Den {date} skrev "{name}" <{address}>:',
    ),
    "et": Words(
        ("Saatja", "Teema", "Kuupäev", "Saaja", "Koopia"), "Saadetud", "Edastatud kirja algus:", "Edasisaadetud kiri",
        "Edasi", "Kuupäev {date} kirjutas {name} <{address}>:",
    ),
    "sv": Words(
        ("Från", "Ämne", "Datum", "Till", "Kopia"), "Skickat", "Vidarebefordrat brev:", "Vidarebefordrat meddelande",
        "VB", 'Den {date} skrev "{name}" <{address}>:',
    ),
    "fi": Words(
        ("Lähettäjä", "Aihe", "Päivämäärä", "Vastaanottaja", "Kopio"), "Lähetetty", "Välitetty viesti alkaa:",
        "Edelleenlähetetty viesti", "VL", "{name} <{address}> kirjoitti {date}:",
    ),
    "nb": Words(
        ("Fra", "Emne", "Dato", "Til", "Kopi"), "Sendt", "Videresendt melding:", "Videresendt melding", "VS",
        "{name} <{address}> skrev følgende den {date}:",
    ),
    "nl": Words(
        ("Van", "Onderwerp", "Datum", "Aan", "Kopie"), "Verzonden", "Begin doorgestuurd bericht:",
        "Doorgestuurd bericht", "Doorst", "Op {date} heeft {name} <{address}> geschreven:",
    ),
    "fr": Words(
        ("De", "Objet", "Date", "À", "Cc"), "Envoyé", "Début du message réexpédié :", "Message transféré", "TR",
        "Le {date}, « {name} » <{address}> a écrit :",
    ),
    "es": Words(
        ("De", "Asunto", "Fecha", "Para", "CC"), "Enviado", "Inicio del mensaje reenviado:", "Mensaje reenviado", "RV",
        'El {date}, "{name}" <{address}> escribió:',
    ),
    "it": Words(
        ("Da", "Oggetto", "Data", "A", "Cc"), "Inviato", "Inizio messaggio inoltrato:", "Messaggio inoltrato", "I",
        'Il giorno {date} "{name}" <{address}> ha scritto:',
    ),
    "pl": Words(
        ("Od", "Temat", "Data", "Do", "DW"), "Wysłano", "Początek przekazywanej wiadomości:",
        "Treść przekazanej wiadomości", "PD", "Dnia {date} użytkownik „{name}” <{address}> napisał:",
    ),
    "pt": Words(
        ("De", "Assunto", "Data", "Para", "Cc"), "Enviada em", "Início da mensagem encaminhada:",
        "Mensagem encaminhada", "ENC", 'Em {date}, "{name}" <{address}> escreveu:',
    ),
    "cs": Words(
        ("Od", "Předmět", "Datum", "Komu", "Kopie"), "Odesláno", "Začátek přeposílané zprávy:", "Přeposlaná zpráva",
        "FW", "Dne {date}, {name} <{address}> napsal(a):",
    ),
}  # fmt: skip


Program = Callable[[Words, str], str]


def apple(words: Words, date: str) -> str:
    """Apple Mail: everything quoted."""
    sender, subject, day, to, cc = words.labels
    head = (words.apple, "", f"{sender}: {SENDER}", f"{subject}: {SUBJECT}", f"{day}: {date}", f"{to}: {SHOP}")
    return "\n".join(f"> {line}".rstrip() for line in (*head, f"{cc}: {OTHERS}", "", *BODY.split("\n")))


def gmail(words: Words, date: str) -> str:
    """Gmail: an English separator and labels, but for the sender's."""
    head = f"{words.labels[0]}: {SENDER}\nDate: {date}\nSubject: {SUBJECT}\nTo: <{SHOP}>\nCc: {OTHERS}"
    return f"---------- Forwarded message ---------\n{head}\n\n{BODY}"


def thunderbird(words: Words, date: str) -> str:
    """Thunderbird: labels and tabulators."""
    sender, subject, day, to, _ = words.labels
    head = f"{subject}: \t{SUBJECT}\n{day}: \t{date}\n{sender}: \t{SENDER}\n{to}: \t{SHOP}\nCC: \t{OTHERS}"
    return f"-------- {words.separator} --------\n{head}\n\n\n\n{BODY}"


def hubspot(words: Words, date: str) -> str:
    """HubSpot: the language's separator and labels."""
    sender, subject, day, to, cc = words.labels
    head = f"{sender}: {SENDER}\n{day}: {date}\n{subject}: {SUBJECT}\n{to}: {SHOP}\n{cc}: {OTHERS}"
    return f"---------- {words.separator} ---------\n{head}\n\n{BODY}"


def yahoo(words: Words, date: str) -> str:
    """Yahoo's plain text: one line without gaps."""
    sender, subject, _, to, cc = words.labels
    people = f'{sender}: {SENDER}{to}: "{SHOP}" <{SHOP}>{cc}: {OTHERS.replace(",", ";")}'
    head = f"{people}{words.sent}: {date} CET{subject}: {SUBJECT}"
    return f"   ----- {words.separator} ----- {head}\n {BODY}"


def outlook_web(words: Words, date: str) -> str:
    """Outlook on the web and its apps: a drawn line."""
    sender, subject, _, to, cc = words.labels
    head = f"{sender}: {SENDER}\n{words.sent}: {date}\n{to}: {SHOP} <{SHOP}>\n{cc}: {OTHERS.replace(',', ';')}"
    return f"{'_' * 32}\n{head}\n{subject}: {SUBJECT}\n\n{BODY}"


def outlook(words: Words, date: str) -> str:
    """Outlook on a computer: bold labels and nothing above them."""
    sender, subject, _, to, cc = words.labels
    head = f"*{sender}:* {SENDER}\n*{words.sent}:* {date}\n*{to}:* {SHOP}\n*{cc}:* {OTHERS}\n*{subject}:* {SUBJECT}"
    return f"{head}\n\n{BODY}"


def outlook_mac(words: Words, date: str) -> str:
    """Outlook for Mac: the new one, whose header lines touch the text."""
    sender, subject, day, to, cc = words.labels
    return f"{sender}: {SENDER}\n{day}: {date}\n{to}: {SHOP} <{SHOP}>\n{cc}: {OTHERS}\n{subject}: {SUBJECT}\n{BODY}"


def outlook_old_mac(words: Words, date: str) -> str:
    """Outlook 2019 for Mac: says "On … wrote" and indents."""
    line = words.wrote.format(date=date, name="Jane Doe", address="jane.doe@example.com")
    return f"\ufeff{line}\n\n" + "\n".join(f"    {line}".rstrip() for line in BODY.split("\n"))


BY_SEPARATOR = (apple, gmail, thunderbird, hubspot, yahoo)
BY_SUBJECT = (outlook_web, outlook, outlook_mac)
