from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shopbell.core import cursors

AT = datetime(2026, 11, 22, 9, 30, 0, 120_000, tzinfo=UTC)


def test_what_was_written_is_read() -> None:
    assert cursors.write(AT, 42) == "2026-11-22T09:30:00.120000+00:00_42"
    assert cursors.read(cursors.write(AT, 42)) == (AT, 42)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "_",
        "42",
        "2026-11-22T09:30:00+00:00",
        "2026-11-22T09:30:00+00:00_",
        "2026-11-22T09:30:00_42",  # no zone
        "2026-13-22T09:30:00+00:00_42",
        "2026-11-22T09:30:00+00:00_-1",
        "2026-11-22T09:30:00+00:00_٤٢",
        f"2026-11-22T09:30:00+00:00_{10**18}",
    ],
)
def test_anything_else_is_no_cursor(text: str) -> None:
    assert cursors.read(text) is None
