from importlib import import_module

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "shopbell.watching"

    def ready(self) -> None:
        for module in ("events", "jobs", "subscribers"):
            import_module(f"{self.name}.{module}")
