"""What an admin enters to connect a WooCommerce shop."""

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
        path="consumer_key",
        label=_("Consumer key"),
        required=True,
        help=_("In WordPress: WooCommerce → Settings → Advanced → REST API → Add key, with read/write access."),
    ),
    SettingsField(path="consumer_secret", label=_("Consumer secret"), kind="password", required=True, secret=True),
    SettingsField(
        path="refunds_by_hand",
        label=_("Refunds are only noted in the shop; the money is sent back by hand"),
        kind="checkbox",
        help=_("For shops whose payment method cannot give money back by itself, such as bank transfer."),
    ),
    SettingsField(
        path="webhook_secret",
        label=_("Secret of the webhooks"),
        kind="password",
        secret=True,
        rare=True,
        help=_("Left empty, Shopbell makes one and sets the webhooks up by itself."),
    ),
    SettingsField(
        path="keys_in_address",
        label=_("Send the keys in the address"),
        kind="checkbox",
        rare=True,
        help=_("Only where the server of the shop throws the Authorization header away, and only with https."),
    ),
)
