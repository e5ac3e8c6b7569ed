"""How often a process looks for garbage."""

from __future__ import annotations

import gc

NEW_OBJECTS = 50_000


def collect_rarely() -> None:
    """For processes that serve: what start-up made is never looked through again, and the rest after 50,000 new
    objects instead of 700.

    A page makes tens of thousands that all go when it is done; looking through them a dozen times on the way took a
    fifth of its processor time (docs/performance.md). Garbage without cycles never waits for this.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
