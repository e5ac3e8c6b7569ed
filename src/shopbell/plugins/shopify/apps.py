from typing import ClassVar

from shopbell.core import plugin


class ShopifyConfig(plugin.Plugin):
    name = "shopbell.plugins.shopify"
    connectors: ClassVar[dict[str, str]] = {"shopify": "shopbell.plugins.shopify.connector.Shopify"}
