"""`./shopbell demo-data`: fill an empty database with the demo shop and keep its sign-ins in the data folder."""

from __future__ import annotations

import argparse
import json

from django.contrib.auth import get_user_model

from shopbell import installation
from shopbell.commands.demo_data import fill
from shopbell.supervisor import say


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def refuse() -> int:
    print(
        "shopbell: this database was not made by demo, or only half: set SHOPBELL_DATA to an empty folder", flush=True
    )
    return 1


def run(options: argparse.Namespace) -> int:
    """0 also when there is a demo already: it goes on with that. 1 when the database is somebody else's."""
    sign_ins = installation.data_folder() / "demo.json"
    if get_user_model().objects.exists():
        return 0 if sign_ins.exists() else refuse()
    rows = fill(say)
    sign_ins.write_text(json.dumps([list(row) for row in rows]))
    return 0
