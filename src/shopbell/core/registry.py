"""Named things a plug-in can provide. A name maps to a dotted path, imported on first use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.module_loading import import_string


class Registry:
    """Short name → class. Two plug-ins claiming one name is an error at start."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._paths: dict[str, str] = {}

    def add(self, name: str, path: str) -> None:
        """Raises ValueError when another path holds the name."""
        if self._paths.setdefault(name, path) != path:
            raise ValueError(f"{self.kind} {name!r} is provided twice: {self._paths[name]} and {path}")

    def get(self, name: str) -> Any:
        """The class behind `name`. Raises LookupError when no plug-in provides it."""
        if name not in self._paths:
            raise LookupError(f"no plug-in provides the {self.kind} {name!r}")
        return import_string(self._paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __contains__(self, name: object) -> bool:
        return name in self._paths


channel_types = Registry("channel type")
connectors = Registry("connector")
carriers = Registry("carrier")
