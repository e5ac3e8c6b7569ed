from importlib import import_module

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "shopbell.commerce"

    def ready(self) -> None:
        for module in ("jobs", "subscribers"):
            import_module(f"{self.name}.{module}")
