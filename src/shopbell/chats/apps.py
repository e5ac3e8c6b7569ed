from importlib import import_module

from django.apps import AppConfig


class ChatsConfig(AppConfig):
    name = "shopbell.chats"

    def ready(self) -> None:
        import_module("shopbell.chats.subscribers")
        import_module("shopbell.chats.jobs")
