"""People who write to a shop, the addresses they write from, and what is known about them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.core.crypto import EncryptedJSONField
from shopbell.customers import naming
from shopbell.shops.models import Shop

IS_SELF = models.Q(merged_into__isnull=True)


class Salutation(models.TextChoices):
    """How somebody wants to be addressed; see `addressing.py`."""

    NONE = "", _("none")
    MS = "ms", _("Ms")
    MR = "mr", _("Mr")
    FREE = "free", _("other words")


class Customer(models.Model):
    """A person. What they are reached by is an Identity; one person may have many.

    One that was merged into another keeps its row and what was known, so that the merge can be undone at any time.
    """

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    salutation = models.CharField(
        _("salutation"), max_length=4, choices=Salutation, blank=True, default="", db_default=""
    )
    greeting = models.CharField(
        _("greeting"), max_length=100, blank=True, default="", db_default=""
    )  # of Salutation.FREE
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, default="", db_default="")
    custom = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))  # fields of the shop's own
    created_at = models.DateTimeField(auto_now_add=True)
    last_contact_at = models.DateTimeField(null=True)  # when they last wrote
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged", db_index=False)
    compared_at = models.DateTimeField(null=True)  # looked for doubles; null: to be done
    search = SearchVectorField(null=True, editable=False)  # name and addresses, folded

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="customer_search"),
            GinIndex(fields=["custom"], name="customer_custom"),
            models.Index(Lower("name"), "id", condition=IS_SELF, name="customer_name"),
            models.Index(fields=["-last_contact_at", "-id"], condition=IS_SELF, name="customer_last_contact"),
            models.Index(fields=["language", "-id"], condition=IS_SELF, name="customer_language"),
            models.Index(fields=["merged_into"], condition=~IS_SELF, name="customer_merged_into"),
            models.Index(fields=["id"], condition=models.Q(compared_at__isnull=True), name="customer_to_compare"),
        ]

    def __str__(self) -> str:
        return self.name or naming.nameless(self.id, self._reached())

    @property
    def own_name(self) -> str:
        """What they can be addressed by: "" where it is an e-mail address, or what tells a visitor apart."""
        name = self.name.strip()
        is_none = "@" in name or (naming.may_be_visitor(name) and naming.is_visitor(name, self._reached()))
        return "" if is_none else name

    def _reached(self) -> list[tuple[str, str]]:
        """By kind and value, the first known first, looked up once; masked where the customer is covered."""
        models.prefetch_related_objects([self], "identities")
        return [(one.kind, one.value) for one in sorted(self.identities.all(), key=lambda one: one.pk)]


class Evidence(models.TextChoices):
    """What first proved that an address is its customer's."""

    NONE = "", _("nothing")
    CHANNEL = "channel", _("a message that came from it")
    CODE = "code", _("a code sent to it")
    LINK = "link", _("a link sent to it")
    VOUCHED = "vouched", _("the shop's word")


class Identity(models.Model):
    """An address on a kind of channel. One address belongs to one person at a time."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    # email, phone, external, account, …; email-unproven, email-unknown: see ADR 9
    kind = models.CharField(max_length=30)
    value = models.CharField(max_length=320)  # normalised: lower case e-mail address, E.164 number
    verified_at = models.DateTimeField(null=True)  # first time it was proved to be theirs
    evidence = models.CharField(max_length=8, choices=Evidence, blank=True, default="", db_default="")  # by what
    blocked_at = models.DateTimeField(null=True)  # what comes from there is filed as spam and told to nobody
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "value"], name="identity_unique")]
        indexes: ClassVar = [
            models.Index(fields=["customer"], condition=models.Q(blocked_at__isnull=False), name="identity_blocked")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def shown(self) -> str:
        """As it is read."""
        return naming.shown(self.kind.removesuffix("-unproven"), self.value)


class CustomerNote(models.Model):
    """What a colleague wants the others to know about a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    text = models.TextField(_("note"))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-id"], name="customernote_customer")]

    def __str__(self) -> str:
        return f"note {self.id}"


class CustomerLink(models.Model):
    """Two people who have to do with each other, and stay two. The lower id is the first.

    It stays with whom it was said of, also when they are merged: whose it is now is asked when it is read.
    """

    class Relation(models.TextChoices):
        HOUSEHOLD = "household", _("same household")
        FAMILY = "family", _("family")
        COMPANY = "company", _("same company")
        BEHALF = "behalf", _("one writes for the other")
        OTHER = "other", _("other")

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    relation = models.CharField(_("relation"), max_length=9, choices=Relation)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="customerlink_unique"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="customerlink_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} – {self.second_id}"


