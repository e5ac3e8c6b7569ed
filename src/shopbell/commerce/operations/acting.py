"""What agents want done in a shop: written down first, checked by our own sums, done once.

    waiting → requested → sent → done | failed | unknown → (read back) → done | requested | failed
    waiting → withdrawn

Amounts are of the currency's smallest unit. How it is done at the far side: `doing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Role
from shopbell.commerce import contract, events, steps
from shopbell.commerce.contract import Ability, Payment
from shopbell.commerce.events import Step
from shopbell.commerce.models import Action, Allowance, Order
from shopbell.core import registry, text
from shopbell.core.storable import fit
from shopbell.core.transactions import retried
from shopbell.events import bus

UNSETTLED = (Action.State.WAITING, Action.State.REQUESTED, Action.State.SENT, Action.State.UNKNOWN)
COSTS = (Ability.REFUND, Ability.COUPON)  # these give money away: limits hold for them
LONGEST_TEXT = 2_000
TAKEN_BACK_WITHIN = timedelta(minutes=1)
_TAKEN = (Payment.PAID, Payment.PARTLY_REFUNDED, Payment.REFUNDED)


class CannotDo(Exception):
    """The shop system cannot do it; the text is its reason, as the connector says it."""


class NotAllowed(Exception):
    """This agent may not."""


class TooMuch(Exception):
    """More than is left to give back."""

    def __init__(self, left: int) -> None:
        super().__init__(f"only {left} are left")
        self.left = left


class Meanwhile(Exception):
    """Somebody else asked for such a thing since the agent looked: `action`. Nothing was asked for now."""

    def __init__(self, action: Action) -> None:
        super().__init__(f"action {action.pk} came first")
        self.action = action


class Unfit(ValueError):
    """What was asked for is incomplete: the text says what is missing, a word for the field it is about."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an agent asks for. `seen`: how many such actions the order had when the agent looked.

    `lines` of a refund: remote id of the line → how many; its amount is theirs unless one is given.
    """

    ability: Ability
    seen: int
    text: str = ""
    amount: int = 0
    address: contract.Address | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    conversation_id: int | None = None


def reason_against(connector: str, ability: Ability) -> str:
    """Why this kind of shop system cannot do it, as its connector says; "" when it can."""
    try:
        code = registry.connectors.get(connector)
    except LookupError:
        return "the plug-in of this shop system is not installed"
    if ability in code.abilities:
        return ""
    return str(code.cannot.get(ability) or "this shop system cannot do that")


def such(order_id: int, ability: str, agent: Agent) -> QuerySet[Action]:
    """What was asked for of one kind, of notes one's own; how many there are makes the next one's key."""
    rows = Action.objects.filter(order=order_id, ability=ability)
    return rows.filter(actor=agent) if ability == Ability.NOTE else rows


def limit(agent: Agent, currency: str) -> int | None:
    """Up to which amount the agent gives money away alone; None: any. Leads and admins any unless a limit is set,
    others nothing unless one is.
    """
    row = Allowance.objects.filter(role=agent.role, currency=currency).first()
    if row is not None:
        return row.amount
    return None if agent.role in (Role.LEAD, Role.ADMIN) else 0


def left(order: Order, besides: Action | None = None) -> int:
    """What of an order can still go back, by our own sum: paid, less what went back, is on its way or is asked for
    (`besides` this one).
    """
    paid = order.paid or (order.total if order.payment in _TAKEN else 0)
    known = set(order.refunds.values_list("remote_id", flat=True))
    pending = order.refunds.filter(is_pending=True).aggregate(sum=Sum("amount"))["sum"] or 0
    ours = order.actions.filter(ability=Ability.REFUND, state__in=[*UNSETTLED, Action.State.DONE])
    ours = ours.exclude(id=besides.pk) if besides else ours
    asked = sum(row.amount for row in ours if not _is_mirrored(row, order, known))
    return max(0, paid - order.refunded - pending - asked)


def _is_mirrored(row: Action, order: Order, known: set[str]) -> bool:
    """Whether a refund of ours is among those the shop told of."""
    if row.state != Action.State.DONE:
        return False
    if row.remote_id:
        return row.remote_id in known
    return row.settled_at is not None and order.seen_at > row.settled_at


@retried
def ask(order_id: int, agent: Agent, wish: Wish) -> Action:
    """Write down what an agent wants and see to it, or keep it for a second person. The same press twice is one.

    Raises NotAllowed, CannotDo, TooMuch, Meanwhile, Unfit, Order.DoesNotExist.
    """
    if not permissions.may_answer(agent):
        raise NotAllowed("they only read")
    order = held(order_id)
    known = Action.objects.filter(key=_key(order, agent, wish)).first()
    if known is not None:
        return _same(known, agent, wish)
    if reason := reason_against(order.connection.connector, wish.ability):
        raise CannotDo(reason)
    earlier = such(order.id, wish.ability, agent)
    if earlier.count() != wish.seen and (newest := earlier.order_by("-id").first()) is not None:
        raise Meanwhile(newest)
    amount = _amount(order, wish)
    _check(order, wish, amount)
    row = Action.objects.create(
        order=order,
        ability=wish.ability,
        key=_key(order, agent, wish),
        details=_details(wish),
        amount=amount,
        state=Action.State.REQUESTED if _may_alone(agent, order, wish, amount) else Action.State.WAITING,
        conversation_id=wish.conversation_id,
        actor=agent,
    )
    tell(row, agent.pk)
    return row


@retried
def tell_collected(order: Order, agent: Agent) -> Action | None:
    """Have the shop told that our store handed the order over, in a moment, for a wrong press is taken back at once.

    None where its connector cannot. The caller holds the order.
    """
    if reason_against(order.connection.connector, Ability.COLLECT):
        return None
    number = Action.objects.filter(order=order, ability=Ability.COLLECT).count()
    row = Action.objects.create(
        order=order, ability=Ability.COLLECT, key=f"{Ability.COLLECT}:{order.id}:{number}", actor=agent
    )
    tell(row, agent.pk, at=timezone.now() + TAKEN_BACK_WITHIN)
    return row


@retried
def take_back_collected(order_id: int, agent: Agent) -> None:
    """The shop is not told after all, where it was not told yet. The caller holds the order."""
    waiting_rows = Action.objects.select_for_update().filter(order=order_id, ability=Ability.COLLECT)
    for row in waiting_rows.filter(state=Action.State.REQUESTED):
        settle(row, Action.State.WITHDRAWN, actor=agent.pk)


@retried
def propose_refund(order_id: int, *, key: str, text: str, conversation_id: int | None) -> Action | None:
    """A customer wants their money back: what is left of it waits for somebody who may approve. `key` makes it once.

    None where the shop system cannot do it, nothing is left, or a refund is under way already: then a person sees to
    it. Raises Order.DoesNotExist.
    """
    order = held(order_id)
    amount = left(order)
    if amount <= 0:
        return None
    wish = Wish(ability=Ability.REFUND, seen=0, text=text, amount=amount, conversation_id=conversation_id)
    return _propose(order, wish, key)


@retried
def propose_address(
    order_id: int, place: contract.Address, *, key: str, text: str, conversation_id: int | None
) -> Action | None:
    """A customer wants it delivered elsewhere: street, postcode and city of `place`, the rest as it was.

    It waits for somebody who may approve, for whoever has the page need not be the customer. None where the shop system
    cannot do it, an address is being changed already, or something has left: then a person sees to it. Raises
    Order.DoesNotExist.
    """
    order = held(order_id)
    if not may_redirect(order) or not (place.line1 and place.city):
        return None
    known = contract.Address(**order.shipping_address)
    new = replace(known, line1=place.line1, line2="", postcode=place.postcode, city=place.city, region="")
    wish = Wish(ability=Ability.ADDRESS, seen=0, text=text, address=new, conversation_id=conversation_id)
    return _propose(order, wish, key)


def may_redirect(order: Order) -> bool:
    """Whether the shop can still send it to another address: its system takes one, and nothing has left."""
    if order.is_cancelled or order.is_pickup or reason_against(order.connection.connector, Ability.ADDRESS):
        return False
    return Step.SHIPPED not in steps.reached(Order.objects.filter(id=order.pk))[order.pk]


@retried
def propose_note(order_id: int, *, key: str, text: str, conversation_id: int | None) -> Action | None:
    """A customer wants something that no shop system does by itself, a replacement: written into the order in the shop
    once somebody approves. None where the shop system takes no notes. Raises Order.DoesNotExist.
    """
    wish = Wish(ability=Ability.NOTE, seen=0, text=text, conversation_id=conversation_id)
    return _propose(held(order_id), wish, key)


def held(order_id: int) -> Order:
    """The order with its connection, locked until the transaction ends. Raises Order.DoesNotExist."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).select_related("connection").get(id=order_id)


