"""A small office over several months, for the worked examples of constructs over time (time_tables.py says its figures)."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

from departments.periods import Period
from expressions import NUMBER, NameTable, Symbol, check
from expressions.values import MISSING, Value, not_applicable
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.ranking import Direction
from indicators.rollup import Pair
from indicators.targets import Operator, TargetData
from reports.statements import FactData, Source, compose, names_of
from tests.spec.statements.time_tables import FIGURES, OPENED

ITEMS = NameTable(
    [
        Symbol("f.due", NUMBER, ("应办数", "表.应办数")),
        Symbol("f.done", NUMBER, ("已办数", "表.已办数")),
        Symbol("f.staff", NUMBER, ("派驻人数", "表.派驻人数")),
    ]
)
NAMES = tuple(OPENED)
CODES = {name: f"U{number}" for number, name in enumerate(NAMES)}
_STATES = {"缺": MISSING, "不适用": not_applicable("无此业务")}
_TARGETS = {
    ("rate", ""): TargetData(Operator.AT_LEAST, Fraction(85), floor=Fraction(60), aim=Fraction(95)),
    ("handled", ""): TargetData(Operator.AT_LEAST, Fraction(600), cumulative=True, period="2023"),
}
_FACTS = (
    FactData("may", "五月办结率", Fraction("63.45"), "", "%", "五月通报", "编辑"),
    FactData("near", "相近值", Fraction("80.77"), "", "%", "市通报", "编辑"),
    FactData("close", "接近值", Fraction("80.5"), "", "%", "市通报", "编辑"),
    FactData("cards", "五月件数", Fraction(100), "", "件", "五月通报", "编辑"),
    FactData("many", "上月件数", Fraction(129999), "", "", "五月通报", "编辑"),
    FactData("words", "说明", None, "较好", "", "市通报", "编辑"),
    FactData("n", "原已办", Fraction(20), "", "", "五月通报", "编辑"),
    FactData("d", "原应办", Fraction(40), "", "", "五月通报", "编辑"),
)


def _value(text: str) -> Value:
    return _STATES[text] if text in _STATES else Fraction(text)


def _definition(code: str, name: str, numerator: str, denominator: str, unit: str, direction: Direction):
    return Definition(
        code,
        name,
        1,
        check(numerator, ITEMS),
        check(denominator, ITEMS),
        Fraction(100) if unit == "%" else Fraction(1),
        2 if unit == "%" else 0,
        unit,
        direction,
        "pooled",
        None,
        frozenset({"f"}),
    )


_DEFINITIONS = (
    _definition("rate", "办结率", "已办数", "应办数", "%", Direction.HIGHER),
    _definition("open_rate", "未办率", "应办数 - 已办数", "应办数", "%", Direction.LOWER),
    _definition("empty", "空率", "已办数", "应办数 - 应办数", "%", Direction.HIGHER),
    _definition("handled", "办结件数", "已办数", "1", "件", Direction.HIGHER),
    _definition("seats", "窗口人数", "派驻人数", "1", "人", Direction.HIGHER),
    _definition("fresh", "新指标", "已办数", "应办数", "%", Direction.HIGHER),
)


def _months(period: Period) -> list[str]:
    return (
        [month.code for month in period.subperiods("month")] if period.frequency == "span" else [period.code]
    )


def _figures(period: Period, name: str) -> dict[str, Value]:
    """A unit's figures; over a span what was reported adds up."""
    rows = [FIGURES[month][name] for month in _months(period) if name in FIGURES.get(month, {})]
    columns = [
        [_value(text) for text in column] for column in zip(*(row.split() for row in rows), strict=True)
    ]
    found = {}
    for code, values in zip(("f.due", "f.done", "f.staff"), columns or [[], [], []], strict=True):
        numbers = [value for value in values if isinstance(value, Fraction)]
        found[code] = sum(numbers, Fraction()) if numbers else next(iter(values), MISSING)
    return found


