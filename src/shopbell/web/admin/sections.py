"""The sections of the administration: a line here gives one its place beside every page and on the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.agents.permissions import (
    may_administer,
    may_audit,
    may_edit_macros,
    may_edit_tags,
    may_make_tokens,
    may_propose_policies,
)


@dataclass(frozen=True)
class Section:
    """`name` is its first page's: `admin_<name>`. `about` says in one line what is decided there."""

    name: str
    group: str | Promise
    label: str | Promise
    about: str | Promise
    may: Callable[[Agent], bool] = may_administer

    @property
    def url(self) -> str:
        return reverse(f"admin_{self.name}")


CHANNELS = _("Shops and channels")
WORK = _("Work")
PEOPLE = _("People")
PROGRAMS = _("Other programs")
SYSTEM = _("System")

# Sections of one group stand together.
SECTIONS = (
    Section("shops", CHANNELS, _("Shops"), _("Brands with their look, languages, privacy notice and contact form.")),
    Section("mailboxes", CHANNELS, _("Mailboxes"), _("Addresses customers write to, and how they are.")),
    Section(
        "connections",
        CHANNELS,
        _("Shop systems"),
        _("Where orders, customers and products come from, and how that is."),
    ),
    Section("carriers", CHANNELS, _("Carriers"), _("Who is asked where the parcels are, and how that is.")),
    Section(
        "policies",
        WORK,
        _("Policies"),
        _("What the shop promises about shipping, payment, returns and refunds."),
        may_propose_policies,
    ),
    Section("watch", WORK, _("Parcels and orders"), _("What is watched, and when customers are written to first.")),
    Section("macros", WORK, _("Macros"), _("Approved wording for answers."), may_edit_macros),
    Section("tags", WORK, _("Tags"), _("Words conversations are sorted by: colour and meaning."), may_edit_tags),
    Section("checklists", WORK, _("Checklists"), _("Steps that are put on a conversation together."), may_edit_macros),
    Section("fields", WORK, _("Fields"), _("What the shop wants to know of customers and conversations.")),
    Section("allowances", WORK, _("Money back"), _("Up to which amount each role gives money back alone.")),
    Section("people", PEOPLE, _("People"), _("Who works here, with which role, in which team.")),
    Section("rules", PEOPLE, _("Signing in"), _("Who needs a second step, and which mailbox sends invitations.")),
    Section("sso", PEOPLE, _("Company sign-on"), _("Signing in with the account of the company (OpenID Connect).")),
    Section("audit", PEOPLE, _("Log"), _("Who did what, and when."), may_audit),
    Section(
        "tokens", PROGRAMS, _("API tokens"), _("Keys for other programs that work with the desk."), may_make_tokens
    ),
    Section("webhooks", PROGRAMS, _("Webhooks"), _("Addresses that are told what happens here.")),
    Section("health", SYSTEM, _("Health"), _("What is read, sent and running, and what is not.")),
    Section("parked", SYSTEM, _("Stuck work"), _("What kept failing and waits for somebody to look.")),
)


def open_to(agent: Agent) -> list[Section]:
    """The sections this agent may open, in their order."""
    return [section for section in SECTIONS if section.may(agent)]


def grouped(sections: Iterable[Section]) -> list[tuple[str, list[Section]]]:
    """Sections under the names of their groups."""
    return [(str(group), list(members)) for group, members in groupby(sections, lambda section: section.group)]
