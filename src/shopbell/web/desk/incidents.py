"""Incidents: one cause of many cases, one text to all their customers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.commerce import carriers
from shopbell.core import languages
from shopbell.knowledge.policy_words import country
from shopbell.shops.models import Shop
from shopbell.watching import queries, texts
from shopbell.watching.models import Incident, Kind
from shopbell.watching.operations import deciding, incidents
from shopbell.web.desk import case_rows, page
from shopbell.web.desk.request import AgentRequest, door, reading
from shopbell.web.guards import SAFE

running = door(permissions.may_run_incidents, (*SAFE, "POST"))


class IncidentForm(forms.Form):
    """What happened, and which cases belong to it; the texts are fields of their own, one pair for each language."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=gettext_lazy("Shop"), empty_label=None)
    name = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=120,
        help_text=gettext_lazy("Colleagues see it beside each case."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of cases"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: every kind."),
    )
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=30, required=False)
    country = forms.RegexField(
        r"^[A-Za-z]{2}\Z", label=gettext_lazy("Country (two letters)"), max_length=2, required=False
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=100, required=False)
    since = forms.DateField(
        label=gettext_lazy("Went wrong from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Went wrong until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def wanted(self) -> incidents.Filter:
        """The filter that was typed."""
        said = self.cleaned_data
        return incidents.Filter(
            kinds=tuple(said["kinds"]),
            carrier=said["carrier"].strip().lower(),
            country=said["country"].upper(),
            place=said["place"].strip(),
            since=_iso(said["since"]),
            until=_iso(said["until"]),
        )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@reading
def listed(request: AgentRequest) -> HttpResponse:
    """All of them, the open ones first."""
    context = {
        "place": "cases",
        "incidents": queries.incidents(request.user),
        "may_run": permissions.may_run_incidents(request.user),
    }
    return page.show(request, "desk/incidents.html", context)


@running
def new(request: AgentRequest) -> HttpResponse:
    """Begin one."""
    return _edit(request, Incident())


@running
def edit(request: AgentRequest, number: int) -> HttpResponse:
    """Change what it gathers and what is written."""
    return _edit(request, find(request, number))


def find(request: AgentRequest, number: int) -> Incident:
    """The incident, if it is of a shop the agent may see; else 404."""
    found = Incident.objects.select_related("shop").filter(id=number).first()
    if found is None or not permissions.scope(request.user).has_shop(found.shop_id):
        raise Http404
    return found


def _edit(request: AgentRequest, row: Incident) -> HttpResponse:
    start = {"shop": row.shop_id, "name": row.name, **row.filter}
    form = IncidentForm(request.POST if request.method == "POST" else None, initial=start)
    shops = permissions.scope(request.user).of_shops(Shop.objects.order_by("name"), "id")
    form.fields["shop"].queryset = shops  # type: ignore[attr-defined]
    words = _words(request, row)
    problem = ""
    if form.is_valid():
        row.shop = form.cleaned_data["shop"] if not row.pk else row.shop
        told = {code: pair for code, pair in words.items() if all(pair) and not _is_ours(code, pair[1])}
        try:
            given = {"name": form.cleaned_data["name"], "wanted": form.wanted(), "words": told}
            saved = incidents.save(row, actor=request.user.pk, **given)
            incidents.gather(saved.id)
            page.tell(request, _("Saved."))
            return page.go(reverse("desk:incident", args=[saved.id]))
        except deciding.UnknownNames as wrong:
            problem = _("There is no {names}.").format(names=", ".join(f"{{{name}}}" for name in wrong.names))
        except ValueError:
            problem = _("Write a subject and a text in at least one language.")
    if cursor := next(iter(form.errors), "" if row.pk or problem else "name"):
        form.fields[cursor].widget.attrs["autofocus"] = True
    context = {
        "place": "cases",
        "form": form,
        "incident": row,
        "texts": [(code, languages.NAMES[code], *words[code]) for code in languages.NAMES],
        "names": texts.VARIABLES,
        "problem": problem,
    }
    return page.show(request, "desk/incident_edit.html", context, 422 if form.errors or problem else 200)


def _words(request: AgentRequest, row: Incident) -> dict[str, list[str]]:
    """Subject and text of each language: as sent, as kept, else what we suggest."""
    if request.method == "POST":
        said = request.POST
        return {
            code: [said.get(f"{part}-{code}", "").strip() for part in ("subject", "text")] for code in languages.NAMES
        }
    suggested = {code: list(phrases.letter("incident")) for code, phrases in texts.PHRASES.items()}
    return {code: list(row.words.get(code, ["", ""] if row.pk else suggested[code])) for code in languages.NAMES}


def _is_ours(code: str, written: str) -> bool:
    """Whether the text is the one we suggest, in which nobody has said the reason yet."""
    return written.split() == texts.PHRASES[code].letter("incident")[1].split()


@reading
def incident(request: AgentRequest, number: int) -> HttpResponse:
    """How far it is, its cases, its text."""
    found = find(request, number)
    rows = queries.listed(queries.visible(request.user).filter(incident=found), None)
    context: dict[str, Any] = {
        "place": "cases",
        "incident": found,
        "progress": queries.progress(found),
        "rows": [case_rows.row(case, with_order=True) for case in rows[: queries.PAGE]],
        "has_more": len(rows) > queries.PAGE,
        "words": [(languages.NAMES[code], *pair) for code, pair in found.words.items()],
        "wanted": _said(incidents.read(found.filter)),
        "is_open": found.state == Incident.State.OPEN,
        "may_run": permissions.may_run_incidents(request.user),
    }
    return page.show(request, "desk/incident.html", context)


def _said(wanted: incidents.Filter) -> list[str]:
    kinds = [str(Kind(kind).label) for kind in wanted.kinds]
    days = (date.fromisoformat(day) for day in (wanted.since, wanted.until) if day)
    period = " – ".join(formats.date_format(day, "SHORT_DATE_FORMAT") for day in days)
    carrier = carriers.label(wanted.carrier, wanted.carrier)
    land = country(wanted.country, get_language() or "en")
    return [part for part in (", ".join(kinds), carrier, land, wanted.place, period) if part]


@running
def change(request: AgentRequest, number: int) -> HttpResponse:
    """Gather, tell all, or close: `do` says what."""
    found, what = find(request, number), request.POST.get("do", "")
    if what == "gather":
        incidents.gather(found.id)
    elif what == "tell":
        count = incidents.tell_all(found.id, actor=request.user.pk)
        words = ngettext("{n} customer is being written to.", "{n} customers are being written to.", count)
        page.tell(request, words.format(n=count))
    elif what == "close" and incidents.close(found.id, actor=request.user.pk):
        incidents.settle_some(found.id)
        page.tell(request, _("Closed. Its cases are settled."))
    return page.go(reverse("desk:incident", args=[found.id]))
