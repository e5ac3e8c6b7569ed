"""A visit: begun, told more about, ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from shopbell.channels.models import Channel
from shopbell.chats import events
from shopbell.chats.models import Level, Line, Visit
from shopbell.chats.naming import placeholder, shown_name
from shopbell.conversations import operations as conversations
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers import operations as customers
from shopbell.events import bus

ASKED_AGAIN_FOR = timedelta(hours=1)  # an answer that was lost can be asked for again


class VisitKnown(ValueError):
    """A visit of this `client_id` began long ago."""


@retried
def begin(channel: Channel, client_id: uuid.UUID, *, language: str, name: str = "", email: str = "") -> Visit:
    """The visit of a widget; the same `client_id` again is the same visit, as it is by now.

    Raises VisitKnown when that one began long ago, or proved who they are and said something: then its token alone
    opens it.
    """
    email = email.strip().lower()[:254]
    values = {
        "key": uuid.uuid4(),
        "language": language,
        "name": text.preview(name, 100),
        "email": email,
        "level": Level.KNOWN if email else Level.ANONYMOUS,
    }
    visit, is_new = Visit.objects.get_or_create(channel=channel, client_id=client_id, defaults=values)
    is_lost = visit.created_at < timezone.now() - ASKED_AGAIN_FOR or (visit.level == Level.VERIFIED and visit.top)
    if not is_new and is_lost:
        raise VisitKnown
    return visit


@retried
def introduce(visit: Visit, *, email: str, name: str = "") -> None:
    """They typed an address: answers go there once they have left. A proved one stays until another is proved."""
    fields = {"name": text.preview(name, 100) or visit.name}
    if visit.level != Level.VERIFIED:
        fields |= {"email": email.strip().lower()[:254], "level": Level.KNOWN}
    _change(visit, **fields)
    if visit.name and visit.customer is not None and visit.customer.name == placeholder(visit):
        customers.change(visit.customer.pk, actor=None, name=visit.name)
        sign(visit)


def sign(visit: Visit) -> None:
    """What they wrote under the placeholder is shown under what they are called now."""
    wrote = Line.objects.filter(visit=visit, is_ours=False).values_list("message_id", flat=True)
    conversations.sign(list(wrote), before=placeholder(visit), now=shown_name(visit))
    if visit.customer_id is not None:
        conversations.show_name(visit.customer_id)


def _change(visit: Visit, **fields: object) -> None:
    for name, value in fields.items():
        setattr(visit, name, value)
    visit.save(update_fields=list(fields))


def look_at(visit: Visit, *, url: str, title: str) -> None:
    """The page they look at now; they allowed it."""
    _change(visit, page_url=url[:500], page_title=text.preview(title, 200))


@retried
def read(visit: Visit, seq: int) -> bool:
    """They have read up to a line; True when that is news."""
    row = Visit.objects.select_for_update(no_key=True).get(id=visit.id)
    seq = min(seq, row.top)
    if seq <= row.read_seq:
        return False
    _change(row, read_seq=seq, has_unseen=_has_unseen(row, seq))
    return True


def _has_unseen(visit: Visit, seq: int) -> bool:
    """Whether answers of the chat lie beyond a line and beyond what was mailed."""
    later = visit.lines.filter(seq__gt=max(seq, visit.mailed_seq), is_ours=True)
    return later.filter(message__channel_id=visit.channel_id).exists()


_SEEN = """
UPDATE chats_visit v SET seen_at = now() FROM channels_channel c
WHERE c.id = v.channel_id AND c.is_active AND v.id = ANY(%s) RETURNING v.id, v.conversation_id
"""


def note_seen(visit_ids: Iterable[int]) -> dict[int, int | None]:
    """The pages of these visits are there just now; returns the conversation of each that may go on."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [sorted(visit_ids)])
        return dict(cursor.fetchall())


def note_mailed(visit: Visit, seq: int) -> None:
    """They were mailed what they missed, up to a line."""
    Visit.objects.filter(id=visit.id).update(mailed_seq=Greatest(F("mailed_seq"), seq), has_unseen=False)


_REHOME = """
UPDATE chats_visit v SET conversation_id = last.conversation_id FROM (
    SELECT DISTINCT ON (l.visit_id) l.visit_id, m.conversation_id
    FROM chats_line l JOIN conversations_message m ON m.id = l.message_id JOIN chats_visit w ON w.id = l.visit_id
    WHERE w.conversation_id = ANY(%s) AND NOT l.is_ours ORDER BY l.visit_id, l.seq DESC
) last WHERE v.id = last.visit_id AND v.conversation_id <> last.conversation_id RETURNING v.id
"""


@retried
def rehome(conversations: Iterable[int]) -> list[int]:
    """Conversations were merged, split or taken apart: their visits go on where what they wrote last is now."""
    with connection.cursor() as cursor:
        cursor.execute(_REHOME, [list(conversations)])
        return [row[0] for row in cursor.fetchall()]


@retried
def end(visit: Visit) -> None:
    """The visitor is done. What they write later begins where they left off."""
    if visit.ended_at is None:
        _change(visit, ended_at=timezone.now())
        if visit.conversation_id is not None:
            bus.publish(events.ChatEnded(conversation_id=visit.conversation_id))
