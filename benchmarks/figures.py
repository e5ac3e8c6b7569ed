"""Numbers out of measurements, and a table of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

STEPS = 2_000_000  # of the yardstick: about 65 ms where nothing disturbs one core of a server of 2024


def yardstick() -> float:
    """Milliseconds for the same plain work each time: tells how fast the processor was when something was measured.

    Shared machines differ by a factor of four from one minute to the next, so only figures taken at a like yardstick
    may be compared.
    """
    began, total = time.perf_counter(), 0
    for number in range(STEPS):
        total += number * number
    return (time.perf_counter() - began) * 1000


@dataclass
class Row:
    """One line of the table: what was measured, how often, and the milliseconds it took."""

    what: str
    clients: int
    milliseconds: list[float]
    seconds: float  # it all took
    cpu_seconds: float  # of the server's processes, database included
    yardstick: float = field(default_factory=yardstick)  # right after it

    def quantile(self, share: float) -> float:
        """The value that `share` of the measurements do not exceed (nearest rank)."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def __str__(self) -> str:
        count = len(self.milliseconds)
        p50, p95, cpu = self.quantile(0.5), self.quantile(0.95), self.cpu_seconds / count * 1000
        shown = [self.what, self.clients, count, f"{p50:.1f}", f"{p95:.1f}", f"{count / self.seconds:.0f}"]
        return f"| {' | '.join(map(str, [*shown, f'{cpu:.1f}', f'{self.yardstick:.0f}']))} |"


COLUMNS = ("what", "clients", "requests", "p50 ms", "p95 ms", "requests/s", "CPU ms each", "yardstick ms")
HEAD = f"| {' | '.join(COLUMNS)} |\n|---|{'---:|' * (len(COLUMNS) - 1)}"
