"""What a template may ask for at most: its size, its holes, and the work behind them.

Whoever writes a template is trusted with the office's figures, not with its machine: every bound gives a fault that
points at the place, never a page that hangs or breaks.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from expressions import ExpressionError, Problem

# Characters and holes of one text; faults listed of one text (looking for similar names is slow).
MAX_TEXT = 20_000
MAX_HOLES = 200
MAX_FAULTS = 20
# Parts of one bulletin.
MAX_SECTIONS = 60
MAX_ANNEXES = 20
MAX_COLUMNS = 60
# Printed rows of one annex, and characters printed in a whole document (text and cells).
MAX_ROWS = 5_000
MAX_PRINTED = 1_000_000
# Units looked at, over all holes and cells of one document: a real one of 36 units needs some 20,000.
MAX_WORK = 200_000
# Other periods that one document may read: a run of three years, the same of last year, and some more.
MAX_PERIODS = 80


class Uncomputable(Exception):
    """A hole that is well written can't be computed; the message (Chinese) says why and what to write instead."""


@dataclass
class Budget:
    """Units that may still be looked at, and characters that may still be printed, for one document."""

    left: int = MAX_WORK
    room: int = MAX_PRINTED

    def spend(self, units: int) -> None:
        """Notes the work before it is done. Raises Uncomputable when it is too much."""
        self.left -= units
        if self.left < 0:
            raise Uncomputable(
                f"整篇要逐个单位计算的次数超过{MAX_WORK}次，算到这里为止。请减少嵌套的函数，或把重复的式子建成指标"
            )

    def print(self, characters: int) -> None:
        """Notes what a paragraph prints. Raises Uncomputable when it is too much for one document."""
        self.room -= characters
        if self.room < 0:
            raise Uncomputable(f"印到这里已超过{MAX_PRINTED}个字。请减少重复的段落")


def check_size(text: str, line: int = 1) -> None:
    """Refuses a text that is too long to be read at all (ExpressionError)."""
    if len(text) > MAX_TEXT:
        message = f"文字太长：共{len(text)}个字符，最多{MAX_TEXT}个。请分成几节"
        raise ExpressionError([Problem(line, 1, 1, message)])


def check_holes(places: Iterable[tuple[int, int]]) -> None:
    """Refuses more holes than one text may have, pointing at the first too many; `places` are (line, column)."""
    for number, (line, column) in enumerate(places, 1):
        if number > MAX_HOLES:
            raise ExpressionError(
                [Problem(line, column, 1, f"一段文字里最多{MAX_HOLES}个花括号，请分成几节")]
            )


@contextmanager
def first_faults() -> Iterator[None]:
    """Of very many faults only the first ones are told."""
    try:
        yield
    except ExpressionError as error:
        raise ExpressionError(error.problems[:MAX_FAULTS]) from error


@contextmanager
def pointing_at(line: int, column: int, length: int, where: str = "") -> Iterator[None]:
    """What can't be computed inside becomes an ExpressionError at this place; `where` is said before the reason.

    A number of thousands of digits can't be printed: Python refuses it with a ValueError.
    """
    try:
        yield
    except ExpressionError:
        raise
    except Uncomputable as error:
        raise ExpressionError([Problem(line, column, length, where + str(error))]) from error
    except (ValueError, OverflowError) as error:
        message = f"{where}结果的位数太多，印不出来。请检查乘法和除法"
        raise ExpressionError([Problem(line, column, length, message)]) from error


def check_rows(rows: int) -> None:
    """Raises Uncomputable when a table has more rows than one may have."""
    if rows > MAX_ROWS:
        raise Uncomputable(f"共{rows}行，最多{MAX_ROWS}行。请改用条目较少的计数，或分成几个附件")


@contextmanager
def shifted(lines: int, columns: int) -> Iterator[None]:
    """Faults of a piece are given the places they have in the whole text: `columns` count in its first line."""
    try:
        yield
    except ExpressionError as error:
        raise ExpressionError(
            replace(p, line=p.line + lines, column=p.column + (columns if p.line == 1 else 0))
            for p in error.problems
        ) from error


def check_printed(texts: Iterable[str]) -> int:
    """Characters of all texts together. Raises Uncomputable when they are more than a document may print."""
    size = sum(map(len, texts))
    if size > MAX_PRINTED:
        raise Uncomputable(f"整篇要印{size}个字，最多{MAX_PRINTED}个。请减少重复的段落或附件的行列")
    return size
