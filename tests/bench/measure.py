"""One measured thing, and how it is printed."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Measure:
    """Seconds of each repetition by the clock, and of processor time (which a busy machine changes less).

    `target` is what the median by the clock must stay under, in seconds; `note` says what was done.
    """

    name: str
    seconds: tuple[float, ...]
    cpu: tuple[float, ...]
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

    @property
    def median_cpu(self) -> float:
        return statistics.median(self.cpu)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> "Measure":
        return Measure(data["name"], tuple(data["seconds"]), tuple(data["cpu"]), data["target"], data["note"])


@dataclass
class Stopwatch:
    """Collects the repetitions of one thing."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def time(self, act: Callable[[], object]) -> None:
        """One repetition in this process."""
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        self.seconds.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)

    def measure(self, name: str, target: float | None = None, note: str = "", skip: int = 0) -> Measure:
        """What was collected, without the first `skip` repetitions."""
        return Measure(name, tuple(self.seconds[skip:]), tuple(self.cpu[skip:]), target, note)


def together(watches: Iterable[Stopwatch]) -> Stopwatch:
    """The steps of each repetition added up."""
    watches = list(watches)
    return Stopwatch(
        [sum(parts) for parts in zip(*(one.seconds for one in watches), strict=True)],
        [sum(parts) for parts in zip(*(one.cpu for one in watches), strict=True)],
    )


def repeat(
    name: str, times: int, act: Callable[[], object], target: float | None = None, note: str = ""
) -> Measure:
    """Calls once to warm up (imports, caches), then measures `times` calls."""
    watch = Stopwatch()
    for _call in range(times + 1):
        watch.time(act)
    return watch.measure(name, target, note, skip=1)


def table(measures: list[Measure], compared: dict[str, float] | None = None) -> str:
    """A text table. `compared` gives medians of another database by name: a column of ratios to it is added."""
    head = f"{'what':<46}{'n':>4}{'median':>11}{'p95':>11}{'cpu':>11}{'of target':>11}"
    lines = [head + (f"{'× SQLite':>11}" if compared else "")]
    for one in measures:
        share = f"{one.median / one.target:.0%}" if one.target else "–"
        line = (
            f"{one.name:<46}{len(one.seconds):>4}{shown(one.median):>11}"
            f"{shown(one.p95) if len(one.seconds) > 1 else '–':>11}{shown(one.median_cpu):>11}{share:>11}"
        )
        if compared:
            line += f"{one.median / compared[one.name]:>11.2f}" if one.name in compared else f"{'–':>11}"
        lines.append(line + (f"   {one.note}" if one.note else ""))
    return "\n".join(lines)


def shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
