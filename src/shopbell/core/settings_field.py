"""What a plug-in says about its settings; the administration makes a form of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class SettingsField:
    """One field of the settings page of something a plug-in provides. `path` leads into the settings: "imap.host"."""

    path: str
    label: StrOrPromise
    kind: Literal["text", "email", "password", "number", "choice", "checkbox", "textarea"] = "text"
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    required: bool = False
    initial: str | int | bool = ""
    help: StrOrPromise = ""
    secret: bool = False  # never shown again; left empty it stays as it is
    shown_when: tuple[str, str] | None = None  # (path of a choice, its value)
    rare: bool = False  # most people never need it
