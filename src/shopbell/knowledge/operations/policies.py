"""Propose, approve and withdraw versions of policies. What held once is never changed: it says what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.knowledge import events, policies, terms
from shopbell.knowledge.models import Policy, PolicyTopic
from shopbell.shops.models import Shop

MOST_WORDS = 20_000


@retried
def propose_policy(
    shop: Shop, topic: str, *, promised: terms.Terms, words: Mapping[str, str], since: date, actor: int
) -> Policy:
    """A new version that binds nobody until it is approved. Raises terms.Unfit, also for own words that name a number
    no policy has.
    """
    terms.check(PolicyTopic(topic), promised)
    written = {language: text.clean(body).strip()[:MOST_WORDS] for language, body in words.items() if body.strip()}
    if lost := policies.unfilled(shop, PolicyTopic(topic), promised, written, since):
        raise terms.Unfit(lost)
    _hold(shop)
    newest = Policy.objects.filter(shop=shop, topic=topic).aggregate(newest=Max("number"))["newest"] or 0
    row = Policy.objects.create(
        shop=shop,
        topic=topic,
        number=newest + 1,
        effective=DateRange(since, None),
        terms=terms.stored(promised),
        words=written,
        author_id=actor,
    )
    _tell(row, "proposed", actor)
    return row


@retried
def write_policy(
    shop: Shop,
    topic: str,
    *,
    promised: terms.Terms,
    words: Mapping[str, str],
    since: date,
    actor: int,
    is_approved: bool,
) -> Policy:
    """Propose a version and, with `is_approved`, let it hold: both or nothing. Raises terms.Unfit."""
    row = propose_policy(shop, topic, promised=promised, words=words, since=since, actor=actor)
    return approve_policy(row, actor=actor) if is_approved else row


@retried
def approve_policy(row: Policy, *, actor: int) -> Policy:
    """Let a proposed version hold from its day on; the one before ends there.

    Raises terms.Unfit for the field `since`: what held on days that are over stays, and a version that is to begin
    later has to be withdrawn first. One that begins on the same day and had no day of its own is replaced.
    """
    _hold(row.shop)
    row = Policy.objects.select_for_update().select_related("shop").get(pk=row.pk)
    if row.is_approved:
        return row
    _make_room(row)
    row.is_approved, row.approved_by_id = True, actor
    row.save(update_fields=["is_approved", "approved_by"])
    _tell(row, "approved", actor)
    return row


def _make_room(row: Policy) -> None:
    since, now = row.effective.lower, policies.today(row.shop)
    last = _approved(row).order_by("-effective").first()
    if last is None:
        return
    if since < now:
        raise terms.Unfit({"since": _("What held on days that are over stays as it was: begin today or later.")})
    if last.effective.lower > since:
        raise terms.Unfit({"since": _("Another version begins later than that: withdraw it first.")})
    if last.effective.lower == since:
        last.is_approved = False
        last.save(update_fields=["is_approved"])
    else:
        _end(last, since)


@retried
def withdraw_policy(row: Policy, *, actor: int) -> None:
    """Take back a proposal, or a version that does not hold yet: the one before goes on.

    Raises terms.Unfit when it holds, or held, already.
    """
    _hold(row.shop)
    row = Policy.objects.select_for_update().select_related("shop").get(pk=row.pk)
    if row.is_approved and row.effective.lower <= policies.today(row.shop):
        raise terms.Unfit({"since": _("This version holds already: write a new one instead.")})
    _tell(row, "withdrawn", actor)
    before = _approved(row).filter(effective__endswith=row.effective.lower).first() if row.is_approved else None
    row.delete()
    if before is not None:
        _end(before, None)


def _approved(row: Policy) -> QuerySet[Policy]:
    return Policy.objects.filter(shop=row.shop_id, topic=row.topic, is_approved=True).exclude(pk=row.pk)


def _end(row: Policy, until: date | None) -> None:
    row.effective = DateRange(row.effective.lower, until)
    row.save(update_fields=["effective"])


def _hold(shop: Shop) -> None:
    """Nobody else changes this shop's policies until the transaction ends."""
    Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)


def _tell(row: Policy, step: str, actor: int) -> None:
    happened = events.PolicyChanged(
        policy_id=row.pk, shop_id=row.shop_id, topic=row.topic, number=row.number, step=step
    )
    bus.publish(happened, actor=actor)
