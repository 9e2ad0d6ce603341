"""The expressions, sentences and data of a pack, judged by the same code that will compute them, before anything is saved."""

from collections.abc import Iterable, Iterator, Mapping, Set
from fractions import Fraction

from departments.models import Category, Comparison, Item, Request
from departments.periods import Period
from departments.register_counts import BUILT_IN
from departments.sheets import Sheet, item_symbols
from expressions import NUMBER, TEXT, ExpressionError, HolePart, NameTable, Symbol, check, parse_template
from expressions.types import Type
from govsvc.packs.data import check_data
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Pack, Placed, nodes_of
from govsvc.packs.schema import AnnexSpec, BulletinFile, RegisterFile
from govsvc.packs.sheets import checked, sheets_of
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.exceptions import CycleError
from indicators.ranking import Direction
from indicators.services.alerts import alert_symbols
from indicators.services.definition_order import order_definitions
from indicators.services.duty import LABELS as DUTY_LABELS
from indicators.services.frequency import LABELS as FREQUENCY_LABELS
from indicators.services.names import FUNCTIONS, category_code, indicator_code, scheme_code
from indicators.services.reconciled import LABEL as RECONCILED
from indicators.services.reconciled import name_of
from indicators.services.registers import symbols_named
from indicators.services.requests import request_symbols
from reports.choices import AnnexRows, ColumnKind
from reports.services.source import check_column
from reports.statements import FactData, names_of
from reports.statements.compose import check_condition, check_template

_ANY_PERIOD = "2000Q1"
Tables = Mapping[str, NameTable]


# What a sentence may name; where one of these can't be read, an unknown name means nothing.
_NAMED = frozenset({"forms", "comparisons", "registers", "indicators", "groups", "units", "facts"})


def check_expressions(pack: Pack, broken: Set[str]) -> list[Fault]:
    """Every fault of a formula, a sentence or a data cell that does not follow from a `broken` kind of file."""
    faults: list[Fault] = []
    sheets = sheets_of(pack, broken, faults)
    items = NameTable(_office_symbols(pack, sheets.values()))
    unknown: list[Fault] = []
    definitions = dict(_scores(pack, items)) | dict(_definitions(pack, items, unknown))
    if not broken & {"forms", "comparisons", "registers", "indicators", "schemes"}:
        faults += unknown or _cycles(pack, definitions)
    for code, bulletin in pack.bulletins.items():
        if broken & _NAMED:
            faults += _uncut(bulletin)
        else:
            faults += _bulletin(bulletin, _tables(pack, code, items, definitions))
        faults += _published(pack, code, bulletin)
    return faults + check_data(pack, sheets, broken)


def _office_symbols(pack: Pack, sheets: Iterable[Sheet]) -> Iterator[Symbol]:
    """What indicators and sentences may name: items, then what the office counts beside them (see office_names)."""
    seen: set[str] = set()
    for symbol in _all_symbols(pack, sheets):
        if symbol.code not in seen:
            seen.add(symbol.code)
            yield symbol


def _all_symbols(pack: Pack, sheets: Iterable[Sheet]) -> Iterator[Symbol]:
    """With a code given twice, which is a fault told elsewhere, twice."""
    for sheet in sheets:
        form = sheet.form
        duties = (
            Symbol(f"{form.code}.{name}", NUMBER, (f"{form.title}.{label}",))
            for name, label in DUTY_LABELS.items()
        )
        yield from item_symbols((i for i in sheet.items if i.is_entered), f"{form.code}.")
        yield from duties
        yield from _category_symbols(sheet)
    for row in pack.comparisons:
        comparison = Comparison(code=row.spec.code, name=row.spec.name)
        yield Symbol(name_of(comparison), NUMBER, (f"{RECONCILED}.{comparison.name}",))
    for code, register in pack.registers.items():
        yield from _register_symbols(code, register.spec)
    handed_out = (row.spec for row in pack.requests if row.spec.handed_out_at)
    yield from request_symbols(Request(code=spec.code, title=spec.title) for spec in handed_out)
    yield from alert_symbols()
    for indicator in (row.spec for row in pack.indicators):
        yield Symbol(indicator_code(indicator.code), NUMBER, (f"指标.{indicator.name}",), by_endings=False)
    for code, scheme in pack.schemes.items():
        yield Symbol(scheme_code(code), NUMBER, (f"得分.{scheme.spec.name}",), by_endings=False)


def _category_symbols(sheet: Sheet) -> Iterator[Symbol]:
    """Items by the categories that are every unit's, as `office_names` has them."""
    shared: list[Category] = [row for row in sheet.categories if row.unit_id is None]
    split: list[Item] = [item for item in sheet.items if item.by_category]
    for item in split:
        for category in shared:
            name = f"{item.name}.{category.name}"
            code = category_code(sheet.form, item, category)
            yield Symbol(code, NUMBER, (f"{sheet.form.title}.{name}", name), by_endings=False)


