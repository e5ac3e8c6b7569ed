"""Which carrier a parcel is with, and where its journey can be looked up, from what shops write."""

from __future__ import annotations


def recognise(written: str, url: str = "", number: str = "") -> str:
    """A carrier's short name ("dhl"), or "" where it cannot be told."""
    return ""
