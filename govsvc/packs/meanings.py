"""The expressions, sentences and data of a pack, judged by the same code that will compute them, before anything is saved.

Models are built here without being saved: names, sheets and rules then come from departments and reports themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from departments.choices import ItemKind, Role, Severity
from departments.models import Form, Item, NotApplicableReason, Rule, Section
from departments.periods import Period, PeriodError
from departments.sheets import Cell, CellError, Sheet, item_symbols
from expressions import (
    BOOLEAN,
    NUMBER,
    Expression,
    ExpressionError,
    HolePart,
    NameTable,
    check,
    parse_template,
)
from expressions.names import normalise
from expressions.types import Type
from govsvc.packs.cells import as_input
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import DataRow, Pack, Placed, Rows, items_of
from govsvc.packs.schema import BulletinFile, FormFile
from indicators.dataset import Definition, PeriodData, UnitData
from reports.services.source import check_column
from reports.statements import FactData, names_of
from reports.statements.compose import check_condition, check_template

_ANY_PERIOD = "2000Q1"
Tables = Mapping[str, NameTable]


def check_expressions(pack: Pack) -> list[Fault]:
    """Every fault of a formula, a sentence or a data cell."""
    faults: list[Fault] = []
    sheets = {code: _sheet(code, form, pack, faults) for code, form in pack.forms.items()}
    items = NameTable(_office_symbols(sheets.values()))
    definitions = dict(_definitions(pack, items, faults))
    for code, bulletin in pack.bulletins.items():
        faults += _bulletin(bulletin, _tables(pack, code, items, definitions))
        faults += _published(pack, code, bulletin)
    for (form, period), rows in pack.data.items():
        faults += _data(pack, form, period, rows, sheets.get(form))
    return faults + list(_without_data(pack))


def _checked(
    row: Placed, path: tuple, text: str, names: NameTable, want: Type, faults: list[Fault]
) -> Expression | None:
    try:
        return check(text, names, want=want)
    except ExpressionError as error:
        faults += [
            row.fault(f"第{p.column}个字：{p.message}", *path, text_line=p.line) for p in error.problems
        ]
        return None


def _sheet(code: str, form: Placed[FormFile], pack: Pack, faults: list[Fault]) -> Sheet:
    """The form as people will fill it; formulas with faults are left out."""
    model = Form(code=code, title=form.spec.title)
    found = items_of(form.spec)
    items = tuple(
        Item(
            form=model,
            section=Section(form=model, code=section.code, name=section.name) if section else None,
            code=item.code,
            name=item.name,
            kind=item.kind,
            decimals=item.decimals,
            unit_of_measure=item.unit_of_measure,
            may_be_blank=item.blank,
            may_be_negative=item.negative,
            may_not_apply=item.not_applicable,
        )
        for item, section, _path in found
    )
    entered = {item.code: item for item in items if item.is_entered}
    names = NameTable(item_symbols(entered.values()))
    computed, rules = {}, []
    for item, _section, path in found:
        if item.kind == ItemKind.COMPUTED and item.expression:
            meaning = _checked(form, (*path, "expression"), item.expression, names, NUMBER, faults)
            if meaning:
                computed[item.code] = meaning
    for place, rule in enumerate(form.spec.rules):
        meaning = _checked(form, ("rules", place, "expression"), rule.expression, names, BOOLEAN, faults)
        if meaning:
            rules.append((Rule(code=rule.code, severity=rule.severity, message=rule.message), meaning))
    reasons = {r.spec.code: NotApplicableReason(code=r.spec.code, name=r.spec.name) for r in pack.reasons}
    return Sheet(form=model, items=items, reasons=reasons, computed=computed, rules=tuple(rules))


def _office_symbols(sheets: Iterable[Sheet]) -> Iterator:
    seen: set[str] = set()
    for sheet in sheets:
        for symbol in item_symbols((i for i in sheet.items if i.is_entered), f"{sheet.form.code}."):
            if symbol.code not in seen:
                seen.add(symbol.code)
                yield symbol


def _definitions(pack: Pack, items: NameTable, faults: list[Fault]) -> Iterator[tuple[str, Definition]]:
    """The indicators by code, also those with a faulty formula: a sentence may still name them."""
    nothing = check("0", items)
    for row in pack.indicators:
        version, numerator, denominator = row.spec.versions[-1], nothing, nothing
        for place, version in enumerate(row.spec.versions):
            path = ("versions", place)
            numerator = (
                _checked(row, (*path, "numerator"), version.numerator, items, NUMBER, faults) or nothing
            )
            denominator = (
                _checked(row, (*path, "denominator"), version.denominator, items, NUMBER, faults) or nothing
            )
        yield (
            row.spec.code,
            Definition(
                row.spec.code,
                row.spec.name,
                len(row.spec.versions),
                numerator,
                denominator,
                Fraction(version.factor),
                version.decimals,
                version.unit_of_measure,
                version.direction,  # type: ignore[arg-type]
                version.recipe,
                None,
                frozenset(),
            ),
        )


def _tables(pack: Pack, bulletin: str, items: NameTable, definitions: Mapping[str, Definition]) -> Tables:
    units = {row.spec.code: row.spec for row in pack.units}
    data = PeriodData(
        period=Period.parse(_ANY_PERIOD),
        units=tuple(UnitData(0, u.code, u.short_name, u.group, u.parent, {}, {}) for u in units.values()),
        groups={row.spec.code: row.spec.name for row in pack.groups},
        definitions=definitions,
        targets={},
        expected={},
        reported={},
        item_names={},
    )
    facts = {
        row.spec.code: FactData(row.spec.code, row.spec.name, None, "", "", "", "")
        for row in pack.facts
        if row.spec.bulletin == bulletin
    }
    return names_of(data, items, facts.values())


def _bulletin(row: Placed[BulletinFile], names: Tables) -> Iterator[Fault]:
    spec = row.spec
    texts: list[tuple[tuple, str]] = [(("title",), spec.title)]
    for n, section in enumerate(spec.sections):
        texts += [(("sections", n, "heading"), section.heading), (("sections", n, "text"), section.text)]
    for n, annex in enumerate(spec.annexes):
        texts += [(("annexes", n, key), getattr(annex, key)) for key in ("title", "period_line", "note")]
    for path, text in texts:
        yield from _problems(row, path, lambda text=text: check_template(text, names))
    for n, annex in enumerate(spec.annexes):
        for m, column in enumerate(annex.columns):
            if column.expression:
                path = ("annexes", n, "columns", m, "expression")
                yield from _problems(row, path, lambda c=column: check_column(c.expression, names))
    for n, rule in enumerate(spec.consistency):
        path = ("consistency", n, "expression")
        yield from _problems(row, path, lambda rule=rule: check_condition(rule.expression, names))


def _problems(row: Placed, path: tuple, attempt) -> list[Fault]:
    try:
        attempt()
    except ExpressionError as error:
        return [row.fault(f"第{p.column}个字：{p.message}", *path, text_line=p.line) for p in error.problems]
    return []


def figure_ids(spec: BulletinFile) -> Iterator[tuple[int, HolePart]]:
    """Every named hole of the sentences with the number of its section; texts that can't be cut are left out."""
    for n, section in enumerate(spec.sections):
        try:
            parts = parse_template(section.text)
        except ExpressionError:
            continue
        yield from ((n, part) for part in parts if isinstance(part, HolePart) and part.id)