def _register_symbols(code: str, spec: RegisterFile) -> Iterator[Symbol]:
    """The counts every register has and its own, and how often its units are to have entries."""
    names = {counting.code: counting.name for counting in BUILT_IN}
    yield from symbols_named(code, spec.title, names | {count.code: count.name for count in spec.counts})
    if spec.least_times:
        for name, label in FREQUENCY_LABELS.items():
            yield Symbol(f"{code}.{name}", NUMBER, (f"{spec.title}.{label}",))


def _definitions(pack: Pack, items: NameTable, faults: list[Fault]) -> Iterator[tuple[str, Definition]]:
    """The indicators by code, also those with a faulty formula: a sentence may still name them."""
    nothing = check("0", items)
    for row in pack.indicators:
        version, numerator, denominator = row.spec.versions[-1], nothing, nothing
        for place, version in enumerate(row.spec.versions):
            path = ("versions", place)
            numerator = (
                checked(row, (*path, "numerator"), version.numerator, items, NUMBER, faults, FUNCTIONS)
                or nothing
            )
            denominator = (
                checked(row, (*path, "denominator"), version.denominator, items, NUMBER, faults, FUNCTIONS)
                or nothing
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


def _scores(pack: Pack, items: NameTable) -> Iterator[tuple[str, Definition]]:
    """The scores of schemes: named in sentences like indicators (see History.definitions)."""
    for code, scheme in pack.schemes.items():
        score, one = check(scheme_code(code), items, want=NUMBER), check("1", items, want=NUMBER)
        decimals, better = scheme.spec.decimals, Direction.HIGHER
        definition = Definition(
            code,
            scheme.spec.name,
            1,
            score,
            one,
            Fraction(1),
            decimals,
            "分",
            better,
            "mean",
            None,
            frozenset(),
        )
        yield code, definition


def _cycles(pack: Pack, definitions: Mapping[str, Definition]) -> list[Fault]:
    """Indicators that build on one another in a ring, through a scheme's leaves too; told at the first of the ring."""
    leaves = {
        scheme_code(code): [
            indicator_code(node.indicator) for node, _p, _path in nodes_of(row.spec) if node.indicator
        ]
        for code, row in pack.schemes.items()
    }
    references = {
        code: [name for named in definition.references for name in (named, *leaves.get(named, ()))]
        for code, definition in definitions.items()
        if code not in pack.schemes
    }
    try:
        order_definitions(references)
    except CycleError as error:
        row = next(row for row in pack.indicators if row.spec.code in error.codes)
        return [row.fault(str(error), "versions")]
    return []


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
        is_body = path[-1] == "text"
        yield from _problems(
            row, path, lambda text=text, is_body=is_body: check_template(text, names, is_body=is_body)
        )
    for n, annex in enumerate(spec.annexes):
        yield from _annex(row, n, annex, names)
    for n, rule in enumerate(spec.consistency):
        path = ("consistency", n, "expression")
        yield from _problems(row, path, lambda rule=rule: check_condition(rule.expression, names))


def _annex(row: Placed[BulletinFile], n: int, annex: AnnexSpec, names: Tables) -> Iterator[Fault]:
    """What is computed for each unit; a column of entries names what it prints, which loading checks."""
    formulas: list[tuple[tuple, str, Type]] = [(("annexes", n, "order_by"), annex.order_by, NUMBER)]
    if annex.rows == AnnexRows.UNITS:
        formulas += [
            (
                ("annexes", n, "columns", m, "expression"),
                column.expression,
                TEXT if column.kind == ColumnKind.TEXT else NUMBER,
            )
            for m, column in enumerate(annex.columns)
        ]
    for path, text, want in formulas:
        if text:
            yield from _problems(row, path, lambda text=text, want=want: check_column(text, names, want))


def _problems(row: Placed, path: tuple, attempt) -> list[Fault]:
    try:
        attempt()
    except ExpressionError as error:
        return [row.fault(f"第{p.column}个字：{p.message}", *path, text_line=p.line) for p in error.problems]
    return []


def _uncut(row: Placed[BulletinFile]) -> Iterator[Fault]:
    """Holes that are wrong whatever the names mean."""
    for n, section in enumerate(row.spec.sections):
        yield from _problems(row, ("sections", n, "text"), lambda text=section.text: parse_template(text))


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
    if list(_uncut(bulletin)):
        return
    for row in pack.published:
        if row.spec.bulletin == code and row.spec.figure not in ids:
            yield row.fault(
                f"正文里没有编号为“{row.spec.figure}”的数{did_you_mean(row.spec.figure, ids)}", "figure"
            )
