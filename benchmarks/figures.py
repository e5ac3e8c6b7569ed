"""Numbers out of measurements, and a table of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Row:
    """One line of the table: what was measured, how often, and the milliseconds it took."""

    what: str
    clients: int
    milliseconds: list[float]
    seconds: float  # it all took
    cpu_seconds: float  # of the server's processes, database included

    def quantile(self, share: float) -> float:
        """The value that `share` of the measurements do not exceed (nearest rank)."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def __str__(self) -> str:
        p50, p95 = self.quantile(0.5), self.quantile(0.95)
        count = len(self.milliseconds)
        rate, cpu = count / self.seconds, self.cpu_seconds / count * 1000
        return f"| {self.what} | {self.clients} | {count} | {p50:.1f} | {p95:.1f} | {rate:.0f} | {cpu:.1f} |"


HEAD = "| what | clients | requests | p50 ms | p95 ms | requests/s | CPU ms each |\n|---|---:|---:|---:|---:|---:|---:|"
