from django.apps import AppConfig


class ShopsConfig(AppConfig):
    name = "shopbell.shops"
