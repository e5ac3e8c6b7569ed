"""What an admin enters to connect a Shopify shop."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopbell.commerce.contract import SettingsField

SETTINGS_FORM = (
    SettingsField(
        path="shop",
        label=_("Name of the shop at Shopify"),
        required=True,
        help=_("The name that ends in .myshopify.com, not the address customers see: example.myshopify.com"),
    ),
    SettingsField(
        path="client_id",
        label=_("Client ID"),
        required=True,
        help=_("Of your own app, which you create in Shopify's Dev Dashboard and install in the shop."),
    ),
    SettingsField(
        path="client_secret",
        label=_("Client secret"),
        kind="password",
        required=True,
        secret=True,
        help=_("It also proves that what is pushed comes from Shopify."),
    ),
    SettingsField(
        path="admin_token",
        label=_("Access token of an older app"),
        kind="password",
        secret=True,
        rare=True,
        help=_("Only for an app made in the shop's admin before 2026. It begins with shpat_."),
    ),
)
