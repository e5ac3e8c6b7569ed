"""What customers do when something happens to themselves."""

from __future__ import annotations

from shopbell.customers import events, operations
from shopbell.events import bus


@bus.subscribe(events.ImportStep, outside=True)
def take_rows(event: events.ImportStep) -> None:
    """The next rows of an import: alone, so that mail does not wait for them."""
    operations.import_step(event.import_id, event.run)
