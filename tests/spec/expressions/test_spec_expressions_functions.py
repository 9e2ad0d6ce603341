"""Rule: functions come from tables an app hands in; some arguments are evaluated by the function, per member of a scope."""

from fractions import Fraction
from pathlib import Path

import pytest

from expressions import (
    BOOLEAN,
    CORE,
    NUMBER,
    TEXT,
    Example,
    ExpressionError,
    Function,
    FunctionTable,
    NameTable,
    Param,
    Symbol,
    Type,
    check,
)
from expressions.values import MISSING

UNITS = Type("units", "单位名单")
GROUP = Type("group", "考核组", by_code=True)


def _units(context, where, group, first, title):
    rows = context[group]
    chosen = [unit for unit, env in rows.items() if where is None or where.evaluate(env, context) is True]
    return title + "、".join(chosen[:first])


LIST = Function(
    "units",
    ("单位名单",),
    (
        Param("where", BOOLEAN, default=None, scope="unit", label="条件"),
        Param("group", GROUP, default="all", label="考核组"),
        Param("first", NUMBER, default=99, label="前", whole=range(1, 100)),
        Param("title", TEXT, default="", label="标题"),
    ),
    UNITS,
    _units,
    "符合条件的单位",
    (Example("单位名单(即办件率 < 60%)", "甲局、乙局"),),
)
TABLE = FunctionTable([*CORE, LIST])
NAMES = {
    "main": NameTable(
        [Symbol("all", GROUP, ("全部",)), Symbol("few", GROUP, ("区级部门",)), Symbol("n", NUMBER, ("件数",))]
    ),
    "unit": NameTable(
        [Symbol("rate", NUMBER, ("即办件率",), "unit"), Symbol("n", NUMBER, ("件数",), "unit")],
    ),
}
CONTEXT = {
    "all": {
        "甲局": {"rate": Fraction(1, 2), "n": Fraction(4)},
        "乙局": {"rate": Fraction(3, 4), "n": Fraction(1)},
        "丙局": {"rate": MISSING, "n": Fraction(1)},
    },
    "few": {"乙局": {"rate": Fraction(3, 4)}},
}

# text, result, as shown, references (scope, code)
SPEC = [
    ("units()", "甲局、乙局、丙局", "单位名单()", []),
    ("units(即办件率 < 60%)", "甲局", "单位名单(即办件率 < 60%)", [("unit", "rate")]),
    ("单位名单(条件=即办件率 < 60%)", "甲局", "单位名单(即办件率 < 60%)", [("unit", "rate")]),
    ("单位名单(未报(即办件率))", "丙局", "单位名单(未报(即办件率))", [("unit", "rate")]),
    ("单位名单(件数 = 1)", "乙局、丙局", "单位名单(件数 = 1)", [("unit", "n")]),
    (
        "单位名单(件数 = 1 且 未报(即办件率))",
        "丙局",
        "单位名单(件数 = 1 且 未报(即办件率))",
        [("unit", "n"), ("unit", "rate")],
    ),
    (
        "单位名单(条件=件数 = 4 或 未报(即办件率))",
        "甲局、丙局",
        "单位名单(件数 = 4 或 未报(即办件率))",
        [("unit", "n"), ("unit", "rate")],
    ),
    ("单位名单(前=2)", "甲局、乙局", "单位名单(前=2)", []),
    ("单位名单(考核组=区级部门)", "乙局", "单位名单(考核组=区级部门)", [("main", "few")]),
    (
        "单位名单(件数 > 0, 全部, 1, “：”)",
        "：甲局",
        "单位名单(件数 > 0，全部，1，“：”)",
        [("unit", "n"), ("main", "all")],
    ),
    ('units(title="见", WHERE=件数 > 3)', "见甲局", '单位名单(件数 > 3，标题="见")', [("unit", "n")]),
    (
        "如果(件数 > 1，units(前=1)，units())",
        "甲局",
        "如果(件数 > 1，单位名单(前=1)，单位名单())",
        [("main", "n")],
    ),
]


@pytest.mark.parametrize(("text", "result", "shown", "references"), SPEC)
def test_functions_of_an_app(text, result, shown, references):
    expression = check(text, NAMES, TABLE, want=UNITS)
    assert expression.evaluate({"n": Fraction(2)}, CONTEXT) == result
    assert expression.describe() == shown
    assert check(shown, NAMES, TABLE) == expression
    assert [(symbol.scope, symbol.code) for symbol in expression.symbols] == references


# text, beginning of the message
REFUSED = [
    ("units(全部 > 1)", "没有名为“全部”的项"),
    ("units(即办件率)", "“即办件率”是数，这里要的是判断"),
    ("units(考核组=区级)", "没有名为“区级”的考核组，是不是“区级部门”？"),
    ("units(考核组=件数)", "“件数”是数，这里要的是考核组"),
    ("units(前=0)", "参数“前”要直接写一个整数，从1到99"),
    ("units(件数 = 1, 条件=件数 = 2)", "参数“条件”写了两次"),
    ("units() + 1", "“units()”是单位名单，这里要的是数"),
    ("units() = units()", "“units()”是单位名单，这里要的是数或判断或文字"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text, message):
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES, TABLE)
    assert caught.value.problems[0].message.startswith(message)


def test_problems_inside_and_outside_a_lazy_argument_are_found_together():
    with pytest.raises(ExpressionError) as caught:
        check("units(甲 > 1, 乙, 前=0)", NAMES, TABLE)
    assert [problem.column for problem in caught.value.problems] == [7, 14, 19]


def test_references_name_each_code_once_across_scopes():
    expression = check("如果(件数 > 1，units(件数 > 即办件率)，units())", NAMES, TABLE)
    assert expression.references == ("n", "rate")
    assert [symbol.scope for symbol in expression.symbols] == ["main", "unit", "unit"]


@pytest.mark.parametrize("function", list(CORE), ids=lambda function: function.name)
def test_the_examples_of_the_manual_are_true(function):
    assert function.examples
    for text, result in function.examples:
        value = check(text, NameTable([])).evaluate({})
        assert (("否", "是")[value] if isinstance(value, bool) else str(value)) == result or Fraction(
            result
        ) == value


def test_every_core_function_is_found_by_each_of_its_names():
    for function in CORE:
        for name in (function.name, function.name.upper(), *function.aliases):
            assert CORE.find(name) is function


def test_a_table_holds_the_symbols_of_its_own_scope():
    with pytest.raises(ValueError, match="rate is of scope unit but in the table of main"):
        check("rate", NAMES["unit"])


def test_two_functions_cannot_share_a_name():
    with pytest.raises(ValueError, match="two functions are called 单位名单"):
        FunctionTable([LIST, Function("list", ("单位名单",), (), UNITS, _units, "")])


def test_the_manual_holds_the_function_table():
    manual = Path(__file__).parents[3] / "docs" / "expressions.md"
    assert CORE.reference() in manual.read_text(encoding="utf-8")
