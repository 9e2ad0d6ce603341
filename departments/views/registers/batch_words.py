"""A checked file's lines as its page shows them: names instead of ids, differences field by field, fifty at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from departments.models import Entry, EntryBatch, Unit, normal_name
from departments.services.registers.batch_plan import LINES, Line, Plan
from departments.services.registers.contents import HIDDEN
from departments.views.registers.parts import field_labels

PER_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """One line in words. `entry` is the id of its entry's page, None while it has none; `differences` are (name, old, new)."""

    line: Line
    unit: str
    status: str
    before: str
    contents: tuple[tuple[str, str], ...]
    differences: tuple[tuple[str, str, str], ...]
    entry: int | None


@dataclass(frozen=True)
class Tab:
    """One of the four lists: its name in the URL, what it is called, how many lines it has."""

    name: str
    label: str
    count: int


def tabs_of(batch: EntryBatch) -> list[Tab]:
    labels = {"new": _("new"), "changed": _("changed"), "gone": _("gone"), "same": _("without changes")}
    return [Tab(name, labels[name], getattr(batch, f"n_{name}")) for name in LINES]


def first_tab(batch: EntryBatch) -> str:
    """The list that is opened first: the first one with lines that says something changes."""
    return next((tab.name for tab in tabs_of(batch) if tab.count), "new")


def units_in(plan: Plan, names: Mapping[int, str]) -> list[tuple[int, str]]:
    """The units the plan's lines are about, in the order of `names`."""
    found = {line.unit for part in LINES for line in getattr(plan, part)}
    return [(pk, name) for pk, name in names.items() if pk in found]


def unit_names(batch: EntryBatch) -> dict[int, str]:
    """Names of the office's units by id, in protocol order."""
    units = Unit.objects.filter(office=batch.register.office_id).order_by("protocol_order", "code")
    return dict(units.values_list("pk", "name"))


def lines_asked(plan: Plan, part: str, asked: QueryDict) -> tuple[Page[Any], str, str]:
    """One page of a list narrowed by `q` (in key or title) and `unit`; with both as they were understood."""
    text, unit = asked.get("q", "").strip(), asked.get("unit", "")
    lines = [
        line
        for line in getattr(plan, part)
        if (not unit.isdecimal() or line.unit == int(unit))
        and (not text or normal_name(text) in normal_name(line.key + line.name))
    ]
    return Paginator(lines, PER_PAGE).get_page(asked.get("page")), text, unit


def shown_lines(batch: EntryBatch, lines: list[Line], units: Mapping[int, str]) -> list[Shown]:
    """The lines of one page in words: a fixed number of queries."""
    register = batch.register
    statuses = dict(register.statuses.values_list("pk", "name"))
    columns = dict(register.columns.order_by("order").values_list("code", "name"))
    labels = columns | field_labels(register) | {"unit": _("unit responsible")}
    keys = [line.key for line in lines]
    pages = dict(Entry.objects.filter(register=register, key__in=keys).values_list("key", "pk"))
    return [
        Shown(
            line=line,
            unit=units.get(line.unit, ""),
            status=statuses.get(line.status, ""),
            before=statuses.get(line.from_status, "") if line.moves and line.from_status else "",
            contents=tuple(
                (name, HIDDEN if code in line.changes else line.values[code])
                for code, name in columns.items()
                if code in line.values or (line.entry is None and code in line.changes)
            ),
            differences=tuple((labels.get(code, code), *pair) for code, pair in _pairs(line)),
            entry=line.entry or pages.get(line.key),
        )
        for line in lines
    ]


def _pairs(line: Line) -> list[tuple[str, tuple[str, str]]]:
    return [(code, (pair[0], pair[1])) for code, pair in line.changes.items()]
