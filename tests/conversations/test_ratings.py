"""The figures of ratings, as domain.md 2.8 works them out."""

from __future__ import annotations

import pytest

from shopbell.conversations.ratings import Figures


def test_satisfied_are_four_and_five_among_all() -> None:
    found = Figures({1: 1, 2: 2, 3: 2, 4: 4, 5: 6})
    assert found.number == 15
    assert found.satisfied == pytest.approx(10 / 15)
    assert found.mean == pytest.approx(57 / 15)


def test_nothing_is_said_about_nothing() -> None:
    assert (Figures({}).number, Figures({}).satisfied, Figures({}).mean) == (0, None, None)
