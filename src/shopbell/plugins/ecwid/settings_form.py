"""What an admin enters to connect an Ecwid shop."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField

SETTINGS_FORM = (
    SettingsField(
        path="store_id",
        label=_("Store ID"),
        required=True,
        help=_("The number at the bottom of every page of the control panel."),
    ),
    SettingsField(
        path="token",
        label=_("Secret token"),
        kind="password",
        required=True,
        secret=True,
        help=_("Of a custom app: Apps → My Apps → Develop apps. It begins with secret_."),
    ),
    SettingsField(
        path="client_secret",
        label=_("Client secret"),
        kind="password",
        secret=True,
        help=_("Of the same app. Without it pushes are refused, and changes are found every ten minutes only."),
    ),
    SettingsField(
        path="api",
        label=_("Address of the API"),
        rare=True,
        help=_("Empty: https://app.ecwid.com"),
    ),
)