def _propose(order: Order, wish: Wish, key: str) -> Action | None:
    """What a customer asked for, waiting for somebody's word; once, and none beside another under way."""
    if reason_against(order.connection.connector, wish.ability):
        return None
    rows = Action.objects.filter(order=order, ability=wish.ability)
    if known := rows.filter(key=key).first():
        return known
    if wish.ability != Ability.NOTE and rows.filter(state__in=UNSETTLED).exists():
        return None
    row = Action.objects.create(
        order=order,
        ability=wish.ability,
        key=key,
        details={**_details(replace(wish, amount=0)), "of_customer": True},
        amount=wish.amount,
        state=Action.State.WAITING,
        conversation_id=wish.conversation_id,
    )
    tell(row, None)
    return row


def _key(order: Order, agent: Agent, wish: Wish) -> str:
    """One key for each next thing of a kind: two agents who press at the same time mean the same one. Notes are
    everybody's own.
    """
    whose = f":{agent.pk}" if wish.ability == Ability.NOTE else ""
    return f"{wish.ability}:{order.id}{whose}:{wish.seen}"


def _same(known: Action, agent: Agent, wish: Wish) -> Action:
    if known.actor_id == agent.pk and known.details == _details(wish):
        return known
    raise Meanwhile(known)


def _details(wish: Wish) -> dict[str, Any]:
    address = asdict(wish.address) if wish.address else None
    said = text.truncate(text.clean(wish.text).strip(), LONGEST_TEXT)
    kept: dict[str, Any] = fit({"text": said, "address": address, "lines": dict(wish.lines), "given": wish.amount})
    return kept


