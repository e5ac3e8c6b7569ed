"""Formatted text in forms: a textarea named like the field, and `format`, which the editor sets to "html"."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from shopbell.core import rich, text


def typed(posted: QueryDict, name: str) -> dict[str, str]:
    """`text` and `html` as they were sent, to be shown in the form again; one of them is ""."""
    given = posted.get(name, "")
    return {"text": "", "html": given} if posted.get("format") == "html" else {"text": given, "html": ""}


def read(posted: QueryDict, name: str) -> tuple[str, str]:
    """(text, html) of what was sent, cleaned; html is "" for plain text. Raises ValidationError for far too much."""
    given = posted.get(name, "")
    if len(given) > rich.MAX_CHARACTERS:
        raise ValidationError(_("The text is too long."))
    if posted.get("format") != "html":
        return text.clean(given), ""
    html = rich.clean(given, {})
    return text.clean(rich.to_text(html)), html
