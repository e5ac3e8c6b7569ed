from importlib import import_module

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "shopbell.lists"

    def ready(self) -> None:
        import_module("shopbell.lists.subscribers")
        import_module("shopbell.lists.jobs")
