"""How an agent wants to be told of what: for each kind in the desk, by the browser, by a sound, in the mail digest.

`audience` decides who is told; a way only ever leaves something out.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.notifications.models import Kind


class Way(models.TextChoices):
    DESK = "desk", _("In the desk")
    PUSH = "push", _("By the browser")
    SOUND = "sound", _("With a sound")
    MAIL = "mail", _("In the mail digest")


_URGENT = {
    *(Kind.MENTIONED, Kind.ASSIGNED, Kind.CUSTOMER_REPLIED, Kind.SEND_FAILED, Kind.REVIEW_ASKED),
    Kind.SOURCE_FAILING,
}


def default(kind: Kind) -> list[str]:
    """Until the agent decides: everything in the desk; what is meant for them alone also by push and mail; who waits at
    this moment is heard.
    """
    if kind == Kind.CHAT_WAITS:
        return [Way.DESK, Way.PUSH, Way.SOUND]
    return [Way.DESK, Way.PUSH, Way.MAIL] if kind in _URGENT else [Way.DESK]


def chosen(agent: Agent, kind: str) -> list[str]:
    """The ways the agent wants to be told of a kind."""
    ways: list[str] = agent.ways.get(kind, default(Kind(kind)))
    return ways


def kinds(agent: Agent, way: Way) -> list[Kind]:
    """The kinds the agent wants to be told of in a way."""
    return [kind for kind in Kind if way in chosen(agent, kind)]
