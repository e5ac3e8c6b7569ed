from typing import ClassVar

from shopbell.core import plugin


class ContactFormConfig(plugin.Plugin):
    name = "shopbell.plugins.contact_form"
    channel_types: ClassVar[dict[str, str]] = {"contact_form": "shopbell.plugins.contact_form.channel.ContactForm"}
