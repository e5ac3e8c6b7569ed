from django.apps import AppConfig


class ShopbellConfig(AppConfig):
    name = "shopbell_oscar"
    verbose_name = "Shopbell"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from shopbell_oscar import receivers  # noqa: PLC0415  (oscar's models are there only now)

        receivers.connect()
