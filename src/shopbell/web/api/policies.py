"""Policies: what a shop promises, as data with the days it holds. Leads propose, admins approve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.knowledge import operations, policies, policy_words, queries, terms
from shopbell.knowledge.models import Policy
from shopbell.knowledge.terms import CURRENCIES, MOST_COST, MOST_DAYS, MOST_ROWS, Exempt, Ground, Rate, Terms
from shopbell.shops.models import Shop
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Day, Id, Line, Number, Prose
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, Wrong, wrong

TAG = "Policies"
READ, WRITE = Scope.ARTICLES_READ, Scope.ARTICLES_WRITE
Topic = Literal["shipping", "payment", "return", "refund"]
Code = Literal["en", "de", "da", "et"]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Cost = Annotated[int, Field(ge=0, le=MOST_COST)]
GROUNDS = Literal["custom_made", "perishable", "hygiene", "mixed", "media", "press", "digital", "dated", "price"]


class RateShape(Body):
    """A carrier, a way to pay or to send back. Amounts are in the currency's smallest unit."""

    name: Line = Field(min_length=1, max_length=100, examples=["DHL"])
    countries: list[Country] = Field(default=[], max_length=250, description="[]: all.", examples=[["DE"]])
    days_from: Days | None = Field(default=None, description="Working days on the way.", examples=[1])
    days_to: Days | None = Field(default=None, examples=[3])
    cost: Cost = Field(default=0, examples=[490])
    currency: str = Field(default="EUR", pattern=f"^({'|'.join(CURRENCIES)})$", examples=["EUR"])
    free_from: Cost | None = Field(default=None, description="Value of an order.", examples=[5000])


class ExemptShape(Body):
    """Goods that are not taken back, by language, and the ground in law (Directive 2011/83/EU, Article 16)."""

    ground: GROUNDS = Field(examples=["hygiene"])
    goods: dict[Code, Line] = Field(default={}, examples=[{"en": "Earphones", "de": "Ohrhörer"}])


class TermsShape(Body):
    """What is promised. Which days, rates and exceptions there are depends on the topic."""

    countries: list[Country] = Field(
        default=[], max_length=250, description="[]: wherever the shop sells.", examples=[[]]
    )
    days: dict[str, Days] = Field(
        default={},
        description="shipping: dispatch, latest; payment: invoice; return: window, send_back; refund: window.",
        examples=[{"window": 30, "send_back": 14}],
    )
    rates: list[RateShape] = Field(default=[], max_length=MOST_ROWS)
    exceptions: list[ExemptShape] = Field(default=[], max_length=MOST_ROWS)
    waits_for_goods: bool = Field(default=False, description="Of refunds.", examples=[False])


class PolicyShape(BaseModel):
    """A version of a policy."""

    id: int = Field(examples=[14])
    shop_id: int = Field(examples=[1])
    topic: str = Field(examples=["return"])
    number: int = Field(description="Of the version.", examples=[3])
    since: date = Field(description="A day of the shop's.", examples=["2026-12-01"])
    until: date | None = Field(description="The first day on which it holds no more.", examples=[None])
    is_approved: bool = Field(description="Proposed ones bind nobody.", examples=[True])
    terms: TermsShape
    words: dict[str, str] = Field(description="Markdown below the terms, by language.", examples=[{"en": "…"}])
    author_id: int | None = Field(examples=[7])
    approved_by_id: int | None = Field(examples=[9])
    created_at: datetime = Field(examples=[WHEN])


class PolicyTextShape(BaseModel):
    """What holds, as customers read it."""

    topic: str = Field(examples=["return"])
    number: int = Field(examples=[3])
    since: date = Field(examples=["2026-12-01"])
    markdown: str = Field(examples=["You can send goods back within 30 days …"])


class PolicyTexts(BaseModel):
    items: list[PolicyTextShape]


class NewPolicy(Body):
    """A version to be approved by an admin."""

    shop_id: Id = Field(examples=[1])
    topic: Topic = Field(examples=["return"])
    since: Day = Field(examples=["2026-12-01"])
    terms: TermsShape
    words: dict[Code, Prose] = Field(default={}, examples=[{"en": "Send them to our warehouse."}])


