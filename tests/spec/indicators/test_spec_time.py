"""Rule: expressions reach other periods; what was not reported stays missing, and logic over sub-periods is three-valued."""

import itertools
import re
from fractions import Fraction

import pytest

from departments.periods import Period
from expressions import BOOLEAN, CORE, NUMBER, ExpressionError, NameTable, Symbol, check
from expressions.values import UNDEFINED
from indicators.rollup import EMPTY, Slot
from indicators.time_functions import FREQUENCIES, FURTHEST, TIME
from tests.spec.indicators import time_tables as tables
from tests.spec.indicators.notation import SCALE, figure_text, slot
from tests.spec.indicators.period_book import FLOWS, NAMES, STOCKS, Book

CODES = {name: code for code, name in (FLOWS | STOCKS).items()}


def book(period: str, expression: str, figures: str) -> Book:
    """`报告期:数` of the expression's first item; `报告期:办结/件数` of two."""
    slots: dict[str, dict[str, Slot]] = {code: {} for code in CODES.values()}
    first = next(CODES[name] for name in re.findall("|".join(CODES), expression))
    for part in figures.split():
        code, _colon, text = part.partition(":")
        if "/" in text:
            slots["done"][code], slots["cases"][code] = map(slot, text.split("/"))
        else:
            slots[first][code] = slot(text)
    return Book(Period.parse(period), slots)


def value(context: Book, text: str):
    return check(text, NAMES, TIME).evaluate(context.figures(), context)


def shown(result) -> str:
    if isinstance(result, bool):
        return "是" if result else "否"
    return figure_text(result)


@pytest.mark.parametrize(("period", "frequency", "number", "first", "last"), tables.SUBPERIODS.rows)
def test_subperiods(period, frequency, number, first, last):
    found = Period.parse(period).subperiods(FREQUENCIES[frequency])
    assert len(found) == int(number)
    assert ([found[0].code, found[-1].code] if found else ["", ""]) == [first, last]
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize(("period", "to_date", "one", "three"), tables.SPANS.rows)
def test_spans(period, to_date, one, three):
    when = Period.parse(period)
    assert when.year_to_date().code == to_date
    assert [when.rolling(n).code for n in (1, 3)] == [one, three]
    assert when.year_to_date().end == when.rolling(3).end == when.end


def test_every_day_belongs_to_one_subperiod_of_each_year():
    for year in range(2015, 2041):
        whole = Period.parse(str(year))
        for frequency in ("day", "split_week", "ten_days", "month", "quarter", "half_year"):
            parts = whole.subperiods(frequency)
            assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
            assert all((b.start - a.end).days == 1 for a, b in itertools.pairwise(parts))
        weeks = [week for month in whole.subperiods("month") for week in month.subperiods("week")]
        assert tuple(weeks) == whole.subperiods("week")
        assert all(week.end.year == year for week in weeks)


def test_a_span_of_no_period_is_refused():
    with pytest.raises(ValueError, match="0 periods"):
        Period.parse("2022-03").rolling(0)


@pytest.mark.parametrize(
    ("period", "text", "figures", "result"), [*tables.OTHER_PERIODS.rows, *tables.ADDED_UP.rows]
)
def test_other_periods(period, text, figures, result):
    assert shown(value(book(period, text, figures), text)) == result


# Four weeks end in April 2022.
WEEKS = [week.code for week in Period.parse("2022-04").subperiods("week")]


@pytest.mark.parametrize(("figures", "every", "one", "number"), tables.CONDITIONS.rows)
def test_conditions_over_subperiods(figures, every, one, number):
    data = " ".join(
        f"{week}:{text}" for week, text in zip(WEEKS, figures.split(), strict=True) if text != "缺"
    )
    results = [
        shown(value(book("2022-04", "件数", data), f"{function}(件数 >= 2，“周”)"))
        for function in ("每个都", "任一", "计数")
    ]
    assert results == [every, one, number]


@pytest.mark.parametrize(("ticks", "strict", "lenient"), tables.TICKS.rows)
def test_a_month_s_tick(ticks, strict, lenient):
    data = {}
    for week, text in zip(WEEKS, ticks.split(), strict=True):
        number = int(text.removesuffix("缺"))
        for n, day in enumerate(Period.parse(week).subperiods("day")):
            if n < number or not text.endswith("缺"):
                data[day.code] = slot("1" if n < number else "0")
    context = Book(Period.parse("2022-04"), {"tick": data})
    assert [shown(value(context, text)) for text in tables.TICKS.columns[1:]] == [strict, lenient]


