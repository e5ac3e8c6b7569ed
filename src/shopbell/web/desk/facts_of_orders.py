"""What happened to the orders of a conversation, in one line each for its timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from shopbell.commerce import events
from shopbell.commerce.models import Action
from shopbell.events.models import Event
from shopbell.web import order_words

Names = Mapping[int, str]


def _what(event: Event) -> str:
    return str(order_words.ABILITIES.get(event.data["ability"], event.data["ability"]))


def _asked(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    who = agents.get(event.actor_id or 0, "Shopbell")
    if event.data["state"] == Action.State.WAITING:
        words = _("{agent} asks for a second person: {what}")
    else:
        words = _("{agent} has it done in the shop: {what}")
    return "store", words.format(agent=who, what=_what(event))


def _settled(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    state = str(Action.State(event.data["state"]).label)
    return "store", _("In the shop: {what}, {state}").format(what=_what(event), state=state)


TELLERS: dict[str, Callable[[Event, Names, Names], tuple[str, str]]] = {
    events.ActionAsked.name: _asked,
    events.ActionSettled.name: _settled,
}
