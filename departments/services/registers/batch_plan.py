"""What a checked file of entries would change: the plan between checking and saving, as it is kept with the file."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from departments.models import Register

MAX_FAULTS = 1000


@dataclass(frozen=True)
class Fault:
    """What is wrong in one place of the file: sheet row (the first is 1; 0: the whole file), column, content, what to do."""

    row: int
    column: str
    content: str
    message: str


class TooManyFaults(Exception):
    """Enough is wrong; reading on would help nobody."""


@dataclass
class Faults:
    """Collects faults; raises TooManyFaults with the last one it takes."""

    found: list[Fault] = field(default_factory=list)

    def add(self, row: int, column: str, content: str, message: str) -> None:
        self.found.append(Fault(row, column, content[:100], message))
        if len(self.found) >= MAX_FAULTS:
            raise TooManyFaults

    def sorted(self) -> tuple[Fault, ...]:
        return tuple(sorted(self.found, key=lambda fault: fault.row))


@dataclass(frozen=True)
class Line:
    """One entry as it will be: what the file says of it, or (row 0) that the file no longer names it.

    `unit`, `status` and `entry` are ids, days ISO texts ("" none), `values` the contents by column code without the
    personal ones. `changes` is {field or column code: [old text, new text]}. `returns`: it was gone before and is named again.
    """

    row: int
    key: str
    name: str
    unit: int
    status: int
    from_status: int | None = None
    type: str = ""
    level: str = ""
    opened_on: str = ""
    due_on: str = ""
    values: dict[str, str] = field(default_factory=dict)
    entry: int | None = None
    version: int = 0
    effective_on: str = ""
    changes: dict[str, list[str]] = field(default_factory=dict)
    returns: bool = False

    @property
    def moves(self) -> bool:
        return self.from_status is not None and self.from_status != self.status

    def as_json(self) -> dict[str, Any]:
        """Without what is empty: a file has thousands of these."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Plan:
    """What a file says, judged against the register. With any fault nothing of it is saved.

    `kept` are the rows whose contents of the unit's own columns differ from what the unit wrote, which stays. `fingerprint` is that
    of the register's definition when the file was checked; `personal` are the personal contents by key and column code,
    which are kept apart from the rest.
    """

    sheet: str = ""
    new: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = ()
    gone: tuple[Line, ...] = ()
    same: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    ignored: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    fingerprint: str = ""
    personal: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For EntryBatch.plan: everything but the personal contents."""
        return {
            "sheet": self.sheet,
            **{name: [line.as_json() for line in getattr(self, name)] for name in LINES},
            "faults": [asdict(fault) for fault in self.faults],
            **{name: list(getattr(self, name)) for name in ("ignored", "left_out", "kept")},
            "fingerprint": self.fingerprint,
        }


# The lists of lines, as they are shown.
LINES = ("new", "changed", "gone", "same")


def unpack_plan(packed: dict[str, Any]) -> Plan:
    """The inverse of `Plan.as_json`; an empty plan of an empty one."""
    lists: dict[str, Any] = {name: tuple(_line(one) for one in packed.get(name, ())) for name in LINES}
    return Plan(
        sheet=packed.get("sheet", ""),
        **lists,
        faults=tuple(Fault(**one) for one in packed.get("faults", ())),
        ignored=tuple(packed.get("ignored", ())),
        left_out=tuple(packed.get("left_out", ())),
        kept=tuple(packed.get("kept", ())),
        fingerprint=packed.get("fingerprint", ""),
    )


def unpack_faults(packed: dict[str, Any]) -> tuple[Fault, ...]:
    """The faults alone, which may be read many times."""
    return tuple(Fault(**one) for one in packed.get("faults", ()))


def fingerprint_of(register: Register) -> str:
    """Changes when the register's definition or the day it is closed through does (four queries)."""
    fields = [str(getattr(register, one.attname)) for one in register._meta.concrete_fields]
    rows: Iterable[Any] = (
        list(related.order_by("pk").values_list())
        for related in (register.statuses, register.moves, register.columns, register.counts)
    )
    text = json.dumps([fields, list(rows)], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _line(packed: dict[str, Any]) -> Line:
    defaults: dict[str, Any] = {"row": 0, "name": ""}
    return Line(**(defaults | packed))
