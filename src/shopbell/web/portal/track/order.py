"""The page of one order for its customer: how far it is, where its parcels are, and what they can choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shopbell.commerce import carriers, steps
from shopbell.commerce.contract import Address, State
from shopbell.commerce.events import Step
from shopbell.commerce.models import Action, Order, Shipment, TrackingEvent
from shopbell.commerce.operations import acting
from shopbell.core import zones
from shopbell.core.ids import as_id
from shopbell.shops.models import Shop
from shopbell.watching import matters, queries, terms, texts
from shopbell.watching.models import Case, Choice, Kind
from shopbell.watching.operations import cases, objecting, telling
from shopbell.watching.terms import Watch
from shopbell.web import order_words
from shopbell.web.desk.page import go
from shopbell.web.portal.page import choose_language, show, ways
from shopbell.web.portal.track.find import FindForm, ask

MOST_PARCELS, MOST_EVENTS = 20, 40
TYPED = {"choice": 20, "said": 2_000, "line1": 200, "postcode": 20, "city": 100}  # what may be sent: so long


@dataclass
class Stage:
    """One step on the way."""

    words: str
    is_done: bool
    when: str = ""
    is_current: bool = False


@dataclass
class Happening:
    """Something that happened to a parcel."""

    words: str
    when: str
    place: str


@dataclass
class Parcel:
    """A parcel as its customer sees it."""

    id: int
    carrier: str
    number: str
    words: str
    level: str
    expected: str
    url: str
    is_delivered: bool
    is_denied: bool
    events: list[Happening] = field(default_factory=list)


@dataclass
class Trouble:
    """A matter: what is wrong, what may be chosen, or what was."""

    id: int
    words: list[str]
    choices: list[tuple[str, str]]
    chosen: str
    standing: str = ""  # what became of it
    parcel: str = ""  # which it is about, where there are several
    may_move: bool = False  # to another address, as nothing has left
    error: str = ""
    typed: dict[str, str] = field(default_factory=dict)  # what was sent in vain


@csrf_exempt  # nobody is signed in here: who has the address of this page, which is signed, may do what it offers
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Show it; a POST chooses, says that a parcel is not there, or that we should not write by ourselves."""
    shop = get_object_or_404(Shop, slug=slug)
    with translation.override(choose_language(request, shop)):
        found = queries.order_by_token(shop.id, token)
        if found is None:
            return ask(request, shop, FindForm(), 404, _("This link is not valid any more. Please look your order up."))
        if request.method != "POST":
            return _show(request, shop, found)
        wrong = _do(request, found)
        return _show(request, shop, found, wrong) if wrong else _back(shop, token)


def _back(shop: Shop, token: str) -> HttpResponse:
    return go(f"{reverse('track_order', args=[shop.slug, token])}?lang={translation.get_language()}#now")


@dataclass
class Wrong:
    """What is wrong with what was sent about a case."""

    case: int
    why: str
    typed: dict[str, str] = field(default_factory=dict)


def _do(request: HttpRequest, found: Order) -> Wrong | None:
    """Do what was pressed; returns what is wrong with what was sent."""
    what, wanted = request.POST.get("do", ""), as_id(request.POST.get("number", "")) or 0
    said, language = request.POST.get("said", "")[:2_000], translation.get_language() or ""
    if what == "choose":
        typed = {name: request.POST.get(name, "").strip()[:longest] for name, longest in TYPED.items()}
        return _choose(found, wanted, typed, language)
    if what == "deny":
        parcel = Shipment.objects.filter(order=found, id=wanted, state=State.DELIVERED).first()
        if parcel is not None:
            cases.deny_by_customer(parcel, said=said, language=language)
    elif what == "object":
        objecting.object_to(found)
    elif what == "allow":
        objecting.allow_again(found)
    return None


def _choose(found: Order, number: int, typed: dict[str, str], language: str) -> Wrong | None:
    case = Case.objects.filter(order=found, id=number).first()
    if case is None:
        return None
    choice = typed["choice"]
    place = _place(typed) if choice == Choice.REDIRECT else None
    if why := _missing(choice, place, typed["said"]):
        return Wrong(case.id, why, typed)
    try:
        cases.choose(case.id, choice, said=typed["said"], place=place, language=language)
    except cases.NotOffered:
        return Wrong(case.id, _("This can no longer be chosen. Please write to us."), typed)
    return None


