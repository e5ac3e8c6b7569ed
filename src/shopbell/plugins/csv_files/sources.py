"""Where the files lie: at an address, or in the folder for incoming files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from django.conf import settings

from shopbell.commerce.contract import AuthFailed, Refused, Transient, Unparsable
from shopbell.core import http

MOST_BYTES = 500_000_000
TIMEOUT_SECONDS = 120
MOST_FILES = 1_000
FOLDER = "incoming"  # in the data folder: an address in a form must not lead to other files of the server


def files(source: str, since: datetime | None) -> Iterator[tuple[Path, str]]:
    """(path, name) of each file that is newer than `since`, oldest first. Raises ShopError."""
    if source.startswith(("http://", "https://")):
        yield from _fetched(source, since)
        return
    folder = (Path(settings.DATA) / FOLDER).resolve()
    try:
        found = [path for path in folder.glob(source) if path.is_file() and path.resolve().is_relative_to(folder)]
    except (ValueError, NotImplementedError):
        raise Unparsable(f"{source}: a name within {folder} is expected") from None
    if not found:
        raise Refused(f"there is no {source} in {folder}")
    found.sort(key=lambda path: (path.stat().st_mtime, path.name))
    for path in found[-MOST_FILES:]:
        if since is None or datetime.fromtimestamp(path.stat().st_mtime, UTC) >= since:
            yield path, path.name


def _fetched(url: str, since: datetime | None) -> Iterator[tuple[Path, str]]:
    """The file at an address, as long as it is being read; nothing when it has not changed since."""
    headers = {"If-Modified-Since": format_datetime(since.astimezone(UTC), usegmt=True)} if since else {}
    try:
        answer = http.call(
            "GET", url, headers=headers, private=True, max_bytes=MOST_BYTES, timeout_seconds=TIMEOUT_SECONDS
        )
    except http.HttpError as error:
        raise (Transient if error.retry else Refused)(str(error)) from None
    if answer.status == 304:
        return
    if answer.status in (401, 403):
        raise AuthFailed(f"the address answers {answer.status}: it wants another sign-in")
    if answer.status == 429 or answer.status >= 500:
        raise Transient(f"the address answers {answer.status}")
    if answer.status != 200:
        raise Refused(f"the address answers {answer.status}")
    name = url.partition("?")[0].rpartition("/")[2] or "file"
    with tempfile.TemporaryDirectory(prefix="shopbell-") as folder:
        path = Path(folder, name[-100:])
        path.write_bytes(answer.body)
        yield path, name
