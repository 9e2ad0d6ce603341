"""The settings, columns and groups of a table as the designer's page holds them, and back as what the services take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from departments.models import Group, Office, Register
from indicators.models import Scheme
from reports.choices import AnnexRows, ColumnKind, Highlight, TotalPlace
from reports.models import Bulletin
from reports.services.annex_trial import ROWS_OF
from reports.services.template_specs import COLUMN_FIELDS, GROUP_FIELDS, AnnexSpec, ColumnSpec, GroupSpec
from reports.statements.limits import MAX_COLUMNS
from reports.views.editor_blocks import lines

SETTINGS = (
    "number", "title", "source", "rows", "count", "name_set", "row_order", "order_by", "total", "total_label",
    "comparison_units", "period_line", "note", "landscape",
)  # fmt: skip
YES = "1"
_NUMBERS = {"decimals", "highlight_count"}
_SWITCHES = {"merge", "in_totals"}
# What a new table and a new column say.
BLANK_COLUMN = {
    "code": "", "head": "", "kind": ColumnKind.ITEM.value, "expression": "", "decimals": "0", "merge": "",
    "in_totals": YES, "total_text": "", "highlight": Highlight.NONE.value, "highlight_count": "3",
}  # fmt: skip
BLANK_GROUP = dict.fromkeys(GROUP_FIELDS, "")
_FIRST = (("seq", "序号", ColumnKind.SEQUENCE), ("unit", "单位", ColumnKind.UNIT))


@dataclass(frozen=True)
class Design:
    """All as typed: settings by name, and one mapping a column and a group."""

    settings: Mapping[str, str]
    columns: tuple[Mapping[str, str], ...]
    groups: tuple[Mapping[str, str], ...]


def new_design(bulletin: Bulletin) -> Design:
    """A table with the two columns nearly every one begins with."""
    numbers = bulletin.annexes.values_list("number", flat=True)
    settings = dict.fromkeys(SETTINGS, "") | {
        "number": str(max(numbers, default=0) + 1),
        "rows": AnnexRows.UNITS.value,
        "total": TotalPlace.NONE.value,
        "total_label": "合计",
        "landscape": YES,
    }
    columns = tuple(
        BLANK_COLUMN | {"code": code, "head": head, "kind": kind.value} for code, head, kind in _FIRST
    )
    return Design(settings, columns, ())


def design_of(spec: AnnexSpec) -> Design:
    source = next((f"{kind}:{getattr(spec, kind).pk}" for kind in ROWS_OF if getattr(spec, kind)), "")
    settings = {name: _typed(getattr(spec, name, "")) for name in SETTINGS} | {"source": source}
    return Design(
        settings,
        tuple({name: _typed(getattr(column, name)) for name in COLUMN_FIELDS} for column in spec.columns),
        tuple(
            {"group": str(one.group.pk), "label": one.label, "subtotal_label": one.subtotal_label}
            for one in spec.groups
        ),
    )


def posted_design(request: HttpRequest) -> Design:
    """What the page holds; BadRequest when the fields of the columns or groups don't match."""
    return Design(
        {name: lines(request.POST.get(name, "")) for name in SETTINGS},
        tuple(_rows(request, "column", COLUMN_FIELDS, 2 * MAX_COLUMNS)),
        tuple(_rows(request, "group", GROUP_FIELDS, 2 * MAX_COLUMNS)),
    )


def spec_from(office: Office, design: Design) -> AnnexSpec:
    """The design as the services take it. BadRequest for numbers that are none and for what isn't the office's."""
    settings = design.settings
    kind, _sep, pk = settings["source"].partition(":")
    sources: dict[str, Any] = {"form": office.forms, "register": Register.objects.filter(office=office)}
    sources["scheme"] = Scheme.objects.filter(office=office)
    if settings["source"] and kind not in ROWS_OF:
        raise _bad()
    chosen: dict[str, Any] = dict.fromkeys(ROWS_OF)
    if settings["source"]:
        chosen[kind] = _one(sources[kind], pk)
    other = ("source", "number", "landscape")
    texts: dict[str, Any] = {name: settings[name].strip() for name in SETTINGS if name not in other}
    groups = Group.objects.filter(office=office)
    return AnnexSpec(
        number=_whole(settings["number"]),
        landscape=settings["landscape"] == YES,
        columns=tuple(_column(given) for given in design.columns),
        groups=tuple(
            GroupSpec(_one(groups, given["group"]), given["label"].strip(), given["subtotal_label"].strip())
            for given in design.groups
            if given["group"]
        ),
        **chosen,
        **texts,
    )


def _column(given: Mapping[str, str]) -> ColumnSpec:
    values: dict[str, Any] = {name: given[name].strip() for name in COLUMN_FIELDS}
    values |= {name: _whole(given[name]) for name in _NUMBERS}
    values |= {name: given[name] == YES for name in _SWITCHES}
    return ColumnSpec(**values)


def _rows(request: HttpRequest, prefix: str, fields: tuple[str, ...], most: int) -> list[dict[str, str]]:
    columns = [request.POST.getlist(f"{prefix}-{name}") for name in fields]
    if len({len(column) for column in columns}) != 1 or len(columns[0]) > most:
        raise _bad()
    return [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]


def _one(rows: Any, pk: str) -> Any:
    found = rows.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None:
        raise _bad()
    return found


def _whole(text: str) -> int:
    """A whole number as typed, "" as 0; what no column of the database holds is refused."""
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise _bad()
    return int(text)


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    return str(value)


def _bad() -> BadRequest:
    return BadRequest(_("This is not what the page sends."))
