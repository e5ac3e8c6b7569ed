"""People who work here, and the teams they are in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

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
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

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
