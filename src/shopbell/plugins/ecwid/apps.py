from typing import ClassVar

from shopbell.core import plugin


class EcwidConfig(plugin.Plugin):
    name = "shopbell.plugins.ecwid"
    connectors: ClassVar[dict[str, str]] = {"ecwid": "shopbell.plugins.ecwid.connector.Ecwid"}
