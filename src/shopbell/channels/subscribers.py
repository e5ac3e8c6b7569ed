"""Send what is queued."""

from __future__ import annotations

from shopbell.channels import delivery, events, files
from shopbell.events import bus


@bus.subscribe(events.OutboundQueued, outside=True)
def send_outbound(event: events.OutboundQueued) -> None:
    """One try per call; the bus calls again when `Later` is raised."""
    delivery.send(event.outbound_id)


@bus.subscribe(events.BlobForgotten)
def remove_file(event: events.BlobForgotten) -> None:
    """The file goes once the transaction that gave it up is committed."""
    files.remove(event.sha256)
