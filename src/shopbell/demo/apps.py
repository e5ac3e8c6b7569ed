from typing import ClassVar

from shopbell.core import plugin


class DemoConfig(plugin.Plugin):
    name = "shopbell.demo"
    connectors: ClassVar[dict[str, str]] = {"demo": "shopbell.demo.shop_system.DemoShop"}
