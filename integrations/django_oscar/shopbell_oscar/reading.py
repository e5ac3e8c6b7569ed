"""Customers, products and orders as the desk reads them: the columns of oscar's tables under their own names."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from oscar.core.loading import get_model

from shopbell_oscar import conf
from shopbell_oscar.models import Change

LONG = timedelta(days=2)  # who asks for more reads the tables themselves, newest first


class Source:
    """Pages of one kind. `absolute` makes a full address of a path."""

    kind = ""
    made = ""  # the column that says when it was made

    def __init__(self, absolute):
        self.absolute = absolute

    def rows(self):
        """All of the kind, with what `shown` needs."""
        raise NotImplementedError

    def shown(self, row, changed_at):
        raise NotImplementedError

    def one(self, number):
        row = self.rows().filter(pk=number).first()
        return None if row is None else self._shown([row])[0]

    def page(self, since, cursor, limit):
        """Objects and the cursor of the next page, "" at the end. Raises ValueError: the cursor is none of ours."""
        if since is None:
            return self._all(self.rows(), cursor, limit)
        is_long = "|" not in cursor if cursor else since < timezone.now() - LONG
        if is_long:
            return self._all(self.rows().filter(self._since(since)), cursor, limit)
        return self._changed(since, cursor, limit)

    def _since(self, since):
        """What was made or changed since. What was written past Django's signals shows up here only."""
        changed = Change.objects.filter(kind=self.kind, changed_at__gte=since).values("object_id")
        return Q(pk__in=changed) | Q(**{f"{self.made}__gte": since})

    def _all(self, rows, cursor, limit):
        rows = rows.order_by("-pk")
        if cursor:
            rows = rows.filter(pk__lt=int(cursor))
        found = list(rows[: limit + 1])
        more = len(found) > limit
        found = found[:limit]
        return self._shown(found), str(found[-1].pk) if more else ""

    def _changed(self, since, cursor, limit):
        changes = Change.objects.filter(kind=self.kind, changed_at__gte=since).order_by("changed_at", "id")
        if cursor:
            stamp, _, number = cursor.partition("|")
            at = datetime.fromisoformat(stamp)
            changes = changes.filter(Q(changed_at__gt=at) | Q(changed_at=at, id__gt=int(number)))
        found = list(changes[: limit + 1])
        more = len(found) > limit
        found = found[:limit]
        rows = {row.pk: row for row in self.rows().filter(pk__in=[change.object_id for change in found])}
        there = [rows[change.object_id] for change in found if change.object_id in rows]
        return self._shown(there), f"{found[-1].changed_at.isoformat()}|{found[-1].id}" if more else ""

    def _shown(self, rows):
        changes = Change.objects.filter(kind=self.kind, object_id__in=[row.pk for row in rows])
        changed = dict(changes.values_list("object_id", "changed_at"))
        return [self.shown(row, changed.get(row.pk)) for row in rows]

    def link(self, name, **arguments):
        try:
            return self.absolute(reverse(name, kwargs=arguments))
        except NoReverseMatch:
            return ""

    def picture(self, product):
        found = next(iter(product.images.all()), None) if product else None
        return self.absolute(found.original.url) if found and found.original else ""


