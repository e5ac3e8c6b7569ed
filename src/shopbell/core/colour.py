"""Colours a shop chooses, made fit to be read on."""

from __future__ import annotations

BLACK, WHITE = "#000000", "#ffffff"


def contrast(first: str, second: str) -> float:
    """How far two colours (#rrggbb) lie apart, 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str) -> str:
    """Black or white, whichever is read better on the colour: always at least 4.5 : 1."""
    return max(BLACK, WHITE, key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
