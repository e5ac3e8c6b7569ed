from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "shopbell.notifications"

    def ready(self) -> None:
        import_module("shopbell.notifications.subscribers")
