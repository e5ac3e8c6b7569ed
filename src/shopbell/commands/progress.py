"""How far a long command is: a bar on a terminal, else a line every few seconds. On stderr: output stays clean."""

from __future__ import annotations

import sys
import time

WIDTH = 30
TERMINAL_SECONDS, LINE_SECONDS = 0.2, 10.0


class Progress:
    """Call it with what is done and the total (0: unknown)."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.started = time.monotonic()
        self._is_terminal = sys.stderr.isatty()
        self._shown = self.started if not self._is_terminal else 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        pause = TERMINAL_SECONDS if self._is_terminal else LINE_SECONDS
        if now - self._shown < pause and done != total:
            return
        self._shown = now
        line = self._line(done, total, now - self.started)
        print(f"\r{line}\x1b[K" if self._is_terminal else line, end="" if self._is_terminal else "\n", file=sys.stderr)
        sys.stderr.flush()

    def _line(self, done: int, total: int, seconds: float) -> str:
        rate = f"{done / seconds:,.0f}/s" if seconds > 1 else ""
        if not total:
            return f"{self.what} {done:,} {rate}"
        filled = WIDTH * done // total
        bar = "█" * filled + "░" * (WIDTH - filled)
        return f"{self.what} {bar} {done:,} of {total:,} {rate}"

    def end(self) -> float:
        """Leave the bar's line; returns the seconds it all took."""
        if self._is_terminal:
            print(file=sys.stderr)
        return time.monotonic() - self.started
