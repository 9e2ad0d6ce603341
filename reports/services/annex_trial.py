"""A table of a bulletin computed for a period as it is designed, saved or not. Nothing is stored."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from expressions import ExpressionError, NameTable
from reports.choices import AnnexRows
from reports.models import Annex, AnnexColumn, Bulletin
from reports.services.annexes import build_annex
from reports.services.annexes.columns import head_of
from reports.services.annexes.faults import annex_faults, column_place
from reports.services.entries import CountedEntries
from reports.services.source import load_source
from reports.services.template_parts import columns_of, groups_of
from reports.services.template_specs import AnnexSpec
from reports.statements import Source
from reports.statements.compose import check_template
from reports.statements.limits import MAX_COLUMNS, Uncomputable, check_printed

# What an annex of each source may have as a row.
ROWS_OF = {
    "form": (AnnexRows.UNITS, AnnexRows.CATEGORIES),
    "register": (AnnexRows.UNITS, AnnexRows.ENTRIES),
    "scheme": (AnnexRows.LEAVES,),
}
_TEXTS = ("title", "period_line", "note")
EXPRESSION = "expression"


@dataclass(frozen=True)
class AnnexFault:
    """A fault and its place: column 1, 2, … (0: the table itself), which field, line and column in it, length."""

    section: int
    part: str
    line: int
    column: int
    length: int
    message: str


@dataclass(frozen=True)
class AnnexTrial:
    """The annex as part of a document (its head alone where it has faults; None where even that fails)."""

    content: Mapping[str, Any] | None = None
    faults: tuple[AnnexFault, ...] = ()
    names: Mapping[str, NameTable] = field(default_factory=dict)


def try_annex(bulletin: Bulletin, period: str, spec: AnnexSpec) -> AnnexTrial:
    """The table computed for a period. A fault in the definition of an indicator stands at the table itself."""
    try:
        source, names = load_source(bulletin, period)
    except ExpressionError as error:
        return AnnexTrial(faults=tuple(_whole(problem.message) for problem in error.problems))
    if len(spec.columns) > MAX_COLUMNS:
        faults = (_whole(_("An annex has at most %s columns.") % MAX_COLUMNS),)
        return AnnexTrial(faults=faults, names=names)
    annex = unsaved_annex(bulletin, spec)
    found = [*_fields(annex), *_expressions(annex, source, names)]
    if not found:
        try:
            content = build_annex(annex, source, names, CountedEntries(bulletin.office, source.data.period))
            check_printed(cell for row in content["rows"] for cell in row["cells"])
            return AnnexTrial(content, (), names)
        except ExpressionError as error:
            found = [_whole(problem.message) for problem in error.problems]
        except Uncomputable as error:
            found = [_whole(str(error))]
    return AnnexTrial(_head_only(annex, source), tuple(found), names)


def unsaved_annex(bulletin: Bulletin, spec: AnnexSpec) -> Annex:
    """The annex of a spec with its columns and groups at hand, in no table of the database."""
    names = (name for name in spec.__dataclass_fields__ if name not in ("columns", "groups"))
    annex = Annex(bulletin=bulletin, **{name: getattr(spec, name) for name in names})
    # Related rows can be asked of a row with an id only; none has this one.
    annex.pk = 0
    parts = {"columns": columns_of(annex, spec), "groups": groups_of(annex, spec)}
    cache: dict[str, Any] = {}
    for name, rows in parts.items():
        known = getattr(annex, name).all()
        known._result_cache = rows
        known._prefetch_done = True
        cache[name] = known
    annex._prefetched_objects_cache = cache  # type: ignore[attr-defined]
    return annex


def _fields(annex: Annex) -> Iterator[AnnexFault]:
    """What no saving would take: blanks, codes that are none or stand twice, a source without such rows."""
    columns: Sequence[AnnexColumn] = list(annex.columns.all())
    kind = next((kind for kind in ROWS_OF if getattr(annex, kind) is not None), None)
    if kind is None:
        yield AnnexFault(0, "source", 1, 1, 1, _("Choose what the table is made from."))
    elif annex.rows not in ROWS_OF[kind]:
        yield AnnexFault(0, "rows", 1, 1, 1, _("What the table is made from has no such rows."))
    if not columns:
        yield _whole(_("The table has no columns yet: add the first one."))
    codes = Counter(column.code for column in columns)
    for place, column in enumerate(columns, 1):
        try:
            column.clean_fields(exclude={"annex"})
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                yield AnnexFault(place, name, 1, 1, 1, "；".join(messages))
        if column.code and codes[column.code] > 1:
            yield AnnexFault(place, "code", 1, 1, 1, _("The code “%s” stands twice.") % column.code)


def _expressions(annex: Annex, source: Source, names: Mapping[str, NameTable]) -> Iterator[AnnexFault]:
    for part in _TEXTS:
        try:
            check_template(getattr(annex, part), names)
        except ExpressionError as error:
            for problem in error.problems:
                yield AnnexFault(0, part, problem.line, problem.column, problem.length, problem.message)
    if all(getattr(annex, kind) is None for kind in ROWS_OF):
        return
    codes = [column.code for column in annex.columns.all()]
    places = {code: place for place, code in enumerate(codes, 1)}
    by_name = {column_place(code, places): place for code, place in places.items() if code}
    parts = {"行序": "order_by", "对照行": "comparison_units"}
    for where, line, column, message in annex_faults(annex, names, source.data):
        place = by_name.get(where, 0)
        part = EXPRESSION if place else parts.get(where, "title")
        yield AnnexFault(place, part, line, column, 1, message)


def _head_only(annex: Annex, source: Source) -> dict[str, Any] | None:
    columns = [column for column in annex.columns.all() if column.head]
    if not columns:
        return None
    return {
        "number": annex.number,
        "title": annex.title,
        "period_line": annex.period_line,
        "note": annex.note,
        "legend": "",
        "landscape": annex.landscape,
        "by_category": [],
        "columns": [head_of(column, None, source) for column in columns],
        "rows": [],
    }


def _whole(message: str) -> AnnexFault:
    return AnnexFault(0, "title", 1, 1, 1, message)
