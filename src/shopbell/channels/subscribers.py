"""Send what is queued."""

from __future__ import annotations

from shopbell.channels import delivery, events
from shopbell.events import bus


@bus.subscribe(events.OutboundQueued, outside=True)
def send_outbound(event: events.OutboundQueued) -> None:
    """One try per call; the bus calls again when `Later` is raised."""
    delivery.send(event.outbound_id)
