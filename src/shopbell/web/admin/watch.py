"""What a shop watches, when it writes to customers first, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shopbell.channels.models import Channel
from shopbell.commerce.models import Order, Shipment
from shopbell.core import days, hours, languages
from shopbell.customers.models import Customer
from shopbell.shops.models import Shop
from shopbell.watching import terms, texts
from shopbell.watching.models import Calendar, Case, Choice, Kind, StatusMessage, Wording
from shopbell.watching.operations import deciding
from shopbell.web.admin.page import administering, done, show
from shopbell.web.desk.case import told_names
from shopbell.web.guards import agent_of

DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
UNITS = {
    "workdays": ngettext_lazy("business day", "business days", "n"),
    "workhours": ngettext_lazy("business hour", "business hours", "n"),
    "days": ngettext_lazy("day", "days", "n"),
    "times": ngettext_lazy("attempt", "attempts", "n"),
}
LONGEST = 365


@dataclass(slots=True)
class Line:
    """A rule in the table."""

    kind: str
    label: str
    terms: terms.Terms
    unit: str
    choices: list[tuple[str, str, bool]]
    open_cases: int


class CalendarForm(forms.Form):
    """Hours, holidays, the night, and the mailbox that writes."""

    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=days.example(gettext_lazy("One a line: {day}, or {day} – {last}.")),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Nobody is written to from"), widget=forms.TimeInput({"type": "time"})
    )
    quiet_to = forms.TimeField(label=gettext_lazy("until"), widget=forms.TimeInput({"type": "time"}))
    mailbox = forms.ModelChoiceField(
        Channel.objects.none(),
        label=gettext_lazy("Written from"),
        required=False,
        empty_label=gettext_lazy("the shop’s first mailbox"),
    )

    def clean_holidays(self) -> str:
        written = str(self.cleaned_data["holidays"]).replace("\r\n", "\n")
        try:
            hours.read_holidays(written)
        except days.NotDays as error:
            raise forms.ValidationError(str(error)) from None
        return written


@require_safe
@administering
def watch(request: HttpRequest) -> HttpResponse:
    """Each shop, and what is open there."""
    shops = Shop.objects.order_by("name")
    rows = [(shop, Case.objects.filter(shop=shop, resolved_at=None)[:100].count()) for shop in shops]
    return show(request, "watch", "watch", {"shops": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def rules(request: HttpRequest, number: int) -> HttpResponse:
    """The rules of a shop, its hours and its messages; `do` says which part was sent."""
    shop = get_object_or_404(Shop, id=number)
    what = request.POST.get("do", "")
    if what == "rules":
        return _save_rules(request, shop)
    if what == "messages":
        return _save_messages(request, shop)
    return _calendar(request, shop, is_sent=what == "calendar")


def _show(request: HttpRequest, shop: Shop, **extra: Any) -> HttpResponse:
    calendar = Calendar.objects.filter(shop=shop).first() or Calendar(shop=shop)
    found = terms.of_shop(shop.id)
    on = set(StatusMessage.objects.filter(shop=shop).values_list("step", flat=True))
    names = dict(told_names())
    own = set(Wording.objects.filter(shop=shop).values_list("name", flat=True))
    context = {
        "shop": shop,
        "lines": [_line(shop, rule) for rule in found.rules.values()],
        "steps": [(step, names[step], step in on) for step in texts.STEPS],
        "texts": [(name, names[name], name in own) for name in texts.names()],
        "days": [(str(day), DAYS[day], (calendar.hours or terms.HOURS).get(str(day), "")) for day in range(7)],
        "form": _form(shop, calendar),
        **extra,
    }
    return show(request, "watch", "watch_rules", context, 422 if extra else 200)


def _line(shop: Shop, rule: terms.Terms) -> Line:
    default = terms.DEFAULTS[rule.kind]
    return Line(
        kind=rule.kind,
        label=str(rule.kind.label),
        terms=rule,
        unit=UNITS[rule.unit] % {"n": rule.after} if rule.unit else "",
        choices=[(str(one), str(one.label), one in rule.choices) for one in default.choices],
        open_cases=len(Case.objects.filter(shop=shop, kind=rule.kind, resolved_at=None).values_list("id")[:100]),
    )


def _form(shop: Shop, calendar: Calendar, data: Any = None) -> CalendarForm:
    start = {name: getattr(calendar, name) for name in ("holidays", "quiet_from", "quiet_to", "mailbox")}
    form = CalendarForm(data, initial=start)
    boxes = Channel.objects.filter(shop=shop, type="email", is_active=True).order_by("id")
    form.fields["mailbox"].queryset = boxes  # type: ignore[attr-defined]
    return form


def _save_rules(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Nothing is saved when a number is none."""
    wrong = ""
    given: dict[Kind, tuple[int, int]] = {}
    for kind, default in terms.DEFAULTS.items():
        after = _number(request.POST.get(f"after-{kind}", "")) if default.unit else 0
        horizon = _number(request.POST.get(f"horizon-{kind}", "")) if default.may_write else default.horizon_days
        if after is None or horizon is None:
            wrong = _("{rule}: numbers from 1 to {most}, please.").format(rule=kind.label, most=LONGEST)
            break
        given[kind] = (after, horizon)
    if wrong:
        return _show(request, shop, problem=wrong)
    for kind, (after, horizon) in given.items():
        deciding.save_rule(
            shop,
            kind,
            actor=agent_of(request).pk,
            is_active=f"active-{kind}" in request.POST,
            writes=f"writes-{kind}" in request.POST,
            after=after,
            horizon_days=horizon,
            choices=[one for one in request.POST.getlist(f"choices-{kind}") if one in Choice.values],
        )
    return done(request, _("Saved."), "admin_watch_rules", shop.id)


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 4 and 1 <= int(written) <= LONGEST else None