def _place(typed: dict[str, str]) -> Address | None:
    """The other address, where one was written into its fields."""
    given = {name: typed[name] for name in ("line1", "postcode", "city")}
    return Address(**given) if any(given.values()) else None


def _missing(choice: str, place: Address | None, said: str) -> str:
    if not choice:
        return _("Please choose one of these.")
    if choice != Choice.REDIRECT:
        return ""
    if place is not None and not (place.line1 and place.city):
        return _("Street and town are needed.")
    return "" if place or said else _("Please write where we should have it delivered.")


def _show(request: HttpRequest, shop: Shop, found: Order, wrong: Wrong | None = None) -> HttpResponse:
    with timezone.override(zones.named(shop.time_zone)):
        context = build(shop, found, wrong)
    return show(request, shop, "track/order", context, status=422 if wrong else 200)


def build(shop: Shop, found: Order, wrong: Wrong | None = None) -> dict[str, Any]:
    """All that the page shows. Nobody's name and no address are among it: a postcode opens this page."""
    rows = Shipment.objects.filter(order=found).exclude(state=State.CANCELLED).order_by("id")
    parcels = list(rows[:MOST_PARCELS])
    open_cases = queries.open_cases(found)
    denied = {case.shipment_id for case in open_cases if case.kind == Kind.DENIED}
    events = _events(parcels)
    standing = order_words.standing(found, parcels)
    return {
        "order": found,
        "standing": standing,
        "placed": _instant(found.placed_at),
        "promised": _date(found.promised_on) if found.delivered_at is None and not found.is_cancelled else "",
        "stages": _stages(found, parcels),
        "parcels": [_parcel(one, found, denied, events.get(one.id, [])) for one in parcels],
        "troubles": _troubles(
            open_cases, Page(found, shop, terms.of_shop(shop.id), [one.id for one in parcels], wrong)
        ),
        "objects": telling.objects(found),
        "may_object": bool(telling.address_of(found)),
        "ways": ways(shop),
    }


def _stages(found: Order, parcels: list[Shipment]) -> list[Stage]:
    """Received, paid, sent, nearly there, there: what is behind has its date where it is known."""
    done = steps.reached(Order.objects.filter(id=found.id)).get(found.id, frozenset())
    if Step.CANCELLED in done:
        return [
            Stage(_("Received"), True, _instant(found.placed_at)),
            Stage(_("Cancelled"), True, _instant(found.cancelled_at), is_current=True),
        ]
    left = [at for parcel in parcels if (at := parcel.shipped_at or parcel.handed_at)]
    is_ready = found.is_pickup or Step.READY in done
    last = Step.COLLECTED if found.is_pickup else Step.DELIVERED
    nearly = (Step.READY, _("Ready for pickup")) if is_ready else (Step.OUT_FOR_DELIVERY, _("Out for delivery"))
    planned = [
        (Step.RECEIVED, _("Received"), _instant(found.placed_at)),
        (Step.PAID, _("Paid"), _instant(found.paid_at)),
        *([] if found.is_pickup else [(Step.SHIPPED, _("Dispatched"), _instant(min(left, default=None)))]),
        (*nearly, ""),
        (last, _("Collected") if found.is_pickup else _("Delivered"), _instant(found.delivered_at)),
    ]
    is_there = last in done or Step.DELIVERED in done
    stages = [Stage(words, step in done or (is_there and step != Step.PAID), when) for step, words, when in planned]
    stages[-1].is_done = is_there
    reached = [stage for stage in stages if stage.is_done]
    reached[-1].is_current = True
    return stages


def _events(parcels: list[Shipment]) -> dict[int, list[TrackingEvent]]:
    found: dict[int, list[TrackingEvent]] = {}
    rows = TrackingEvent.objects.filter(shipment__in=parcels).exclude(state=State.UNKNOWN)
    for event in rows.order_by("-occurred_at", "-id"):
        found.setdefault(event.shipment_id, []).append(event)
    return found


def _parcel(one: Shipment, found: Order, denied: set[int | None], events: list[TrackingEvent]) -> Parcel:
    day = order_words.expected(one, found)
    return Parcel(
        id=one.id,
        carrier=carriers.label(one.carrier, one.carrier_name),
        number=one.tracking_number,
        words=order_words.state(one),
        level=order_words.parcel_level(one),
        expected=_date(day) if day and day >= timezone.localdate() else "",
        url=_url(one),
        is_delivered=one.state == State.DELIVERED,
        is_denied=one.id in denied,
        events=[_happening(event) for event in events[:MOST_EVENTS]],
    )


