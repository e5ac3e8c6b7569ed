"""`./shopbell manage`: Django's own commands, with the database running."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line


def run(options: argparse.Namespace) -> int:
    execute_from_command_line(["shopbell manage", *options.rest])
    return 0
