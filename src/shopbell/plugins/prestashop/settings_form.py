"""What an admin enters to connect a PrestaShop shop."""

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
        path="key",
        label=_("Webservice key"),
        kind="password",
        required=True,
        secret=True,
        help=_("In the back office: Advanced Parameters → Webservice → Add. The manual lists the rights it needs."),
    ),
    SettingsField(
        path="delivered_states",
        label=_("Order states that mean delivered"),
        initial="5",
        rare=True,
        help=_("Their numbers, with commas between: Shop Parameters → Order Settings → Statuses. 5 in a new shop."),
    ),
)
