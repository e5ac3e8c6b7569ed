"""What people do with cases: take them, note, settle, open again; and what customers choose on the page of an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels import operations as channels
from shopbell.commerce.contract import Ability, Address
from shopbell.commerce.models import Order, Shipment
from shopbell.commerce.operations import acting
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Message
from shopbell.core import text as texts
from shopbell.core.transactions import retried
from shopbell.customers.queries import self_of
from shopbell.events import bus
from shopbell.watching import events, matters, terms
from shopbell.watching.models import Case, Choice, Incident, Kind
from shopbell.watching.operations import telling

LONGEST_NOTE = 2_000
_ABILITIES: dict[str, Ability] = {
    Choice.REFUND: Ability.REFUND,
    Choice.REDIRECT: Ability.ADDRESS,
    Choice.REPLACE: Ability.NOTE,
}


class NotOffered(ValueError):
    """The choice is none of those offered, or the case is settled."""


@retried
def assign(case_id: int, agent: Agent | None, *, actor: int) -> None:
    """Whose case it is; None: nobody's. Raises Case.DoesNotExist."""
    _change(case_id, actor, assignee=agent)


@retried
def note(case_id: int, body: str, *, actor: int) -> None:
    """What colleagues should know about it. Raises Case.DoesNotExist."""
    _change(case_id, actor, note=texts.clean(body).strip()[:LONGEST_NOTE])


def _change(case_id: int, actor: int, **fields: Any) -> None:
    case = _locked(case_id)
    if all(getattr(case, name) == value for name, value in fields.items()):
        return
    _write(case, **fields)
    bus.publish(events.CaseChanged(case_id=case.id, order_id=case.order_id), actor=actor)


def _locked(case_id: int) -> Case:
    return Case.objects.select_for_update(no_key=True, of=("self",)).select_related("shop", "order").get(id=case_id)