class Orders(Source):
    kind = "order"
    made = "date_placed"

    def rows(self):
        return (
            get_model("order", "Order")
            .objects.select_related("user", "billing_address", "shipping_address")
            .prefetch_related(
                "lines__product__images",
                "shipping_events__event_type",
                "shipping_events__line_quantities",
                "payment_events__event_type",
                "sources__source_type",
                "sources__transactions",
                "status_changes",
                "discounts",
                "surcharges",
                "notes",
            )
        )

    def shown(self, row, changed_at):
        return {
            "id": row.id,
            "number": row.number,
            "status": row.status,
            "currency": row.currency,
            **_amounts(row, "total_incl_tax", "total_excl_tax", "shipping_incl_tax", "shipping_excl_tax"),
            "shipping_method": row.shipping_method,
            "shipping_code": row.shipping_code,
            "user": row.user_id,
            "name": row.user.get_full_name() if row.user else "",
            "email": row.email or "",
            "guest_email": row.guest_email,
            "date_placed": row.date_placed,
            "date_promised": _promised(row),
            "date_updated": changed_at,
            "billing_address": _address(row.billing_address),
            "shipping_address": _address(row.shipping_address),
            "lines": [self._line(line) for line in row.lines.all()],
            "shipping_events": [_shipping_event(event) for event in row.shipping_events.all()],
            "payment_events": [_payment_event(event) for event in row.payment_events.all()],
            "sources": [_source(source) for source in row.sources.all()],
            "status_changes": [_columns(one, "old_status new_status date_created") for one in row.status_changes.all()],
            "discounts": [
                {**_columns(one, "category offer_name voucher_code message"), "amount": str(one.amount)}
                for one in row.discounts.all()
            ],
            "surcharges": [{"name": one.name, "incl_tax": str(one.incl_tax)} for one in row.surcharges.all()],
            "notes": [_columns(one, "id note_type message date_created") for one in row.notes.all()],
            "url": self.link("dashboard:order-detail", number=row.number),
        }

    def _line(self, line):
        return {
            **_columns(line, "id partner_sku upc title quantity status stockrecord_id num_allocated"),
            "product": line.product_id,
            "parent": line.product.parent_id if line.product else None,
            **_amounts(
                line,
                "unit_price_incl_tax",
                "unit_price_excl_tax",
                "line_price_incl_tax",
                "line_price_excl_tax",
                "line_price_before_discounts_incl_tax",
            ),
            "image": self.picture(line.product),
        }


def _promised(order):
    """By which day the shop promised the order, where it says so."""
    path = conf.get("PROMISE")
    return import_string(path)(order) if path else None


def _shipping_event(event):
    return {
        **_columns(event, "id notes date_created"),
        "type": event.event_type.name,
        "lines": [{"line": one.line_id, "quantity": one.quantity} for one in event.line_quantities.all()],
    }


def _payment_event(event):
    return {
        **_columns(event, "id reference date_created"),
        "amount": str(event.amount),
        "type": event.event_type.name,
    }


def _source(source):
    return {
        **_columns(source, "id currency reference"),
        "type": source.source_type.name,
        **_amounts(source, "amount_allocated", "amount_debited", "amount_refunded"),
        "transactions": [
            {**_columns(one, "id txn_type reference status date_created"), "amount": str(one.amount)}
            for one in source.transactions.all()
        ],
    }


class Products(Source):
    kind = "product"
    made = "date_created"

    def rows(self):
        return (
            get_model("catalogue", "Product")
            .objects.exclude(structure="child")
            .prefetch_related("images", "stockrecords", "children__stockrecords")
        )

    def shown(self, row, changed_at):
        return {
            **self._product(row),
            "date_updated": max(filter(None, [row.date_updated, changed_at])),
            "url": self.link("catalogue:detail", product_slug=row.slug, pk=row.pk),
            "image": self.picture(row),
            "children": [self._product(child) for child in row.children.all()],
        }

    def _product(self, row):
        return {
            **_columns(row, "id structure title upc slug is_public"),
            "stockrecords": [
                {
                    **_columns(one, "id partner_sku price_currency num_in_stock num_allocated"),
                    "price": None if one.price is None else str(one.price),
                }
                for one in row.stockrecords.all()
            ],
        }


class Customers(Source):
    kind = "customer"
    made = "date_joined"

    def rows(self):
        people = get_user_model().objects.filter(is_active=True)
        return people.filter(Q(is_staff=False) | Q(orders__isnull=False)).distinct().prefetch_related("addresses")

    def shown(self, row, changed_at):
        addresses = sorted(row.addresses.all(), key=lambda one: not one.is_default_for_shipping)
        return {
            "id": row.pk,
            "email": row.email,
            "name": row.get_full_name(),
            "date_joined": getattr(row, "date_joined", None),
            "date_updated": changed_at,
            "address": _address(addresses[0] if addresses else None),
        }


SOURCES = {"order": Orders, "product": Products, "customer": Customers}


def _columns(row, names):
    return {name: getattr(row, name) for name in names.split()}


def _amounts(row, *names):
    return {name: None if getattr(row, name) is None else str(getattr(row, name)) for name in names}


def _address(row):
    if row is None:
        return None
    columns = _columns(row, "first_name last_name line1 line2 line3 line4 state postcode")
    phone = getattr(row, "phone_number", "")
    return {
        **columns,
        "country": row.country_id,
        "phone_number": str(phone or ""),
        "notes": getattr(row, "notes", "") or "",
    }
