"""Strings as they can be printed: clean characters, widths in ems, titles broken where a reader would pause."""

import re
import unicodedata
from functools import lru_cache

# What XML cannot carry, and the invisible marks that reorder text; each becomes one visible box, so that the
# offsets of figures stay true.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]"
)
_BREAK = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]")
_LONG_WORD = re.compile(r"[!-~]{21,}")

_NARROW_WIDTHS = {
    " ": 0.34,
    "%": 0.9,
    "m": 0.9,
    "w": 0.8,
    "M": 1.05,
    "W": 1.05,
    "@": 1.05,
    "-": 0.45,
    "+": 0.7,
}
_THIN = frozenset(".,;:!|'`()[]{}/\\ijlItfr\"")

_NO_LINE_START = frozenset("，。、；：？！）》〉」』】〕”’…—%％·,.;:?!)-–~～")
_NO_LINE_END = frozenset("（《〈「『【〔“‘(")
# What a line is broken between: a word or a hanzi, with the punctuation that may not be parted from it.
_PIECES = re.compile(
    "[{open}]*(?:[!-~]+|[^!-~])[{close}]*".format(
        open=re.escape("".join(sorted(_NO_LINE_END))), close=re.escape("".join(sorted(_NO_LINE_START)))
    )
)
_PAUSE_BEFORE = frozenset("《“（〔")
_PAUSE_AFTER_WORDS = ("关于", "》中", "”中")
_PARTICLES = frozenset("中的等之内")
_PAUSE_AFTER = frozenset("》”）〕，、的和与及年月度期")

_MIXED = re.compile("(?<=[!-~])(?=[^ -~])|(?<=[^ -~])(?=[!-~])")
_MIXED_EMS = 0.25


def printable(text: str) -> str:
    """The text with unprintable characters as □ and line breaks as spaces; its length never changes."""
    return _BREAK.sub(" ", _FORBIDDEN.sub("□", text))


def breakable(text: str) -> str:
    """The text with break opportunities inside words too long for a line (links, serial numbers)."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(re.findall(r".{1,10}", word.group())), text)


# Figures and names come again and again, and every table is tried in several sizes.
@lru_cache(maxsize=1 << 14)
def em_width(text: str) -> float:
    """Width in ems, never under what the shipped and the usual Word typefaces need."""
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> float:
    if character in _NARROW_WIDTHS:
        return _NARROW_WIDTHS[character]
    if character in _THIN:
        return 0.46
    if "0" <= character <= "9":
        return 0.56
    if " " <= character <= "~":
        return 0.85 if character.isupper() else 0.62
    if unicodedata.category(character) in ("Mn", "Cf"):
        return 0.0
    return 1.0


@lru_cache(maxsize=1 << 14)
def longest_word(text: str) -> float:
    """Width in ems of the longest piece a line cannot break inside."""
    return max((em_width(word) for word in re.findall(r"[!-~]+|[^!-~]", breakable(text))), default=0.0)


def line_count(text: str, ems: float) -> int:
    """Lines the text needs at a width, never fewer than a typesetter that keeps words and their punctuation whole.

    Some set a quarter em between hanzi and Latin, so it is counted.
    """
    if em_width(text) + _MIXED_EMS * len(_MIXED.findall(text)) <= ems:
        return 1
    lines, used, latin = 1, 0.0, False
    for piece in _PIECES.findall(breakable(text)):
        width = em_width(piece)
        was, latin = latin, piece[-1].isascii()
        gap = _MIXED_EMS if used and was != piece[0].isascii() else 0.0
        if used and used + gap + width > ems:
            lines, used, gap = lines + 1, 0.0, 0.0
        # A piece wider than a line is broken inside.
        over = max(0, -(-round(width * 100) // max(round(ems * 100), 1)) - 1)
        lines, used = lines + over, used + gap + width - over * ems
    return lines


def title_lines(title: str, ems: float) -> tuple[str, ...]:
    """Break a title into the fewest lines of at most `ems`, of like length, at a pause where there is one near.

    GB/T 9704 7.3.1: words stay whole, lines form a trapezium or a diamond.
    """
    count = max(1, -(-round(em_width(title) * 100) // round(ems * 100)))
    lines: list[str] = []
    rest = title
    while count > 1 and em_width(rest) > 0:
        cut = _best_cut(rest, em_width(rest) / count, ems)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
        count = max(count - 1, -(-round(em_width(rest) * 100) // round(ems * 100)))
    return (*lines, rest) if rest else tuple(lines)


def _best_cut(text: str, aim: float, limit: float) -> int:
    """Where to end the first line: near `aim` ems, a pause being worth some ems of unevenness."""
    best, best_cost = 1, float("inf")
    width = 0.0
    for cut in range(1, len(text)):
        width += _character_width(text[cut - 1])
        if width > limit:
            break
        before, after = text[cut - 1], text[cut]
        cost = abs(width - aim)
        if before in _PAUSE_AFTER or after in _PAUSE_BEFORE:
            cost -= 2.5
        if text[cut - 2 : cut] in _PAUSE_AFTER_WORDS:
            cost -= 5
        if after in _NO_LINE_START or before in _NO_LINE_END or (before + after).isascii():
            cost += 100
        if before in "》”" and after in _PARTICLES:
            cost += 3
        if cost < best_cost:
            best, best_cost = cut, cost
    return best