@pytest.mark.parametrize("function", ["每个都", "任一", "计数"])
def test_a_period_without_such_subperiods_has_no_value(function):
    assert value(book("2022-W13", "件数", "2022-W13:5"), f"{function}(件数 >= 2，“月”)") == UNDEFINED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("往前(件数，0)", f"参数“期数”要直接写一个整数，从1到{FURTHEST}"),
        ("往前(件数，61)", f"参数“期数”要直接写一个整数，从1到{FURTHEST}"),
        ("近几期(件数)", "缺少参数“期数”，应写成 近几期(式子，期数)"),
        ("计数(件数 > 1，“小时”)", "参数“频率”要直接写“日”、“周”、“拆分周”、“旬”、“月”、“季”、“半年”或“年”，带引号"),
        ("计数(件数 > 1，周)", "参数“频率”要直接写“日”、“周”、“拆分周”、“旬”、“月”、“季”、“半年”或“年”，带引号"),
        ("计数(件数，“周”)", "“件数”是数，这里要的是判断"),
        ("上期(件数 > 1)", "“件数 > 1”是判断，这里要的是数"),
        ("上期(没有的)", "没有名为“没有的”的项"),
    ],
)  # fmt: skip
def test_refused_when_written(text, message):
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES, TIME)
    assert caught.value.problems[0].message.startswith(message)


def test_what_is_read_in_other_periods_counts_as_read():
    expression = check("本年累计(办结) / 计数(件数 > 1 且 上期(在册) > 0，“周”)", NAMES, TIME, want=NUMBER)
    assert expression.references == ("done", "cases", "listed")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("previous(cases)", "上期(件数)"),
        ("year_ago(cases)", "去年同期(件数)"),
        ("back(cases, 2)", "往前(件数，2)"),
        ("ytd(cases)", "本年累计(件数)"),
        ("rolling(cases, n=2)", "近几期(件数，2)"),
        ('all_of(cases > 1, "week")', '每个都(件数 > 1，"week")'),
        ('any_of(cases > 1, frequency="月")', '任一(件数 > 1，"月")'),
        ("count_of(tick=1, “日”)", "计数(勾选 = 1，“日”)"),
    ],
)
def test_both_spellings_mean_the_same(english, chinese):
    expression = check(english, NAMES, TIME)
    assert expression.describe() == chinese
    assert check(chinese, NAMES, TIME) == expression


def test_a_month_s_tick_is_a_condition_one_can_write():
    text = tables.TICKS.columns[1]
    assert check(text, NAMES, TIME, want=BOOLEAN).describe() == text


def test_the_last_argument_s_words_are_one_meaning():
    assert check("计数(件数 > 1，“季度”)", NAMES, TIME) == check("计数(件数 > 1，“quarter”)", NAMES, TIME)


# Figures behind the examples of the function table: 办件量 per month, 办结量 nine tenths of it.
EXAMPLE_NAMES = NameTable([Symbol("cases", NUMBER, ("办件量",)), Symbol("done", NUMBER, ("办结量",))])
EXAMPLE_CASES = {"2021-03": 60, "2022-01": 100, "2022-02": 110, "2022-03": 120}


@pytest.mark.parametrize(
    ("function", "period"),
    [(f, "2022-03") for f in TIME if f.name in ("previous", "year_ago", "back", "ytd", "rolling")]
    + [(f, "2022Q1") for f in TIME if f.name.endswith("_of")],
    ids=lambda given: getattr(given, "name", given),
)
def test_the_examples_of_the_manual_are_true(function, period):
    scale = 10**SCALE
    context = Book(
        Period.parse(period),
        {
            "cases": {code: Slot(n * scale, 1, 0, 1) for code, n in EXAMPLE_CASES.items()},
            "done": {code: Slot(n * scale * 9 // 10, 1, 0, 1) for code, n in EXAMPLE_CASES.items()},
        },
    )
    for text, result in function.examples:
        found = check(text, EXAMPLE_NAMES, TIME).evaluate(context.figures(), context)
        assert shown(found) == result


def test_every_function_has_examples_and_the_core_is_in():
    assert set(CORE) < set(TIME)
    assert all(function.examples for function in TIME)


def test_figures_of_a_period_nobody_reported_for_are_missing():
    context = Book(Period.parse("2022-03"), {"cases": {"2022-02": EMPTY}})
    assert shown(value(context, "件数")) == shown(value(context, "上期(件数)")) == "缺"
    assert value(context, "如果(未报(上期(件数))，0，上期(件数))") == Fraction(0)
