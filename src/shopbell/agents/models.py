"""People who work here, and the teams they are in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.core.crypto import EncryptedJSONField
from shopbell.shops.models import Shop


class Team(models.Model):
    """Agents who share a queue. An outsourced team's agents see that team's conversations only, masked by its rules."""

    class Names(models.TextChoices):
        """How an outsourced team's agents see a customer's name."""

        FULL = "full", _("in full")
        SHORT = "short", _("first name and initial")
        NONE = "none", _("not at all, a number instead")

    class Files(models.TextChoices):
        """Which files of customers an outsourced team's agents may open."""

        ALL = "all", _("all")
        PICTURES = "pictures", _("pictures only")
        NONE = "none", _("none")

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_partner = models.BooleanField(_("outsourced partner"), default=False)
    leads = models.ManyToManyField(
        "agents.Agent", related_name="leads_teams", blank=True, verbose_name=_("led by"), help_text=_("Whom to ask.")
    )
    masks = models.BooleanField(_("personal data is masked"), default=True, db_default=True)
    names = models.CharField(
        _("customers' names"), max_length=5, choices=Names, default=Names.SHORT, db_default=Names.SHORT
    )
    files = models.CharField(
        _("customers' files"), max_length=8, choices=Files, default=Files.PICTURES, db_default=Files.PICTURES
    )
    reveals = models.BooleanField(
        _("may look behind the mask with a reason"),
        default=False,
        db_default=False,
        help_text=_("Each time is logged with the reason."),
    )

    def __str__(self) -> str:
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    """Makes agents by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        """A new agent; without a password nobody can sign in as them."""
        agent = self.model(email=email.strip().lower(), **fields)
        agent.set_password(password)
        agent.save()
        return agent


class Role(models.TextChoices):
    """domain.md 5: who may do what is decided in `permissions.py`, nowhere else."""

    AGENT = "agent", _("Agent")
    PARTNER = "partner", _("Partner agent")
    LEAD = "lead", _("Team lead")
    PRIVACY = "privacy", _("Privacy officer")
    ADMIN = "admin", _("Admin")


class Status(models.TextChoices):
    """What an agent says of themselves; `availability.py` says what follows from it, from the hours, from silence."""

    ONLINE = "online", _("online")
    AWAY = "away", _("away")
    OFF = "off", _("off")


class Digest(models.TextChoices):
    """How often what was not read is sent by mail."""

    NEVER = "never", _("never")
    HOURLY = "hourly", _("every hour")
    DAILY = "daily", _("once a day, in the morning")


class Agent(AbstractBaseUser):
    """Somebody who signs in to the desk."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.AGENT)
    also_answers = models.BooleanField(
        _("answers customers too"), default=False, help_text=_("For an admin of a small shop who is an agent as well.")
    )
    teams = models.ManyToManyField(Team, related_name="agents", blank=True)
    limited_to_teams = models.BooleanField(_("sees only what is with these teams"), default=False, db_default=False)
    shops = models.ManyToManyField(Shop, related_name="+", blank=True)
    limited_to_shops = models.BooleanField(_("sees only these shops"), default=False, db_default=False)
    works_in_store = models.BooleanField(
        _("works in a store"),
        default=False,
        db_default=False,
        help_text=_("Finds orders that are collected there and says that they were."),
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    send_default = models.CharField(
        max_length=16, blank=True, default="", db_default=""
    )  # what follows sending, as chosen last
    theme = models.CharField(
        _("appearance"),
        max_length=5,
        choices=[("auto", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
        default="auto",
    )
    status = models.CharField(_("I am"), max_length=6, choices=Status, default=Status.ONLINE, db_default=Status.ONLINE)
    seen_at = models.DateTimeField(null=True)  # about when they did something last
    hours = models.JSONField(default=dict, db_default={})  # {"0": ["09:00", "17:00"]}, 0 is Monday; {}: any time
    days_off = models.JSONField(default=list, db_default=[])  # [["2026-12-24", "2026-12-31"]], both included
    chats_at_once = models.PositiveSmallIntegerField(null=True, blank=True)  # None: as many as each chat says
    face = models.CharField(max_length=16, blank=True, default="", db_default="")  # changes with the picture; "": none
    ways = models.JSONField(default=dict, db_default={})  # {kind of notification: [how to tell]}, see notifications
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)
    digest = models.CharField(max_length=6, choices=Digest, default=Digest.NEVER, db_default=Digest.NEVER)
    needs_tour = models.BooleanField(default=True, db_default=False)  # of the desk, before anything else
    factor_by = models.DateTimeField(null=True)  # until when a second factor must be set up; null: nothing is owed
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    there: Status | None = None  # now, where somebody worked it out: `availability.of`

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AgentManager()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_partner(self) -> bool:
        return self.role == Role.PARTNER

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or "?"


class Face(models.Model):
    """The small picture of an agent (WebP)."""

    agent = models.OneToOneField(Agent, primary_key=True, on_delete=models.CASCADE, related_name="picture")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"face of {self.agent_id}"


class Invitation(models.Model):
    """A link by which somebody comes in for the first time: works once, until it expires or is taken back."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="invitations")
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret; the secret itself is only mailed
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.id}"


class Rules(models.Model):
    """What holds for everybody's sign-in. One row (id 1); see `operations.rules`."""

    factor_roles = ArrayField(models.CharField(max_length=8), default=list)  # who must have a second factor
    factor_since = models.DateTimeField(null=True)  # since when: the days of grace begin here, or when somebody joins
    grace_days = models.PositiveSmallIntegerField(_("days to set it up"), default=7)
    notices_channel = models.BigIntegerField(null=True)  # the mailbox that sends our own mail; null: the first that can
    sso_active = models.BooleanField(_("active"), default=False)
    sso_label = models.CharField(_("name on the button"), max_length=60, blank=True)
    sso_issuer = models.URLField(_("issuer"), max_length=300, blank=True)
    sso_client_id = models.CharField(_("client ID"), max_length=300, blank=True)
    sso_secret = EncryptedJSONField(null=True)
    sso_domains = ArrayField(models.CharField(max_length=253), default=list)  # [] : any
    sso_role = models.CharField(max_length=8, choices=Role, blank=True)  # of those it makes; "": it makes nobody

    def __str__(self) -> str:
        return "rules"