def _published(pack: Pack, code: str, bulletin: Placed[BulletinFile]) -> Iterator[Fault]:
    """An id means one figure of the whole bulletin; published values name figures that exist."""
    ids: set[str] = set()
    for n, part in figure_ids(bulletin.spec):
        if part.id in ids:
            message = f"编号“{part.id}”在别的部分已经用过，每个编号在整份通报里只能用一次"
            yield bulletin.fault(message, "sections", n, "text", text_line=part.line)
        ids.add(part.id)
    for row in pack.published:
        if row.spec.bulletin == code and row.spec.figure not in ids:
            yield row.fault(
                f"正文里没有编号为“{row.spec.figure}”的数{did_you_mean(row.spec.figure, ids)}", "figure"
            )


def _data(pack: Pack, form: str, period: str, rows: Rows[DataRow], sheet: Sheet | None) -> Iterator[Fault]:
    if not rows:
        return
    head = Placed(None, rows[0].source)
    if sheet is None:
        yield head.fault(f"没有代码为“{form}”的报表{did_you_mean(form, pack.forms)}")
        return
    try:
        Period.parse(period)
    except PeriodError as error:
        yield head.fault(str(error))
        return
    window = next((w.spec for w in pack.windows if (w.spec.form, w.spec.period) == (form, period)), None)
    if window is None:
        yield head.fault(f"windows.yaml 里没有 {form} 的 {period} 这一期")
    items = {item.code: item for item in sheet.items if item.is_entered}
    for column in rows[0].source.columns:
        if column and column != "unit" and column not in items:
            yield head.fault(f"报表“{form}”没有代码为“{column}”的填报项{did_you_mean(column, items)}")
    default = window.default_reason if window else ""
    units = pack.unit_names()
    clerks = {pack_unit(units, row.spec.unit) for row in pack.accounts if row.spec.role == Role.CLERK}
    seen: set[str] = set()
    for row in rows:
        found = units.get(normalise(row.spec["unit"]), set())
        if len(found) != 1:
            word = "没有叫" if not found else "有几个单位叫"
            yield row.fault(f"{word}“{row.spec['unit']}”{did_you_mean(normalise(row.spec['unit']), units)}")
            continue
        (unit,) = found
        if unit in seen:
            yield row.fault(f"“{row.spec['unit']}”写了两行")
        if window and window.entered_at and unit not in clerks:
            yield row.fault(f"accounts.csv 里没有“{row.spec['unit']}”的填报员，无人填报")
        seen.add(unit)
        yield from _row(row, sheet, default)


def _row(row: Placed[DataRow], sheet: Sheet, default: str) -> Iterator[Fault]:
    cells: dict[str, Cell] = {}
    unreadable = set()
    for item in sheet.items:
        text = row.spec.get(item.code, "")
        if not item.is_entered or not text:
            continue
        try:
            cell = sheet.read(item, as_input(item, text, sheet.reasons, default))
        except CellError as error:
            unreadable.add(item.code)
            yield row.fault(f"{row.spec['unit']}，{item.name}：{error}", item.code)
        else:
            if cell:
                cells[item.code] = cell
    for problem in sheet.problems(cells, complete=True):
        if problem.severity == Severity.ERROR and problem.item not in unreadable:
            yield row.fault(f"{row.spec['unit']}：{problem.message}", problem.item)


def pack_unit(units: Mapping[str, set[str]], name: str) -> str:
    """The code of the one unit of that name, else ""."""
    found = units.get(normalise(name), set())
    return next(iter(found)) if len(found) == 1 else ""


def _without_data(pack: Pack) -> Iterator[Fault]:
    for row in pack.windows:
        if row.spec.entered_at and (row.spec.form, row.spec.period) not in pack.data:
            yield row.fault(
                f"写了 entered_at，却没有 data/{row.spec.form}/{row.spec.period}.csv", "entered_at"
            )
