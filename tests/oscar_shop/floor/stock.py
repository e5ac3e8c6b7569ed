"""Fill an empty shop: countries, three products, a merchant who may do everything."""

from decimal import Decimal

from django.contrib.auth import get_user_model
from oscar.apps.address.models import Country
from oscar.apps.catalogue.models import Product, ProductClass
from oscar.apps.order.models import PaymentEventType, ShippingEventType
from oscar.apps.partner.models import Partner, StockRecord


def fill():
    for code, name in (("EE", "Estonia"), ("DE", "Germany"), ("DK", "Denmark")):
        Country.objects.create(
            iso_3166_1_a2=code, iso_3166_1_a3=code + "X", printable_name=name, name=name, is_shipping_country=True
        )
    kind = ProductClass.objects.create(name="Ware", requires_shipping=True, track_stock=True)
    partner = Partner.objects.create(name="Lager")
    for sku, title, price in (("OSC-0", "Villane müts", "24.90"), ("OSC-1", "Vihmajope", "89.00")):
        product = Product.objects.create(
            title=title, product_class=kind, upc=sku.replace("-", ""), structure="standalone"
        )
        StockRecord.objects.create(
            product=product,
            partner=partner,
            partner_sku=sku,
            price=Decimal(price),
            price_currency="EUR",
            num_in_stock=500,
        )
    parent = Product.objects.create(title="Matkasaapad", product_class=kind, structure="parent")
    for size in ("41", "42"):
        child = Product.objects.create(title=f"Matkasaapad {size}", parent=parent, structure="child", upc=f"BOOT{size}")
        StockRecord.objects.create(
            product=child,
            partner=partner,
            partner_sku=f"BOOT-{size}",
            price=Decimal("129.50"),
            price_currency="EUR",
            num_in_stock=7,
        )
    for name in ("Shipped", "Delivered", "Returned"):
        ShippingEventType.objects.create(name=name)
    for name in ("Debited", "Refunded"):
        PaymentEventType.objects.create(name=name)
    get_user_model().objects.create_superuser("merchant", "merchant@shop.test", "ring-the-bell")