def _unit(period: Period, name: str, definitions: dict[str, Definition]) -> UnitData:
    figures = _figures(period, name)
    pairs = {
        code: Pair(one.numerator.evaluate(figures), one.denominator.evaluate(figures))
        for code, one in definitions.items()
    }
    group = "towns" if name == "子镇" else "depts"
    return UnitData(NAMES.index(name), CODES[name], name, group, None, figures, pairs)


@cache
def at(period: Period) -> Source:
    """The office in a period; 新指标 exists since June 2023."""
    definitions = {
        one.code: one for one in _DEFINITIONS if one.code != "fresh" or period.end.isoformat() >= "2023-06"
    }
    units = tuple(
        _unit(period, name, definitions)
        for name, opened in OPENED.items()
        if period.end >= Period.parse(opened).start
    )
    asked = frozenset(unit.code for unit in units if unit.name != "己局")
    data = PeriodData(
        period,
        units,
        {"depts": "区级部门", "towns": "镇街道"},
        definitions,
        _TARGETS,
        {"f": asked},
        {"f": frozenset(u.code for u in units if u.code in asked and u.figures["f.due"] != MISSING)},
        {symbol.code: symbol.label for symbol in ITEMS.symbols},
    )
    facts = {fact.code: fact for fact in _FACTS} if period.code == "2023-06" else {}
    return Source(data, ("depts",), {unit.code: unit.name for unit in units}, facts, elsewhere=at)


JUNE = at(Period.parse("2023-06"))


def _with_staff(unit: UnitData, number: int | None) -> UnitData:
    staff = MISSING if number is None else Fraction(number)
    return replace(
        unit, figures={**unit.figures, "f.staff": staff}, pairs={"seats": Pair(staff, Fraction(1))}
    )


def plain_office(figures: Mapping[str, Mapping[str, int | None]]) -> Source:
    """The office with other 派驻人数: by month and unit, None for not reported; those units only."""

    def load(period: Period) -> Source:
        shown = figures.get(period.code, {})
        units = tuple(
            _with_staff(unit, shown.get(unit.name))
            for unit in JUNE.data.units
            if unit.name in shown or not shown
        )
        reported = frozenset(unit.code for unit in units if unit.figures["f.staff"] != MISSING)
        definitions = {"seats": JUNE.data.definitions["seats"]}
        data = replace(
            JUNE.data, period=period, units=units, definitions=definitions, reported={"f": reported}
        )
        return replace(JUNE, data=data, elsewhere=load)

    return load(JUNE.data.period)


def real_office() -> Source:
    """Yindu's annex 2 of June 2023: 压缩比 = 1 − 承诺时限 ÷ 法定时限 of 31 units."""
    with (Path(__file__).parents[2] / "truth/yindu/annex2.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["row_type"] == "data"]
    ratio = _definition("ratio", "压缩比", "应办数 - 已办数", "应办数", "%", Direction.HIGHER)
    units = []
    for number, row in enumerate(rows):
        legal, promised = Fraction(row["法定时限(工作日)"]), Fraction(row["承诺时限(工作日)"])
        pair = Pair(legal - promised, legal)
        units.append(UnitData(number, f"Y{number}", row["单位"], "depts", None, {}, {"ratio": pair}))
    codes = frozenset(unit.code for unit in units)
    data = replace(
        JUNE.data,
        units=tuple(units),
        definitions={"ratio": ratio},
        targets={},
        expected={"f": codes},
        reported={"f": codes},
    )
    fact = FactData("former", "原比率", Fraction("63.45"), "", "%", "五月通报", "编辑")
    return Source(data, ("depts",), {unit.code: unit.name for unit in units}, {"former": fact})


def names(source: Source = JUNE) -> dict[str, NameTable]:
    return names_of(source.data, ITEMS, source.facts.values())


def statement(text: str, source: Source = JUNE):
    """The one statement of a hole."""
    ((paragraph,),) = (compose(f"{{x: {text}}}", source, names(source)),)
    return paragraph.figures[0][1]


def printed(text: str, source: Source = JUNE) -> str:
    """What a hole prints."""
    (paragraph,) = compose(f"{{{text}}}", source, names(source))
    return paragraph.text