def _write(case: Case, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(case, name, value)
    case.save(update_fields=list(fields))


@retried
def resolve(case_id: int, *, actor: int | None, outcome: str = "agent") -> bool:
    """It is settled; the watch does not open it again. False when it was."""
    case = _locked(case_id)
    if case.resolved_at is not None:
        return False
    _write(case, state=Case.State.RESOLVED, resolved_at=timezone.now(), outcome=outcome)
    event = events.CaseResolved(case_id=case.id, order_id=case.order_id, outcome=outcome)
    bus.publish(event, actor=actor)
    return True


@retried
def reopen(case_id: int, *, actor: int) -> bool:
    """It is to be looked at again, beside an incident that is over; False when it is open."""
    case = _locked(case_id)
    if case.resolved_at is None:
        return False
    state = Case.State.ANSWERED if case.choice not in ("", Choice.WAIT) else Case.State.OPEN
    _write(case, state=state, resolved_at=None, outcome="")
    Case.objects.filter(id=case_id, incident__state=Incident.State.CLOSED).update(incident=None)
    bus.publish(events.CaseReopened(case_id=case.id, order_id=case.order_id), actor=actor)
    return True


@retried
def settle_refunded(order_id: int) -> int:
    """The money went back: the cases whose customer wanted that are settled. Returns how many."""
    rows = Case.objects.filter(order=order_id, choice=Choice.REFUND, resolved_at=None).order_by("id")
    return sum(resolve(number, actor=None, outcome="done") for number in list(rows.values_list("id", flat=True)))


@retried
def deny(shipment: Shipment, *, actor: int | None) -> Case:
    """The carrier says delivered, the customer says it is not there: a case, once for each parcel."""
    order = Order.objects.get(id=shipment.order_id)
    case, is_new = Case.objects.get_or_create(
        order=order,
        shipment=shipment,
        kind=Kind.DENIED,
        stage="",
        defaults={
            "shop_id": order.shop_id,
            "carrier": shipment.carrier,
            "country": shipment.country,
            "due_at": timezone.now(),
        },
    )
    if is_new:
        bus.publish(events.CaseOpened(case_id=case.id, order_id=order.id, kind=case.kind), actor=actor)
    return case


@retried
def begin(case_id: int, agent: Agent, answer: conversations.Reply, subject: str) -> Message:
    """The agent writes to the customer because of a case. Raises what `conversations.start` raises, and LookupError
    when no mailbox can send or the customer is not known."""
    case = _locked(case_id)
    mailbox = telling.mailbox_of_shop(case.shop)
    if mailbox is None or case.order.customer is None:
        raise LookupError(case_id)
    message = conversations.start(mailbox, agent, customer=self_of(case.order.customer), subject=subject, answer=answer)
    conversations.link_order(message.conversation_id, case.order_id, message.id)
    _write(case, conversation_id=message.conversation_id)
    bus.publish(events.CaseChanged(case_id=case.id, order_id=case.order_id), actor=agent.pk)
    return message


def choices_of(case: Case) -> tuple[Choice, ...]:
    """What the customer may choose now; nothing once they chose or it is settled."""
    return matters.offered(case, terms.of_shop(case.shop_id))


@retried
def choose(case_id: int, choice: str, *, said: str = "", place: Address | None = None, language: str = "") -> bool:
    """The customer says what they want: kept once, told to the agents in the conversation about the order.

    False when they chose before; the first word counts. `place`: where it is to go instead. Nothing is paid or sent by
    it: what the shop's system can do of it is asked for there, and waits for somebody's word. The other open cases of
    the same parcel are answered by it too. Raises NotOffered.
    """
    case, *others = _asking(case_id, choice)
    if case.choice:
        return False
    state = Case.State.WAITING if choice == Choice.WAIT else Case.State.ANSWERED
    chosen = {"choice": choice, "chosen_at": timezone.now(), "state": state}
    _write(case, **chosen)
    words = "\n".join(part for part in (_written(place), _tidy(said)) if part)
    _tell(case, _spoken(case, choice, words, language), language, is_request=choice != Choice.WAIT)
    _ask_shop(case, choice, _tidy(said), place)
    event = events.ChoiceMade(
        case_id=case.id, order_id=case.order_id, choice=choice, conversation_id=case.conversation_id
    )
    bus.publish(event)
    for other in others:
        _write(other, **chosen, conversation_id=other.conversation_id or case.conversation_id)
        bus.publish(events.CaseChanged(case_id=other.id, order_id=other.order_id))
    return True


def _asking(case_id: int, choice: str) -> list[Case]:
    """The cases a choice answers, locked, that first in which it is told: of the case's own parcel, where one of them
    offers it. Only the case itself when it has its answer. Raises NotOffered, Case.DoesNotExist."""
    order_id = Case.objects.values_list("order_id", flat=True).get(id=case_id)
    rows = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("shop", "order", "shipment")
    every = matters.of(rows.filter(order=order_id).order_by("id"), matters.parcels(order_id))
    found = next(matter for matter in every if any(case.id == case_id for case in matter))
    case = next(case for case in found if case.id == case_id)
    if case.choice:
        return [case]
    watch = terms.of_shop(case.shop_id)
    asking = [one for one in found if matters.offered(one, watch)]
    if case not in asking or choice not in matters.offered_in(asking, watch):
        raise NotOffered(choice)
    return sorted(asking, key=lambda one: (choice not in matters.offered(one, watch), one.shipment_id is None))


def _ask_shop(case: Case, choice: str, said: str, place: Address | None) -> None:
    """What the shop's system can do of it: give back, send elsewhere what has not left, note a replacement."""
    key, talk = key_of_action(case), case.conversation_id
    if choice == Choice.REFUND:
        acting.propose_refund(case.order_id, key=key, text=said, conversation_id=talk)
    elif choice == Choice.REDIRECT and place is not None:
        acting.propose_address(case.order_id, place, key=key, text=said, conversation_id=talk)
    elif choice == Choice.REPLACE:
        acting.propose_note(case.order_id, key=key, text=_replacement(case, said), conversation_id=talk)


def key_of_action(case: Case) -> str:
    """Of what is asked of the shop because the customer chose; "" for what asks nothing."""
    return f"{_ABILITIES[case.choice]}:{case.order_id}:case{case.id}" if case.choice in _ABILITIES else ""


def _replacement(case: Case, said: str) -> str:
    """The note: what was in the parcel, or in the order, and the customer's words; in the shop's language."""
    packed = case.shipment.lines if case.shipment else {}
    lines = [line for line in case.order.lines.order_by("position") if not packed or packed.get(line.remote_id)]
    pieces = [f"{packed.get(line.remote_id) or line.quantity} × {line.title} {line.sku}".strip() for line in lines]
    with translation.override(case.shop.language):
        head = _("The customer asks for a replacement (chosen on the page of the order):")
    return "\n".join([head, *pieces, *([said] if said else [])])[:LONGEST_NOTE]


def _written(place: Address | None) -> str:
    return f"{place.line1}, {place.postcode} {place.city}".replace("  ", " ").strip(" ,") if place else ""


@retried
def deny_by_customer(shipment: Shipment, *, said: str = "", language: str = "") -> Case:
    """On the page of their order the customer says that a parcel did not arrive; said again it is the same case."""
    case = _locked(deny(shipment, actor=None).id)
    if case.conversation_id is None:
        with translation.override(language or case.shop.language):
            body = _("Order {number}: the parcel is said to be delivered, but I do not have it.")
            words = body.format(number=case.order.number)
        _tell(case, "\n\n".join(part for part in (words, _tidy(said)) if part), language, is_request=True)
    return case


def _spoken(case: Case, choice: str, said: str, language: str) -> str:
    wishes: dict[str, Callable[[], str]] = {
        Choice.WAIT: lambda: _("Order {number}: I will wait."),
        Choice.REDIRECT: lambda: _("Order {number}: please have it delivered elsewhere."),
        Choice.REPLACE: lambda: _("Order {number}: please send a replacement."),
        Choice.REFUND: lambda: _("Order {number}: please give me my money back."),
    }
    with translation.override(language or case.shop.language):
        words = wishes[choice]().format(number=case.order.number)
    return "\n\n".join(part for part in (words, _tidy(said)) if part)


def _tidy(said: str) -> str:
    return texts.clean(said).strip()[:LONGEST_NOTE]


def _tell(case: Case, words: str, language: str, *, is_request: bool) -> None:
    """A message of the customer's in the conversation about the order, or one of its own; a request waits for us."""
    order = case.order
    with translation.override(language or case.shop.language):
        subject = _("Order {number}").format(number=order.number)
    message = contract.InboundMessage(
        external_id=f"case:{case.id}:{case.choice or 'denied'}",
        sender=contract.Sender(address=telling.address_of(order), name=order.name, verified=False),
        sender_kind="email",
        occurred_at=timezone.now(),
        text=words,
        subject=subject,
        thread_ids=_threads(case),
        language=order.language[:5],
        auto="none" if is_request else "notification",
        about={"case": case.id},
    )
    stored = conversations.receive(channels.portal(case.shop), message)
    if stored is None:
        return
    conversations.link_order(stored.conversation_id, order.id, stored.id)
    _write(case, conversation_id=stored.conversation_id)


def _threads(case: Case) -> tuple[str, ...]:
    """The ids of what we wrote about it, newest first: an answer belongs there."""
    if case.conversation_id is None:
        return ()
    rows = Message.objects.filter(conversation=case.conversation_id).exclude(message_id="").order_by("-id")
    return tuple(rows.values_list("message_id", flat=True)[:5])
