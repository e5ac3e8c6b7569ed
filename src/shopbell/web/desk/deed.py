"""The form by which an agent asks for something to be done in a shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from shopbell.commerce import contract
from shopbell.commerce.contract import OF_AGENTS, Ability
from shopbell.commerce.models import Action, Line, Order
from shopbell.commerce.operations import acting
from shopbell.conversations import queries
from shopbell.core import money, numbers
from shopbell.core.ids import as_id
from shopbell.web import order_words, times
from shopbell.web.desk import deeds, dialog, order, page
from shopbell.web.desk.request import AgentRequest, asking, is_part

TEMPLATE = "desk/deed.html"
UNPROCESSABLE = 422
PARTS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country", "phone")


@dataclass
class Typed:
    """What stands in the form."""

    text: str = ""
    amount: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    error: str = ""
    is_too_much: bool = False  # and the field says how much it may be


@asking
def deed(request: AgentRequest, number: int, ability: str) -> HttpResponse:
    """Ask for it; what is wrong stands at its field, and nothing was asked for then."""
    found = order.find(request, number)
    if ability not in OF_AGENTS:
        raise Http404
    kind = Ability(ability)
    if reason := deeds.against(request.user, found, kind):
        return _form(request, found, kind, Typed(error=reason))
    if request.method != "POST":
        return _form(request, found, kind, Typed(address=dict(found.shipping_address)))
    typed = _typed(request, found)
    wish = _wish(request, found, kind, typed)
    if typed.errors:
        return _form(request, found, kind, typed)
    try:
        row = acting.ask(found.id, request.user, wish)
    except acting.Unfit as wrong:
        typed.errors[str(wrong)] = _missing(str(wrong))
    except acting.TooMuch as wrong:
        most = order_words.amount(wrong.left, found.currency)
        typed.errors["amount"] = _("At most {amount} can still go back.").format(amount=most)
        typed.is_too_much = True
    except acting.Meanwhile as wrong:
        typed.error = _meanwhile(wrong.action)
    except (acting.CannotDo, acting.NotAllowed) as wrong:
        typed.error = _(str(wrong))
    else:
        return _told(request, found, row)
    return _form(request, found, kind, typed)


def _missing(name: str) -> str:
    return {
        "text": _("Write the note."),
        "address": _("Street and town are needed."),
        "amount": _("Say how much, or choose lines."),
        "lines": _("So many of this line cannot go back."),
        "cancelled": _("It is cancelled already."),
    }.get(name, name)


def _meanwhile(row: Action) -> str:
    told = _("{agent} asked for this meanwhile ({what}). Look at it, and ask again if more is wanted.")
    return told.format(agent=row.actor or "Shopbell", what=row.get_state_display())


def _typed(request: AgentRequest, found: Order) -> Typed:
    lines = {line.remote_id: request.POST.get(f"line-{line.id}", "").strip() for line in found.lines.all()}
    return Typed(
        text=request.POST.get("text", "")[: acting.LONGEST_TEXT],
        amount=request.POST.get("amount", "").strip()[:30],
        lines={remote_id: count for remote_id, count in lines.items() if count},
        address={part: request.POST.get(part, "").strip()[:200] for part in PARTS},
    )


def _wish(request: AgentRequest, found: Order, kind: Ability, typed: Typed) -> acting.Wish:
    talk = queries.visible(request.user).filter(id=as_id(request.GET.get("from", "")) or 0).first()
    return acting.Wish(
        ability=kind,
        seen=as_id(request.POST.get("seen", "")) or 0,
        text=typed.text,
        amount=_amount(typed, found.currency) if kind in acting.COSTS else 0,
        lines=_lines(typed) if kind == Ability.REFUND else {},
        address=contract.Address(**typed.address) if kind == Ability.ADDRESS else None,
        conversation_id=talk.id if talk else None,
    )


def _amount(typed: Typed, currency: str) -> int:
    """With a comma or a point before the cents; nothing typed is nothing."""
    try:
        value = money.minor(numbers.read(typed.amount) if typed.amount else 0, currency)
    except money.NotMoney:
        value = -1
    except numbers.NotNumber as error:
        typed.errors["amount"] = str(error)
        return -1
    if value < 0:
        typed.errors["amount"] = _("This is no amount.")
    return value


def _lines(typed: Typed) -> dict[str, int]:
    counts = {remote_id: as_id(count) for remote_id, count in typed.lines.items()}
    if None in counts.values():
        typed.errors["lines"] = _("So many of this line cannot go back.")
        return {}
    return {remote_id: count for remote_id, count in counts.items() if count}


def _told(request: AgentRequest, found: Order, row: Action) -> HttpResponse:
    """What happens now, and its row on the order's page."""
    if row.state == Action.State.WAITING:
        page.tell(request, _("Asked for. It waits for a second person, and nothing is done before."))
    else:
        page.tell(request, _("Asked for. It is being done in the shop."))
    address = deeds.place(row, request.GET.get("from", ""))
    if is_part(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return page.go(address)


@dataclass
class Row:
    """A line that may go back."""

    id: int
    title: str
    most: int
    total: str
    count: str


def _form(request: AgentRequest, found: Order, kind: Ability, typed: Typed) -> HttpResponse:
    is_wrong = bool(typed.errors or typed.error)
    context: dict[str, Any] = {
        "place": "orders",
        "order": found,
        "kind": kind.value,
        "title": deeds.labels()[kind],
        "typed": typed,
        "is_refused": bool(deeds.against(request.user, found, kind)),
        "seen": acting.such(found.id, kind, request.user).count(),
        "order_url": order.back_to(found.id, request),
        "fields": [(part, label, typed.address.get(part, "")) for part, label in _labels().items()],
        "placed": times.date_of(found.placed_at),
        **(_about_money(request, found, kind, typed) if kind in acting.COSTS else {}),
    }
    status = UNPROCESSABLE if is_wrong and request.method == "POST" else 200
    return dialog.show(request, TEMPLATE, context, status)


def _about_money(request: AgentRequest, found: Order, kind: Ability, typed: Typed) -> dict[str, Any]:
    limit = acting.limit(request.user, found.currency)
    lines = found.lines.order_by("position", "id") if kind == Ability.REFUND else ()
    return {
        "left": order_words.amount(acting.left(found), found.currency),
        "limit": None if limit is None else order_words.amount(limit, found.currency),
        "needs_second": limit == 0,
        "rows": [_row(line, found, typed) for line in lines if line.quantity > line.refunded],
    }


def _row(line: Line, found: Order, typed: Typed) -> Row:
    most = line.quantity - line.refunded
    total = order_words.amount(line.total, found.currency)
    return Row(line.pk, line.title, most, total, typed.lines.get(line.remote_id, ""))


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "company": _("Company"),
        "line1": _("Street and number"),
        "line2": _("Addition"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "region": _("Region"),
        "country": _("Country (two letters)"),
        "phone": _("Telephone"),
    }
