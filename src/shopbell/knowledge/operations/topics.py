"""Make, rename, order and delete what articles are sorted under."""

from __future__ import annotations

from typing import Any

from shopbell.core import text as words
from shopbell.core.rows import hold_row
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.knowledge import events
from shopbell.knowledge.models import Article, Topic
from shopbell.shops.models import Shop


@retried
def save_topic(topic: Topic, *, actor: int | None, **fields: Any) -> Topic:
    """Make a topic, the last of its shop, or edit it."""
    if topic.pk is None and "position" not in fields:
        topic.position = Topic.objects.filter(shop=fields.get("shop") or topic.shop).count()
    for name, value in fields.items():
        setattr(topic, name, value)
    hold_row(topic)
    topic.save()
    bus.publish(events.TopicChanged(topic_id=topic.id), actor=actor)
    return topic


@retried
def move_topic(topic: Topic, *, actor: int, by: int) -> None:
    """One place up (-1) or down (+1) among the topics of its shop."""
    kin = list(Topic.objects.select_for_update().filter(shop=topic.shop_id).order_by("position", "id"))
    at = next((index for index, one in enumerate(kin) if one.id == topic.id), None)
    if at is None or not 0 <= at + by < len(kin):
        return
    kin.insert(at + by, kin.pop(at))
    for position, one in enumerate(kin):
        one.position = position
    Topic.objects.bulk_update(kin, ["position"])
    bus.publish(events.TopicChanged(topic_id=topic.id), actor=actor)


@retried
def delete_topic(topic: Topic, *, actor: int) -> None:
    """Its articles stay, without a topic."""
    number = topic.id
    topic.delete()
    bus.publish(events.TopicDeleted(topic_id=number), actor=actor)


@retried
def named(shop: Shop, name: str, language: str) -> Topic:
    """The topic of this name in any language, made when there is none. The shop is locked: two who ask make one."""
    name = words.preview(name, 100)
    Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
    for topic in Topic.objects.filter(shop=shop).order_by("id"):
        if name in (topic.names.get(language), *topic.names.values()):
            return topic
    return Topic.objects.create(shop=shop, names={language: name}, position=Topic.objects.filter(shop=shop).count())


@retried
def filed(article: Article, name: str, language: str) -> Topic:
    """The topic of an article that is said to stand under `name` elsewhere, in one language.

    Where its topic has no name in that language this is one, unless another topic is called so: a translation moves no
    article.
    """
    own, name = article.topic, words.preview(name, 100)
    if own is not None and name in own.names.values():
        return own
    if own is None or own.names.get(language):
        return named(article.shop, name, language)
    others = Topic.objects.filter(shop=article.shop_id).exclude(pk=own.pk)
    if not any(name in other.names.values() for other in others):
        save_topic(own, actor=None, names={**own.names, language: name})
    return own