def _url(one: Shipment) -> str:
    """The carrier's page in the reader's language, else what the shop wrote."""
    ours = carriers.link(one.carrier, one.tracking_number, translation.get_language() or "en", one.country)
    if ours:
        return ours
    return one.tracking_url if one.tracking_url.startswith(("https://", "http://")) else ""


def _happening(event: TrackingEvent) -> Happening:
    words = str(order_words.STATES.get(event.state, event.state))
    return Happening(words, _instant(event.occurred_at, "SHORT_DATETIME_FORMAT"), event.place)


@dataclass(frozen=True)
class Page:
    """What the page of an order is made from."""

    order: Order
    shop: Shop
    watch: Watch
    parcels: list[int]
    wrong: Wrong | None


def _troubles(open_cases: list[Case], page: Page) -> list[Trouble]:
    """One for each matter, newest first; what neither asks nor was answered is told besides."""
    every = matters.of(open_cases, page.parcels)
    shown = [found for matter in every if (found := _shown(matter, page.watch))]
    told = [[case] for case in open_cases if not case.choice and not matters.offered(case, page.watch)]
    return [_trouble(cases, page) for cases in (*shown, *told)]


def _shown(matter: list[Case], watch: Watch) -> list[Case]:
    """What of a matter its customer is shown: what they are asked now, unless they are to have their money back; else
    what they chose last."""
    asking = [case for case in matter if matters.offered(case, watch)]
    chosen = [case for case in matter if case.chosen_at]
    refund = [case for case in chosen if case.choice == Choice.REFUND and case.resolved_at is None]
    if asking and not refund:
        return asking
    latest = max((case.chosen_at for case in refund or chosen if case.chosen_at), default=None)
    return [case for case in chosen if case.chosen_at == latest]


def _trouble(shown: list[Case], page: Page) -> Trouble:
    language = translation.get_language() or page.shop.language
    words = [part for case in shown for part in texts.said(case, page.order, page.shop, language) or [_unwritten(case)]]
    offered = matters.offered_in(shown, page.watch)
    case, wrong = shown[0], page.wrong
    is_wrong = wrong is not None and wrong.case in {case.id for case in shown}
    return Trouble(
        id=case.id,
        words=list(dict.fromkeys(words)),
        choices=[(choice, _wish(choice)) for choice in offered],
        chosen=_wish(Choice(case.choice)) if case.choice else "",
        standing=_standing(shown),
        parcel=_which(case, page.parcels),
        may_move=Choice.REDIRECT in offered and acting.may_redirect(page.order),
        error=wrong.why if wrong and is_wrong else "",
        typed=wrong.typed if wrong and is_wrong else {},
    )


def _which(case: Case, parcels: list[int]) -> str:
    """The parcel a case is about, by its number on the page; "" where there is only one, or the order is meant."""
    if len(parcels) < 2 or case.shipment_id not in parcels:
        return ""
    return _("Parcel %(n)s") % {"n": parcels.index(case.shipment_id) + 1}


def _standing(shown: list[Case]) -> str:
    """What became of what they chose, as far as the shop's system was asked."""
    keys = [key for case in shown if (key := cases.key_of_action(case))]
    done = bool(keys) and Action.objects.filter(key__in=keys, state=Action.State.DONE).exists()
    if done and shown[0].choice == Choice.REDIRECT:
        return _("It goes to the address you gave us.")
    if done and shown[0].choice == Choice.REPLACE:
        return _("The replacement is being prepared. We will write to you.")
    return _("We have it and will write to you.")


def _unwritten(case: Case) -> str:
    """What no letter of ours speaks of, in words for the customer."""
    if case.kind == Kind.REFUND:
        return _("Your money should be back by now, and it is not yet. We are looking into it.")
    return _("You told us that a parcel is not there. We are looking into it and will write to you.")


def _wish(choice: Choice) -> str:
    wishes = {
        Choice.WAIT: _("I will wait"),
        Choice.REDIRECT: _("Please deliver it elsewhere"),
        Choice.REPLACE: _("Please send a replacement"),
        Choice.REFUND: _("I would like my money back"),
    }
    return wishes[choice]


def _instant(at: datetime | None, how: str = "DATE_FORMAT") -> str:
    return formats.date_format(timezone.localtime(at), how) if at else ""


def _date(day: date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""
