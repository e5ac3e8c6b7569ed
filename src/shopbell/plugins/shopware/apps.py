from typing import ClassVar

from shopbell.core import plugin


class ShopwareConfig(plugin.Plugin):
    name = "shopbell.plugins.shopware"
    connectors: ClassVar[dict[str, str]] = {"shopware": "shopbell.plugins.shopware.connector.Shopware"}
