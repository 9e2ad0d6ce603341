"""Rule: arithmetic is exact, and no number is ever made up from a cell that has none."""

from fractions import Fraction

import pytest

from expressions import NUMBER, NameTable, Symbol, check
from expressions.values import MISSING, UNDEFINED, not_applicable

NONE = not_applicable("无此业务")
NAMES = NameTable([Symbol(code, NUMBER) for code in ("n", "d", "x")])

# text, figures, value
SPEC = [
    ("1 + 2 × 3", {}, 7),
    ("(1 + 2) * 3", {}, 9),
    ("10 - 4 - 3", {}, 3),
    ("100 ÷ 5 / 2", {}, 10),
    ("2 × -3", {}, -6),
    ("-(2 + 3)", {}, -5),
    ("0.1 + 0.2", {}, "3/10"),
    ("25%", {}, "1/4"),
    ("２５％×４", {}, 1),
    ("（１＋２）－３．５", {}, "-1/2"),
    ("100 * n / d", {"n": "1257", "d": "1508"}, "31425/377"),
    ("n / d * d", {"n": "1", "d": "3"}, 1),
    ("n / d", {"n": "0", "d": "4"}, 0),
    ("n / d", {"n": "0", "d": "0"}, UNDEFINED),
    ("n / d", {"n": "3", "d": "0"}, UNDEFINED),
    ("n / d", {"n": "3"}, MISSING),
    ("n / d", {"d": "3"}, MISSING),
    ("n / d", {"d": "0"}, MISSING),
    ("n / d", {"n": NONE, "d": NONE}, NONE),
    ("n / d", {"n": NONE, "d": "0"}, NONE),
    ("n / d", {"n": MISSING, "d": NONE}, MISSING),
    ("n / d", {"n": NONE, "d": MISSING}, MISSING),
    ("0 * n", {"n": MISSING}, MISSING),
    ("n - n", {"n": MISSING}, MISSING),
    ("n + d + x", {"n": "1", "d": "2"}, MISSING),
    ("n / d + x", {"n": "1", "d": "0"}, MISSING),
    ("n / d + x", {"n": "1", "d": "0", "x": NONE}, NONE),
    ("-n", {"n": NONE}, NONE),
    ("abs(n)", {"n": "-3"}, 3),
    ("绝对值(n)", {"n": MISSING}, MISSING),
    ("最大值(n，d，x)", {"n": "1", "d": "3", "x": "2"}, 3),
    ("min(n, d, x)", {"n": "1", "d": "3", "x": NONE}, NONE),
    ("max(n, 1)", {"n": MISSING}, MISSING),
    ("max(n)", {"n": "7"}, 7),
    ("round(2.5)", {}, 3),
    ("round(-2.5)", {}, -3),
    ("round(83.3554, 2)", {}, "83.36"),
    ("四舍五入(n / d，位数=1)", {"n": "1", "d": "3"}, "0.3"),
    ("round(n / d, 1)", {"n": "1", "d": "0"}, UNDEFINED),
]


def figure(value):
    return Fraction(value) if isinstance(value, str | int) else value


@pytest.mark.parametrize(("text", "env", "value"), SPEC)
def test_arithmetic(text, env, value):
    result = check(text, NAMES).evaluate({code: figure(given) for code, given in env.items()})
    assert result == figure(value)
    assert type(result) is type(figure(value))


@pytest.mark.parametrize("value", [1, 0.5, True, "1"])
def test_only_exact_numbers_are_taken(value):
    with pytest.raises(TypeError, match="n must be Fraction"):
        check("n + 1", NAMES).evaluate({"n": value})
