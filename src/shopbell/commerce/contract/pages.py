"""What a list of a far side's objects is understood as, one that is broken beside the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shopbell.commerce.contract.errors import Unparsable
from shopbell.commerce.contract.things import Item


def understood(
    raws: Iterable[Any], understand: Callable[[Mapping[str, Any]], Item | None], name: str = "id"
) -> tuple[list[Item], dict[str, str]]:
    """The objects, and remote id (the field `name`) → why for those not understood. None is passed over."""
    items: list[Item] = []
    broken: dict[str, str] = {}
    for raw in raws:
        try:
            item = understand(raw)
        except Unparsable as error:
            broken[str(raw.get(name) or "") if isinstance(raw, Mapping) else ""] = str(error)
        else:
            items += [item] if item else []
    return items, broken
