"""The plug-ins that come with Shopbell. A new one is a folder under `plugins/` and a line here."""

PLUGINS = [
    "shopbell.plugins.email.apps.EmailConfig",
    "shopbell.plugins.contact_form.apps.ContactFormConfig",
    "shopbell.plugins.portal.apps.PortalConfig",
    "shopbell.plugins.chat.apps.ChatConfig",
    "shopbell.plugins.woocommerce.apps.WooCommerceConfig",
    "shopbell.plugins.django_oscar.apps.DjangoOscarConfig",
    "shopbell.plugins.shopify.apps.ShopifyConfig",
    "shopbell.plugins.carriers.apps.CarriersConfig",
    "shopbell.plugins.vendure.apps.VendureConfig",
    "shopbell.plugins.medusa.apps.MedusaConfig",
    "shopbell.plugins.shopware.apps.ShopwareConfig",
    "shopbell.plugins.ecwid.apps.EcwidConfig",
    "shopbell.plugins.prestashop.apps.PrestaShopConfig",
    "shopbell.plugins.csv_files.apps.CsvFilesConfig",
]
