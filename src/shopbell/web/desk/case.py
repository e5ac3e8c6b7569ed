"""One case: what is wrong, what the customer was told and chose, and what is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.agents import queries as people
from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.commerce.models import Shipment
from shopbell.conversations import operations as conversations
from shopbell.conversations import orders
from shopbell.conversations import queries as talks
from shopbell.watching import queries, terms, texts
from shopbell.watching.models import Case, Notice
from shopbell.watching.operations import cases, telling
from shopbell.web import order_words, times
from shopbell.web.desk import case_rows, deeds, order_panel, page
from shopbell.web.desk.request import AgentRequest, reading, writing

TEMPLATE = "desk/case.html"
REASONS = {
    "over": gettext_lazy("the reason was gone, or a later message says it"),
    "import": gettext_lazy("the shop’s first import was still running"),
    "nobody": gettext_lazy("no address is known"),
    "objection": gettext_lazy("the customer does not want it, or is blocked"),
    "talking": gettext_lazy("somebody was talking to the customer already"),
    "mailbox": gettext_lazy("no mailbox could send it"),
    "off": gettext_lazy("the shop had switched it off"),
    "old": gettext_lazy("the order was too old"),
    "incident": gettext_lazy("an incident told them instead"),
}


class BeginForm(forms.Form):
    """A message to the customer because of a case."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Message"), max_length=20_000, widget=forms.Textarea({"rows": 8}))
    key = forms.CharField(max_length=60, widget=forms.HiddenInput)


@dataclass(slots=True)
class Told:
    """A notice, ready to print."""

    what: str
    state: str
    why: str
    when: str
    conversation_url: str


def find(request: AgentRequest, number: int) -> Case:
    """The case, if the agent may see it; else 404."""
    rows = queries.visible(request.user).select_related("shop", "shipment", "assignee", "incident", "conversation")
    case = rows.filter(id=number).first()
    if case is None or orders.find(request.user, case.order_id) is None:
        raise Http404
    return case


@reading
def case(request: AgentRequest, number: int) -> HttpResponse:
    """The page."""
    return show(request, find(request, number))


def show(request: AgentRequest, found: Case, form: BeginForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a case, with the form for a message where nobody is written to yet."""
    order = orders.find(request.user, found.order_id)
    assert order is not None
    talk = talks.conversation(request.user, found.conversation_id) if found.conversation_id else None
    context: dict[str, Any] = {
        "place": "cases",
        "case": found,
        "row": case_rows.row(found),
        "since": times.date_of(found.due_at),
        "order": order,
        "order_url": order_panel.address(order.id),
        "standing": order_words.standing(order, [found.shipment] if found.shipment else []),
        "talk_url": reverse("desk:conversation", args=[talk.id]) if talk else "",
        "said": texts.said(found, order, found.shop, translation.get_language() or "en"),
        "offered": [str(choice.label) for choice in cases.choices_of(found)],
        "waiting_deeds": deeds.waiting_for(request.user, order),
        "chosen_at": times.moment(found.chosen_at, timezone.now()) if found.chosen_at else "",
        "told": _told(queries.told(found), request.user),
        "colleagues": people.colleagues(request.user),
        "form": form or BeginForm(initial={"key": f"case{found.id}", **_suggested(found, order.number)}),
        "may_begin": talk is None and bool(order.customer_id) and telling.mailbox_of_shop(found.shop) is not None,
        "is_settled": found.resolved_at is not None,
    }
    return page.show(request, TEMPLATE, context, status)


def _suggested(found: Case, number: str) -> dict[str, str]:
    """What we would have written, for the agent to go on from."""
    name = found.kind if found.kind in texts.names() else ""
    if not name:
        return {"subject": _("Order {number}").format(number=number)}
    watch = terms.of_shop(found.shop_id)
    customer = found.order.customer
    language = texts.language_of(found.order, customer, found.shop) if customer else found.shop.language
    subject, text = texts.source(found.shop_id, name, language)
    given = texts.values(found.order, found, customer, found.shop, watch, language) if customer else {}
    return {"subject": texts.fill(subject, given), "text": texts.fill(text, given)} if given else {}


def _told(notices: list[Notice], viewer: Agent) -> list[Told]:
    wanted = [notice.conversation_id for notice in notices if notice.conversation_id]
    seen = talks.visible(viewer).filter(id__in=wanted).values_list("id", flat=True)
    links = {number: reverse("desk:conversation", args=[number]) for number in seen}
    names, now = dict(told_names()), timezone.now()
    return [
        Told(
            what=notice.incident.name if notice.incident else names.get(notice.name, notice.name),
            state=str(notice.get_state_display()),
            why=str(REASONS.get(notice.reason, notice.reason)),
            when=times.moment(notice.settled_at or notice.due_at, now),
            conversation_url=links.get(notice.conversation_id or 0, ""),
        )
        for notice in notices
    ]


def told_names() -> list[tuple[str, str]]:
    """What may be told, in the agent's words."""
    steps = {
        "received": _("order received"),
        "paid": _("order paid"),
        "shipped": _("order sent"),
        "out_for_delivery": _("out for delivery"),
        "ready": _("ready for pickup"),
        "delivered": _("order delivered"),
        "exception_address": _("address not found"),
    }
    kinds = [(str(kind), str(kind.label)) for kind in terms.DEFAULTS]
    return [*kinds, *steps.items()]


@writing
def change(request: AgentRequest, number: int) -> HttpResponse:
    """Take it, give it, note, settle, open again, or write to the customer: `do` says what."""
    found = find(request, number)
    actor, what = request.user.pk, request.POST.get("do", "")
    if what == "take":
        cases.assign(found.id, request.user, actor=actor)
    elif what == "assign":
        cases.assign(found.id, _colleague(request), actor=actor)
    elif what == "note":
        cases.note(found.id, request.POST.get("note", ""), actor=actor)
    elif what == "settle" and cases.resolve(found.id, actor=actor):
        page.tell(request, _("Settled."))
    elif what == "reopen":
        cases.reopen(found.id, actor=actor)
    elif what == "begin":
        return _begin(request, found)
    return page.go(reverse("desk:case", args=[found.id]))


def _colleague(request: AgentRequest) -> Agent | None:
    chosen = request.POST.get("agent", "")
    return next((one for one in people.colleagues(request.user) if str(one.pk) == chosen), None)


def _begin(request: AgentRequest, found: Case) -> HttpResponse:
    form = BeginForm(request.POST)
    if found.conversation_id is not None or not form.is_valid():
        return show(request, found, form, 422)
    address = telling.address_of(found.order)
    answer = conversations.Reply(
        text=form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        to=(contract.Sender(address=address, name=found.order.name),) if address else (),
    )
    try:
        message = cases.begin(found.id, request.user, answer, form.cleaned_data["subject"])
    except (LookupError, conversations.NoRecipient):
        form.add_error(None, _("No address is known, or no mailbox can send."))
        return show(request, found, form, 422)
    return page.go(reverse("desk:conversation", args=[message.conversation_id]))


@writing
def deny(request: AgentRequest, number: int) -> HttpResponse:
    """The customer told an agent that a parcel said to be delivered is not there."""
    parcel = Shipment.objects.filter(id=number).first()
    if parcel is None or orders.find(request.user, parcel.order_id) is None:
        raise Http404
    found = cases.deny(parcel, actor=request.user.pk)
    return page.go(reverse("desk:case", args=[found.id]))
