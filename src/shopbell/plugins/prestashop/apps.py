from typing import ClassVar

from shopbell.core import plugin


class PrestaShopConfig(plugin.Plugin):
    name = "shopbell.plugins.prestashop"
    connectors: ClassVar[dict[str, str]] = {"prestashop": "shopbell.plugins.prestashop.connector.PrestaShop"}
