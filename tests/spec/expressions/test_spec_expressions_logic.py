"""Rule: conditions are three-valued; what decides decides, what is unknown stays unknown."""

from fractions import Fraction

import pytest

from expressions import BOOLEAN, NUMBER, TEXT, NameTable, Symbol, check
from expressions.values import MISSING, UNDEFINED, not_applicable

NONE = not_applicable("系统未对接")
NAMES = NameTable(
    [
        *(Symbol(code, NUMBER) for code in ("n", "d")),
        *(Symbol(code, BOOLEAN) for code in ("yes", "no", "gap", "none")),
        Symbol("t", TEXT),
    ]
)
FIXED = {"yes": True, "no": False, "none": NONE}

# text, figures, value
SPEC = [
    ("n <= d", {"n": 4, "d": 4}, True),
    ("n ≤ d", {"n": 5, "d": 4}, False),
    ("n ＜ d", {"n": 4, "d": 4}, False),
    ("n >= d", {"n": 4, "d": 4}, True),
    ("n ≥ d", {"n": 3, "d": 4}, False),
    ("n > d", {"n": 5, "d": 4}, True),
    ("n = d", {"n": 4, "d": 4}, True),
    ("n == d", {"n": 4, "d": 5}, False),
    ("n ＝ d", {"n": 4, "d": 4}, True),
    ("n != d", {"n": 4, "d": 5}, True),
    ("n ≠ d", {"n": 4, "d": 4}, False),
    ("n / d = 1 / 3", {"n": 2, "d": 6}, True),
    ("n + 1 > d * 2", {"n": 4, "d": 2}, True),
    ("0 <= n <= 100", {"n": 100}, True),
    ("0 <= n <= 100", {"n": 101}, False),
    ("0 < n < d", {"n": 1}, MISSING),
    ("0 < n < d", {"n": -1}, False),
    ("n < d", {"n": 1}, MISSING),
    ("n < d", {"n": NONE, "d": 1}, NONE),
    ("n < d", {"n": NONE}, MISSING),
    ("n = n", {}, MISSING),
    ("n / d > 1", {"n": 1, "d": 0}, UNDEFINED),
    ('t = "区级部门"', {"t": "区级部门"}, True),
    ("t ≠ “区级部门”", {"t": "区级部门"}, False),
    ("yes = no", {}, False),
    ("yes and yes", {}, True),
    ("yes 且 no", {}, False),
    ("no and gap", {}, False),
    ("gap and no", {}, False),
    ("yes and gap", {}, MISSING),
    ("none and gap", {}, MISSING),
    ("yes and none", {}, NONE),
    ("no or yes", {}, True),
    ("no 或 no", {}, False),
    ("yes or gap", {}, True),
    ("gap or yes", {}, True),
    ("no or gap", {}, MISSING),
    ("no or none", {}, NONE),
    ("not yes", {}, False),
    ("非 gap", {}, MISSING),
    ("非(no)", {}, True),
    ("not n < d", {"n": 1, "d": 2}, False),
    ("yes or yes and no", {}, True),
    ("(yes or yes) and no", {}, False),
    ("not no and no", {}, False),
    ("if(n > d, n, d)", {"n": 3, "d": 2}, 3),
    ("如果(n > d，n，d)", {"n": 1, "d": 2}, 2),
    ("IF(n > 0, n, d)", {"n": 1}, 1),
    ("if(n > 0, d, n)", {"n": 1}, MISSING),
    ("if(d = 0, 0, n / d)", {"n": 1, "d": 0}, 0),
    ("if(gap, 1, 2)", {}, MISSING),
    ("if(none, 1, 1)", {}, NONE),
    ("if(yes, gap, no)", {}, MISSING),
    ('if(no, "甲", "乙")', {}, "乙"),
    ("is_missing(n)", {}, True),
    ("未报(n)", {"n": 0}, False),
    ("is_missing(n)", {"n": NONE}, False),
    ("is_missing(t)", {}, True),
    ("is_missing(n + d)", {"n": 1}, True),
    ("不适用(n)", {"n": NONE}, True),
    ("is_not_applicable(n)", {}, False),
    ("is_not_applicable(n)", {"n": 0}, False),
    ("未报(n) 或 n <= d", {"d": 1}, True),
]


def figure(value):
    return Fraction(value) if type(value) is int else value


@pytest.mark.parametrize(("text", "env", "value"), SPEC)
def test_logic(text, env, value):
    result = check(text, NAMES).evaluate({code: figure(given) for code, given in (FIXED | env).items()})
    assert result == figure(value)
    assert type(result) is type(figure(value))


# Word operators are cut out only where a blank, a bracket or a sign stands on both sides.
WORDS = [
    ("或许数", ["或许数"]),
    ("报名且通过数", ["报名且通过数"]),
    ("非即办件 + 1", ["非即办件"]),
    ("android", ["android"]),
    ("甲 且 乙", ["甲", "乙"]),
    ("(甲)且(乙)", ["甲", "乙"]),
    ("[甲]或[乙]", ["甲", "乙"]),
    ("甲　或　非 乙", ["甲", "乙"]),
    ("甲\n或\n乙", ["甲", "乙"]),
    ("甲 AND not(乙)", ["甲", "乙"]),
    ("[或]", ["或"]),
    ("[not] 且 甲", ["not", "甲"]),
]


@pytest.mark.parametrize(("text", "names"), WORDS)
def test_word_operators(text, names):
    numbers = NameTable([Symbol(code, NUMBER) for code in ("或许数", "报名且通过数", "非即办件", "android")])
    conditions = NameTable([Symbol(code, BOOLEAN) for code in ("甲", "乙", "或", "not")])
    table = NameTable([*numbers.symbols, *conditions.symbols])
    assert list(check(text, table).references) == names
