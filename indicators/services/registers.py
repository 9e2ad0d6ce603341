"""Counts of registers in indicators: `<register>.<count>`, and `<register>.remark` as a text, for every unit and period.

Nobody files them, so they are complete by nature: a unit that has entries has reported them. Without an entry every
count is 0, and a rate over them has no denominator.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils import timezone

from departments.models import Register
from departments.periods import Period
from departments.services.organisation import Placement
from departments.services.registers.counts import Tallied, countings_of, tally
from expressions import NUMBER, TEXT, Symbol
from indicators.services.beside import Beside
from indicators.services.tallies import tallied

REMARK = "remark"
REMARK_LABEL = "备注"


def register_symbols(registers: Iterable[Register]) -> Iterator[Symbol]:
    """The names of the counts of registers, always with the register's own: 总数 alone is a word of many tables."""
    for register in registers:
        names = {code: counting.name for code, counting in countings_of(register).items()}
        yield from symbols_named(register.code, register.title, names)


def symbols_named(register: str, title: str, counts: Mapping[str, str]) -> Iterator[Symbol]:
    """The names of one register's figures, given its counts' names by code."""
    for code, name in counts.items():
        yield Symbol(f"{register}.{code}", NUMBER, (f"{title}.{name}",), by_endings=False)
    if REMARK not in counts:
        yield Symbol(f"{register}.{REMARK}", TEXT, (f"{title}.{REMARK_LABEL}",), by_endings=False)


def load_registers(
    registers: Sequence[Register], when: Period, places: Mapping[int, Placement], now: dt.datetime
) -> Beside:
    """The counts of every unit, alone and with the units below it, as they stand at the period's end, or `now` if earlier.

    Entries of a unit that was closed by then belong to nobody. Asked is whoever has entries, or has units with entries
    below, and the register's groups.
    """
    found = Beside()
    for register in tally(registers, when, timezone.localdate(now)):
        found |= _beside(register, places)
    return found


def _beside(found: Tallied, places: Mapping[int, Placement]) -> Beside:
    register = found.register
    prefix = f"{register.code}."
    remarks: dict[int, list[str]] = defaultdict(list)
    for unit in found.numbers:
        for above in _upwards(unit, places):
            remarks[above].append(found.remarks.get(unit, ""))
    asked = {group.code for group in register.groups.all()}
    having = {
        register.code: frozenset(
            place.code for unit, place in places.items() if unit in remarks or place.group in asked
        )
    }
    numbers = {unit: {f"{prefix}{code}": n for code, n in row.items()} for unit, row in found.numbers.items()}
    labels = {f"{prefix}{code}": counting.name for code, counting in found.countings.items()}
    counts = tallied(numbers, labels, places, having)
    if REMARK in found.countings:
        return counts
    name = f"{prefix}{REMARK}"
    return counts | Beside(
        own={unit: {name: found.remarks.get(unit, "")} for unit in places},
        whole={unit: {name: _common(remarks[unit])} for unit in places},
        names={name: REMARK_LABEL},
    )


def _common(remarks: Sequence[str]) -> str:
    """The remarks of units together; none where one of them has something to deal with."""
    return "、".join(dict.fromkeys(remarks)) if all(remarks) else ""


def _upwards(unit: int, places: Mapping[int, Placement]) -> Iterator[int]:
    """The unit and those above it, as far as they are there."""
    above: int | None = unit
    while above is not None and above in places:
        yield above
        above = places[above].parent
