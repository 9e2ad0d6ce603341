"""What the functions of bulletin text work on and what they give: types, the source of all figures, a statement."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from departments.periods import Period
from expressions import NUMBER, TEXT, NameTable, Symbol, Type
from expressions.numbers import display
from expressions.values import MISSING, Kind, NoValue, Value
from indicators.dataset import PeriodData, UnitData
from indicators.ranking import Ranking
from indicators.rollup import Coverage, Pair
from reports.statements.joining import PLAIN, Joining
from reports.statements.limits import Budget, Uncomputable

FIGURE = Type("figure", "数据")
LIST = Type("list", "名单")
GROUPS = Type("groups", "若干考核组")
GROUP = Type("group", "考核组", by_code=True)
UNIT = Type("unit", "单位", by_code=True)
INDICATOR = Type("indicator", "指标", by_code=True)
UNIT_TEXT = Type("unit_text", "文字填报项", by_code=True)
# What stands on a line of its own and becomes one paragraph a unit.
TEXTS = Type("texts", "各单位文字")
FACT = Type("fact", "录入事实", by_code=True)
FORM = Type("form", "报表", by_code=True)
REGISTER = Type("register", "台账", by_code=True)
# What stands on a line of its own and is drawn.
CHART = Type("chart", "图")

# The scope of names inside an argument that is computed once per unit.
PER_UNIT = "unit"
# The same names for an annex column, which is nothing but such an argument.
COLUMN = "column"
# Which groups a function was asked for; None: the bulletin's own.
Group = str | tuple[str, ...] | None
# The unit that a repeated section is written for, and its name: known only there.
OWN_UNIT = "unit.本单位"
OWN_NAME = "本单位名"
MISSING_TEXT = "（未报）"
NO_VALUE_TEXT = "—"


@dataclass(frozen=True)
class FactData:
    """A figure or text somebody typed, with its source; never computed, always marked."""

    code: str
    name: str
    number: Fraction | None
    text: str
    unit_of_measure: str
    source: str
    typed_by: str


@dataclass(frozen=True)
class EntryData:
    """An entry of a register that counts in the period, as it stood then: `counts` are the codes of its counts."""

    key: str
    name: str
    unit: str
    type: str
    status: str
    counts: frozenset[str]


def no_entries(register: str) -> Sequence[EntryData]:
    """The entries of a register where none are known."""
    return ()


def no_names(usage: str) -> Mapping[str, str]:
    """The printed names of a name set where none are known."""
    return {}


def no_other_period(period: Period) -> "Source":
    """The other periods where none are known."""
    raise Uncomputable(f"取不到{period.label}的数据")


@dataclass(frozen=True)
class Source:
    """Everything a template may speak of: one period's data, the default groups, printed names, typed facts.

    `entries` gives a register's entries (read on first need), in the order of day of handing out; `own` is the code of
    the unit that a repeated section is written for. `elsewhere` gives the same of another period (read on first need).
    `named` gives the printed names of another name set, `budget` bounds the work of one document.
    """

    data: PeriodData
    groups: tuple[str, ...]
    names: Mapping[str, str]
    facts: Mapping[str, FactData]
    entries: Callable[[str], Sequence[EntryData]] = no_entries
    named: Callable[[str], Mapping[str, str]] = no_names
    own: str = ""
    elsewhere: Callable[[Period], "Source"] = field(default=no_other_period, compare=False, repr=False)
    budget: Budget = field(default_factory=Budget, compare=False, repr=False)

    def at(self, period: Period) -> "Source":
        """The same of another period, with that period's units, definitions and typed facts.

        Uncomputable when the period can't be read.
        """
        if period == self.data.period:
            return self
        found = self.elsewhere(period)
        self.budget.spend(len(found.data.units))
        # The unit a section is written for may not have existed then.
        names = {self.own: self.names[self.own], **found.names} if self.own else found.names
        return replace(found, names=names, budget=self.budget, own=self.own)

    def unit(self, code: str) -> UnitData:
        """The unit that a template names; 本单位 is the one its section is written for.

        One that the period does not know, because it was opened later, has reported nothing.
        """
        wanted = self.own if code == OWN_UNIT else code.removeprefix("unit.")
        nothing = {name: Pair(MISSING, MISSING) for name in self.data.definitions}
        absent = UnitData(0, wanted, self.names.get(wanted, wanted), "", None, {}, nothing)
        return next((unit for unit in self.data.units if unit.code == wanted), absent)

    def ranking(self, indicator: str, group: str) -> Ranking:
        """The places inside one group, the same that tables, mails and pages print."""
        self.budget.spend(len(self.data.members((group,))))
        return self.data.ranking(indicator, group)

    def units(self, groups: tuple[str, ...], forms: Iterable[str] = ()) -> tuple[UnitData, ...]:
        """The units of the groups; with `forms`, only those asked for one of them."""
        forms = tuple(forms)
        found = tuple(
            unit
            for unit in self.data.members(groups)
            if not forms or any(unit.code in self.data.expected.get(form, ()) for form in forms)
        )
        self.budget.spend(len(found))
        return found

    def scope_name(self, groups: tuple[str, ...]) -> str:
        return "、".join(self.data.groups[group] for group in groups)

    def environment(self, unit: UnitData) -> dict[str, Value]:
        """What a per-unit expression reads: figures by `form.item`, indicators' values by their code."""
        self.budget.spend(1)
        return {
            **unit.figures,
            **{code: unit.pairs[code].value(self.data.definitions[code].factor) for code in unit.pairs},
        }

    def operands(self, references: Iterable[str]) -> tuple[str, ...]:
        """The items (`form.item`) behind names of a per-unit expression, indicators opened."""
        items: list[str] = []
        for code in references:
            items += self.data.definitions[code].operands if code in self.data.definitions else (code,)
        return tuple(dict.fromkeys(items))


