"""Words on a shop's colour can be read, whatever the colour."""

from __future__ import annotations

import itertools

import pytest

from shopbell.core import colour


def test_contrast_is_that_of_the_standard() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert colour.contrast("#abcdef", "#abcdef") == 1


def test_every_colour_has_a_readable_ink() -> None:
    for parts in itertools.product((0, 51, 102, 119, 153, 204, 255), repeat=3):
        shade = "#{:02x}{:02x}{:02x}".format(*parts)
        assert colour.contrast(colour.readable_on(shade), shade) >= 4.5


def test_black_on_yellow_and_white_on_navy() -> None:
    assert (colour.readable_on("#ffcc00"), colour.readable_on("#001f3f")) == ("#000000", "#ffffff")
