"""Zones by name."""

from __future__ import annotations

import pytest

from shopbell.core import zones


@pytest.mark.parametrize(
    ("name", "found"),
    [("Europe/Tallinn", "Europe/Tallinn"), ("Nowhere/Never", "UTC"), ("", "UTC"), ("../../etc/passwd", "UTC")],
)
def test_a_name_that_is_no_zone_is_utc(name: str, found: str) -> None:
    assert zones.named(name).key == found


def test_places_are_offered_not_old_names():
    assert {"Europe/Tallinn", "America/Argentina/Salta"} <= set(zones.OFFERED)
    assert not {"US/Eastern", "Zulu", "Factory", "Etc/GMT+1", "UTC"} & set(zones.OFFERED)
