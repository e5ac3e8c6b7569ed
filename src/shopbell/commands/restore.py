"""`./shopbell restore FILE`: a backup into an empty database; the way from the embedded one to a server, and back."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from shopbell import backups, installation, supervisor
from shopbell.commands.serve import migrate
from shopbell.libpq import ProgramError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file made by backup")
    parser.add_argument("--force", action="store_true", help="replace everything the database holds")


def run(options: argparse.Namespace) -> int:
    """0 when all rows and files are back and the tables are up to date; else 1, and the database is as it was."""
    data = installation.data_folder()
    try:
        with supervisor.sole(data), installation.database() as url:
            manifest = backups.restore(url, data, options.file, print, force=options.force)
            if migrate():
                return 1
    except (backups.BackupError, ProgramError, supervisor.AlreadyRunning, OSError) as error:
        print(f"shopbell: not restored: {error}", file=sys.stderr)
        return 1
    print(f"restored: {sum(manifest.rows.values())} rows of {manifest.made_at} (Shopbell {manifest.version})")
    given = os.environ.get("SHOPBELL_SECRET_KEY")
    if given and given.encode() != backups.file_key(data):
        print(f"SHOPBELL_SECRET_KEY differs from the backup's key: set it to the content of {data / backups.KEY}")
    return 0
