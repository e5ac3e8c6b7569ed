"""Bounces as different servers write them, in our own words: (name, mail, what must be found).

Expected: recipients in order as (address, outcome, kind, reason), with code None for "whatever".
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    mail: str
    found: tuple[tuple[str, str, str, str], ...]
    status: str = ""
    smtp_code: int | None = None
    original: str = ""


def _mail(sender: str, subject: str, body: str, *, more: str = "", to: str = "support+7-abcdefghijklmnop@shop.example") -> str:
    return f"""Return-Path: <>
Received: from mx.example.net (mx.example.net [192.0.2.9]) by mail.shop.example; Tue, 3 Mar 2026 10:00:05 +0100
From: {sender}
To: {to}
Subject: {subject}
Date: Tue, 3 Mar 2026 10:00:00 +0100
Message-ID: <bounce-1@mx.example.net>
{more}
{body}"""


def _report(notice: str, status: str, *, returned: str = "", kind: str = "text/plain; charset=utf-8") -> str:
    tail = f"--RR\nContent-Type: message/rfc822\n\n{returned}\n" if returned else ""
    return f"""
This is a MIME-encapsulated message.

--RR
Content-Type: {kind}

{notice}
--RR
Content-Type: message/delivery-status

{status}
{tail}--RR--
"""


REPORT = 'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="RR"'
RETURNED = """Return-Path: <support+7-abcdefghijklmnop@shop.example>
From: Shop <support@shop.example>
To: Karin <karin@kunde.example>
Subject: Re: Bestellung 4711
Message-ID: <m7.1772531990@shop.example>
Date: Tue, 3 Mar 2026 09:59:50 +0100

