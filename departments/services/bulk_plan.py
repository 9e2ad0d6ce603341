"""What a checked file of figures would change: the plan between checking and saving."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from departments.cells import Cell
from departments.exceptions import DepartmentsError
from departments.models import Submission, Window
from departments.services.bulk_reading import Entry, Fault, Faults
from departments.sheets import Sheet

BATCH = 2000


class StalePlan(DepartmentsError):
    """Somebody changed one of the forms after the file was checked."""

    def __init__(self) -> None:
        super().__init__(_("One of the forms has been changed meanwhile: check the file again."))


@dataclass(frozen=True)
class Outcome:
    """What became of a file: rows under its head, forms by what happens to them, findings. Faults: nothing was saved."""

    rows: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    warnings: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        names = ("created", "changed", "unchanged", "warnings")
        return {name: getattr(self, name) for name in names}


@dataclass
class Change:
    """One submission to write: its window and row (None: to be made), the cells that change, before and after."""

    entry: Entry
    historical: bool
    window: Window | None
    submission: Submission | None
    before: Mapping[str, Cell]
    cells: dict[str, Cell]


@dataclass
class Plan:
    """A checked file. `versions` are those of the submissions it was checked against."""

    sheet: Sheet
    rows: int
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    warnings: int = 0
    faults: Faults = field(default_factory=Faults)
    versions: dict[int, int] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        faults = tuple(self.faults.found)
        if faults:
            return Outcome(self.rows, faults=faults)
        created = sum(not change.before for change in self.changes)
        return Outcome(self.rows, created, len(self.changes) - created, self.unchanged, self.warnings)


def batches(rows: Sequence[Any]) -> Iterator[list[Any]]:
    """The rows in parts of BATCH."""
    remaining = iter(rows)
    while part := list(islice(remaining, BATCH)):
        yield part
