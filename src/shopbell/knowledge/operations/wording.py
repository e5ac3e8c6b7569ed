"""Make, edit and delete macros and signatures."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from shopbell.core import rich, text
from shopbell.core.rows import hold_row
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.knowledge import events
from shopbell.knowledge.models import Macro, MacroUse, Signature


@retried
def save_macro(macro: Macro, *, actor: int, **fields: Any) -> Macro:
    """Make a macro or edit it."""
    for name, value in fields.items():
        setattr(macro, name, value)
    hold_row(macro)
    macro.save()
    bus.publish(events.MacroChanged(macro_id=macro.id), actor=actor)
    return macro


@retried
def delete_macro(macro: Macro, *, actor: int) -> None:
    """Messages written with it stay as they are."""
    number = macro.id
    list(Macro.objects.select_for_update().filter(id=number).values_list("id"))  # who just uses it is waited for
    macro.delete()
    bus.publish(events.MacroDeleted(macro_id=number), actor=actor)


@retried
def note_use(macro_id: int, agent_id: int) -> None:
    """Remember that an agent used a macro just now; one that was deleted meanwhile is nothing to remember."""
    if Macro.objects.select_for_update(no_key=True).filter(id=macro_id).exists():
        MacroUse.objects.update_or_create(macro_id=macro_id, agent_id=agent_id)


@retried
def save_signature(signature: Signature, *, actor: int, html: str) -> Signature:
    """Make a signature or edit it. Raises rich.TooLong, and ValueError when there is one for the same already."""
    signature.html = rich.clean(html, {})
    signature.text = text.clean(rich.to_text(signature.html))
    try:
        with transaction.atomic():
            hold_row(signature)
            signature.save()
    except IntegrityError:
        raise ValueError("there is one for this shop and language") from None
    bus.publish(events.SignatureChanged(signature_id=signature.pk, agent_id=signature.agent_id), actor=actor)
    return signature


@retried
def delete_signature(signature: Signature, *, actor: int) -> None:
    """Answers that were sent keep it."""
    number, agent_id = signature.pk, signature.agent_id
    signature.delete()
    bus.publish(events.SignatureChanged(signature_id=number, agent_id=agent_id), actor=actor)
