"""One measured thing, and how it is printed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """Seconds of each repetition. `target` is what the median must stay under, in seconds; `note` says what was done."""

    name: str
    seconds: tuple[float, ...]
    target: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The value that 95 of 100 repetitions do not exceed (nearest rank)."""
        ordered = sorted(self.seconds)
        return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> "Measure":
        return Measure(data["name"], tuple(data["seconds"]), data["target"], data["note"])


def timed(act: Callable[[], object]) -> float:
    """Seconds of wall-clock time that one call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def repeat(
    name: str, times: int, act: Callable[[], object], target: float | None = None, note: str = ""
) -> Measure:
    """Calls once to warm up (imports, caches), then measures `times` calls."""
    act()
    return Measure(name, tuple(timed(act) for _call in range(times)), target, note)


def table(measures: list[Measure], compared: dict[str, float] | None = None) -> str:
    """A text table. `compared` gives medians of another database by name: a column of ratios to it is added."""
    head = f"{'what':<46}{'n':>4}{'median':>11}{'p95':>11}{'of target':>11}"
    lines = [head + (f"{'× SQLite':>11}" if compared else "")]
    for one in measures:
        share = f"{one.median / one.target:.0%}" if one.target else "–"
        line = (
            f"{one.name:<46}{len(one.seconds):>4}{shown(one.median):>11}"
            f"{shown(one.p95) if len(one.seconds) > 1 else '–':>11}{share:>11}"
        )
        if compared:
            line += f"{one.median / compared[one.name]:>11.2f}" if one.name in compared else f"{'–':>11}"
        lines.append(line + (f"   {one.note}" if one.note else ""))
    return "\n".join(lines)


def shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
