"""What the customers' mail programs would have sent: raw mails with headers, quotes, pictures and invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from zoneinfo import ZoneInfo

from shopbell.demo import pictures
from shopbell.demo.scenes import Cast, Turn

RECEIVER = "mx.hallik.example"  # whose word on the sender's proof the demo's mailboxes trust


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail of a customer."""

    number: int
    cast: Cast
    turn: Turn
    text: str
    html: str
    subject: str
    name: str
    address: str
    at: datetime
    earlier: tuple[str, ...]  # message ids, oldest first
    quoted: str  # our last answer
    quoted_at: datetime | None
    is_proved: bool


def compose(letter: Letter) -> bytes:
    """The mail as it arrives at the shop's server."""
    mail = EmailMessage(policy=SMTP)
    domain = letter.address.rpartition("@")[2]
    verdict = "pass" if letter.is_proved else "fail"
    mail["Authentication-Results"] = (
        f"{RECEIVER}; dmarc={verdict} header.from={domain}; dkim={verdict} header.d={domain}"
    )
    local = letter.at.astimezone(ZoneInfo(letter.cast.time_zone))
    mail["Date"] = format_datetime(local)
    mail["From"] = formataddr((letter.name, letter.address))
    mail["To"] = formataddr((letter.cast.shop, letter.cast.address))
    mail["Subject"] = letter.subject
    mail["Message-ID"] = message_id(letter)
    if letter.earlier:
        mail["In-Reply-To"] = f"<{letter.earlier[-1]}>"
        mail["References"] = " ".join(f"<{one}>" for one in letter.earlier)
    if letter.turn.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(_body(letter, local), cte="quoted-printable")
    _add_parts(mail, letter)
    return mail.as_bytes()


def message_id(letter: Letter) -> str:
    return f"<demo-{letter.number}@{letter.address.rpartition('@')[2]}>"


def _body(letter: Letter, local: datetime) -> str:
    """The text, and below it what it answers, as mail programs put it."""
    if not letter.quoted or letter.quoted_at is None:
        return letter.text
    when = letter.quoted_at.astimezone(local.tzinfo).strftime("%d.%m.%Y, %H:%M")
    head = letter.cast.quoted.format(date=when, name=f"{letter.cast.shop} <{letter.cast.address}>")
    return "\n".join([letter.text, "", head, *(f"> {line}" for line in letter.quoted.splitlines())])


def _add_parts(mail: EmailMessage, letter: Letter) -> None:
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    if letter.turn.picture:
        photo = pictures.draw(letter.turn.picture, letter.number)
        name = f"IMG_{2000 + letter.number}.jpg"
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename=name)
    if letter.turn.calendar:
        invitation = _invitation(letter).encode()
        mail.add_attachment(invitation, maintype="text", subtype="calendar", filename="invite.ics")


def _invitation(letter: Letter) -> str:
    start = (letter.at + timedelta(days=6)).replace(hour=9, minute=0)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//demo//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{message_id(letter).strip('<>')}",
        f"DTSTAMP:{letter.at:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{letter.subject}",
        f"ORGANIZER;CN={letter.name}:mailto:{letter.address}",
        f"ATTENDEE:mailto:{letter.cast.address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"
