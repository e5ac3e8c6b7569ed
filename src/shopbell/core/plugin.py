"""The one way code enters Shopbell from outside: a Django app whose config says what it provides.

Import this module, not the class (`from shopbell.core import plugin`): Django takes the only AppConfig it finds in an
`apps.py`, and a second one imported there would make it fall back to a plain config.
"""

from __future__ import annotations

from typing import ClassVar

from django.apps import AppConfig

from shopbell.core import registry


class Plugin(AppConfig):
    """Subclasses name what they provide by dotted paths."""

    channel_types: ClassVar[dict[str, str]] = {}
    connectors: ClassVar[dict[str, str]] = {}  # to shop systems
    carriers: ClassVar[dict[str, str]] = {}

    def ready(self) -> None:
        for provided, into in (
            (self.channel_types, registry.channel_types),
            (self.connectors, registry.connectors),
            (self.carriers, registry.carriers),
        ):
            for name, path in provided.items():
                into.add(name, path)
