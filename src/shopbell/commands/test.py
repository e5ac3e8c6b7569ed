"""`./shopbell test`: everything continuous integration runs; with arguments, pytest on just those."""

from __future__ import annotations

import argparse
import subprocess
import sys

from shopbell import installation


def run(options: argparse.Namespace) -> int:
    """The suite's exit code. The checkout's tests/suite.py says what is run."""
    command = [sys.executable, "-m", "tests.suite", *options.rest]
    return subprocess.run(command, cwd=installation.ROOT, check=False).returncode
