"""The form by which an agent asks for something to be done in a shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.commerce import contract
from shopbell.commerce.contract import OF_AGENTS, Ability
from shopbell.commerce.models import Action, Line, Order
from shopbell.commerce.operations import acting
from shopbell.conversations import queries
from shopbell.core import money
from shopbell.web import order_words, times
from shopbell.web.desk import deeds, order, order_panel, page
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
    seen, origin = request.POST.get("seen", ""), request.GET.get("from", "")
    talk = queries.visible(request.user).filter(id=int(origin)).first() if _is_number(origin) else None
    return acting.Wish(
        ability=kind,
        seen=int(seen) if _is_number(seen) else 0,
        text=typed.text,
        amount=_amount(typed, found.currency) if kind in acting.COSTS else 0,
        lines=_lines(typed) if kind == Ability.REFUND else {},
        address=contract.Address(**typed.address) if kind == Ability.ADDRESS else None,
        conversation_id=talk.id if talk else None,
    )


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) < 19


def _amount(typed: Typed, currency: str) -> int:
    """With a comma or a point before the cents."""
    try:
        value = money.minor(typed.amount.replace(" ", "").replace(",", "."), currency)
    except money.NotMoney:
        value = -1
    if value < 0:
        typed.errors["amount"] = _("This is no amount.")
    return value


def _lines(typed: Typed) -> dict[str, int]:
    wrong = [count for count in typed.lines.values() if not _is_number(count)]
    if wrong:
        typed.errors["lines"] = _("So many of this line cannot go back.")
        return {}
    return {remote_id: int(count) for remote_id, count in typed.lines.items() if int(count)}


def _told(request: AgentRequest, found: Order, row: Action) -> HttpResponse:
    """Back to where somebody came from, and what happens now."""
    if row.state == Action.State.WAITING:
        page.tell(request, _("Asked for. It waits for a second person, and nothing is done before."))
    else:
        page.tell(request, _("Asked for. It is being done in the shop."))
    origin = request.GET.get("from", "")
    is_talk = _is_number(origin) and request.GET.get("back") == "talk"
    address = reverse("desk:conversation", args=[int(origin)]) if is_talk else order.back_to(found.id, request)
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
    origin = request.GET.get("from", "")
    context: dict[str, Any] = {
        "place": "orders",
        "order": found,
        "kind": kind.value,
        "title": deeds.labels()[kind],
        "typed": typed,
        "is_refused": bool(deeds.against(request.user, found, kind)),
        "seen": acting.such(found.id, kind, request.user).count(),
        "order_url": order_panel.address(found.id, int(origin) if _is_number(origin) else None),
        "fields": [(part, label, typed.address.get(part, "")) for part, label in _labels().items()],
        "placed": times.date_of(found.placed_at),
        **(_about_money(request, found, kind, typed) if kind in acting.COSTS else {}),
    }
    status = UNPROCESSABLE if is_wrong and request.method == "POST" else 200
    if not is_part(request):
        return page.show(request, TEMPLATE, context, status)
    response = page.show(request, f"{TEMPLATE}#form", context, status)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "innerHTML"
    return response


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
