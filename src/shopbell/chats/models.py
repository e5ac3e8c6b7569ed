"""Live chats: who sits at the other end, and the numbered lines they see."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.channels.models import Blob, Channel
from shopbell.conversations.models import Conversation, Message
from shopbell.customers.models import Customer

DOMAIN = "visitor.invalid"  # RFC 2606: no mail ever goes there


class Level(models.TextChoices):
    """How far it is known who a visitor is; what they are shown depends on it."""

    ANONYMOUS = "anonymous", _("anonymous")
    KNOWN = "known", _("typed an address")
    VERIFIED = "verified", _("proved who they are")


OWES_MAIL = models.Q(has_unseen=True) & ~models.Q(email="")


class Visit(models.Model):
    """One browser in which somebody began to write. Its token is all that opens it."""

    key = models.UUIDField(unique=True)  # what its token names
    client_id = models.UUIDField()  # made by the widget: beginning twice is one visit
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    level = models.CharField(max_length=9, choices=Level, default=Level.ANONYMOUS)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="visits")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="visits")
    language = models.CharField(max_length=5)
    name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)  # typed; proved where the level says so
    external = models.CharField(max_length=200, blank=True)  # the shop's own id of a customer it vouched for
    top = models.PositiveIntegerField(default=0)  # the highest number given to a line
    read_seq = models.PositiveIntegerField(default=0)  # how far the visitor has read
    mailed_seq = models.PositiveIntegerField(default=0)  # how far they were told by mail what they missed
    has_unseen = models.BooleanField(default=False)  # lines of ours they have neither read nor been mailed
    page_url = models.CharField(max_length=500, blank=True)  # what they look at, where they allowed it
    page_title = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())  # when their page last was there, to half a minute
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "client_id"], name="visit_once")]
        indexes: ClassVar = [
            models.Index(fields=["seen_at"], condition=OWES_MAIL, name="visit_owes_mail"),
            models.Index(fields=["channel", "seen_at"], name="visit_seen"),
        ]

    def __str__(self) -> str:
        return f"visit {self.id}"

    @property
    def address(self) -> str:
        """What answers are addressed to: no mailbox, but unique and of the form of one."""
        return f"{self.key.hex}@{DOMAIN}"


class Line(models.Model):
    """A message as a visitor sees it, numbered without gaps from 1."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="lines", db_index=False)
    seq = models.PositiveIntegerField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE)
    client_id = models.UUIDField(null=True)  # of what the visitor wrote here
    is_ours = models.BooleanField()  # by an agent or the shop

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "seq"], name="line_seq"),
            models.UniqueConstraint(fields=["visit", "message"], name="line_message"),
            models.UniqueConstraint(
                fields=["visit", "client_id"], condition=models.Q(client_id__isnull=False), name="line_client"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}:{self.seq}"


class Upload(models.Model):
    """A file a visitor has sent ahead of the message it goes with; forgotten after a day without one."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="uploads")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return self.name
