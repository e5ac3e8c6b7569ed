"""The demo's contents, for an empty database."""

from __future__ import annotations

from collections.abc import Callable

from shopbell.conversations import jobs
from shopbell.demo import furnishing, help_centre, opinions, people, promises, staging
from shopbell.events import delivery as outbox


def fill(progress: Callable[[str], None]) -> list[tuple[str, str, str]]:
    """Shops, agents and a few hundred conversations; returns (role, e-mail, password) of those who may sign in."""
    progress("opening four shops")
    house = people.build()
    progress("letting their customers write")
    staging.run(house, progress)
    furnishing.run(house)
    help_centre.run()
    promises.run(house.admin.pk)
    opinions.run()
    while outbox.deliver("inside", 100):
        pass
    jobs.recount()
    return house.sign_ins()