@operation(TAG, "GET", "/policies", scope=READ, may=permissions.may_propose_policies, shape=Page[PolicyShape])
def list_policies(
    request: ApiRequest,
    shop: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    topic: Annotated[Topic | None, Query()] = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Every version, proposed ones among them, the newest first; for leads and admins."""
    rows = Policy.objects.filter(shop__in=queries.shops(request.agent).order_by().values("id"))
    rows = rows.filter(shop=shop) if shop is not None else rows
    rows = rows.filter(topic=topic) if topic is not None else rows
    return paging.newest(request, rows, limit, after, _shape)


def _shape(row: Policy) -> PolicyShape:
    found = policies.as_read(row)
    return PolicyShape(
        id=row.pk,
        shop_id=row.shop_id,
        topic=row.topic,
        number=row.number,
        since=found.since,
        until=found.until,
        is_approved=row.is_approved,
        terms=TermsShape.model_validate(terms.stored(found.terms), strict=False),
        words=dict(found.words),
        author_id=row.author_id,
        approved_by_id=row.approved_by_id,
        created_at=row.created_at,
    )


@operation(TAG, "GET", "/shops/{number}/policies", scope=READ, may=permissions.may_read, shape=PolicyTexts)
def get_policies_in_force(
    request: ApiRequest,
    number: Number,
    language: Annotated[Code, Query(examples=["de"])] = "en",
    on: Annotated[date | None, Query(examples=["2026-12-01"], description="A day of the shop's; its today.")] = None,
) -> HttpResponse:
    """What a shop promises on a day, in words."""
    found = policies.everything(_shop(request, number, Problem(404)), on)
    items = [
        PolicyTextShape(
            topic=topic.value, number=one.number, since=one.since, markdown=policy_words.to_markdown(one, language)
        )
        for topic, one in found.items()
    ]
    return shown(PolicyTexts(items=items))


def _shop(request: ApiRequest, number: int, otherwise: Problem) -> Shop:
    row = queries.shops(request.agent).filter(id=number).first()
    if row is None:
        raise otherwise
    return row


@operation(TAG, "POST", "/policies", scope=WRITE, may=permissions.may_propose_policies, shape=PolicyShape, status=201)
def propose_policy(request: ApiRequest, body: NewPolicy) -> HttpResponse:
    """Write a version. It binds nobody until an admin approves it."""
    shop = _shop(request, body.shop_id, wrong("/shop_id", "There is no such shop."))
    try:
        row = operations.propose_policy(
            shop,
            body.topic,
            promised=_terms(body.terms),
            words={str(code): said for code, said in body.words.items()},
            since=body.since,
            actor=request.agent.pk,
        )
    except terms.Unfit as unfit:
        raise _unfit(unfit, "/terms/") from None
    row.refresh_from_db()
    return shown(_shape(row), 201)


def _terms(given: TermsShape) -> Terms:
    return Terms(
        countries=tuple(given.countries),
        days=dict(given.days),
        rates=tuple(Rate(**{**one.model_dump(), "countries": tuple(one.countries)}) for one in given.rates),
        exceptions=tuple(
            Exempt(ground=Ground(one.ground), goods={str(code): said for code, said in one.goods.items()})
            for one in given.exceptions
        ),
        waits_for_goods=given.waits_for_goods,
    )


def _unfit(unfit: terms.Unfit, before: str) -> Problem:
    found: list[Wrong] = [
        {"where": before + name.replace(".", "/"), "message": said} for name, said in unfit.errors.items()
    ]
    return Problem(422, "This cannot be promised.", errors=found)


@operation(
    TAG, "POST", "/policies/{number}/approve", scope=WRITE, may=permissions.may_approve_policies, shape=PolicyShape
)
def approve_policy(request: ApiRequest, number: Number) -> HttpResponse:
    """Let a proposed version hold from its day on; the one before ends there."""
    return shown(_shape(_settled(request, number, operations.approve_policy)))


@operation(
    TAG,
    "POST",
    "/policies/{number}/withdraw",
    scope=WRITE,
    may=permissions.may_approve_policies,
    shape=None,
    status=204,
)
def withdraw_policy(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a proposal back, or a version that does not hold yet."""
    _settled(request, number, operations.withdraw_policy)
    return done()


def _settled(request: ApiRequest, number: int, settle: Callable[..., Any]) -> Any:
    row = Policy.objects.select_related("shop").filter(pk=number).first()
    if row is None or not queries.may_see(request.agent, row.shop_id):
        raise Problem(404)
    try:
        return settle(row, actor=request.agent.pk)
    except terms.Unfit as unfit:
        raise Problem(409, " ".join(unfit.errors.values())) from None