@dataclass(frozen=True)
class Statement:
    """One computed figure or list, with all that explains it. `value` is exact; `display` is what is printed."""

    kind: str
    display: str
    value: Value | None = None
    decimals: int = 0
    unit_of_measure: str = ""
    indicator: str = ""
    scope: str = ""
    recipe: str = ""
    pair: Pair | None = None
    coverage: Coverage | None = None
    units: tuple[str, ...] = ()
    # The units a list was chosen from: what `others` complements.
    among: tuple[str, ...] = ()
    typed_by: str = ""
    source: str = ""
    describe: str = ""
    # (unit code, item code) of every cell behind it.
    inputs: tuple[tuple[str, str], ...] = field(default=())
    # The period it is of and the version of its indicator then, where that is not the document's period.
    period: str = ""
    version: int | None = None
    # Of a list: each unit as it is printed there, e.g. 市教育局（31件）; () when that is its name in `Source.names`.
    labels: tuple[str, ...] = ()
    joining: Joining = PLAIN


@dataclass(frozen=True)
class UnitText:
    """One unit's approved text of several lines; `lead` is printed before it, `item` is `form.item`."""

    unit: str
    name: str
    item: str
    label: str
    lead: str
    text: str


def chosen_groups(source: Source, group: Group) -> tuple[str, ...]:
    """Codes of the groups a function speaks of."""
    if group is None:
        return source.groups
    return (group.removeprefix("group."),) if isinstance(group, str) else group


def forms_of(items: Iterable[str]) -> frozenset[str]:
    """The forms on which the items (`form.item`) stand."""
    return frozenset(item.split(".")[0] for item in items)


def cells_of(units: Iterable[UnitData], items: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(unit code, item code) of every cell in which the units report the items."""
    return tuple((unit.code, item) for unit in units for item in items)


def printed(value: Value, decimals: int, unit_of_measure: str = "") -> str:
    """A value as sentences print it: half up; `—` when it does not apply or is 0/0; marked when not reported."""
    if isinstance(value, NoValue):
        return MISSING_TEXT if value.kind is Kind.MISSING else NO_VALUE_TEXT
    if isinstance(value, Fraction):
        return display(value, decimals) + unit_of_measure
    return str(value)


def names_of(data: PeriodData, items: NameTable, facts: Iterable[FactData]) -> dict[str, NameTable]:
    """The names a template may use: groups, indicators, units, facts, items that hold text and words about the period; inside per-unit
    arguments items and indicators."""
    indicators = [
        Symbol(code, INDICATOR, (definition.name,)) for code, definition in data.definitions.items()
    ]
    main = [
        *(Symbol(word, TEXT) for word in period_words(data)),
        *indicators,
        *(Symbol(f"group.{code}", GROUP, (name,)) for code, name in data.groups.items()),
        *(Symbol(f"unit.{unit.code}", UNIT, (unit.name,)) for unit in data.units),
        *(Symbol(f"fact.{fact.code}", FACT, (fact.name,)) for fact in facts),
        *(Symbol(f"form.{code}", FORM, (title,)) for code, title in data.form_names.items()),
        *(Symbol(f"register.{code}", REGISTER, (title,)) for code, title in data.register_names.items()),
        *(
            Symbol(f"{UNIT_TEXT.code}.{symbol.code}", UNIT_TEXT, symbol.labels)
            for symbol in items.symbols
            if symbol.type == TEXT
        ),
    ]
    per_unit = [
        *items.symbols,
        *(Symbol(symbol.code, NUMBER, symbol.labels) for symbol in indicators),
    ]
    return {
        "main": NameTable(main),
        PER_UNIT: NameTable(replace(symbol, scope=PER_UNIT) for symbol in per_unit),
        COLUMN: NameTable(per_unit),
    }


def own_names(names: Mapping[str, NameTable]) -> dict[str, NameTable]:
    """The names of a section that is written once for every unit of a group: 本单位 and 本单位名 besides."""
    own = (Symbol(OWN_UNIT, UNIT, ("本单位",), by_endings=False), Symbol(OWN_NAME, TEXT))
    return {**names, "main": NameTable((*names["main"].symbols, *own))}


def words_of(source: Source) -> dict[str, str]:
    """The words a text may print, by name: about the period, and the name of the unit it is written for."""
    own = {OWN_NAME: source.names[source.own]} if source.own else {}
    return period_words(source.data) | own


def period_words(data: PeriodData) -> dict[str, str]:
    """The words about the period that a text may print, by name."""
    period = data.period
    former, following = period.previous(), period.previous(-1)
    return {
        "报告期": period.label,
        "月份范围": period.months_label,
        "年": str(period.start.year),
        "起月": str(period.start.month),
        "止月": str(period.end.month),
        "截止日": f"{period.end.month}月{period.end.day}日",
        "上期报告期": former.label,
        "上期止月": str(former.end.month),
        "下期": following.label,
        "下期起月": str(following.start.month),
        "下期止月": str(following.end.month),
    }
