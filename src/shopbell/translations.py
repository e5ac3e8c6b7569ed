"""Compiled translation catalogues (.mo): made from the .po files when missing or older, without gettext."""

from __future__ import annotations

import os
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent


def catalogues() -> list[Path]:
    """Every django.po and djangojs.po of the package."""
    return sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po"))


def is_stale(po: Path) -> bool:
    """Is the compiled file missing, or older than its source?"""
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def compile_stale() -> list[Path]:
    """Compile what is stale and return it. Two processes may do so at once: each file is replaced in one step."""
    stale = [po for po in catalogues() if is_stale(po)]
    for po in stale:
        part = po.with_suffix(f".{os.getpid()}.part")
        polib.pofile(str(po)).save_as_mofile(str(part))
        part.replace(po.with_suffix(".mo"))
    return stale
