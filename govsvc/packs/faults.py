"""What is wrong with a pack, said so that the person who wrote it can mend it: file, line, what to write instead."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault; `line` counts from 1, 0 means the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class PackError(Exception):
    """The pack can't be used; `faults` holds everything that was found, in order of place, never empty."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """The end of a message: the nearest known words, else the whole list when it is short, else nothing."""
    words = sorted(set(known))
    close: Sequence[str] = difflib.get_close_matches(written, words, n=3, cutoff=0.6)
    if close:
        return f"，是不是{_quoted(close)}？"
    return f"；可以写：{_quoted(words)}" if 0 < len(words) <= 12 else ""


def _quoted(words: Iterable[str]) -> str:
    return "、".join(f"“{word}”" for word in words)
