"""Whatever is typed, the answer is an expression or an ExpressionError with true places, and it comes quickly."""

import sys
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expressions import NUMBER, ExpressionError, NameTable, Symbol, check, parse, parse_template
from expressions.grammar import MAX_DEPTH, MAX_LENGTH

NAMES = NameTable([Symbol("a", NUMBER, ("甲",)), Symbol("b", NUMBER, ("乙（一）",))])
MANY = NameTable([Symbol(f"item{i}", NUMBER, (f"表{i % 9}.栏{i % 50}.第{i}项数量",)) for i in range(3_000)])

HOSTILE = {
    "brackets, 20,000 deep": "(" * 20_000 + "1" + ")" * 20_000,
    "brackets, within the length": "(" * 1_900 + "1" + ")" * 1_900,
    "one bracket too deep": "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
    "calls": "abs(" * 900 + "1" + ")" * 900,
    "minus signs": "-" * 3_000 + "1",
    "not": "not " * 900 + "1 < 2",
    "square brackets": "[" * 3_999,
    "quotes": "“" * 3_999,
    "dots": "a." * 1_999,
    "digits": "9" * 31,
    "decimals": "0." + "1" * 30,
    "unknown names": "丁 + " * 799 + "丁",
    "commas": "max(" + "," * 3_000 + ")",
    "null": "1 + \x00",
    "surrogate": "1 + \ud800",
    "emoji": "1 + 😀",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_refused_quickly(text):
    started = time.perf_counter()
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES)
    assert time.perf_counter() - started < 2
    assert all(len(problem.message) < 200 for problem in caught.value.problems)


def test_unknown_names_against_a_large_table_are_refused_quickly():
    started = time.perf_counter()
    with pytest.raises(ExpressionError) as caught:
        check(" + ".join(f"第{i}项数" for i in range(400)), MANY)
    assert time.perf_counter() - started < 10
    assert len(caught.value.problems) == 400
    assert "表" in caught.value.problems[0].suggestions[0]


LARGE = {
    "sum": "1" + " + 1" * 999,
    "comparison": "0" + " <= 1" * 700,
    "conditions": "(1 < 2)" + " 且 (1 < 2)" * 399,
    "depth": "-(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH,
    "product": "9999999999" + " * 9999999999" * 300,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
def test_large_but_honest_expressions_work(text):
    expression = check(text, NAMES)
    assert expression == check(expression.describe(), NAMES)
    assert expression.evaluate({}) == expression.evaluate({})


def test_the_deepest_expression_leaves_half_of_the_stack():
    """Every bracket with every operator inside it; a web request has some 100 frames below it."""
    text = "1"
    for _ in range(MAX_DEPTH // 2):
        text = f"if(1 < 0 or 1 > 0 and not 0 < 1 + 2 * -abs({text}), 1, 2)"
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(500 + _stack_in_use())
    try:
        expression = check(text, NAMES)
        assert expression.evaluate({}) == 1
        assert check(expression.describe(), NAMES) == expression
        assert hash(expression) == hash(check(text, NAMES))
    finally:
        sys.setrecursionlimit(limit)


def _stack_in_use():
    frame, count = sys._getframe(), 0
    while frame:
        frame, count = frame.f_back, count + 1
    return count


def test_length_is_counted_in_characters():
    assert parse("甲" * MAX_LENGTH).text == "甲" * MAX_LENGTH
    with pytest.raises(ExpressionError, match="共4001个字符，最多4000个"):
        parse("甲" * (MAX_LENGTH + 1))


signs = st.text(
    st.sampled_from('甲乙（）()一+-*/×÷<>=≤!且或非 \n　1２.%％,，“”"[]［］{}｛｝:：if@'), max_size=60
)


def problems_of(read, text):
    try:
        read(text)
    except ExpressionError as error:
        return error.problems
    return ()


@given(signs)
@example("甲\r\n+\r\n丙")
def test_any_text_gives_an_expression_or_true_places(text):
    problems = problems_of(lambda text: check(text, NAMES), text)
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    if not problems:
        expression = check(text, NAMES)
        assert check(expression.describe(), NAMES) == expression


@given(signs)
def test_any_template_gives_parts_or_true_places(text):
    problems = problems_of(parse_template, text)
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    if not problems:
        for part in parse_template(text):
            beginning = part.text.split("\n")[0].split("{")[0].split("}")[0].split("｛")[0].split("｝")[0]
            assert lines[part.line - 1][part.column - 1 :].startswith(beginning)


LONG = {"{": 0, "｛": 0, "}": 0, "{{": 0, "{a}": 0, "{“": 10_000, "{[": 10_000, "{a": 10_000, "{a}}": 5_000}


@pytest.mark.parametrize(("sign", "problems"), LONG.items())
def test_long_templates_are_read_quickly(sign, problems):
    started = time.perf_counter()
    assert len(problems_of(parse_template, sign * (20_000 // len(sign)))) == problems
    assert time.perf_counter() - started < 5
