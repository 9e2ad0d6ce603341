"""The entries of registers behind a document's figures: loaded once, and frozen with it by their keys."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone

from departments.models import Office
from departments.periods import Period
from departments.services.registers.counts import Counted, counted, registers_of
from expressions.numbers import exact_text
from expressions.values import is_number
from indicators.dataset import PeriodData


class CountedEntries:
    """All counted entries of an office's registers as of a period's end, or as of `today` while it runs."""

    def __init__(self, office: Office, period: Period, today: dt.date | None = None) -> None:
        self.office, self.period, self.today = office, period, today or timezone.localdate()

    @cached_property
    def registers(self) -> Mapping[str, Any]:
        return {register.code: register for register in registers_of(self.office)}

    @cached_property
    def of_register(self) -> Mapping[str, list[Counted]]:
        """By register code, in the order of day of handing out and key."""
        return counted(list(self.registers.values()), self.period, self.today)


def entry_cells(data: PeriodData, used: Iterable[str], entries: CountedEntries) -> tuple[dict, dict]:
    """The cells (`register/unit/count`) among `used` with the keys counted, and these entries by register and key.

    A unit's count is that of everything below it. What later becomes of an entry changes neither.
    """
    wanted = [parts for key in used if (parts := key.split("/"))[0] in entries.registers]
    if not wanted:
        return {}, {}
    below = _below(data)
    codes = {unit.id: unit.code for unit in data.units}
    by_unit: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for register in {parts[0] for parts in wanted}:
        for one in entries.of_register[register]:
            by_unit[register, codes.get(one.standing.unit, "")].append(one)
    cells: dict[str, Any] = {}
    frozen: dict[str, dict[str, Any]] = {}
    for register, unit, count in sorted(wanted):
        found = [
            one for code in below[unit] for one in by_unit.get((register, code), ()) if count in one.counts
        ]
        value = data.unit(unit).figures.get(f"{register}.{count}")
        cells[f"{register}/{unit}/{count}"] = {
            "form": register,
            "unit": unit,
            "item": count,
            "label": data.item_names.get(f"{register}.{count}", count),
            "state": "number" if is_number(value) else "text",
            "value": exact_text(value) if is_number(value) else None,
            "reason": "",
            "entries": [],
            "counted": [one.content.key for one in found],
        }
        listed = frozen.setdefault(register, {"title": entries.registers[register].title, "entries": {}})[
            "entries"
        ]
        for one in found:
            if one.content.key not in listed:
                listed[one.content.key] = _frozen(one, codes)
    return cells, frozen


def _below(data: PeriodData) -> dict[str, list[str]]:
    """Every unit with all that stand below it."""
    parents = {unit.code: unit.parent for unit in data.units}
    found: dict[str, list[str]] = defaultdict(list)
    for unit in parents:
        above: str | None = unit
        while above is not None:
            found[above].append(unit)
            above = parents[above]
    return found


def _frozen(one: Counted, codes: Mapping[int, str]) -> dict[str, Any]:
    content, standing = one.content, one.standing
    return {
        "entry": content.id,
        "name": content.name,
        "unit": codes.get(standing.unit, ""),
        "type": content.type,
        "level": content.level,
        "status": one.status,
        "opened_on": content.opened_on.isoformat(),
        "due_on": content.due_on.isoformat() if content.due_on else None,
        "answered_on": standing.answered_on.isoformat() if standing.answered_on else None,
        "done_on": standing.done_on.isoformat() if standing.done_on else None,
        "by": one.by,
    }
