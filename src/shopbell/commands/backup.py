"""`./shopbell backup FILE`: database, attachments and the secret key in one file. Keep it as safe as the originals."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shopbell import backups, installation
from shopbell.libpq import ProgramError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write, e.g. shopbell-2026-11-30.tar")


def run(options: argparse.Namespace) -> int:
    """0 when the file is whole; 1, with the reason, when it could not be made. A former file stays until then."""
    try:
        with installation.database() as url:
            manifest = backups.create(url, installation.data_folder(), options.file, print)
    except (backups.BackupError, ProgramError, OSError) as error:
        print(f"shopbell: no backup was made: {error}", file=sys.stderr)
        return 1
    megabytes = options.file.stat().st_size / 1e6
    print(f"{options.file}: {sum(manifest.rows.values())} rows, {megabytes:.1f} MB")
    print("It holds customers' data and the key to the mailboxes' passwords: keep it where nobody else can read it.")
    return 0
