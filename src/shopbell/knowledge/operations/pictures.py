"""Pictures of articles: drawn anew, kept once, for everybody's eyes while a public article shows them."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

from shopbell.core import files
from shopbell.core.transactions import retried
from shopbell.knowledge import bodies
from shopbell.knowledge.models import ArticleText, Picture, PictureUse
from shopbell.shops.models import Shop

LARGEST = (1600, 1600)  # pixels
MOST_BYTES = 15_000_000  # of what is uploaded


class NoPicture(ValueError):
    """The bytes are no picture that can be read, or too many."""


@retried
def add_picture(shop: Shop, content: bytes) -> Picture:
    """Keep a picture for a shop's articles: at most LARGEST, as WebP without metadata; the same one again is one.

    Raises NoPicture.
    """
    drawn = files.thumbnail(content, LARGEST) if len(content) <= MOST_BYTES else None
    if drawn is None:
        raise NoPicture
    digest = hashlib.sha256(drawn).hexdigest()
    with Image.open(io.BytesIO(drawn)) as image:
        width, height = image.size
    values = {"width": width, "height": height, "content": drawn}
    return Picture.objects.get_or_create(shop=shop, sha256=digest, defaults=values)[0]


def note_uses(row: ArticleText) -> None:
    """Which pictures the published version shows; none when nothing is published."""
    PictureUse.objects.filter(text=row).delete()
    shown = bodies.pictures(row.published.body) if row.published else []
    known = Picture.objects.filter(shop=row.shop_id, id__in=shown).values_list("id", flat=True)
    PictureUse.objects.bulk_create(PictureUse(text=row, picture_id=number) for number in known)
