"""Conversations: one matter of one customer, over any channel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopbell.agents.models import Agent, Team
from shopbell.channels.models import Blob, Channel, Inbound, Outbound
from shopbell.customers.models import Customer
from shopbell.shops.models import Shop


class TagColour(models.TextChoices):
    """Names of tokens, so that a colour reads in light and dark."""

    NONE = "", _("none")
    RED = "red", _("red")
    AMBER = "amber", _("amber")
    GREEN = "green", _("green")
    BLUE = "blue", _("blue")
    VIOLET = "violet", _("violet")


class Tag(models.Model):
    """A word conversations are sorted by."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    colour = models.CharField(_("colour"), max_length=8, choices=TagColour, db_default="")
    description = models.CharField(_("description"), max_length=200, blank=True, db_default="")
    becomes = models.CharField(max_length=50, null=True)  # set: it is leaving, for this one or ("") for none
    uses = models.PositiveIntegerField(db_default=0)  # counted now and then, never on a page

    def __str__(self) -> str:
        return self.name


class TagRules(models.Model):
    """The one row that says who may make new tags; without it everybody who answers may."""

    only_leads_create = models.BooleanField(_("only leads and admins make new tags"), default=False)

    def __str__(self) -> str:
        return "rules of tags"


class State(models.TextChoices):
    """domain.md 5.1."""

    OPEN = "open", _("open")
    PENDING_CUSTOMER = "pending_customer", _("waiting for the customer")
    PENDING_THIRD = "pending_third", _("waiting for somebody else")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    SPAM = "spam", _("spam")
    MERGED = "merged", _("merged")


class Folder(models.TextChoices):
    """Where the list shows it: follows from state and snooze, kept on the row so that a list needs one index."""

    OPEN = "open", pgettext_lazy("folder", "Open")
    SNOOZED = "snoozed", _("Snoozed")
    RESOLVED = "resolved", _("Resolved")
    SPAM = "spam", _("Spam")
    MERGED = "merged", _("Merged")  # no list shows it; its number leads to where it went


class Priority(models.IntegerChoices):
    LOW = 1, _("low")
    NORMAL = 2, _("normal")
    HIGH = 3, _("high")
    URGENT = 4, _("urgent")


NEVER = datetime(9999, 12, 30, tzinfo=UTC)  # where an order puts those that have no such instant


def by_wait() -> Coalesce:
    """Orders by the start of the open wait; who does not wait comes last."""
    return Coalesce("waiting_since", Value(NEVER))


def by_snooze() -> Coalesce:
    """Orders by the end of the snooze; what is not snoozed comes last."""
    return Coalesce("snoozed_until", Value(NEVER))


