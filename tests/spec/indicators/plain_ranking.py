"""The plain second computation of ranking: for each unit count who is better; and the random tables to do it on."""

from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from expressions.values import MISSING, NoValue, not_applicable
from indicators.ranking import Direction, Entry, Ties
from indicators.rollup import Pair

WAYS = [(direction, ties) for direction in (Direction.HIGHER, Direction.LOWER) for ties in Ties]
# Few different numbers, so that ties and zeros are common.
SOME = [*(Fraction(n) for n in (0, 1, 1, 2, 2, 3, 3, 4, 6)), MISSING, not_applicable("无此业务")]
OPERANDS = st.sampled_from(SOME)
DECIMALS = st.sampled_from([None, None, 0, 1])


@st.composite
def tables(draw, operands=OPERANDS):
    pairs = draw(st.lists(st.tuples(operands, operands), max_size=9))
    return [entry(f"D{number}", *pair) for number, pair in enumerate(pairs)]


def random_table(random, largest):
    """Up to so many entries with ties, zeros and gaps."""
    size = random.randrange(largest + 1)
    return [entry(f"D{number}", random.choice(SOME), random.choice(SOME)) for number in range(size)]


def entry(unit, n, d):
    return Entry(unit, Pair(n, d).value(), n, d)


def seen(value, decimals):
    """The value a reader compares: exact, or rounded half up (rates are never negative here)."""
    return value if decimals is None else Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def naive_places(entries, direction, ties, decimals=None):
    """For each unit with a value: one more than the units (or, dense, the different values) better than it."""
    places = {}
    for mine in entries:
        if isinstance(mine.value, NoValue):
            continue
        better = []
        for other in entries:
            if isinstance(other.value, NoValue):
                continue
            a, b = seen(other.value, decimals), seen(mine.value, decimals)
            if (a > b) if direction == "higher" else (a < b):
                better.append(a)
        places[mine.unit] = 1 + (len(set(better)) if ties == "dense" else len(better))
    return places
