"""The expressions, sentences and data of a pack, judged by the same code that will compute them, before anything is saved."""

from collections.abc import Iterable, Iterator, Mapping, Set
from fractions import Fraction

from departments.models import Category, Comparison, Item, Request
from departments.periods import Period
from departments.register_counts import BUILT_IN
from departments.sheets import Sheet, item_symbols
from expressions import NUMBER, NameTable, Symbol, check
from govsvc.packs.data import check_data
from govsvc.packs.faults import Fault
from govsvc.packs.meanings_bulletins import bulletin_faults, published_faults, uncut
from govsvc.packs.pack import Pack, nodes_of
from govsvc.packs.schema import RegisterFile
from govsvc.packs.sheets import checked, sheets_of
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.duties import LABELS as DUTY_LABELS
from indicators.exceptions import CycleError
from indicators.ranking import Direction
from indicators.services.alerts import alert_symbols
from indicators.services.definition_order import order_definitions
from indicators.services.frequency import LABELS as FREQUENCY_LABELS
from indicators.services.names import FUNCTIONS, category_code, indicator_code, scheme_code
from indicators.services.reconciled import LABEL as RECONCILED
from indicators.services.reconciled import name_of
from indicators.services.registers import symbols_named
from indicators.services.requests import request_symbols
from reports.statements import FactData, names_of

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
            faults += uncut(bulletin)
        else:
            faults += bulletin_faults(bulletin, _tables(pack, code, items, definitions))
        faults += published_faults(pack, code, bulletin)
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
        form_names={code: row.spec.title for code, row in pack.forms.items()},
        register_names={code: row.spec.title for code, row in pack.registers.items()},
    )
    facts = {
        row.spec.code: FactData(row.spec.code, row.spec.name, None, "", "", "", "")
        for row in pack.facts
        if row.spec.bulletin == bulletin
    }
    return names_of(data, items, facts.values())
