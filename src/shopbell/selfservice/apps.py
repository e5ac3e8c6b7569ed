from importlib import import_module

from django.apps import AppConfig


class SelfserviceConfig(AppConfig):
    name = "shopbell.selfservice"

    def ready(self) -> None:
        import_module("shopbell.selfservice.jobs")
