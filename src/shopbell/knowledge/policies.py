"""What a shop promises about shipping, payment, returns and refunds on a day: the one door to read it.

The public page, the bot, macros, articles and the return portal all ask here, so that a number is typed once:

    found = policies.current(shop, "return", on=date(2026, 11, 22))
    found.terms.days["window"]                  # 14
    policies.told(shop, found, "de")            # the customer's page, in German
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.core import zones
from shopbell.knowledge import policy_words, terms
from shopbell.knowledge.models import Policy, PolicyTopic
from shopbell.knowledge.terms import InForce, Terms
from shopbell.shops.models import Shop

_VARIABLE = re.compile(r"\{(policy(?:\.[a-z_]+){2})\}")
_MEANT = re.compile(r"\{\s*polic[^{}\n]{0,60}\}", re.IGNORECASE)  # a number of a policy, perhaps mistyped


def today(shop: Shop) -> date:
    """The day it is in the shop."""
    return timezone.now().astimezone(zones.named(shop.time_zone)).date()


def current(shop: Shop, topic: str, on: date | None = None) -> InForce | None:
    """What the shop promises about a topic on a day (its own today without one); None where nothing is written.

    Only approved versions count. There is at most one: the database refuses two for one day.
    """
    return everything(shop, on).get(PolicyTopic(topic))


def everything(shop: Shop, on: date | None = None) -> dict[PolicyTopic, InForce]:
    """All that holds on a day, by topic, in one query."""
    rows = Policy.objects.filter(shop=shop, is_approved=True, effective__contains=on or today(shop))
    found = {PolicyTopic(row.topic): as_read(row) for row in rows}
    return {topic: found[topic] for topic in PolicyTopic if topic in found}


def coming(shop: Shop) -> dict[PolicyTopic, date]:
    """From which day another version will hold, by topic: the next where there are several."""
    rows = Policy.objects.filter(shop=shop, is_approved=True, effective__startswith__gt=today(shop))
    return {PolicyTopic(row.topic): row.effective.lower for row in rows.order_by("-effective")}


def as_read(row: Policy) -> InForce:
    """A row of the table as it is read."""
    return InForce(
        id=row.pk,
        topic=PolicyTopic(row.topic),
        number=row.number,
        since=row.effective.lower,
        until=row.effective.upper,
        terms=terms.read(row.terms),
        words=row.words,
    )


def variables(shop: Shop, language: str, on: date | None = None) -> dict[str, str]:
    """What texts may name: `policy.return.window` is "14", `policy.shipping.cost` "4,90 €" in German; one query."""
    return {
        name: value
        for topic, found in everything(shop, on).items()
        for name, value in _named(topic, found.terms, language).items()
    }


def _named(topic: str, promised: Terms, language: str) -> dict[str, str]:
    return {f"policy.{topic}.{name}": value for name, value in policy_words.values(promised, language).items()}


def told(shop: Shop, found: InForce, language: str) -> str:
    """A policy as customers read it, as Markdown. Its own words may name numbers: its own, and what else holds then."""
    source = policy_words.to_markdown(found, language)
    if not _VARIABLE.search(source):
        return source
    known = {**variables(shop, language, max(found.since, today(shop))), **_named(found.topic, found.terms, language)}
    return _VARIABLE.sub(lambda name: known.get(name[1], name[0]), source)


def unfilled(shop: Shop, topic: str, promised: Terms, words: Mapping[str, str], since: date) -> dict[str, str]:
    """What is wrong with the own words of a version, by its field (`words.de`): names nothing fills on that day."""
    errors = {}
    for language, body in words.items():
        asked = dict.fromkeys(found[0] for found in _MEANT.finditer(body))
        if not asked:
            continue
        known = {**variables(shop, language, since), **_named(topic, promised, language)}
        lost = [name for name in asked if name[1:-1] not in known]
        if lost:
            errors[f"words.{language}"] = _("No policy says this: {names}").format(names=", ".join(lost))
    return errors


def fill(shop: Shop, source: str, language: str, on: date | None = None) -> str:
    """A text with `{policy.return.window}` and the like filled in; without any it costs no query.

    What is not known stays as it is, so that whoever writes the text sees it.
    """
    if not _VARIABLE.search(source):
        return source
    known = variables(shop, language, on)
    return _VARIABLE.sub(lambda name: known.get(name[1], name[0]), source)


def unknown(shop: Shop, source: str, language: str) -> list[str]:
    """Names of policies a text asks for that have no value today, each once."""
    asked = dict.fromkeys(_VARIABLE.findall(source))
    known = variables(shop, language) if asked else {}
    return [name for name in asked if name not in known]