def _save_messages(request: HttpRequest, shop: Shop) -> HttpResponse:
    on = set(StatusMessage.objects.filter(shop=shop).values_list("step", flat=True))
    for step in texts.STEPS:
        wanted = f"step-{step}" in request.POST
        if wanted != (step in on):
            deciding.switch_message(shop, step, on=wanted, actor=agent_of(request).pk)
    return done(request, _("Saved."), "admin_watch_rules", shop.id)


def _calendar(request: HttpRequest, shop: Shop, *, is_sent: bool) -> HttpResponse:
    if not is_sent:
        return _show(request, shop)
    calendar = Calendar.objects.filter(shop=shop).first() or Calendar(shop=shop)
    form = _form(shop, calendar, request.POST)
    shifts = {str(day): request.POST.get(f"hours-{day}", "").strip() for day in range(7)}
    days = [(str(day), DAYS[day], shifts[str(day)]) for day in range(7)]
    try:
        for written in shifts.values():
            hours.read_shift(written)
    except ValueError:
        return _show(request, shop, form=form, days=days, problem=_("Hours like 09:00–17:00, please."))
    if not form.is_valid():
        return _show(request, shop, form=form, days=days)
    said = form.cleaned_data
    night: tuple[time, time] = (said["quiet_from"], said["quiet_to"])
    given = {"holidays": said["holidays"], "night": night, "mailbox": said["mailbox"]}
    deciding.save_calendar(
        shop, actor=agent_of(request).pk, hours={day: shift for day, shift in shifts.items() if shift}, **given
    )
    return done(request, _("Saved."), "admin_watch_rules", shop.id)


@require_http_methods(["GET", "HEAD", "POST"])
@administering
def wording(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One text in the shop's languages, and how it reads; `do=preview` only shows it."""
    shop = get_object_or_404(Shop, id=number)
    if name not in texts.names():
        raise Http404
    written = {code: texts.source(shop.id, name, code) for code in shop.offered_languages()}
    problem, status = "", 200
    if request.method == "POST":
        said = request.POST
        written = {
            code: (said.get(f"subject-{code}", "").strip(), said.get(f"text-{code}", "").strip()) for code in written
        }
        problem = _unknown(written)
        if not problem and said.get("do") == "save":
            for code, (subject, text) in written.items():
                deciding.save_wording(shop, name, code, subject, text, actor=agent_of(request).pk)
            return done(request, _("Saved."), "admin_watch_text", shop.id, name)
        status = 422 if problem else 200
    context = {
        "shop": shop,
        "name": name,
        "label": dict(told_names())[name],
        "written": [
            (code, languages.NAMES[code], *pair, *(_preview(shop, name, code, pair))) for code, pair in written.items()
        ],
        "names": texts.VARIABLES,
        "problem": problem,
    }
    return show(request, "watch", "watch_text", context, status)


def _unknown(written: dict[str, tuple[str, str]]) -> str:
    names = [name for pair in written.values() for part in pair for name in texts.unknown(part)]
    if not names:
        return ""
    return _("There is no {names}.").format(names=", ".join(f"{{{name}}}" for name in dict.fromkeys(names)))


def _preview(shop: Shop, name: str, language: str, pair: tuple[str, str]) -> tuple[str, str]:
    """How it would read for a made-up customer."""
    watch_of = terms.of_shop(shop.id)
    today = timezone.now().astimezone(watch_of.zone).date()
    customer = Customer(name="Kim Example", language=language)
    order = Order(id=0, shop=shop, number="1042", promised_on=today - timedelta(days=1), delivery_method="DHL")
    parcel = Shipment(id=0, tracking_number="00340434161094015902", expected_on=today + timedelta(days=2))
    case = Case(shop=shop, order=order, shipment=parcel, kind=name) if name in Kind.values else None
    given = texts.values(order, case, customer, shop, watch_of, language)
    with translation.override(language):
        expected = formats.date_format(today + timedelta(days=2), "DATE_FORMAT")
    made_up = {"parcel.carrier": "DHL", "parcel.number": "00340434161094015902", "parcel.eta": expected}
    made_up["parcel.place"] = "Paketshop, Bahnhofstraße 1"
    given = {**given, **{key: value for key, value in made_up.items() if not given[key]}}
    subject, text = pair if all(pair) else texts.PHRASES[language].letter(name)
    return texts.fill(subject, given), texts.fill(text, given)
