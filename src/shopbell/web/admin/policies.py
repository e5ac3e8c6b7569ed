"""Policies: what a shop promises about shipping, payment, returns and refunds, as data with the days it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopbell.agents.permissions import may_approve_policies, may_propose_policies
from shopbell.conversations.models import Conversation
from shopbell.core import languages, markdown
from shopbell.fields import operations as fields
from shopbell.fields.models import Field, Kind, Subject
from shopbell.knowledge import operations, policies, queries, terms
from shopbell.knowledge.models import Policy, PolicyTopic
from shopbell.knowledge.terms import SPECS, InForce, Terms, Unfit
from shopbell.shops.models import Shop
from shopbell.web.admin import policy_form
from shopbell.web.admin.page import administering, done, failed, show
from shopbell.web.desk.request import door
from shopbell.web.guards import agent_of
from shopbell.web.own_fields import POLICY_KEY

COUNTED_DAYS = 28
proposing = door(may_propose_policies)


@dataclass
class Line:
    """A topic of a shop in the list."""

    topic: str
    label: str
    since: str
    coming: str
    number: int
    contacts: int
    before: int


@require_safe
@proposing
def overview(request: HttpRequest) -> HttpResponse:
    """Every topic of each shop, and how often customers wrote about it."""
    shops = list(queries.shops(agent_of(request)))
    counts = _counts(shops)
    groups = [(shop, _lines(shop, counts)) for shop in shops]
    context = {
        "groups": groups,
        "days": COUNTED_DAYS,
        "counts": Field.objects.filter(subject=Subject.CONVERSATION, key=POLICY_KEY, archived_at=None).exists(),
        "may_approve": may_approve_policies(agent_of(request)),
        "proposals": Policy.objects.filter(shop__in=shops, is_approved=False, approved_by=None).select_related("shop"),
    }
    return show(request, "policies", "policies", context)


def _lines(shop: Shop, counts: dict[tuple[int, str, bool], int]) -> list[Line]:
    found, coming = policies.everything(shop), policies.coming(shop)
    return [_line(shop, topic, found.get(topic), coming.get(topic), counts) for topic in PolicyTopic]


def _line(
    shop: Shop,
    topic: PolicyTopic,
    found: InForce | None,
    coming: date | None,
    counts: dict[tuple[int, str, bool], int],
) -> Line:
    return Line(
        topic=topic.value,
        label=str(topic.label),
        since=date_format(found.since, "SHORT_DATE_FORMAT") if found else "",
        coming=date_format(coming, "SHORT_DATE_FORMAT") if coming else "",
        number=found.number if found else 0,
        contacts=counts.get((shop.pk, topic.value, True), 0),
        before=counts.get((shop.pk, topic.value, False), 0),
    )


def _counts(shops: Iterable[Shop]) -> dict[tuple[int, str, bool], int]:
    """Conversations marked with a topic, by shop: of the last COUNTED_DAYS (True) and of as many before (False)."""
    now = timezone.now()
    found: dict[tuple[int, str, bool], int] = {}
    marked = Conversation.objects.filter(shop__in=list(shops), custom__has_key=POLICY_KEY)
    for is_recent, end in ((True, now), (False, now - timedelta(days=COUNTED_DAYS))):
        rows = marked.filter(opened_at__gte=end - timedelta(days=COUNTED_DAYS), opened_at__lt=end)
        grouped = rows.order_by().values_list("shop", KeyTextTransform(POLICY_KEY, "custom")).annotate(n=Count("id"))
        found |= {(shop, topic, is_recent): number for shop, topic, number in grouped}
    return found


@require_POST
@administering
def count(request: HttpRequest) -> HttpResponse:
    """Let agents say which topic a conversation is about: a field of conversations, made once."""
    labels = {}
    for code in languages.NAMES:
        with translation.override(code):
            labels[code] = _("Policy topic")
    known = Field.objects.filter(subject=Subject.CONVERSATION, key=POLICY_KEY).first()
    if known is None:
        made = {"key": POLICY_KEY, "kind": Kind.CHOICE, "labels": labels, "options": PolicyTopic.values}
        fields.create(actor=agent_of(request).pk, subject=Subject.CONVERSATION, **made)  # type: ignore[arg-type]
    elif known.archived_at is not None:
        fields.archive(known, actor=agent_of(request).pk, is_archived=False)
    return done(request, _("Agents can mark conversations with their policy topic now."), "admin_policies")


def _find(request: HttpRequest, number: int, topic: str) -> tuple[Shop, PolicyTopic]:
    if topic not in PolicyTopic.values:
        raise Http404
    return get_object_or_404(queries.shops(agent_of(request)), pk=number), PolicyTopic(topic)


@require_safe
@proposing
def policy(request: HttpRequest, number: int, topic: str) -> HttpResponse:
    """What holds, what is proposed or comes, what held."""
    shop, which = _find(request, number, topic)
    rows = list(
        Policy.objects.filter(shop=shop, topic=which).select_related("author", "approved_by").order_by("-number")
    )
    today = policies.today(shop)
    context = {
        "shop": shop,
        "topic": which.value,
        "label": which.label,
        "versions": [_version(row, today, shop) for row in rows],
        "may_approve": may_approve_policies(agent_of(request)),
    }
    return show(request, "policies", "policy", context)


def _version(row: Policy, today: Any, shop: Shop) -> dict[str, Any]:
    found = policies.as_read(row)
    holds = row.is_approved and found.since <= today and (found.until is None or today < found.until)
    is_over = row.is_approved and found.until is not None and found.until <= today
    return {
        "row": row,
        "since": found.since,
        "until": found.until - timedelta(days=1) if found.until else None,
        "holds": holds,
        "is_over": is_over,
        "is_coming": row.is_approved and found.since > today,
        "is_proposed": not row.is_approved and row.approved_by_id is None,
        "is_replaced": not row.is_approved and row.approved_by_id is not None,
        "html": html(shop, found, languages.nearest(translation.get_language() or "en", shop.language)),
    }


def html(shop: Shop, found: InForce, language: str) -> str:
    """The policy as customers read it."""
    return mark_safe(markdown.scrolling(markdown.to_html(policies.told(shop, found, language))))


@require_http_methods(["GET", "HEAD", "POST"])
@proposing
def policy_new(request: HttpRequest, number: int, topic: str) -> HttpResponse:
    """Write a version, beginning with what holds; `preview` shows it, `approve` lets it hold, else it is proposed."""
    shop, which = _find(request, number, topic)
    if request.method != "POST":
        return _show_form(request, shop, which, _start(shop, which))
    reader = policy_form.Reader(which, request.POST)
    promised, words, since = reader.terms(), reader.words(), reader.since()
    _check(which, promised, reader.typed)
    if since is not None:
        reader.typed.errors |= policies.unfilled(shop, which, promised, words, since)
    if reader.typed.errors or since is None:
        return _show_form(request, shop, which, reader.typed, status=422)
    if "preview" in request.POST:
        shown = InForce(id=0, topic=which, number=0, since=since, until=None, terms=promised, words=words)
        return _show_form(request, shop, which, reader.typed, shown)
    actor, approves = agent_of(request).pk, "approve" in request.POST and may_approve_policies(agent_of(request))
    try:
        operations.write_policy(
            shop, which, promised=promised, words=words, since=since, actor=actor, is_approved=approves
        )
    except Unfit as unfit:
        reader.typed.errors |= unfit.errors
        return _show_form(request, shop, which, reader.typed, status=422)
    said = _("Saved. It holds from the day you chose.") if approves else _("Proposed. An admin has to approve it.")
    return done(request, said, "admin_policy", shop.pk, which.value)


def _check(topic: PolicyTopic, promised: Terms, typed: policy_form.Typed) -> None:
    """What was read but cannot hold, told beside its field unless something is told there already."""
    try:
        terms.check(topic, promised)
    except Unfit as unfit:
        typed.errors = {**unfit.errors, **typed.errors}


def _start(shop: Shop, topic: PolicyTopic) -> policy_form.Typed:
    found = policies.current(shop, topic)
    if found is not None:
        return policy_form.fill(found.terms, found.words, policies.today(shop))
    usual = {name: asked.default for name, asked in SPECS[topic].days.items() if asked.default is not None}
    return policy_form.fill(Terms(days=usual), {}, policies.today(shop))


def _show_form(
    request: HttpRequest,
    shop: Shop,
    topic: PolicyTopic,
    typed: policy_form.Typed,
    preview: InForce | None = None,
    status: int = 200,
) -> HttpResponse:
    offered = shop.offered_languages()
    context = {
        "shop": shop,
        "topic": topic.value,
        "label": topic.label,
        "may_approve": may_approve_policies(agent_of(request)),
        "previews": [(code, languages.NAMES[code], html(shop, preview, code)) for code in offered] if preview else [],
        **policy_form.layout(topic, typed, offered),
    }
    return show(request, "policies", "policy_new", context, status)


@require_POST
@administering
def policy_approve(request: HttpRequest, number: int) -> HttpResponse:
    """Let a proposed version hold."""
    return _settle(request, number, operations.approve_policy, _("Approved."))


@require_POST
@administering
def policy_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a proposal back, or a version that does not hold yet."""
    return _settle(request, number, operations.withdraw_policy, _("Withdrawn."))


def _settle(request: HttpRequest, number: int, operation: Any, said: str) -> HttpResponse:
    row = get_object_or_404(Policy.objects.select_related("shop"), pk=number)
    if not queries.may_see(agent_of(request), row.shop_id):
        raise Http404
    where = ("admin_policy", row.shop_id, row.topic)
    try:
        operation(row, actor=agent_of(request).pk)
    except Unfit as unfit:
        return failed(request, " ".join(unfit.errors.values()), *where)
    return done(request, said, *where)
