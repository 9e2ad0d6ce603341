"""Rule: printed half up once, from the exact fraction; typed numbers are read exactly or refused with advice."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expressions.numbers import NumberError, display, exact_text, half_up, parse_exact, parse_number

# exact value, decimals, as printed
PRINTED = [
    ("125700/1508", 2, "83.36"),
    ("125700/1508", 1, "83.4"),
    ("5/2", 0, "3"),
    ("-5/2", 0, "-3"),
    ("1/8", 2, "0.13"),
    ("-1/8", 2, "-0.13"),
    ("0.045", 2, "0.05"),
    ("2.675", 2, "2.68"),
    ("0.94999", 1, "0.9"),
    ("-0.04", 1, "0.0"),
    ("0", 1, "0.0"),
    ("100", 1, "100.0"),
    ("1/3", 12, "0.333333333333"),
    ("12345678901234567890123456789012345.5", 0, "12345678901234567890123456789012346"),
]


@pytest.mark.parametrize(("value", "decimals", "printed"), PRINTED)
def test_printed(value, decimals, printed):
    assert display(Fraction(value), decimals) == printed


def test_printed_with_thousands_separators():
    assert display(Fraction("1234567.5"), 0, thousands=True) == "1,234,568"
    assert display(Fraction("-1234.25"), 1, thousands=True) == "-1,234.3"
    assert display(Fraction(999), 0, thousands=True) == "999"


def test_negative_decimals_are_refused():
    with pytest.raises(ValueError, match="0 or more"):
        half_up(Fraction(1), -1)


@given(st.integers(-(10**12), 10**12), st.integers(0, 12), st.integers(0, 6))
def test_half_up_is_the_rounding_of_decimal(units, scale, decimals):
    value = Decimal(units).scaleb(-scale)
    with localcontext(prec=60):
        expected = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert half_up(Fraction(value), decimals) == expected


@given(st.fractions(), st.integers(0, 9))
def test_half_up_is_nearest_and_symmetric(value, decimals):
    printed = Fraction(half_up(value, decimals))
    assert abs(printed - value) <= Fraction(1, 2 * 10**decimals)
    assert Fraction(half_up(-value, decimals)) == -printed


# exact value, text
EXACT = [
    ("0", "0"),
    ("947/10", "94.7"),
    ("-1/8", "-0.125"),
    ("100", "100"),
    ("1200", "1200"),
    ("1/3", "1/3"),
    ("-31425/377", "-31425/377"),
    ("1/6", "1/6"),
]


@pytest.mark.parametrize(("value", "text"), EXACT)
def test_exact_text(value, text):
    assert exact_text(Fraction(value)) == text


@given(st.fractions())
def test_exact_text_loses_nothing(value):
    assert parse_exact(exact_text(value)) == value


@pytest.mark.parametrize(
    "text", ["", "1.", ".5", "1e3", "1/0", "1/00", "1 /2", "nan", "1/2/3", "+1", "１", "1\n"]
)
def test_exact_text_has_one_form(text):
    with pytest.raises(NumberError, match="不是小数"):
        parse_exact(text)


# typed, value
TYPED = [
    ("0", "0"),
    ("41", "41"),
    (" 41　", "41"),
    ("４１", "41"),
    ("007", "7"),
    ("-3", "-3"),
    ("－３", "-3"),
    ("−3", "-3"),
    ("+3", "3"),
    ("0.5", "1/2"),
    ("０．５", "1/2"),
    ("1,234.5", "1234.5"),
    ("1，234.5", "1234.5"),
    ("１，２３４，５６７", "1234567"),
    ("123456789012345", "123456789012345"),
    ("0.00000123456789012345", "0.00000123456789012345"),
]


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_typed(text, value):
    assert parse_number(text) == Fraction(value)


# typed, what the message says
REFUSED = [
    ("", "没有填写数字"),
    (" \t", "没有填写数字"),
    ("1,23", "千分位逗号不对"),
    ("1，23", "千分位逗号不对"),
    ("0,123", "千分位逗号不对"),
    ("12,34,567", "千分位逗号不对"),
    ("1234,567", "千分位逗号不对"),
    ("1,234,", "千分位逗号不对"),
    (",123", "千分位逗号不对"),
    ("0.1,234", "千分位逗号不对"),
    ("5.", "小数点前后都要有数字"),
    (".5", "小数点前后都要有数字"),
    ("1e5", "科学计数法"),
    ("1.5E+3", "科学计数法"),
    ("1 234", "数字中间有空格"),
    ("80.5万", "只填数字，不填单位"),
    ("41 件", "只填数字，不填单位"),
    ("50%", "不填百分号"),
    ("５０％", "不填百分号"),
    ("1234567890123456", "最多15位"),
    ("0." + "1" * 16, "最多15位"),
    ("1" * 5_000, "最多15位"),
    ("0" * 5_000, "最多15位"),
    ("nan", "不是数字"),
    ("inf", "不是数字"),
    ("-Infinity", "不是数字"),
    ("一百", "不是数字"),
    ("--3", "不是数字"),
    ("1/2", "不是数字"),
    ("1.2.3", "不是数字"),
    ("=1+1", "不是数字"),
    ("1_000", "不是数字"),
    ("٣", "不是数字"),
    ("—", "不是数字"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text, message):
    with pytest.raises(NumberError, match=message) as caught:
        parse_number(text)
    assert len(str(caught.value)) < 120


def test_percent_only_when_told():
    assert parse_number("12.5%", percent=True) == Fraction(1, 8)
    assert parse_number("１２．５ ％", percent=True) == Fraction(1, 8)
    assert parse_number("12.5", percent=True) == Fraction(25, 2)
    with pytest.raises(NumberError):
        parse_number("%", percent=True)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6))
def test_whatever_is_printed_can_be_typed(units, scale):
    value = Fraction(units, 10**scale)
    assert parse_number(display(value, scale)) == value
    assert parse_number(display(value, scale, thousands=True)) == value
