"""What was found, marked within the words around it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """HTML of (piece, is a found word)."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if hit else part,) for part, hit in pieces)
    )
