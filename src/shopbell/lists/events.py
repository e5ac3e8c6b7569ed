"""What happens to the lists agents work through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shopbell.events import bus


@bus.event_type("lists.view_saved")
@dataclass(frozen=True, kw_only=True)
class ViewSaved(bus.DomainEvent):
    """A view was made or changed."""

    view_id: int


@bus.event_type("lists.view_deleted")
@dataclass(frozen=True, kw_only=True)
class ViewDeleted(bus.DomainEvent):
    """A view is gone; its conversations are where they were."""

    view_id: int


@bus.event_type("lists.bulk_started")
@dataclass(frozen=True, kw_only=True)
class BulkStarted(bus.DomainEvent):
    """A change to many conversations begins."""

    bulk_id: int
    action: str
    total: int


@bus.event_type("lists.bulk_chunk_owed")
@dataclass(frozen=True, kw_only=True)
class BulkChunkOwed(bus.DomainEvent):
    """There is more of a change to many to make."""

    logged: ClassVar[bool] = False
    bulk_id: int


@bus.event_type("lists.bulk_ended")
@dataclass(frozen=True, kw_only=True)
class BulkEnded(bus.DomainEvent):
    """A change to many was made, or cancelled halfway."""

    bulk_id: int
    state: str
    changed: int


@bus.event_type("lists.tag_changed")
@dataclass(frozen=True, kw_only=True)
class TagChanged(bus.DomainEvent):
    """The colour or the description of a tag was changed, or it was made."""

    tag_id: int


@bus.event_type("lists.tag_leaves")
@dataclass(frozen=True, kw_only=True)
class TagLeaves(bus.DomainEvent):
    """A tag is renamed, merged or deleted: the conversations that have it follow in chunks."""

    change_id: int


@bus.event_type("lists.tag_chunk_owed")
@dataclass(frozen=True, kw_only=True)
class TagChunkOwed(bus.DomainEvent):
    """More conversations have a tag that is leaving."""

    logged: ClassVar[bool] = False
    change_id: int


@bus.event_type("lists.tag_rules_changed")
@dataclass(frozen=True, kw_only=True)
class TagRulesChanged(bus.DomainEvent):
    """Who may make new tags was decided."""
