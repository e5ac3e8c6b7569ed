from typing import ClassVar

from shopbell.core import plugin


class WooCommerceConfig(plugin.Plugin):
    name = "shopbell.plugins.woocommerce"
    connectors: ClassVar[dict[str, str]] = {"woocommerce": "shopbell.plugins.woocommerce.connector.WooCommerce"}
