"""What happened to a conversation besides messages, told from the log of events in one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent, Team
from shopbell.conversations import events
from shopbell.conversations.models import Rating, Score, State
from shopbell.events.models import Event
from shopbell.web import times
from shopbell.web.desk import facts_of_orders, facts_of_ties
from shopbell.web.desk.timeline import Entry

Names = Mapping[int, str]


def build(conversation_id: int, since: datetime | None, known: Iterable[Agent] = ()) -> list[Entry]:
    """The facts since an instant, oldest first. The log holds ids only; names that are not `known` are looked up."""
    rows = Event.objects.filter(conversation_id=conversation_id, name__in=TELLERS)
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    logged = list(rows.order_by("-id")[:200])[::-1]
    agents, teams = _names(logged, known)
    comments = _comments(conversation_id, logged)
    told = ((event, TELLERS[event.name](event, agents, teams)) for event in logged)
    return [_entry(event, icon, text + comments.get(event.id, "")) for event, (icon, text) in told if text]


def _comments(conversation_id: int, logged: Iterable[Event]) -> Mapping[int, str]:
    """What the customer wrote with the rating that counts, by the number of its event; the log holds no texts."""
    rated = [event.id for event in logged if event.name == events.CustomerRated.name]
    rating = Rating.objects.filter(conversation=conversation_id).exclude(comment="").first() if rated else None
    return {rated[-1]: f" “{rating.comment}”"} if rating is not None else {}


def _entry(event: Event, icon: str, text: str) -> Entry:
    at = event.occurred_at
    return Entry("fact", at, text, icon, times.clock(at), times.exact(at))


def _names(logged: Iterable[Event], known: Iterable[Agent]) -> tuple[Names, Names]:
    actors = (number for event in logged for number in (event.actor_id, event.data.get("agent_id")))
    names = {agent.id: str(agent) for agent in known}
    agent_ids: set[int] = {number for number in actors if number and number not in names}
    team_ids: set[int] = {number for event in logged if (number := event.data.get("team_id"))}
    agents = Agent.objects.filter(id__in=agent_ids) if agent_ids else ()
    teams = Team.objects.filter(id__in=team_ids) if team_ids else ()
    return names | {agent.id: str(agent) for agent in agents}, {team.id: team.name for team in teams}


def _actor(event: Event, agents: Names) -> str:
    return agents.get(event.actor_id or 0, "")


def _assigned(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    who, team = agents.get(event.data["agent_id"] or 0), teams.get(event.data["team_id"] or 0)
    actor = _actor(event, agents)
    if who and event.data["agent_id"] == event.actor_id:
        return "user-round-check", _("{agent} took it over").format(agent=who)
    if not who and not team:
        return "user", _("{agent} gave it back to everybody").format(agent=actor or "Shopbell")
    target = ", ".join(name for name in (who, team) if name)
    if not actor:
        return "user", _("Assigned to {target}").format(target=target)
    return "user", _("{agent} assigned it to {target}").format(agent=actor, target=target)


def _snoozed(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    if not event.data["until"]:
        return "moon-star", _("{agent} snoozed it until the customer replies").format(agent=_actor(event, agents))
    until = times.moment(datetime.fromisoformat(event.data["until"]), timezone.now())
    return "moon-star", _("{agent} snoozed it until {time}").format(agent=_actor(event, agents), time=until)


def _woken(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    return "clock", _("The snooze ended")


def _resolved(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    actor = _actor(event, agents)
    return "check", _("{agent} resolved it").format(agent=actor) if actor else _("Resolved")


def _moved(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    actor = _actor(event, agents)
    told: dict[str, tuple[str, str]] = {
        State.OPEN: ("rotate-ccw", _("{agent} opened it again") if actor else _("Open again")),
        State.PENDING_CUSTOMER: ("clock", _("{agent}: the next word is the customer's") if actor else ""),
        State.PENDING_THIRD: ("clock", _("{agent}: somebody else is to act") if actor else ""),
        State.SPAM: ("shield-alert", _("{agent} marked it as spam") if actor else _("Marked as spam")),
    }
    icon, text = told.get(event.data["state"], ("", ""))
    return icon, text.format(agent=actor)


def _closed_outside(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    return "door-open", _("The customer closed it in the portal")


def _reopened_outside(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    return "door-open", _("The customer opened it again in the portal")


def _rated(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    words = Score(event.data["score"]).label
    return "smile", _("The customer rated it: {words}").format(words=words)


def _replaced(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    if event.actor_id is None:
        return "shield-check", _("The customer proved who they are")
    return "users", _("{agent} merged the customer with another, or took them apart").format(
        agent=_actor(event, agents)
    )


def _followed(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    who, actor = agents.get(event.data["agent_id"], ""), _actor(event, agents)
    if not who or event.data["agent_id"] == event.actor_id:
        return "bell", _("{agent} follows it").format(agent=who) if who else ""
    return "bell", _("{actor} lets {agent} follow it").format(actor=actor, agent=who)


def _people_changed(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    actor = _actor(event, agents)
    return "users", _("{agent} changed who takes part").format(agent=actor) if actor else ""


def _scheduled(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    when = times.moment(datetime.fromisoformat(event.data["send_at"]), timezone.now())
    words = _("{agent} wrote an answer that leaves {time}")
    return "calendar-clock", words.format(agent=_actor(event, agents) or "Shopbell", time=when)


def _unscheduled(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    name = agents.get(event.data["agent_id"] or 0, "Shopbell")
    told = {
        "customer_wrote": _("The customer wrote first: the answer that was to leave later is {agent}’s draft again"),
        "cancelled": _("The answer does not leave later: it is {agent}’s draft again"),
        "edited": _("{agent} goes on writing the answer that was to leave later"),
    }
    other = _("The answer that was to leave later could not: it is {agent}’s draft again")
    return "calendar-clock", told.get(event.data["reason"], other).format(agent=name)


def _draft_shared(event: Event, agents: Names, teams: Names) -> tuple[str, str]:
    words = _("{agent} shares a draft") if event.data["is_shared"] else ""
    return "users", words.format(agent=_actor(event, agents))


Teller = Callable[[Event, Names, Names], tuple[str, str]]
TELLERS: dict[str, Teller] = {
    events.ConversationAssigned.name: _assigned,
    events.ConversationSnoozed.name: _snoozed,
    events.ConversationWoken.name: _woken,
    events.ConversationResolved.name: _resolved,
    events.StateChanged.name: _moved,
    events.ConversationFollowed.name: _followed,
    events.ParticipantsChanged.name: _people_changed,
    events.ReplyScheduled.name: _scheduled,
    events.ReplyUnscheduled.name: _unscheduled,
    events.DraftShared.name: _draft_shared,
    events.CustomerReplaced.name: _replaced,
    events.CustomerClosed.name: _closed_outside,
    events.CustomerReopened.name: _reopened_outside,
    events.CustomerRated.name: _rated,
    **facts_of_ties.TELLERS,
    **facts_of_orders.TELLERS,
}