class Merge(models.Model):
    """One person turned out to be another: what came from whom, so that it can be taken apart at any later time."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    # {"identities": [ids], "conversations": [ids], "notes": [ids], "filled": {field: [before, after]}}
    moved = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)  # why, where two proved addresses stood against it
    actor = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at__isnull=True), name="merge_one_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Trait(models.Model):
    """What a customer may have in common with another: found by the job that looks for doubles."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="traits")
    kind = models.CharField(max_length=10)  # see `likeness.traits`
    value = models.CharField(max_length=320)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="trait_value")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"


class Double(models.Model):
    """Two customers who may be one, why, and what was decided. The lower id is the first."""

    class State(models.TextChoices):
        OPEN = "open"
        DISMISSED = "dismissed"  # two people: never suggested again
        MERGED = "merged"

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # names of `likeness.REASONS`
    confidence = models.PositiveSmallIntegerField()  # percent
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    suggested_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    decided_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="double_unique"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="double_ordered"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-confidence", "-id"], condition=models.Q(state="open"), name="double_open")
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"


class Segment(models.Model):
    """A saved filter over customers, for everybody. Who is in it follows from what is known at the time."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    filter = models.JSONField(default=dict)  # {"match": "all" or "any", "conditions": [[field, operator, value], …]}
    count = models.BigIntegerField(null=True)  # as counted by the job; null: not yet, or it takes too long
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class CustomerImport(models.Model):
    """A CSV file of customers on its way in."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns to be matched")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    name = models.CharField(max_length=200)
    content = models.BinaryField()  # emptied some days after the end
    charset = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    mapping = models.JSONField(default=list)  # for each column what it is: see `operations/importing.py`
    country = models.CharField(max_length=2, blank=True)  # of phone numbers without a country code
    is_trial = models.BooleanField(default=True)  # says what would happen, and changes nothing
    state = models.CharField(max_length=9, choices=State, default=State.MAPPING)
    position = models.PositiveIntegerField(default=0)  # rows done
    total = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    run = models.PositiveIntegerField(default=0)  # trials and the real one, counted: a message of an older run is void
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"import {self.id}"


class ImportProblem(models.Model):
    """A row of a CSV file that was not taken, and why."""

    of = models.ForeignKey(CustomerImport, on_delete=models.CASCADE, related_name="problems", db_index=False)
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    row = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["of", "id"], name="importproblem_of")]

    def __str__(self) -> str:
        return f"line {self.line}"


class Proof(models.Model):
    """Somebody says an address is theirs: a code and a link on their way to it prove it, once, for some minutes.

    Code and link are computed from the row with our key (`proofs.py`): who reads this table learns neither.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    address = models.CharField(max_length=320)  # normalised
    visitor = models.CharField(max_length=60)  # a pseudonym of who asks; "" where there is none
    nonce = models.CharField(max_length=32)
    language = models.CharField(max_length=5)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong codes
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # earlier than it began when it was used, or another one took its place

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["address", "-id"], name="proof_address"),
            models.Index(fields=["visitor", "-id"], name="proof_visitor"),
            models.Index(fields=["shop", "-id"], name="proof_shop"),
            models.Index(fields=["asked_at"], name="proof_asked"),
        ]

    def __str__(self) -> str:
        return f"proof {self.id}"


class SignIn(models.Model):
    """Somebody proved who they are and stays signed in at the portal, on one device. The secret is kept as a hash."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="sign_ins")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)  # where
    secret_hash = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="signin_expires")]

    def __str__(self) -> str:
        return f"sign-in {self.id}"


class VouchingKey(models.Model):
    """The secret with which a shop's own site vouches for its customers; the former one counts on for a while."""

    shop = models.OneToOneField(Shop, primary_key=True, on_delete=models.CASCADE, related_name="vouching_key")
    secrets = EncryptedJSONField(default=dict)  # {"current": …, "former": … or ""}
    former_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"vouching key of {self.shop_id}"


class UsedToken(models.Model):
    """A token of a shop's that signed somebody in: once is enough."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="usedtoken_expires")]

    def __str__(self) -> str:
        return self.digest
