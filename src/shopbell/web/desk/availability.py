"""When an agent works, and whether they are there now."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.agents import availability as availabilities
from shopbell.agents import operations
from shopbell.agents.models import Agent, Status
from shopbell.core import days
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, own

TEMPLATE = "desk/availability.html"
UNPROCESSABLE = 422
MOST_DAYS_OFF = 200


class HoursForm(forms.Form):
    """Seven shifts, each with a beginning and an end or empty; days off, one period a line."""

    days_off = forms.CharField(
        label=gettext_lazy("Days off"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=days.example(gettext_lazy("One a line: {day}, or {day} – {last}.")),
    )

    chats_at_once = forms.IntegerField(
        label=gettext_lazy("Chats at once"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=gettext_lazy(
            "So many chats at most are given to you, while their visitors are there. "
            "Empty: as many as each chat says; 0: none."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for day in range(7):
            for edge in ("from", "to"):
                widget = forms.TimeInput({"type": "time"}, format="%H:%M")
                self.fields[f"{edge}_{day}"] = forms.TimeField(required=False, widget=widget)

    def clean_days_off(self) -> list[list[str]]:
        lines = [line.strip() for line in self.cleaned_data["days_off"].splitlines() if line.strip()]
        if len(lines) > MOST_DAYS_OFF:
            raise forms.ValidationError(_("At most {n} lines.").format(n=MOST_DAYS_OFF))
        return [_period(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        """A day has both ends of its shift or none."""
        values: dict[str, Any] = super().clean() or {}
        for day in range(7):
            if (values.get(f"from_{day}") is None) != (values.get(f"to_{day}") is None):
                self.add_error(f"to_{day}", _("Give both times, or none."))
        return values

    def hours(self) -> dict[str, list[str]]:
        """The shifts as they are kept."""
        shifts = {day: (self.cleaned_data[f"from_{day}"], self.cleaned_data[f"to_{day}"]) for day in range(7)}
        return {str(day): [_write(start), _write(end)] for day, (start, end) in shifts.items() if start is not None}


def _write(value: time) -> str:
    return value.strftime("%H:%M")


def _period(line: str) -> list[str]:
    try:
        return [day.isoformat() for day in days.period(line)]
    except days.NotDays as error:
        raise forms.ValidationError(str(error)) from None


@own
def availability(request: AgentRequest) -> HttpResponse:
    """Show and change them."""
    form = HoursForm(request.POST or None, initial=_initial(request.user))
    if request.method == "POST" and form.is_valid():
        kept = {name: form.cleaned_data[name] for name in ("days_off", "chats_at_once")}
        values = {"hours": form.hours(), **kept}
        operations.change_agent(request.user, actor=request.user.pk, **values)
        page.tell(request, _("Saved."))
        return page.go(reverse("desk:availability"))
    shifts = [(day, WEEKDAYS[day], form[f"from_{day}"], form[f"to_{day}"]) for day in range(7)]
    context = {
        "place": "preferences",
        "tab": "availability",
        "form": form,
        "days": shifts,
        "statuses": Status.choices,
        "now": availabilities.of(request.user, timezone.now()).label,
    }
    return page.show(request, TEMPLATE, context, UNPROCESSABLE if form.errors else 200)


def _initial(agent: Agent) -> dict[str, Any]:
    shifts = {
        f"{edge}_{day}": time.fromisoformat(value)
        for day, shift in agent.hours.items()
        for edge, value in zip(("from", "to"), shift, strict=True)
    }
    lines = [" – ".join(dict.fromkeys(map(_written, ends))) for ends in agent.days_off]
    return {**shifts, "days_off": "\n".join(lines), "chats_at_once": agent.chats_at_once}


def _written(day: str) -> str:
    return days.written(date.fromisoformat(day))


@own
def status(request: AgentRequest) -> HttpResponse:
    """Say that one is there, away, or off."""
    if request.method != "POST":
        return page.go(reverse("desk:availability"))
    try:
        operations.set_status(request.user, request.POST.get("status", ""))
    except ValueError:
        page.warn(request, _("Choose one of the three."))
    return page.go(reverse("desk:availability"))
