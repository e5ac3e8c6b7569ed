from typing import ClassVar

from shopbell.core import plugin


class ChatConfig(plugin.Plugin):
    name = "shopbell.plugins.chat"
    channel_types: ClassVar[dict[str, str]] = {"chat": "shopbell.plugins.chat.channel.Chat"}
