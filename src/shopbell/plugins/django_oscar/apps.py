from typing import ClassVar

from shopbell.core import plugin


class DjangoOscarConfig(plugin.Plugin):
    name = "shopbell.plugins.django_oscar"
    connectors: ClassVar[dict[str, str]] = {"django_oscar": "shopbell.plugins.django_oscar.connector.DjangoOscar"}
