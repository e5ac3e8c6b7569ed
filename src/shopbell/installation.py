"""Where this installation keeps its things, and its database for the length of a command. Needs no Django."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shopbell import embedded

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """SHOPBELL_DATA, by default `var` in the checkout: the embedded database, attachments and the secret key."""
    return Path(os.environ.get("SHOPBELL_DATA") or ROOT / "var").resolve()


def use_data_folder(path: Path) -> None:
    """Make `path` the data folder of this process and its children; settings.py reads it from the environment."""
    path.mkdir(parents=True, exist_ok=True)
    os.environ["SHOPBELL_DATA"] = str(path.resolve())


def secret_key() -> str:
    """A key made on first use and kept, readable by its owner only, in the data folder."""
    path = data_folder() / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def has_own_server() -> bool:
    """Is the database somebody else's server (DATABASE_URL) rather than the embedded one?"""
    return bool(os.environ.get("DATABASE_URL"))


@contextmanager
def database() -> Iterator[str]:
    """The database's URL, also set as DATABASE_URL for the block: the given server, or the embedded one, started."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with embedded.running(data_folder()) as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield url
        finally:
            os.environ.pop("DATABASE_URL", None)
