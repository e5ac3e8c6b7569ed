"""Find macros and fill them in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db.models import Q

from shopbell.knowledge.models import Macro

_VARIABLE = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


def macros(shop_id: int, language: str = "") -> list[Macro]:
    """The macros a shop may use; those in the customer's language first, then by name."""
    rows = Macro.objects.filter(Q(shop=None) | Q(shop=shop_id)).order_by("name")
    return sorted(rows, key=lambda macro: macro.language not in (language, ""))


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with `{name}` replaced by its value. An unknown name stays as it is, so that the writer sees it."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), body)
