"""Writes docs/quality.md: `PYTHONPATH=src python -m tests.plugins.email.quality`, with the corpora at hand."""

from __future__ import annotations

from pathlib import Path

from tests.plugins.email import quality_mail, quality_text

TARGET = Path(__file__).resolve().parents[3] / "docs" / "quality.md"
HEAD = """# Quality

How well mails are understood, measured on files by others, beside the libraries that do one part of it.
Made by `python -m tests.plugins.email.quality`; the corpora are not part of the project.

"""


def write() -> None:
    """Measure and write. Takes about a minute."""
    TARGET.write_text(HEAD + quality_mail.report().strip() + "\n\n" + quality_text.report().strip() + "\n")


if __name__ == "__main__":
    write()
