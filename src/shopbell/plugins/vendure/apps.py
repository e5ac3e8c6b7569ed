from typing import ClassVar

from shopbell.core import plugin


class VendureConfig(plugin.Plugin):
    name = "shopbell.plugins.vendure"
    connectors: ClassVar[dict[str, str]] = {"vendure": "shopbell.plugins.vendure.connector.Vendure"}
