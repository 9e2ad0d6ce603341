"""Functions of indicators that look at other periods: before, a year ago, added up, and the periods inside one.

Pure. The context handed to `Expression.evaluate` knows the figures of every period (PeriodContext); what was reported
for none gives MISSING. Source of the rules: how figures are counted, Indicators and Periods.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from departments.periods import Period
from expressions import BOOLEAN, CORE, NUMBER, TEXT, Example, Expression, Function, FunctionTable, Param
from expressions.bound import Env
from expressions.names import MAIN
from expressions.values import UNDEFINED, NoValue, Value, worst

FURTHEST = 60
"""How many periods back an expression may look: five years of months."""

FREQUENCIES = {
    "日": "day",
    "周": "week",
    "拆分周": "split_week",
    "旬": "ten_days",
    "月": "month",
    "季": "quarter",
    "半年": "half_year",
    "年": "year",
    "季度": "quarter",
} | {
    code: code for code in ("day", "week", "split_week", "ten_days", "month", "quarter", "half_year", "year")
}


class PeriodContext(Protocol):
    """The figures of one unit in one period, and the way to its other periods.

    `figures` is the environment of expressions over the unit's items; over a span flows add up and stocks take the
    last (indicators.rollup.combine_periods). A period nobody reported for has no figures: everything is MISSING.
    """

    @property
    def period(self) -> Period: ...

    def figures(self) -> Env: ...

    def at(self, period: Period) -> "PeriodContext": ...


def _value(context: PeriodContext, expression: Expression, period: Period) -> Value:
    there = context.at(period)
    result: Value = expression.evaluate(there.figures(), there)
    return result


def _previous(context: PeriodContext, x: Expression) -> Value:
    return _value(context, x, context.period.previous())


def _year_ago(context: PeriodContext, x: Expression) -> Value:
    return _value(context, x, context.period.year_ago())


def _back(context: PeriodContext, x: Expression, n: int) -> Value:
    return _value(context, x, context.period.previous(n))


def _year_to_date(context: PeriodContext, x: Expression) -> Value:
    return _value(context, x, context.period.year_to_date())


def _rolling(context: PeriodContext, x: Expression, n: int) -> Value:
    return _value(context, x, context.period.rolling(n))


def _inside(compute: Callable[[list[Value]], Value]) -> Callable[[PeriodContext, Expression, str], Value]:
    """A function over the condition in each sub-period; UNDEFINED where the period has none (months of a week)."""

    def over(context: PeriodContext, condition: Expression, frequency: str) -> Value:
        parts = context.period.subperiods(frequency)
        return compute([_value(context, condition, part) for part in parts]) if parts else UNDEFINED

    return over


@_inside
def _all(answers: list[Value]) -> bool | NoValue:
    """No sub-period may fail; one that fails decides, else one that is unknown leaves it unknown."""
    return False if any(answer is False for answer in answers) else worst(*answers) or True


@_inside
def _any(answers: list[Value]) -> bool | NoValue:
    return True if any(answer is True for answer in answers) else worst(*answers) or False


@_inside
def _count(answers: list[Value]) -> Fraction | NoValue:
    """How many hold; an unknown one makes the number unknown: it could be one more."""
    return worst(*answers) or Fraction(sum(answer is True for answer in answers))


_X = Param("x", NUMBER, label="式子", scope=MAIN)
_PERIODS = Param("n", NUMBER, label="期数", whole=range(1, FURTHEST + 1))
_INSIDE = (
    Param("condition", BOOLEAN, label="条件", scope=MAIN),
    Param("frequency", TEXT, label="频率", words=FREQUENCIES),
)

TIME = FunctionTable(
    [
        *CORE,
        Function(
            "previous",
            ("上期",),
            (_X,),
            NUMBER,
            _previous,
            "上一个报告期的值（月报是上月，季报是上季）；上期没有报就是缺，不当作 0",
            (Example("办件量 - 上期(办件量)", "10"),),
        ),
        Function(
            "year_ago",
            ("去年同期",),
            (_X,),
            NUMBER,
            _year_ago,
            "去年同一报告期的值；去年没有第 53 周的，取去年最后一周",
            (Example("去年同期(办件量)", "60"),),
        ),
        Function(
            "back",
            ("往前",),
            (_X, _PERIODS),
            NUMBER,
            _back,
            f"往前数几期（1–{FURTHEST}）的那一期的值",
            (Example("往前(办件量，2)", "100"),),
        ),
        Function(
            "ytd",
            ("本年累计",),
            (_X,),
            NUMBER,
            _year_to_date,
            "式子从报告期所在年的 1 月 1 日算到期末：流量相加，存量取最后一个；比率由累计的分子、分母重新计算",
            (Example("本年累计(办件量)", "330"), Example("本年累计(办结量 / 办件量)", "0.9")),
        ),
        Function(
            "rolling",
            ("近几期",),
            (_X, _PERIODS),
            NUMBER,
            _rolling,
            f"式子对本期在内的最近几期（1–{FURTHEST}）合起来算：流量相加，存量取最后一个",
            (Example("近几期(办件量，2)", "230"),),
        ),
        Function(
            "all_of",
            ("每个都",),
            _INSIDE,
            BOOLEAN,
            _all,
            "报告期里每一日、周、旬、月、季……是否都满足条件。一周算在它最后一天所在的月。有一个不满足就是“否”；"
            "没有不满足的、但有缺的，结果是缺。“每月打勾：每周至少 2 天”写成："
            "`每个都(计数(勾选 = 1，“日”) ≥ 2，“周”)`",
            (Example("每个都(办结量 > 80，“月”)", "是"),),
        ),
        Function(
            "any_of",
            ("任一",),
            _INSIDE,
            BOOLEAN,
            _any,
            "报告期里是否有一个日、周、旬、月……满足条件。有一个满足就是“是”；没有满足的、但有缺的，结果是缺",
            (Example("任一(办件量 > 110，“月”)", "是"),),
        ),
        Function(
            "count_of",
            ("计数",),
            _INSIDE,
            NUMBER,
            _count,
            "报告期里有几个日、周、旬、月……满足条件。有一个是缺，个数就是缺；缺的要算作不满足，请写明："
            "`计数(非 未报(勾选) 且 勾选 = 1，“日”)`",
            (Example("计数(办件量 > 100，“月”)", "2"),),
        ),
    ]
)
