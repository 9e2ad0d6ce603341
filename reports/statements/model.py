"""What the functions of bulletin text work on and what they give: types, the source of all figures, a statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from expressions import NUMBER, TEXT, NameTable, Symbol, Type
from expressions.numbers import display
from expressions.values import Kind, NoValue, Value
from indicators.dataset import PeriodData, UnitData
from indicators.rollup import Coverage, Pair

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

# The scope of names inside an argument that is computed once per unit.
PER_UNIT = "unit"
# The same names for an annex column, which is nothing but such an argument.
COLUMN = "column"
# Which groups a function was asked for; None: the bulletin's own.
Group = str | tuple[str, ...] | None
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
class Source:
    """Everything a template may speak of: one period's data, the default groups, printed names, typed facts."""

    data: PeriodData
    groups: tuple[str, ...]
    names: Mapping[str, str]
    facts: Mapping[str, FactData]

    def units(self, groups: tuple[str, ...], forms: Iterable[str] = ()) -> tuple[UnitData, ...]:
        """The units of the groups; with `forms`, only those asked for one of them."""
        forms = tuple(forms)
        return tuple(
            unit
            for unit in self.data.members(groups)
            if not forms or any(unit.code in self.data.expected.get(form, ()) for form in forms)
        )

    def scope_name(self, groups: tuple[str, ...]) -> str:
        return "、".join(self.data.groups[group] for group in groups)

    def environment(self, unit: UnitData) -> dict[str, Value]:
        """What a per-unit expression reads: figures by `form.item`, indicators' values by their code."""
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


def period_words(data: PeriodData) -> dict[str, str]:
    """The words about the period that a text may print, by name."""
    period = data.period
    following = period.previous(-1)
    return {
        "报告期": period.label,
        "月份范围": period.months_label,
        "年": str(period.start.year),
        "起月": str(period.start.month),
        "止月": str(period.end.month),
        "截止日": f"{period.end.month}月{period.end.day}日",
        "下期": following.label,
        "下期起月": str(following.start.month),
        "下期止月": str(following.end.month),
    }
