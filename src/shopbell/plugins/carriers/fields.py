"""Fields of carriers' settings that several have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from shopbell.core.settings_field import SettingsField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def key(path: str = "api_key", label: StrOrPromise = "") -> SettingsField:
    """A secret that the carrier gives out."""
    return SettingsField(path=path, label=label or _("API key"), kind="password", required=True, secret=True)


def name(path: str, label: StrOrPromise, *, required: bool = True) -> SettingsField:
    """The public half of a pair, a customer number and the like."""
    return SettingsField(path=path, label=label, required=required)


def user() -> SettingsField:
    """Whom to sign in as."""
    return SettingsField(path="user", label=_("User name"), required=True)


def password() -> SettingsField:
    """With what."""
    return SettingsField(path="password", label=_("Password"), kind="password", required=True, secret=True)


def address(initial: str) -> SettingsField:
    """Where the carrier is asked."""
    return SettingsField(
        path="address",
        label=_("Address of the interface"),
        initial=initial,
        rare=True,
        help=_("Only to be changed for the carrier's test system."),
    )


def token_address(initial: str) -> SettingsField:
    """Where the carrier gives out tokens."""
    return SettingsField(path="token_address", label=_("Address that gives tokens"), initial=initial, rare=True)
