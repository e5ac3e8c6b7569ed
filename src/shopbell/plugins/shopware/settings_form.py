"""What an admin enters to connect a Shopware 6 shop."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField

SETTINGS_FORM = (
    SettingsField(
        path="url",
        label=_("Address of the shop"),
        required=True,
        help=_("As customers see it, with https:// and without a page: https://www.example.com"),
    ),
    SettingsField(
        path="client_id",
        label=_("Access key ID"),
        required=True,
        help=_("In the administration: Settings → System → Integrations → Add integration."),
    ),
    SettingsField(path="client_secret", label=_("Secret access key"), kind="password", required=True, secret=True),
    SettingsField(
        path="dates_are_promises",
        label=_("The delivery dates of orders are a promise"),
        kind="checkbox",
        help=_("Only if customers see them and they are kept up: parcels that come later then count as late."),
    ),
    SettingsField(
        path="app_secret",
        label=_("Secret of an app that pushes"),
        kind="password",
        secret=True,
        rare=True,
        help=_("Only if an app of your own pushes to Shopbell. Otherwise Shopbell sets the webhooks up by itself."),
    ),
)
