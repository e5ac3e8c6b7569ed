"""Real mails, replies, bounces and hostile input by others: used where they are at hand, never part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("SHOPBELL_CORPORA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def folder(*parts: str) -> Path:
    """The folder ROOT/parts; skips the calling test, saying so, when it is absent."""
    path = ROOT.joinpath(*parts)
    if not path.is_dir():
        pytest.skip(f"the corpus {'/'.join(parts)} is not at hand (set SHOPBELL_CORPORA)")
    return path