class Conversation(models.Model):
    """The row holds all that a list shows, so that a list reads one table."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)  # where the customer wrote last
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    folder = models.CharField(max_length=8, choices=Folder, default=Folder.OPEN)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, db_index=False)
    snoozed_until = models.DateTimeField(null=True)
    sleeps_till_reply = models.BooleanField(default=False, db_default=False)  # snoozed without a date
    broken_snooze_until = models.DateTimeField(null=True)  # the date of a snooze that a message ended early
    tags = ArrayField(models.CharField(max_length=50), default=list)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, db_index=False, related_name="merged")
    custom = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # fields of the shop's own
    # what the list shows
    customer_name = models.CharField(max_length=200, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    channel_type = models.CharField(max_length=30)
    last_message_at = models.DateTimeField()
    last_message_id = models.BigIntegerField(default=0)
    last_from_customer = models.BooleanField(default=True)
    last_inbound_id = models.BigIntegerField(default=0)  # newest message not by us: unread is measured against it
    waiting_since = models.DateTimeField(null=True)  # start of the open wait (domain.md 2.2 rule 6)
    has_failure = models.BooleanField(default=False)  # a message of ours did not arrive
    has_attachments = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-last_message_at", "-id"], name="conversation_newest"),
            models.Index(fields=["folder", "-last_message_at", "-id"], name="conversation_folder"),
            models.Index(fields=["folder", "assignee", "-last_message_at", "-id"], name="conversation_assignee"),
            models.Index(fields=["folder", "team", "-last_message_at", "-id"], name="conversation_team"),
            models.Index(fields=["folder", "shop", "-last_message_at", "-id"], name="conversation_shop"),
            models.Index(fields=["customer", "-last_message_at"], name="conversation_customer"),
            models.Index(
                fields=["snoozed_until"], condition=models.Q(snoozed_until__isnull=False), name="conversation_snoozed"
            ),
            models.Index(
                fields=["-last_message_at", "-id"], condition=models.Q(has_failure=True), name="conversation_failure"
            ),
            GinIndex(fields=["tags"], name="conversation_tags"),
            models.Index(fields=["resolved_at"], condition=models.Q(state="resolved"), name="conversation_to_close"),
            models.Index(fields=["folder", "-priority", "-last_message_at", "-id"], name="conversation_priority"),
            models.Index("folder", by_wait(), "id", name="conversation_wait"),
            models.Index("folder", by_snooze(), "id", name="conversation_snooze_end"),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="conversation_merged_into"
            ),
            GinIndex(fields=["custom"], name="conversation_custom"),
        ]

    def __str__(self) -> str:
        return f"#{self.id}"


class Message(models.Model):
    """One entry of the timeline. `text` is what was written, without quote and signature."""

    class Kind(models.TextChoices):
        """domain.md 2.2 rule 3."""

        CUSTOMER = "customer"
        CUSTOMER_AUTO = "customer_auto"  # out of office, bounce: nobody waits
        AGENT = "agent"
        NOTE = "note"
        AUTO_REPLY_OUT = "auto_reply_out"
        SYSTEM = "system"
        SIDE_IN = "side_in"  # of a side conversation: the customer never sees it, nobody waits
        SIDE_OUT = "side_out"

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        NOTED = "noted", _("noted")
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=14, choices=Kind)
    state = models.CharField(max_length=9, choices=State)
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, db_index=False)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=320, blank=True)
    is_verified = models.BooleanField(default=False)  # the channel proved the sender
    recipients = models.JSONField(default=dict)  # {"to": [[name, address]], "cc": …, "bcc": …}
    subject = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)  # with quote and signature; empty when it is the same
    html = models.TextField(blank=True)  # as sent; sanitised whenever it is shown
    language = models.CharField(max_length=5, blank=True)
    external_id = models.CharField(max_length=400, blank=True)  # unique per channel: the second copy is a double
    message_id = models.CharField(max_length=320, blank=True)  # what answers refer to
    thread_ids = models.JSONField(default=list)  # the ids it answers, nearest first
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    about = models.JSONField(default=dict)  # auto, warnings, forwarded, calendar: what else was understood
    inbound = models.ForeignKey(Inbound, null=True, on_delete=models.SET_NULL, db_index=False)
    outbound = models.OneToOneField(Outbound, null=True, on_delete=models.SET_NULL)
    side = models.ForeignKey(
        "conversations.SideConversation", null=True, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~models.Q(external_id=""), name="message_external"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "id"], name="message_conversation"),
            models.Index(fields=["message_id"], condition=~models.Q(message_id=""), name="message_message_id"),
            models.Index(fields=["side", "id"], condition=models.Q(side__isnull=False), name="message_side"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class MessageSearch(models.Model):
    """The search words of one message; see `search`."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE)
    conversation_id = models.BigIntegerField()
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["words"], name="messagesearch_words", gin_pending_list_limit=512)]

    def __str__(self) -> str:
        return f"words of {self.message_id}"


class Attachment(models.Model):
    """A file of a message. The bytes are kept once, in the blob."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)
    content_id = models.CharField(max_length=320, blank=True)
    is_inline = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Wait(models.Model):
    """A customer waits for us, from the first message nobody answered until a person does (domain.md 2.2 rule 6)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="waits")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    is_unanswered = models.BooleanField(default=False)  # resolved without an answer

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(closed_at__isnull=True), name="wait_one_open"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "-closed_at"], condition=models.Q(closed_at__isnull=False), name="wait_closed"
            )
        ]

    def __str__(self) -> str:
        return f"wait {self.id}"


class ReadMark(models.Model):
    """How far an agent has read a conversation."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    message_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "conversation"], name="readmark_unique")]

    def __str__(self) -> str:
        return f"{self.agent_id} read {self.conversation_id}"


class Touched(models.Model):
    """A conversation that may have come to or left somebody's own view; a job looks, and removes the row."""

    conversation_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"touched {self.conversation_id}"


class CountChange(models.Model):
    """A conversation came to (+1) or left (-1) a counted view. Rows are summed up and folded together by a job.

    Appending instead of updating keeps two workers from waiting for each other.
    """

    view = models.CharField(max_length=40)
    shop_id = models.BigIntegerField(null=True)  # so that those who see some shops and teams have their own counts
    team_id = models.BigIntegerField(null=True)
    change = models.IntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["view"], include=["shop_id", "team_id", "change"], name="countchange_view_of")
        ]

    def __str__(self) -> str:
        return f"{self.view} {self.change:+d}"
