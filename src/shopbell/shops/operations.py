"""Make and edit shops."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.text import slugify

from shopbell.core import files, words
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.shops import events
from shopbell.shops.models import Domain, Logo, Shop

LOGO_SIZE = (640, 160)  # pixels, at most: twice what is shown


class NoPicture(ValueError):
    """The file is no picture that can be read."""


_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


class NoHost(ValueError):
    """What was written is no host name, or another shop has it; the text is what was written."""


@retried
def create_shop(*, actor: int | None, name: str, **fields: Any) -> Shop:
    """A new shop; its slug, which stands in public addresses, is made from the name and never changes."""
    shop = Shop.objects.create(name=name.strip(), slug=_free_slug(name), **fields)
    bus.publish(events.ShopChanged(shop_id=shop.id), actor=actor)
    return shop


def _free_slug(name: str) -> str:
    """Whoever else makes a shop waits until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE shops_shop IN SHARE ROW EXCLUSIVE MODE")
    wanted = slugify(words.fold(name.lower()))[:50] or "shop"
    taken = set(Shop.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


@retried
def change_shop(shop: Shop, *, actor: int, **fields: Any) -> None:
    """Edit a shop."""
    for name, value in fields.items():
        setattr(shop, name, value)
    shop.save(update_fields=list(fields))
    bus.publish(events.ShopChanged(shop_id=shop.id), actor=actor)


@retried
def set_logo(shop: Shop, content: bytes | None, *, actor: int) -> None:
    """Show this picture for the shop; None shows none. Raises NoPicture."""
    if content is None:
        Logo.objects.filter(shop=shop).delete()
    else:
        image = files.thumbnail(content, LOGO_SIZE)
        if image is None:
            raise NoPicture
        Logo.objects.update_or_create(shop=shop, defaults={"image": image})
    bus.publish(events.ShopChanged(shop_id=shop.id), actor=actor)


def host_name(written: str) -> str:
    """A host as browsers send it: hilfe.läden.example → hilfe.xn--lden-loa.example. Raises NoHost."""
    bare = written.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    try:
        host = bare.encode("idna").decode()
    except UnicodeError:
        raise NoHost(written) from None
    if not _HOST.fullmatch(host):
        raise NoHost(written)
    return host


@retried
def set_hosts(shop: Shop, hosts: Iterable[str], *, actor: int) -> None:
    """These host names, in this order, are the shop's own; others no more. Raises NoHost."""
    wanted = list(dict.fromkeys(map(host_name, hosts)))
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE shops_domain IN SHARE ROW EXCLUSIVE MODE")  # two at once take turns
    taken = Domain.objects.filter(host__in=wanted).exclude(shop=shop).first()
    if taken:
        raise NoHost(taken.host)
    if wanted == list(shop.domains.order_by("id").values_list("host", flat=True)):
        return
    shop.domains.all().delete()
    Domain.objects.bulk_create(Domain(host=host, shop=shop) for host in wanted)
    bus.publish(events.ShopChanged(shop_id=shop.id), actor=actor)
