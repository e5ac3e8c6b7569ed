"""Incidents: one cause of many cases, one text to all their customers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.watching import queries
from shopbell.watching.models import Incident
from shopbell.watching.operations import deciding, incidents
from shopbell.web.api import find, paging
from shopbell.web.api.cases import KindName
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Day, Id, Line, Number, Prose, Word
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Incidents"
READ, WRITE = Scope.ORDERS_READ, Scope.ORDERS_WRITE
MAY = permissions.may_run_incidents
Code = Literal["en", "de", "da", "et"]
TEXTS = {"en": {"subject": "Your parcel is late", "text": "{greeting}\n\nOur carrier is on strike …"}}


class Letter(Body):
    """What customers are told, in one language."""

    subject: Line = Field(min_length=1, max_length=200, examples=["Your parcel is late"])
    text: Prose = Field(min_length=1, max_length=20_000, examples=["{greeting}\n\nOur carrier is on strike …"])


class IncidentShape(BaseModel):
    """One cause of many cases."""

    id: int = Field(examples=[3])
    shop_id: int = Field(examples=[1])
    name: str = Field(examples=["Strike at the carrier"])
    state: str = Field(description="open or closed.", examples=["open"])
    kinds: list[str] = Field(description="[]: every kind.", examples=[["late", "stuck"]])
    carrier: str = Field(examples=["dhl"])
    country: str = Field(examples=["DE"])
    place: str = Field(examples=[""])
    since: str = Field(description="When something went wrong, a day of the shop's.", examples=["2026-11-20"])
    until: str = Field(examples=[""])
    texts: dict[str, Letter] = Field(description="By language.", examples=[TEXTS])
    made_by_id: int | None = Field(examples=[5])
    created_at: datetime = Field(examples=[WHEN])
    gathered_at: datetime | None = Field(examples=[WHEN])
    told_at: datetime | None = Field(description="Since then whoever comes is told too.", examples=[None])
    closed_at: datetime | None = Field(examples=[None])


class ProgressShape(BaseModel):
    """How many cases it has, and how many customers were told."""

    all: int = Field(examples=[120])
    open: int = Field(examples=[118])
    answered: int = Field(examples=[14])
    waiting: int = Field(description="Customers to be told.", examples=[0])
    sent: int = Field(examples=[110])
    withheld: int = Field(examples=[5])


class WholeIncidentShape(IncidentShape):
    """An incident and how far it is."""

    progress: ProgressShape


class IncidentChange(Body):
    """What it gathers and what is written: all of it anew. All that is given must hold of a case."""

    name: Line = Field(min_length=1, max_length=120, examples=["Strike at the carrier"])
    kinds: list[KindName] = Field(default=[], max_length=13, examples=[["late"]])
    carrier: Word = Field(default="", max_length=30, examples=["dhl"])
    country: str = Field(default="", pattern="^([A-Z]{2})?$", examples=["DE"])
    place: Line = Field(default="", max_length=100, examples=[""])
    since: Day | None = Field(default=None, examples=["2026-11-20"])
    until: Day | None = Field(default=None, examples=[None])
    texts: dict[Code, Letter] = Field(min_length=1, examples=[TEXTS])


class NewIncident(IncidentChange):
    """An incident of a shop."""

    shop_id: Id = Field(examples=[1])


def _shape(row: Incident) -> IncidentShape:
    return IncidentShape.model_construct(**_values(row))


def _values(row: Incident) -> dict[str, Any]:
    wanted = incidents.read(row.filter)
    names = ("carrier", "country", "place", "since", "until")
    own = ("id", "shop_id", "name", "state", "made_by_id", "created_at", "gathered_at", "told_at", "closed_at")
    texts = {code: Letter.model_construct(subject=pair[0], text=pair[1]) for code, pair in row.words.items()}
    return {
        **{name: getattr(wanted, name) for name in names},
        **{name: getattr(row, name) for name in own},
        "kinds": list(wanted.kinds),
        "texts": texts,
    }


def _whole(number: int) -> WholeIncidentShape:
    row = Incident.objects.get(id=number)
    return WholeIncidentShape.model_construct(**_values(row), progress=ProgressShape(**queries.progress(row)))


@operation(TAG, "GET", "/incidents", scope=READ, may=permissions.may_read, shape=Page[IncidentShape])
def list_incidents(request: ApiRequest, limit: Limit = 50, after: After = "") -> HttpResponse:
    """Incidents of the shops the agent may see, the newest first."""
    rows = permissions.scope(request.agent).of_shops(Incident.objects.all())
    return paging.newest(request, rows, limit, after, _shape)


@operation(TAG, "GET", "/incidents/{number}", scope=READ, may=permissions.may_read, shape=WholeIncidentShape)
def get_incident(request: ApiRequest, number: Number) -> HttpResponse:
    """One incident. Its cases: `GET /cases?incident_id=…`."""
    return shown(_whole(_find(request, number).id))


def _find(request: ApiRequest, number: int) -> Incident:
    row = Incident.objects.select_related("shop").filter(id=number).first()
    if row is None or not permissions.scope(request.agent).has_shop(row.shop_id):
        raise Problem(404)
    return row


@operation(TAG, "POST", "/incidents", scope=WRITE, may=MAY, shape=WholeIncidentShape, status=201)
def create_incident(request: ApiRequest, body: NewIncident) -> HttpResponse:
    """Make an incident: it takes the open cases in that fit, now and later. Nobody is told yet."""
    return shown(_save(request, Incident(shop=find.named_shop(request, body.shop_id)), body), 201)


@operation(TAG, "PUT", "/incidents/{number}", scope=WRITE, may=MAY, shape=WholeIncidentShape)
def replace_incident(request: ApiRequest, number: Number, body: IncidentChange) -> HttpResponse:
    """Change what it gathers and what is written. What was sent stays as it was."""
    return shown(_save(request, _find(request, number), body))


def _save(request: ApiRequest, row: Incident, body: IncidentChange) -> WholeIncidentShape:
    wanted = incidents.Filter(
        kinds=tuple(body.kinds),
        carrier=body.carrier.strip().lower(),
        country=body.country,
        place=body.place.strip(),
        since=_iso(body.since),
        until=_iso(body.until),
    )
    words = {str(code): [one.subject.strip(), one.text.strip()] for code, one in body.texts.items()}
    if not body.name.strip() or not all(part for pair in words.values() for part in pair):
        raise wrong("/texts" if body.name.strip() else "/name", "It is empty.")
    try:
        saved = incidents.save(row, actor=request.agent.pk, name=body.name, wanted=wanted, words=words)
    except deciding.UnknownNames as unknown:
        raise wrong("/texts", f"There is no {', '.join(f'{{{name}}}' for name in unknown.names)}.") from None
    incidents.gather(saved.id)
    return _whole(saved.id)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@operation(TAG, "POST", "/incidents/{number}/gather", scope=WRITE, may=MAY, shape=WholeIncidentShape)
def gather_cases(request: ApiRequest, number: Number) -> HttpResponse:
    """Take in at once what fits; it is done every few minutes anyway."""
    found = _find(request, number)
    incidents.gather(found.id)
    return shown(_whole(found.id))


@operation(TAG, "POST", "/incidents/{number}/tell", scope=WRITE, may=MAY, shape=WholeIncidentShape, status=202)
def tell_customers(request: ApiRequest, number: Number) -> HttpResponse:
    """Write to the customer of every case, each in their own conversation; nobody twice. Who comes later is told."""
    found = _find(request, number)
    incidents.tell_all(found.id, actor=request.agent.pk)
    return shown(_whole(found.id), 202)


@operation(TAG, "POST", "/incidents/{number}/close", scope=WRITE, may=MAY, shape=WholeIncidentShape)
def close_incident(request: ApiRequest, number: Number) -> HttpResponse:
    """It is over: its cases are settled."""
    found = _find(request, number)
    if incidents.close(found.id, actor=request.agent.pk):
        incidents.settle_some(found.id)
    return shown(_whole(found.id))