def _amount(order: Order, wish: Wish) -> int:
    """What it costs: the amount given, else what the chosen lines were sold for. Raises Unfit."""
    if wish.ability not in COSTS:
        return 0
    lines = {line.remote_id: line for line in order.lines.all()} if wish.lines else {}
    total = 0
    for remote_id, count in wish.lines.items():
        line = lines.get(remote_id)
        if line is None or not 0 < count <= line.quantity - line.refunded:
            raise Unfit("lines")
        total += round(line.total * count / line.quantity)
    return wish.amount or total


def _check(order: Order, wish: Wish, amount: int) -> None:
    if wish.ability == Ability.NOTE and not wish.text.strip():
        raise Unfit("text")
    if wish.ability == Ability.ADDRESS and not (wish.address and wish.address.line1 and wish.address.city):
        raise Unfit("address")
    if wish.ability in COSTS and amount <= 0:
        raise Unfit("amount")
    if wish.ability == Ability.CANCEL and order.is_cancelled:
        raise Unfit("cancelled")
    if wish.ability == Ability.REFUND and amount > left(order):
        raise TooMuch(left(order))


def _may_alone(agent: Agent, order: Order, wish: Wish, amount: int) -> bool:
    """Whether no second person is needed: notes never need one, money up to the limit, the rest for colleagues."""
    if wish.ability == Ability.NOTE:
        return True
    if wish.ability in COSTS:
        most = limit(agent, order.currency)
        return most is None or amount <= most
    return not agent.is_partner


def tell(row: Action, actor: int | None, at: datetime | None = None) -> None:
    """Whoever shows the order looks again; what is requested is done by a worker."""
    talk = row.conversation_id
    asked = events.ActionAsked(action_id=row.pk, ability=row.ability, state=row.state, conversation_id=talk)
    bus.publish(asked, actor=actor)
    bus.publish(events.OrderChanged(order_id=row.order_id))
    if row.state == Action.State.REQUESTED:
        bus.publish(events.ActionDue(action_id=row.pk), at=at)


def settle(
    row: Action, state: Action.State, *, result: str = "", remote_id: str = "", actor: int | None = None
) -> None:
    """Keep what became of it, and say so. The caller holds the row."""
    row.state, row.settled_at = state, timezone.now()
    row.result = text.truncate(text.clean(result), 500) or row.result
    row.remote_id = remote_id[:100] or row.remote_id
    row.save(update_fields=["state", "settled_at", "result", "remote_id"])
    talk = row.conversation_id
    done = events.ActionSettled(action_id=row.pk, ability=row.ability, state=state.value, conversation_id=talk)
    bus.publish(done, actor=actor)
    bus.publish(events.OrderChanged(order_id=row.order_id))


def waiting() -> QuerySet[Action]:
    """What needs a person: a second one, or one who looks whether it was done."""
    rows = Action.objects.filter(state__in=[Action.State.WAITING, Action.State.UNKNOWN])
    return rows.select_related("order__shop", "actor").order_by("id")