Guten Tag
"""

CASES = [
    Case(
        "postfix report",
        _mail(
            "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            _report(
                "This is the mail system at host mx.example.net.\n\nYour message could not be delivered.\n\n"
                "<karin@kunde.example>: host in.kunde.example[192.0.2.7] said: 550 5.1.1 <karin@kunde.example>:\n"
                "    Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)",
                "Reporting-MTA: dns; mx.example.net\nX-Postfix-Queue-ID: 4XyZ\n\n"
                "Final-Recipient: rfc822; karin@kunde.example\nOriginal-Recipient: rfc822;karin@kunde.example\n"
                "Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; in.kunde.example\n"
                "Diagnostic-Code: smtp; 550 5.1.1 <karin@kunde.example>: Recipient address rejected: User unknown in\n"
                "    virtual mailbox table",
                returned=RETURNED,
            ),
            more=REPORT,
        ),
        (("karin@kunde.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.1",
        550,
        "m7.1772531990@shop.example",
    ),
    Case(
        "postfix delay",
        _mail(
            "Mail Delivery System <MAILER-DAEMON@mx.example.net>",
            "Delayed Mail (still being retried)",
            _report(
                "THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n"
                "Your message could not be delivered for more than 4 hour(s). It will be retried until it is 5 day(s) old.\n\n"
                "<karin@kunde.example>: connect to in.kunde.example[192.0.2.7]:25: Connection timed out",
                "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; karin@kunde.example\nAction: delayed\n"
                "Status: 4.4.1\nDiagnostic-Code: X-Postfix; connect to in.kunde.example[192.0.2.7]:25: Connection timed out\n"
                "Will-Retry-Until: Sun, 8 Mar 2026 10:00:00 +0100",
                returned=RETURNED,
            ),
            more=REPORT,
        ),
        (("karin@kunde.example", "delayed", "soft", "unreachable"),),
        "4.4.1",
        None,
        "m7.1772531990@shop.example",
    ),
    Case(
        "two recipients, one arrived",
        _mail(
            "Mail Delivery Subsystem <MAILER-DAEMON@smtp.example.org>",
            "Returned mail: see transcript for details",
            _report(
                "   ----- The following addresses had permanent fatal errors -----\n<peter@firma.example>\n"
                "    (reason: 552 5.2.2 Mailbox full)",
                "Reporting-MTA: dns; smtp.example.org\n\nFinal-Recipient: RFC822; anna@firma.example\nAction: relayed\n"
                "Status: 2.1.5\n\nFinal-Recipient: RFC822; peter@firma.example\nAction: failed\nStatus: 5.2.2\n"
                "Diagnostic-Code: SMTP; 552 5.2.2 Mailbox full",
            ),
            more=REPORT,
        ),
        (("anna@firma.example", "delivered", "hard", "other"), ("peter@firma.example", "failed", "hard", "mailbox_full")),
    ),
    Case(
        "three recipients in one report, folded fields, comments",
        _mail(
            "postmaster@relay.example",
            "Delivery Status Notification (Failure)",
            _report(
                "This is an automatically generated Delivery Status Notification.",
                "Reporting-MTA: dns;relay.example (Relay v1)\n\n"
                "Final-Recipient: rfc822;\n one@a.example\nAction: failed (bad destination)\nStatus: 5.1.2 (no such host)\n\n"
                "Final-Recipient: <two@b.example>\nAction: FAILED\nStatus: 5.7.1\n"
                "Diagnostic-Code: smtp;550 5.7.1 Message blocked, listed at zen.spamhaus.org\n\n"
                "Final-Recipient: rfc822;three@c.example\nAction: failed\nStatus: 4.4.7\n"
                "Diagnostic-Code: smtp;400 4.4.7 message delayed, delivery time expired",
            ),
            more=REPORT,
        ),
        (
            ("one@a.example", "failed", "hard", "host_unknown"),
            ("two@b.example", "failed", "hard", "spam"),
            ("three@c.example", "failed", "soft", "expired"),
        ),
    ),
    Case(
        "exim with failed-recipients field only",
        _mail(
            "Mail Delivery System <Mailer-Daemon@host.example>",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\n"
            "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. "
            "The following address(es) failed:\n\n  ole@butik.example\n    host mx.butik.example [192.0.2.44]\n"
            "    SMTP error from remote mail server after RCPT TO:<ole@butik.example>:\n"
            "    552 5.2.2 Quota exceeded for mailbox\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\n" + RETURNED,
            more="X-Failed-Recipients: ole@butik.example\nAuto-Submitted: auto-replied\n",
        ),
        (("ole@butik.example", "failed", "hard", "mailbox_full"),),
        "5.2.2",
        552,
        "m7.1772531990@shop.example",
    ),
    Case(
        "exim warning",
        _mail(
            "Mail Delivery System <Mailer-Daemon@host.example>",
            "Warning: message 1rAbCd-0001 delayed 24 hours",
            "This message was created automatically by mail delivery software.\n"
            "A message that you sent has not yet been delivered to one or more of its\n"
            "recipients after more than 24 hours on the queue on host.example.\n\n"
            "The address to which the message has not yet been delivered is:\n\n  ole@butik.example\n\n"
            "No action is required on your part. Delivery attempts will continue for\nsome time.\n",
        ),
        (("ole@butik.example", "delayed", "soft", "other"),),
    ),
    Case(
        "qmail",
        _mail(
            "MAILER-DAEMON@qm.example",
            "failure notice",
            "Hi. This is the qmail-send program at qm.example.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<jens@kunde.example>:\n192.0.2.5 does not like recipient.\n"
            "Remote host said: 550 5.1.1 unknown or illegal alias: jens@kunde.example\nGiving up on 192.0.2.5.\n\n"
            "--- Below this line is a copy of the message.\n\n" + RETURNED,
        ),
        (("jens@kunde.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.1",
        550,
        "m7.1772531990@shop.example",
    ),
    Case(
        "sendmail transcript",
        _mail(
            "Mail Delivery Subsystem <MAILER-DAEMON@sm.example>",
            "Returned mail: User unknown",
            "The original message was received at Tue, 3 Mar 2026 10:00:00 +0100\nfrom mail.shop.example [192.0.2.1]\n\n"
            "   ----- The following addresses had permanent fatal errors -----\n<uno@due.example>\n\n"
            "   ----- Transcript of session follows -----\n... while talking to mx.due.example.:\n"
            ">>> RCPT To:<uno@due.example>\n<<< 550 5.1.1 <uno@due.example>... User unknown\n550 <uno@due.example>... User unknown\n",
        ),
        (("uno@due.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.1",
        550,
    ),
    Case(
        "exchange, German, HTML only, no report part",
        _mail(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@firma.example>",
            "Unzustellbar: Ihre Anfrage",
            "<html><body><p><b>Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:</b></p>"
            '<p><a href="mailto:vertrieb@firma.example">vertrieb@firma.example</a><br>'
            "Die eingegebene E-Mail-Adresse konnte nicht gefunden werden. Überprüfen Sie die E-Mail-Adresse.</p>"
            "<p><b>Diagnoseinformationen für Administratoren:</b></p><p>Generierender Server: ex.firma.example</p>"
            "<p>vertrieb@firma.example<br>Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'</p></body></html>",
            more="MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
        ),
        (("vertrieb@firma.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.10",
        550,
    ),
    Case(
        "exchange online",
        _mail(
            "postmaster@tenant.onmicrosoft.example",
            "Undeliverable: Re: Order 5",
            _report(
                "Your message to lisa@contoso.example couldn't be delivered.\n\nlisa wasn't found at contoso.example.\n",
                "Reporting-MTA: dns;AM0PR01.eurprd01.prod.outlook.example\nReceived-From-MTA: dns;DB8PR01\n\n"
                "Final-Recipient: rfc822;lisa@contoso.example\nAction: failed\nStatus: 5.1.10\n"
                "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient lisa@contoso.example not found by SMTP address lookup",
                returned=RETURNED,
            ),
            more=REPORT,
        ),
        (("lisa@contoso.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.10",
        550,
        "m7.1772531990@shop.example",
    ),
    Case(
        "domino",
        _mail(
            "Postmaster@domino.example",
            "DELIVERY FAILURE: User pia (pia@domino.example) not listed in Domino Directory",
            "Your message\n\n  Subject: Re: order\n\nwas not delivered to:\n\n  pia@domino.example\n\nbecause:\n\n"
            "  User pia (pia@domino.example) not listed in Domino Directory\n",
        ),
        (("pia@domino.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "gmail, plain",
        _mail(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            "** Address not found **\n\nYour message wasn't delivered to nobody.here@gmail.example because the address couldn't be "
            "found, or is unable to receive mail.\n\nThe response from the remote server was:\n"
            "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's "
            "email address for typos or unnecessary spaces.\n",
        ),
        (("nobody.here@gmail.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.1",
        550,
    ),
    Case(
        "gmail, German",
        _mail(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            "** Adresse nicht gefunden **\n\nDeine Nachricht wurde nicht an hugo@nirgends.example zugestellt, weil die Domain "
            "nirgends.example nicht gefunden wurde.\n\nAntwort:\nDNS Error: DNS type 'mx' lookup of nirgends.example responded with "
            "code NXDOMAIN\n",
        ),
        (("hugo@nirgends.example", "failed", "hard", "host_unknown"),),
    ),
    Case(
        "German provider",
        _mail(
            "Mail Delivery System <mailer-daemon@provider.example>",
            "Mail delivery failed: returning message to sender",
            "Diese Nachricht wurde automatisch vom Mailsystem erzeugt.\n\nIhre Nachricht konnte nicht zugestellt werden an:\n\n"
            "  frida@postfach.example\n\nGrund:\n  Das Postfach des Empfängers ist voll.\n\n"
            "--- Kopie Ihrer Nachricht ---\n\n" + RETURNED,
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("frida@postfach.example", "failed", "hard", "mailbox_full"),),
        original="m7.1772531990@shop.example",
    ),
    Case(
        "German, sentence",
        _mail(
            "Postmaster <postmaster@server.example>",
            "Ihre E-Mail konnte nicht zugestellt werden",
            "Guten Tag,\n\nleider konnte Ihre E-Mail an die Adresse max@server.example nicht zugestellt werden, da der Empfänger\n"
            "unbekannt ist.\n\nBei Fragen wenden Sie sich an hilfe@server.example.\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("max@server.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "Danish",
        _mail(
            "Mail Delivery System <MAILER-DAEMON@dk.example>",
            "Besked ikke leveret",
            "Din besked kunne ikke leveres til følgende modtager:\n\n  mette@dk.example\n\nÅrsag: Modtagerens postkasse er fuld (552 5.2.2)\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("mette@dk.example", "failed", "hard", "mailbox_full"),),
        "5.2.2",
        552,
    ),
    Case(
        "Estonian",
        _mail(
            "Postisüsteem <mailer-daemon@zone.example>",
            "Kirja ei õnnestunud kohale toimetada",
            "Tere!\n\nTeie kirja ei õnnestunud kohale toimetada järgmisele aadressile:\n\n<mari@zone.example>:\nKasutaja tundmatu\n\n"
            "Algne kiri:\n" + RETURNED,
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("mari@zone.example", "failed", "hard", "mailbox_unknown"),),
        original="m7.1772531990@shop.example",
    ),
    Case(
        "Swedish",
        _mail(
            "postmaster@se.example",
            "Meddelandet kunde inte levereras",
            "Ditt meddelande kunde inte levereras till mottagaren:\n\nlars@se.example\n\nOrsak: Okänd användare\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("lars@se.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "Finnish",
        _mail(
            "Postmaster <postmaster@fi.example>",
            "Viestiä ei voitu toimittaa",
            "Viestiäsi ei voitu toimittaa vastaanottajalle:\n\n  <aino@fi.example>\n\nSyy: käyttäjä tuntematon\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("aino@fi.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "French",
        _mail(
            "Mail Delivery System <MAILER-DAEMON@fr.example>",
            "Échec de la remise",
            "Votre message n'a pas pu être remis aux destinataires suivants :\n\n  luc@fr.example\n\nRaison : boîte aux lettres pleine\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("luc@fr.example", "failed", "hard", "mailbox_full"),),
    ),
    Case(
        "Spanish",
        _mail(
            "Postmaster <postmaster@es.example>",
            "No se ha podido entregar su mensaje",
            "Su mensaje no se ha podido entregar al siguiente destinatario:\n\n  <ana@es.example>: el usuario no existe\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("ana@es.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "Italian",
        _mail(
            "Postmaster <postmaster@it.example>",
            "Mancato recapito",
            "Il messaggio non è stato recapitato al seguente destinatario:\n\n  gino@it.example\n\nMotivo: utente sconosciuto\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("gino@it.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "Dutch",
        _mail(
            "postmaster@nl.example",
            "Bericht niet afgeleverd",
            "Uw bericht kon niet worden afgeleverd bij de volgende ontvanger:\n\n  piet@nl.example\n\nReden: gebruiker onbekend\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("piet@nl.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "Polish",
        _mail(
            "Mailer-Daemon@pl.example",
            "Zwrot poczty: nie można dostarczyć",
            "Twoja wiadomość nie została dostarczona do adresata:\n\n  ewa@pl.example\n\nPowód: skrzynka odbiorcy jest pełna\n",
            more="Content-Type: text/plain; charset=utf-8\n",
        ),
        (("ewa@pl.example", "failed", "hard", "mailbox_full"),),
    ),
    Case(
        "label before the address",
        _mail(
            "Postmaster <postmaster@gw.example>",
            "Undeliverable mail",
            "The mail system could not process your message.\n\nFailed Recipient: tim@gw.example\n"
            "Reason: Remote host said: 550 Mailbox disabled for this recipient\n\n   -- The header and top 20 lines of the message follows --\n\n"
            + RETURNED,
        ),
        (("tim@gw.example", "failed", "hard", "mailbox_disabled"),),
        "",
        550,
        "m7.1772531990@shop.example",
    ),
    Case(
        "bullets",
        _mail(
            "MAILER-DAEMON <mailer-daemon@cloud.example>",
            "Undeliverable: hello",
            "Delivery has failed to these recipients:\n\n\t* [eva@cloud.example]: 550 5.7.606 Access denied, banned sending IP\n",
        ),
        (("eva@cloud.example", "failed", "hard", "policy"),),
        "5.7.606",
        550,
    ),
    Case(
        "relay denied",
        _mail(
            "Mail Administrator <Postmaster@old.example>",
            "Mail System Error - Returned Mail",
            "This Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote "
            "mail server.\n\n    Recipient: <kim@old.example>\n    Reason:    5.7.1 Unable to relay for kim@old.example\n",
        ),
        (("kim@old.example", "failed", "hard", "relay_denied"),),
        "5.7.1",
    ),
    Case(
        "too large",
        _mail(
            "MAILER-DAEMON@big.example",
            "Delivery failure",
            "Could not deliver message to the following recipient(s):\n\n<bo@big.example>: 552 5.3.4 Message size exceeds fixed maximum "
            "message size\n",
        ),
        (("bo@big.example", "failed", "hard", "too_large"),),
        "5.3.4",
        552,
    ),
    Case(
        "queue expired",
        _mail(
            "MAILER-DAEMON@slow.example",
            "failure notice",
            "I wasn't able to deliver your message to the following addresses.\n\n<li@slow.example>:\nSorry, I wasn't able to establish an "
            "SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n",
        ),
        (("li@slow.example", "failed", "soft", "unreachable"),),
        "4.4.1",
    ),
    Case(
        "loop",
        _mail(
            "MAILER-DAEMON@loop.example",
            "Undelivered Mail Returned to Sender",
            "I'm sorry to have to inform you that your message could not be delivered to one or more recipients.\n\n"
            "<max@loop.example>: mail for loop.example loops back to myself\n",
        ),
        (("max@loop.example", "failed", "hard", "loop"),),
    ),
    Case(
        "no address in the notice: taken from the returned mail",
        _mail(
            "MAILER-DAEMON@terse.example",
            "Mail could not be delivered",
            "\n--QQ\nContent-Type: text/plain\n\nThe following mail could not be delivered.\nReason: Exceeded maximum delivery attempts.\n"
            "--QQ\nContent-Type: message/rfc822\n\n" + RETURNED + "\n--QQ--\n",
            more='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="QQ"',
        ),
        (("karin@kunde.example", "failed", "hard", "expired"),),
        original="m7.1772531990@shop.example",
    ),
    Case(
        "local names without a domain",
        _mail(
            "MAILER-DAEMON@mail.uni.example",
            "Returned mail",
            " --------Message not delivered to the following:\n\n huber    No matches to nameserver query\n\n --------Error Detail:\n",
        ),
        (("huber@uni.example", "failed", "hard", "mailbox_unknown"),),
    ),
    Case(
        "sieve reject as disposition notification",
        _mail(
            "Mail Delivery Subsystem <postmaster@dove.example>",
            "Automatically rejected mail",
            "\n--DD\nContent-Type: text/plain; charset=utf-8\n\nYour message to <per@dove.example> was automatically rejected:\nQuota exceeded\n"
            "--DD\nContent-Type: message/disposition-notification\n\nReporting-UA: dove.example; Mail Delivery Agent\n"
            "Final-Recipient: rfc822; per@dove.example\nOriginal-Message-ID: <m7.1772531990@shop.example>\n"
            "Disposition: automatic-action/MDN-sent-automatically; deleted\n--DD--\n",
            more='Auto-Submitted: auto-replied (rejected)\nMIME-Version: 1.0\n'
            'Content-Type: multipart/report; report-type=disposition-notification; boundary="DD"',
        ),
        (("per@dove.example", "failed", "hard", "mailbox_full"),),
        original="m7.1772531990@shop.example",
    ),
    Case(
        "read receipt",
        _mail(
            "Eva <eva@kunde.example>",
            "Read: Re: Bestellung 4711",
            "\n--DD\nContent-Type: text/plain; charset=utf-8\n\nYour message was displayed.\n"
            "--DD\nContent-Type: message/disposition-notification\n\nReporting-UA: pc; Mailer 1.0\n"
            "Final-Recipient: rfc822;eva@kunde.example\nOriginal-Message-ID: <m7.1772531990@shop.example>\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n--DD--\n",
            more='MIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary="DD"',
        ),
        (("eva@kunde.example", "delivered", "hard", "other"),),
        original="m7.1772531990@shop.example",
    ),
    Case(
        "delivered",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "Successful Mail Delivery Report",
            _report(
                "Your message was successfully delivered to the destination(s) listed below.\n\n<karin@kunde.example>: delivery via LMTP: 250 2.0.0 Saved",
                "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; karin@kunde.example\nAction: delivered\nStatus: 2.0.0",
                returned=RETURNED,
            ),
            more=REPORT,
        ),
        (("karin@kunde.example", "delivered", "hard", "other"),),
        original="m7.1772531990@shop.example",
    ),
    Case(
        "forwarded inside the far side: our address is the original one",
        _mail(
            "MAILER-DAEMON@uni.example",
            "Undelivered Mail Returned to Sender",
            _report(
                "<jk@cloud.example> (expanded from <jan@uni.example>): mailbox full",
                "Reporting-MTA: dns; uni.example\n\nOriginal-Recipient: rfc822;jan@uni.example\n"
                "Final-Recipient: rfc822; jk@cloud.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 mailbox full",
            ),
            more=REPORT,
        ),
        (("jan@uni.example", "failed", "hard", "mailbox_full"),),
    ),
    Case(
        "report as quoted-printable in a wrapped mail",
        _mail(
            "postmaster@gate.example",
            "Delivery Status Notification (Failure)",
            _report(
                "Delivery to the following recipients failed.\n\n       amy@gate.example\n",
                "Reporting-MTA: dns;gate.example\n\nFinal-Recipient: rfc822;amy@gate.example\nAction: failed\nStatus: 5.1.1",
            ),
            more='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="RR"',
        ),
        (("amy@gate.example", "failed", "hard", "mailbox_unknown"),),
        "5.1.1",
    ),
]

# Mails that look like bounces and are none.
NONE = {
    "a person asks about a bounce": """From: Karin <karin@kunde.example>
