"""What lists do when there is more to do."""

from __future__ import annotations

from shopbell.agents.events import AgentChanged
from shopbell.events import bus
from shopbell.lists import events, operations


@bus.subscribe(AgentChanged)
def count_for_agent(event: AgentChanged) -> None:
    """Other teams: other notes name them."""
    operations.count_anew(event.agent_id)


@bus.subscribe(events.BulkChunkOwed, outside=True)  # a lane of its own: mail that comes in does not wait for it
def change_chunk(event: events.BulkChunkOwed) -> None:
    """The next part of a change to many, then the next but one."""
    if operations.work(event.bulk_id):
        bus.publish(event)


@bus.subscribe(events.TagChunkOwed, outside=True)
def change_tagged(event: events.TagChunkOwed) -> None:
    """The next conversations with a tag that is leaving."""
    if operations.replace_some(event.change_id):
        bus.publish(event)
