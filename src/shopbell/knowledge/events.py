"""What happens to approved wording."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("knowledge.macro_changed")
@dataclass(frozen=True, kw_only=True)
class MacroChanged(bus.DomainEvent):
    """A macro was made or edited."""

    macro_id: int


@bus.event_type("knowledge.macro_deleted")
@dataclass(frozen=True, kw_only=True)
class MacroDeleted(bus.DomainEvent):
    """A macro is gone."""

    macro_id: int


@bus.event_type("knowledge.signature_changed")
@dataclass(frozen=True, kw_only=True)
class SignatureChanged(bus.DomainEvent):
    """A signature was made, edited or deleted; without an agent it is everybody's."""

    signature_id: int
    agent_id: int | None


@bus.event_type("knowledge.topic_changed")
@dataclass(frozen=True, kw_only=True)
class TopicChanged(bus.DomainEvent):
    """A topic was made or edited."""

    topic_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleEvent(bus.DomainEvent):
    """Something about one article."""

    article_id: int


@bus.event_type("knowledge.article_changed")
@dataclass(frozen=True, kw_only=True)
class ArticleChanged(ArticleEvent):
    """An article was made, or its topic, owner, review date or audience changed."""


@bus.event_type("knowledge.article_written")
@dataclass(frozen=True, kw_only=True)
class ArticleWritten(ArticleEvent):
    """A new version of an article in one language."""

    text_id: int
    version: int


@bus.event_type("knowledge.article_state_changed")
@dataclass(frozen=True, kw_only=True)
class ArticleStateChanged(ArticleEvent):
    """An article in one language was sent to review, published, or archived."""

    text_id: int
    state: str


@bus.event_type("knowledge.review_asked")
@dataclass(frozen=True, kw_only=True)
class ReviewAsked(ArticleEvent):
    """Somebody asked a colleague to look at the newest version of an article."""

    text_id: int
    agent_id: int


@bus.event_type("knowledge.article_deleted")
@dataclass(frozen=True, kw_only=True)
class ArticleDeleted(ArticleEvent):
    """An article is gone in every language, with its versions and addresses."""

    reason: str


@bus.event_type("knowledge.topic_deleted")
@dataclass(frozen=True, kw_only=True)
class TopicDeleted(bus.DomainEvent):
    """A topic is gone; its articles stay, without one."""

    topic_id: int


@bus.event_type("knowledge.policy_changed")
@dataclass(frozen=True, kw_only=True)
class PolicyChanged(bus.DomainEvent):
    """A version of a policy was proposed, approved, or withdrawn before it held: `step` says which."""

    policy_id: int
    shop_id: int
    topic: str
    number: int
    step: str
