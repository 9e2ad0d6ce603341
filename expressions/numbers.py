"""Numbers as text, exactly: printed half up, stored as a decimal or fraction, read from what a clerk typed."""

import re
from decimal import Decimal
from fractions import Fraction

MAX_SIGNIFICANT = 15


class NumberError(ValueError):
    """What a clerk typed is no number; the message (Chinese) says what to type."""


def half_up(value: Fraction, decimals: int) -> Decimal:
    """`value` rounded to `decimals` (0 or more) places, halves away from zero, never a negative zero.

    Rule: "Half up, from the exact fraction, once, at printing" (how figures are counted, Rounding).
    """
    if decimals < 0:
        raise ValueError("decimals must be 0 or more")
    scaled = abs(value) * 10**decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = tuple(map(int, str(units)))
    return Decimal((1 if value < 0 and units else 0, digits, -decimals))


def display(value: Fraction, decimals: int, thousands: bool = False) -> str:
    """`value` as printed: half up with just so many decimals, with thousands separators when asked for."""
    return format(half_up(value, decimals), ",f" if thousands else "f")


def exact_text(value: Fraction) -> str:
    """`value` without loss: a terminating decimal without idle zeros (`94.7`), else `n/d` in lowest terms."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    return display(value, places) if rest == 1 else f"{value.numerator}/{value.denominator}"


_EXACT = re.compile(r"-?[0-9]+(\.[0-9]+|/0*[1-9][0-9]*)?", re.ASCII)


def parse_exact(text: str) -> Fraction:
    """The inverse of `exact_text`. Raises NumberError for any other form."""
    if not _EXACT.fullmatch(text):
        raise NumberError(f"“{text}”不是小数，也不是“分子/分母”")
    return Fraction(text)


_TYPED = str.maketrans("０１２３４５６７８９．，－−＋％", "0123456789.,--+%")
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)


def parse_number(text: str, percent: bool = False) -> Fraction:
    """What a clerk typed into a cell, full width or half width, with or without thousands separators.

    With `percent` a trailing % is allowed: `12.5%` is 1/8. Raises NumberError for anything else: blank, exponents,
    wrong groups, words, more than 15 significant digits.
    """
    typed = text.strip()
    if not typed:
        raise NumberError("没有填写数字")
    shown = typed if len(typed) <= 40 else f"{typed[:39]}…"
    number = typed[:200].translate(_TYPED)
    divisor = 1
    if number.endswith("%"):
        if not percent:
            raise NumberError(f"“{shown}”：这里不填百分号，只填数字")
        number, divisor = number[:-1].rstrip(), 100
    if not _PLAIN.fullmatch(number) and not _GROUPED.fullmatch(number):
        raise NumberError(_advice(shown, number))
    digits = re.sub(r"[^0-9]", "", number).lstrip("0")
    if len(digits) > MAX_SIGNIFICANT or len(typed) > 200:
        raise NumberError(f"“{shown}”位数太多：最多{MAX_SIGNIFICANT}位数字，请核对")
    return Fraction(number.replace(",", "")) / divisor


def _advice(shown: str, number: str) -> str:
    if re.fullmatch(r"[+-]?[0-9,]+(\.[0-9,]*)?", number) and "," in number:
        return f"“{shown}”的千分位逗号不对：从右往左每三位一个，例如 1,234.5；小数点请用“.”"
    if re.fullmatch(r"[+-]?([0-9]+\.|\.[0-9]+)", number):
        return f"“{shown}”的小数点前后都要有数字，例如 0.5"
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", number):
        return f"“{shown}”是科学计数法，请把数字写完整，例如 150000"
    if re.search(r"[0-9]\s+[0-9]", number):
        return f"“{shown}”的数字中间有空格，请去掉"
    if re.fullmatch(r"[+-]?[0-9.,]+\s*[^0-9.,\s]+", number):
        return f"“{shown}”：只填数字，不填单位或其他文字（例如 80.5万 请填 805000）"
    return f"“{shown}”不是数字，请只填阿拉伯数字，例如 1234 或 0.5"