To: support@shop.example
Subject: Re: Undelivered Mail Returned to Sender
In-Reply-To: <x1@shop.example>

Hello, I got this when I wrote to your other address sales@shop.example: could not be delivered. What is wrong?
""",
    "a person forwards a bounce as attachment": """From: Karin <karin@kunde.example>
To: support@shop.example
Subject: your mail
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="MM"

--MM
Content-Type: text/plain

See below, my message to you came back.
--MM
Content-Type: message/rfc822

From: MAILER-DAEMON@mx.example.net
To: karin@kunde.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="RR"

--RR
Content-Type: message/delivery-status

Final-Recipient: rfc822; sales@shop.example
Action: failed
Status: 5.1.1
--RR--
--MM--
""",
    "a parcel was not delivered": """From: Anna <anna@kunde.example>
To: support@shop.example
Subject: Delivery failed

Hello, my parcel could not be delivered to my address. The delivery failed twice. My mail is anna@kunde.example.
""",
    "a carrier's notice": """From: DHL <noreply@dhl.example>
To: support@shop.example
Subject: Delivery failure: your parcel 0034

Dear customer, your parcel could not be delivered to the recipient today. Delivery attempts will continue tomorrow.
""",
    "German: parcel not delivered": """From: Udo <udo@kunde.example>
To: support@shop.example
Subject: Zustellung fehlgeschlagen

Guten Tag, mein Paket konnte nicht zugestellt werden. Bitte nochmals an die Packstation. Udo, udo@kunde.example
""",
    "out of office from a daemon-less address": """From: Ole <ole@kunde.example>
To: support@shop.example
Subject: Automatisk svar: Re: ordre
Auto-Submitted: auto-replied
Return-Path: <>

Jeg er på ferie. Kontakt kollega@kunde.example ved spørgsmål.
""",
    "a postmaster who writes himself": """From: Postmaster <postmaster@partner.example>
To: support@shop.example
Subject: New address for invoices

Dear partner, please send invoices to buchhaltung@partner.example from May on.
""",
    "a text without a header": """the message could not be delivered to the following address: a@b.example
""",
}
