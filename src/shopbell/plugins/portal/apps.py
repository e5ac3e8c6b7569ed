from typing import ClassVar

from shopbell.core import plugin


class PortalConfig(plugin.Plugin):
    name = "shopbell.plugins.portal"
    channel_types: ClassVar[dict[str, str]] = {"portal": "shopbell.plugins.portal.channel.Portal"}
