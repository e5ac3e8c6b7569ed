"""Send what is queued."""

from __future__ import annotations

from shopbell.channels import codes, delivery, events, files
from shopbell.customers import events as customer_events
from shopbell.events import bus


@bus.subscribe(events.OutboundQueued, outside=True)
def send_outbound(event: events.OutboundQueued) -> None:
    """One try per call; the bus calls again when `Later` is raised."""
    delivery.send(event.outbound_id)


@bus.subscribe(events.BlobForgotten)
def remove_file(event: events.BlobForgotten) -> None:
    """The file goes once the transaction that gave it up is committed."""
    files.remove(event.sha256)


@bus.subscribe(customer_events.CodeOwed)
def mail_code(event: customer_events.CodeOwed) -> None:
    """Mail somebody the code they asked for."""
    codes.mail(event.proof_id)
