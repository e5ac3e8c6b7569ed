"""E-mail: read by IMAP or LMTP, sent by SMTP or a provider's API."""

from __future__ import annotations

from typing import ClassVar

from shopbell.core import plugin


class EmailConfig(plugin.Plugin):
    name = "shopbell.plugins.email"
    label = "email_plugin"
    channel_types: ClassVar[dict[str, str]] = {"email": "shopbell.plugins.email.channel.Email"}
