"""The functions of plain arithmetic, known to every expression. `if` is part of the language itself (checker)."""

from fractions import Fraction

from expressions.functions import Example, Function, FunctionTable, Param
from expressions.numbers import half_up
from expressions.types import BOOLEAN, NUMBER, SCALARS
from expressions.values import Kind, NoValue, Value

_NUMBER = Param("x", NUMBER, label="数")
_ANYTHING = Param("x", SCALARS, label="值")


def _absolute(context: object, x: Fraction) -> Fraction:
    return abs(x)


def _smallest(context: object, *numbers: Fraction) -> Fraction:
    return min(numbers)


def _largest(context: object, *numbers: Fraction) -> Fraction:
    return max(numbers)


def _rounded(context: object, x: Fraction, decimals: int) -> Fraction:
    return Fraction(half_up(x, decimals))


def _is_missing(context: object, x: Value) -> bool:
    return isinstance(x, NoValue) and x.kind is Kind.MISSING


def _is_not_applicable(context: object, x: Value) -> bool:
    return isinstance(x, NoValue) and x.kind is Kind.NOT_APPLICABLE


CORE = FunctionTable(
    [
        Function(
            "abs",
            ("绝对值",),
            (_NUMBER,),
            NUMBER,
            _absolute,
            "去掉负号",
            (Example("绝对值(3 - 5)", "2"),),
        ),
        Function(
            "min",
            ("最小值",),
            (_NUMBER,),
            NUMBER,
            _smallest,
            "几个数中最小的一个",
            (Example("最小值(3，1，2)", "1"),),
            variadic=True,
        ),
        Function(
            "max",
            ("最大值",),
            (_NUMBER,),
            NUMBER,
            _largest,
            "几个数中最大的一个",
            (Example("最大值(3，1，2)", "3"),),
            variadic=True,
        ),
        Function(
            "round",
            ("四舍五入",),
            (_NUMBER, Param("decimals", NUMBER, default=0, label="位数", whole=range(13))),
            NUMBER,
            _rounded,
            "四舍五入到几位小数（0–12，不写为0）；负数与正数对称",
            (Example("四舍五入(2.5)", "3"), Example("四舍五入(0 - 83.3554，2)", "-83.36")),
        ),
        Function(
            "is_missing",
            ("未报",),
            (_ANYTHING,),
            BOOLEAN,
            _is_missing,
            "这一项没有填报（“不适用”不算未报）",
            (Example("未报(3)", "否"),),
            strict=False,
        ),
        Function(
            "is_not_applicable",
            ("不适用",),
            (_ANYTHING,),
            BOOLEAN,
            _is_not_applicable,
            "这一项填的是“不适用”",
            (Example("不适用(3)", "否"),),
            strict=False,
        ),
    ]
)
