"""What can be done with an order in its shop, what was asked for, and the second person's word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Action, Order
from shopbell.commerce.operations import acting, deciding
from shopbell.conversations import masking, orders
from shopbell.core.ids import as_id
from shopbell.knowledge.policy_words import country
from shopbell.web import order_words, times
from shopbell.web.desk import order_panel, page
from shopbell.web.desk.request import AgentRequest, approving, writing

SHOWN = 30
KEYS = {Ability.NOTE: "n", Ability.REFUND: "r", Ability.CANCEL: "x", Ability.ADDRESS: "a", Ability.COUPON: "v"}
LEVELS = {Action.State.DONE: "ok", Action.State.FAILED: "bad", Action.State.WITHDRAWN: "calm"}


@dataclass(slots=True)
class Choice:
    """Something an agent might ask for; `reason`: why not."""

    label: str
    url: str
    key: str
    reason: str


@dataclass(slots=True)
class Past:
    """Something that was asked for, ready to print."""

    id: int
    order: str
    order_url: str
    what: str
    who: str
    approver: str
    when: str
    state: str
    level: str
    result: str
    said: str
    may_approve: bool
    may_withdraw: bool
    may_say: bool


def choices(viewer: Agent, found: Order, origin: str = "") -> list[Choice]:
    """All there is, in the order of their weight; what cannot be done says why."""
    if not permissions.may_answer(viewer):
        return []
    query = f"?from={origin}" if as_id(origin) else ""
    return [
        Choice(
            label=labels()[ability],
            url=reverse("desk:deed", args=[found.id, ability.value]) + query,
            key=KEYS[ability],
            reason=against(viewer, found, ability),
        )
        for ability in KEYS
    ]


def labels() -> dict[Ability, str]:
    """What the buttons say."""
    return {
        Ability.NOTE: _("Leave a note in the shop"),
        Ability.CANCEL: _("Cancel the order"),
        Ability.ADDRESS: _("Change the address"),
        Ability.REFUND: _("Refund"),
        Ability.COUPON: _("Send a voucher"),
    }


def against(viewer: Agent, found: Order, ability: Ability) -> str:
    """Why this agent cannot have it done; "" when they can ask for it."""
    if reason := acting.reason_against(found.connection.connector, ability):
        return _(reason)
    if ability == Ability.ADDRESS and masking.is_masked(viewer):
        return _("You see addresses masked.")
    if ability == Ability.CANCEL and found.is_cancelled:
        return _("It is cancelled already.")
    if ability == Ability.COUPON and not found.email:
        return _("No e-mail address is known.")
    return ""


def history(viewer: Agent, found: Order) -> list[Past]:
    """What was asked for, the newest first."""
    rows = found.actions.select_related("actor", "approver").order_by("-id")[:SHOWN]
    return [past(viewer, row, found) for row in rows]


def past(viewer: Agent, row: Action, found: Order) -> Past:
    """One thing that was asked for."""
    is_second = permissions.may_approve_actions(viewer)
    is_waiting = row.state == Action.State.WAITING
    value = f" {order_words.amount(row.amount, found.currency)}" if row.amount else ""
    return Past(
        id=row.pk,
        order=found.number,
        order_url=order_panel.address(found.id),
        what=f"{order_words.ABILITIES.get(row.ability, row.ability)}{value}",
        who=who(row),
        approver=str(row.approver or ""),
        when=times.moment(row.created_at, timezone.now()),
        state=str(Action.State(row.state).label),
        level=LEVELS.get(Action.State(row.state), "warn"),
        result=row.result,
        said=_said(viewer, row),
        may_approve=is_waiting and is_second and row.actor_id != viewer.pk,
        may_withdraw=is_waiting and (is_second or row.actor_id == viewer.pk),
        may_say=row.state == Action.State.UNKNOWN and is_second,
    )


def _said(viewer: Agent, row: Action) -> str:
    """The reason or note, and where it is to go instead, for those who see addresses."""
    place = row.details.get("address") or {}
    shown = [place.get(name) for name in ("name", "company", "line1", "line2", "postcode", "city")]
    shown.append(country(place.get("country") or "", get_language() or "en"))
    written = "" if masking.is_masked(viewer) else ", ".join(filter(None, shown))
    return "\n".join(filter(None, [written, str(row.details.get("text") or "")]))


def who(row: Action) -> str:
    """Who asked for it."""
    if row.details.get("of_customer"):
        return _("the customer, on the page of the order")
    return str(row.actor or "Shopbell")


def waiting_for(viewer: Agent, found: Order) -> list[Past]:
    """What of an order waits for somebody's word."""
    rows = found.actions.filter(state=Action.State.WAITING).select_related("actor", "approver").order_by("-id")
    return [past(viewer, row, found) for row in rows[:SHOWN]]


def waiting(viewer: Agent) -> list[Past]:
    """What needs a person, as far as the agent may see the orders."""
    rows = list(acting.waiting()[:SHOWN])
    seen = orders.visible(viewer).in_bulk([row.order_id for row in rows]) if rows else {}
    return [past(viewer, row, seen[row.order_id]) for row in rows if row.order_id in seen]


def _find(request: AgentRequest, number: int) -> Action:
    row = Action.objects.filter(id=number).first()
    if row is None or orders.find(request.user, row.order_id) is None:
        raise Http404
    return row


def place(row: Action, origin: str = "") -> str:
    """Its row on the order's page, where the keyboard goes on.

    The query makes it a page of its own: a browser that shows the order already would only scroll.
    """
    known = {"from": origin} if as_id(origin) else {}
    return f"{order_panel.address(row.order_id)}?{urlencode({**known, 'deed': row.pk})}#deed-{row.pk}"


def _back(request: AgentRequest, row: Action) -> HttpResponse:
    if request.GET.get("next") == "needs":
        return page.go(f"{reverse('desk:needs_person')}#main")
    return page.go(place(row))


@approving
def approve(request: AgentRequest, number: int) -> HttpResponse:
    """The second person says yes."""
    row = _find(request, number)
    try:
        if deciding.approve(row.pk, request.user):
            page.tell(request, _("Approved. It is being done."))
        else:
            page.warn(request, _("That was settled meanwhile."))
    except acting.TooMuch as much:
        most = order_words.amount(much.left, row.order.currency)
        page.warn(request, _("Not approved: at most {amount} can still go back.").format(amount=most))
    except acting.NotAllowed:
        page.warn(request, _("Somebody else has to approve it: whoever asked cannot, and neither can a lower limit."))
    return _back(request, row)


@writing
def withdraw(request: AgentRequest, number: int) -> HttpResponse:
    """It is not done after all."""
    row = _find(request, number)
    try:
        if deciding.withdraw(row.pk, request.user):
            page.tell(request, _("Withdrawn. Nothing is done."))
        else:
            page.warn(request, _("That was settled meanwhile."))
    except acting.NotAllowed:
        page.warn(request, _("Only who asked for it and leads may withdraw it."))
    return _back(request, row)


@approving
def say(request: AgentRequest, number: int) -> HttpResponse:
    """Somebody looked in the shop: `was_done` is yes or no."""
    row = _find(request, number)
    if deciding.say(row.pk, request.user, was_done=request.POST.get("was_done") == "yes"):
        page.tell(request, _("Noted."))
    else:
        page.warn(request, _("That was settled meanwhile."))
    return _back(request, row)


def build(request: AgentRequest, found: Order) -> dict[str, Any]:
    """The part of an order's page that is about doing."""
    known: Iterable[Choice] = choices(request.user, found, request.GET.get("from", ""))
    return {"choices": list(known), "deeds": history(request.user, found)}
