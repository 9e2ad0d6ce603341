"""The small office behind the worked examples of further lists (lists_tables.py says its figures)."""

from fractions import Fraction

from departments.periods import Period
from expressions import NUMBER, TEXT, NameTable, Symbol, check
from expressions.values import MISSING, Value, not_applicable
from indicators.dataset import Definition, PeriodData, TargetData, UnitData
from indicators.ranking import Direction
from indicators.rollup import Pair
from indicators.targets import Operator
from reports.statements import FactData, Source, names_of
from reports.statements.model import EntryData

ITEMS = NameTable(
    [
        Symbol("f.due", NUMBER, ("应办数", "月报.应办数")),
        Symbol("f.done", NUMBER, ("已办数", "月报.已办数")),
        Symbol("f.reported", NUMBER, ("部门报送",)),
        Symbol("f.watched", NUMBER, ("电子监察",)),
        Symbol("f.work", TEXT, ("工作情况",)),
    ]
)
GROUPS = {"depts": "区级部门", "towns": "镇街道", "city": "全市", "bases": "基层", "desks": "窗口"}
_NA = not_applicable("无此业务")
# Name, group, unit above, 应办数, 已办数, 部门报送, 电子监察, times late (with the units below).
_ROWS: list[tuple[str, str, str | None, Value, Value, Value, Value, int]] = [
    ("甲局", "depts", None, Fraction(50), Fraction(0), Fraction(20), Fraction(0), 1),
    ("乙局", "depts", None, Fraction(50), Fraction(40), Fraction(930), Fraction(2), 0),
    ("丙局", "depts", None, Fraction(20), Fraction(19), Fraction(30), Fraction(30), 3),
    ("丙站", "bases", "丙局", Fraction(1), Fraction(1), Fraction(1), Fraction(1), 1),
    ("丁局", "depts", None, _NA, _NA, _NA, _NA, 0),
    ("戊局", "depts", None, MISSING, MISSING, MISSING, MISSING, 0),
    ("己局", "depts", None, Fraction(50), Fraction(40), Fraction(400), Fraction(10), 0),
    ("子镇", "towns", None, Fraction(40), Fraction(30), Fraction(0), Fraction(0), 0),
    ("丑镇", "towns", None, Fraction(40), Fraction(30), Fraction(0), Fraction(0), 0),
    ("寅窗", "desks", None, Fraction(3), Fraction(2), Fraction(0), Fraction(0), 0),
    ("卯窗", "desks", None, Fraction(1000), Fraction(666), Fraction(0), Fraction(0), 0),
    ("全市局", "city", None, Fraction(1000), Fraction(900), Fraction(0), Fraction(0), 0),
]
CODES = {row[0]: f"U{number}" for number, row in enumerate(_ROWS)}
_ENTRIES = (
    ("q1", "接口未通", "甲局", "系统", "待办", {"total", "pending"}),
    ("q2", "网速慢", "丙站", "故障", "待办", {"total", "pending"}),
    ("q3", "账号过期", "己局", "账号", "已完成", {"total", "done"}),
    ("q4", "断线", "丙站", "故障", "待办", {"total", "pending", "repeats"}),
)


def _definition(code: str, name: str, numerator: str, denominator: str, direction: Direction) -> Definition:
    return Definition(
        code,
        name,
        1,
        check(numerator, ITEMS),
        check(denominator, ITEMS),
        Fraction(100),
        1,
        "%",
        direction,
        "pooled",
        None,
        frozenset({"f"}),
    )


_DEFINITIONS = {
    one.code: one
    for one in (
        _definition("rate", "办结率", "已办数", "应办数", Direction.HIGHER),
        _definition("open_rate", "未办率", "应办数 - 已办数", "应办数", Direction.LOWER),
        _definition("empty", "空率", "已办数", "应办数 - 应办数", Direction.HIGHER),
    )
}


def _unit(number: int) -> UnitData:
    name, group, parent, due, done, reported, watched, late = _ROWS[number]
    figures: dict[str, Value] = {
        "f.due": due,
        "f.done": done,
        "f.reported": reported,
        "f.watched": watched,
        "f.duty_due": Fraction(3),
        "f.duty_late": Fraction(late),
    }
    if name == "子镇":
        figures["f.work"] = "已办。"
    pairs = {
        code: Pair(one.numerator.evaluate(figures), one.denominator.evaluate(figures))
        for code, one in _DEFINITIONS.items()
    }
    above = CODES[parent] if parent else None
    return UnitData(number, CODES[name], name, group, above, figures, pairs)


def _entries(register: str) -> list[EntryData]:
    return [
        EntryData(key, name, CODES[unit], kind, status, frozenset(counts))
        for key, name, unit, kind, status, counts in _ENTRIES
        if register == "hot"
    ]


def _office() -> Source:
    units = tuple(_unit(number) for number in range(len(_ROWS)))
    codes = frozenset(unit.code for unit in units)
    data = PeriodData(
        Period.parse("2023-06"),
        units,
        GROUPS,
        _DEFINITIONS,
        {("rate", ""): TargetData(Operator.AT_LEAST, Fraction(60))},
        {"f": codes, "f.duty": codes},
        {"f": frozenset(unit.code for unit in units if unit.name != "戊局"), "f.duty": codes},
        {symbol.code: symbol.label for symbol in ITEMS.symbols}
        | {"hot.total": "总数", "hot.pending": "待办", "hot.done": "已完成", "hot.repeats": "重复发生"},
        form_names={"f": "月报"},
        register_names={"hot": "问题台账"},
    )
    names = {unit.code: unit.name for unit in units}
    fact = FactData("line", "全市线", Fraction(95), "", "%", "市通报", "编辑")
    name_sets = {"full": names | {CODES["乙局"]: "某市乙局"}}
    return Source(data, ("depts",), names, {"line": fact}, _entries, lambda usage: name_sets.get(usage, {}))


OFFICE = _office()
NAMES = names_of(OFFICE.data, ITEMS, OFFICE.facts.values())
