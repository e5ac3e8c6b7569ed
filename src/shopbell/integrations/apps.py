from importlib import import_module

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "shopbell.integrations"

    def ready(self) -> None:
        import_module("shopbell.integrations.subscribers")
        import_module("shopbell.integrations.jobs")
