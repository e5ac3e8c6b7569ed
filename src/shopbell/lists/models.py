"""What agents work through: views they make themselves, how these are counted, and changes made to many at once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent, Team
from shopbell.conversations.models import Tag


class Sort(models.TextChoices):
    """In which order a list shows its rows. Each has an index (see `ordering`)."""

    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    WAIT = "wait", _("Longest wait first")
    PRIORITY = "priority", _("Most urgent first")
    SNOOZED = "snoozed", _("Snooze ends first")


class View(models.Model):
    """A list somebody made: a filter with a name. Without an owner it is shared, with a team or with everybody."""

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(Agent, null=True, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE)
    filter = models.JSONField()  # {"match": "all", "of": [{"field", "op", "value"} or one more such group]}
    sort = models.CharField(_("order"), max_length=8, choices=Sort, default=Sort.NEWEST)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


OPEN = {"field": "folder", "op": "is", "value": ["open"]}
STANDARD = {  # the standard views that are counted like those people make, for each agent: name → filter
    "following": {"match": "all", "of": [{"field": "followed", "op": "yes", "value": None}, OPEN]},
    "mentions": {"match": "all", "of": [{"field": "mentioned", "op": "yes", "value": None}, OPEN]},
}


class ViewCount(models.Model):
    """What a view holds, for everybody (no agent) or as one agent sees it; see `counting`."""

    view = models.ForeignKey(View, null=True, on_delete=models.CASCADE, db_index=False)
    standard = models.CharField(max_length=9, db_default="")  # without a view: which of STANDARD
    agent = models.ForeignKey(Agent, null=True, on_delete=models.CASCADE)
    signature = models.CharField(max_length=32)  # of the question it answers: filter, permissions, what exists
    members = ArrayField(models.BigIntegerField(), default=list)  # empty while there are too many to name
    is_large = models.BooleanField(default=False)
    is_slow = models.BooleanField(db_default=False)  # the database was not given the time to count it
    is_relative = models.BooleanField(default=False)  # the clock alone changes it
    counted_at = models.DateTimeField(null=True)  # null: has to be counted anew
    looked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["view", "standard", "agent"], name="viewcount_unique", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"count of {self.view_id or self.standard}"

    @property
    def asked(self) -> View:
        """The view it counts; of a standard one a view that is not kept anywhere."""
        return self.view or View(owner=self.agent, filter=STANDARD[self.standard])


class Bulk(models.Model):
    """One change to many conversations, made by the worker in chunks."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=64)  # of the form it was sent from: pressed twice, it is one change
    action = models.CharField(max_length=12)
    values = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    state = models.CharField(max_length=9, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # looked at, changed or not
    changed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "key"], name="bulk_unique")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="bulk_created")]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class BulkItem(models.Model):
    """One conversation of a change, and what it was like before and after; null: not changed."""

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="items", db_index=False)
    conversation_id = models.BigIntegerField()
    is_done = models.BooleanField(db_default=False)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bulk", "conversation_id"], name="bulkitem_unique")]
        indexes: ClassVar = [
            models.Index(fields=["bulk", "conversation_id"], condition=models.Q(is_done=False), name="bulkitem_pending")
        ]

    def __str__(self) -> str:
        return f"#{self.conversation_id} of {self.bulk_id}"


class TagChange(models.Model):
    """A tag that is renamed, merged into another or deleted, in all conversations that have it."""

    tag = models.OneToOneField(Tag, null=True, on_delete=models.SET_NULL)
    old = models.CharField(max_length=50)
    new = models.CharField(max_length=50, blank=True)  # empty: deleted
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Choice(models.Model):
    """How an agent likes their lists: how dense, each in which order; and the change to many they started last."""

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    agent = models.OneToOneField(Agent, primary_key=True, on_delete=models.CASCADE)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMFORTABLE)
    sorts = models.JSONField(default=dict)  # name of a view → Sort
    bulk = models.ForeignKey(Bulk, null=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return f"choices of {self.agent_id}"
