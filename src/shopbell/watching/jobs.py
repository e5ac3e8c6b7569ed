"""Periodic work of the watch."""

from __future__ import annotations

from shopbell.events import schedule
from shopbell.watching.operations import incidents, learning, patrol, telling


@schedule.every(seconds=30)
def look() -> None:
    """Open and close cases of parcels and orders whose time has come."""
    patrol.patrol()


@schedule.every(seconds=15)
def tell() -> None:
    """Write to those who are to be told."""
    for number in telling.due():
        telling.tell(number)


@schedule.every(seconds=60)
def go_on_with_incidents() -> None:
    """Those that are open take in what fits; of those that are closed the cases are settled."""
    for number in incidents.open_ones():
        incidents.gather(number)
    for number in incidents.unsettled():
        while incidents.settle_some(number):
            pass


@schedule.every(seconds=86_400)
def learn() -> None:
    """How long each route takes."""
    learning.learn()
