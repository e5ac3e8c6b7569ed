from typing import ClassVar

from shopbell.core import plugin


class MedusaConfig(plugin.Plugin):
    name = "shopbell.plugins.medusa"
    connectors: ClassVar[dict[str, str]] = {"medusa": "shopbell.plugins.medusa.connector.Medusa"}
