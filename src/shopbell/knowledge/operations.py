"""Make, edit and delete macros."""

from __future__ import annotations

from typing import Any

from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.knowledge import events
from shopbell.knowledge.models import Macro


@retried
def save_macro(macro: Macro, *, actor: int, **fields: Any) -> Macro:
    """Make a macro or edit it."""
    for name, value in fields.items():
        setattr(macro, name, value)
    macro.save()
    bus.publish(events.MacroChanged(macro_id=macro.id), actor=actor)
    return macro


@retried
def delete_macro(macro: Macro, *, actor: int) -> None:
    """Messages written with it stay as they are."""
    number = macro.id
    macro.delete()
    bus.publish(events.MacroDeleted(macro_id=number), actor=actor)
