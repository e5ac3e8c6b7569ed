"""What a customer may see of their conversations, once they proved who they are.

Their conversations: those of theirs in which one of their proved addresses wrote, or which we began by writing to one.
Of a conversation they see what lies in their own mailbox, too: what came from a proved address of theirs, and what is
public and was addressed to one. Never notes, side conversations, answers that have not left, nor automatic mail of
theirs; not what somebody else who takes part wrote without a copy to them. What was redacted or deleted is gone here
as there. Spam is not shown, and a conversation that was merged is found where it went.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Exists, Func, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Left, Lower

from shopbell.conversations.counters import DONE
from shopbell.conversations.locking import final
from shopbell.conversations.models import Attachment, Conversation, Message, State
from shopbell.core import cursors
from shopbell.core.cursors import Cursor
from shopbell.customers.models import Customer, Identity

PAGE = 20
TIMELINE = 40
HIDDEN = (State.SPAM, State.MERGED)
_ARRIVED = (Message.State.SENT, Message.State.DELIVERED)


class _Addressed(Func):
    """Whether one of some addresses is among a message's recipients, copies included."""

    template = """(
        SELECT coalesce(bool_or(lower(who #>> '{}') = ANY(given.addresses)), false)
        FROM (SELECT %(expressions)s) AS given(people, addresses), jsonb_path_query(given.people, '$.*[*][1]') AS who
    )"""
    output_field = BooleanField()


@dataclass(frozen=True)
class Viewer:
    """A customer, and the addresses they proved, in small letters."""

    customer: Customer
    addresses: tuple[str, ...]


def viewer(customer: Customer) -> Viewer:
    """The customer with what they proved so far."""
    proved = Identity.objects.filter(customer=customer, verified_at__isnull=False).order_by("id")
    return Viewer(customer, tuple(value.lower() for value in proved.values_list("value", flat=True)))


def messages(who: Viewer) -> QuerySet[Message]:
    """Every message they may see, of whatever conversation: to be narrowed to those of `conversations`."""
    addresses = Value(list(who.addresses), ArrayField(TextField()))
    rows = Message.objects.annotate(wrote=Lower("sender_address"), is_addressed=_Addressed("recipients", addresses))
    theirs = Q(kind=Message.Kind.CUSTOMER, wrote__in=who.addresses)
    ours = Q(kind__in=[Message.Kind.AGENT, Message.Kind.AUTO_REPLY_OUT], state__in=_ARRIVED)
    to_them = Q(is_addressed=True) & (Q(kind=Message.Kind.CUSTOMER) | ours)
    return rows.filter(theirs | to_them, side=None).exclude(about__has_key="chat_mail")


def conversations(who: Viewer) -> QuerySet[Conversation]:
    """Their conversations over every shop and channel."""
    seen = messages(who).filter(conversation=OuterRef("pk"))
    rows = Conversation.objects.filter(customer=who.customer).exclude(state__in=HIDDEN)
    return rows.filter(Exists(seen))


def listed(who: Viewer, *, is_done: bool, before: Cursor | None, shop_id: int | None = None) -> list[Conversation]:
    """A page of their conversations, newest first, and one more where there are more; `title` is how it began."""
    rows = conversations(who).select_related("shop")
    rows = rows.filter(state__in=DONE) if is_done else rows.exclude(state__in=DONE)
    rows = rows.filter(shop=shop_id) if shop_id is not None else rows
    if before is not None:
        rows = rows.filter(cursors.older(before, "last_message_at"))
    first = messages(who).filter(conversation=OuterRef("pk")).order_by("id")
    newest = messages(who).filter(conversation=OuterRef("pk")).order_by("-id")
    rows = rows.annotate(
        first_subject=Subquery(first.values("subject")[:1]),
        first_text=Subquery(first.annotate(begin=Left("text", 200)).values("begin")[:1]),
        newest_kind=Subquery(newest.values("kind")[:1]),
        newest_at=Subquery(newest.values("occurred_at")[:1]),
    )
    return list(rows.order_by("-last_message_at", "-id")[: PAGE + 1])


def find(who: Viewer, number: int, shop_id: int | None = None) -> Conversation | None:
    """One of them, or where it went; None when there is none or it is not theirs."""
    rows = conversations(who).select_related("shop", "channel")
    rows = rows.filter(shop=shop_id) if shop_id is not None else rows
    return rows.filter(id=number).first() or rows.filter(id=final(number)).first()


def timeline(who: Viewer, conversation: Conversation, before: int | None = None) -> list[Message]:
    """The newest messages they may see (before a message), oldest first, with their files; one more where there are."""
    rows = messages(who).filter(conversation=conversation)
    rows = rows.filter(id__lt=before) if before is not None else rows
    files = Attachment.objects.select_related("blob").order_by("id")
    rows = rows.defer("full_text", "thread_ids")
    newest = list(rows.prefetch_related(Prefetch("attachments", files)).order_by("-id")[: TIMELINE + 1])
    return newest[::-1]


def ends(who: Viewer, conversation: Conversation) -> tuple[Message | None, Message | None]:
    """The first and the newest message they may see."""
    rows = messages(who).filter(conversation=conversation).only("subject", "text", "kind", "occurred_at")
    return rows.order_by("id").first(), rows.order_by("-id").first()


def attachment(who: Viewer, number: int, shop_id: int | None = None) -> Attachment | None:
    """A file of a message they may see."""
    theirs = conversations(who)
    theirs = theirs.filter(shop=shop_id) if shop_id is not None else theirs
    rows = Attachment.objects.select_related("blob", "message")
    return rows.filter(id=number, message__in=messages(who).filter(conversation__in=theirs)).first()


def may_reopen(conversation: Conversation) -> bool:
    """Whether it is done but not yet for good."""
    return conversation.state == State.RESOLVED
