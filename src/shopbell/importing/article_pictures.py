"""Pictures of articles that come from elsewhere: files beside the text become pictures of the shop.

Only files within what is imported are read, whatever a text names: nothing of the server's gets onto a page. What lies
at other sites is not fetched, for pages show no pictures of others: it becomes a link.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shopbell.importing.article_bodies import outside_code
from shopbell.knowledge import bodies, operations
from shopbell.knowledge.operations import Entry
from shopbell.knowledge.operations.pictures import MOST_BYTES, NoPicture
from shopbell.shops.models import Shop

_IMAGE = re.compile(
    r"""(?P<link>\[)?!\[(?P<words>[^\[\]]*)\]"""
    r"""\([ ]?(?:<(?P<long>[^<>\n]*)>|(?P<bare>[^\s()<>]*))(?:\s(?:"[^"]*"|'[^']*'))?[ ]?\)"""
)
_OURS = re.compile(r"/pictures/\d+-[0-9a-f]{12}\.webp")


def placed(shop: Shop, entry: Entry, root: Path) -> tuple[Entry, list[str]]:
    """The article with its pictures kept for the shop, and what could not be: in its place stand its words."""
    left: list[str] = []

    def point(found: re.Match[str]) -> str:
        link, words, target = found["link"] or "", found["words"], unquote(found["long"] or found["bare"] or "")
        if _OURS.fullmatch(target):
            return found[0]
        if _is_elsewhere(target):
            return f"{link}{words}" if link else f"[{words or target}]({found['long'] or found['bare']})"
        try:
            return f"{link}![{words}]({_kept(shop, target, Path(entry.file) if entry.file else None, root)})"
        except (NoPicture, OSError, ValueError) as error:
            left.append(f"{target or 'without a name'}: {_reason(error)}")
            return link + words

    return replace(entry, body=outside_code(entry.body, lambda part: _IMAGE.sub(point, part))), left


def _is_elsewhere(target: str) -> bool:
    """Whether it lies at another site."""
    try:
        return urlsplit(target).scheme in ("http", "https") or target.startswith("//")
    except ValueError:
        return False


def _kept(shop: Shop, target: str, text: Path | None, root: Path) -> str:
    """The address of the picture a text names: beside the text, or from the top of the folder. Raises ValueError."""
    if text is None or text.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        raise ValueError("no file is beside a text of an export")
    top = root.resolve()
    near = (root / target.lstrip("/") if target.startswith("/") else text.parent / target.partition("?")[0]).resolve()
    if not near.is_relative_to(top):
        raise ValueError("outside the folder")
    if not near.is_file():
        raise ValueError("there is no such file")
    if near.stat().st_size > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES // 1_000_000} MB")
    return bodies.picture_address(operations.add_picture(shop, near.read_bytes()))


def _reason(error: Exception) -> str:
    if isinstance(error, NoPicture):
        return "no picture that can be read"
    return (error.strerror or "it cannot be read") if isinstance(error, OSError) else str(error)
