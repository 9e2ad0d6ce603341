"""Roll-up against a plain second computation on random figures: any order, any grouping, any tree."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from expressions.values import MISSING, UNDEFINED, NoValue, not_applicable
from indicators.rollup import (
    EMPTY,
    OverUnits,
    Pair,
    Slot,
    combine_periods,
    combine_units,
    mean,
    pooled,
    slot_value,
    tree_rollup,
)

ABSENT = [MISSING, UNDEFINED, not_applicable(), not_applicable("无此业务"), not_applicable("系统未对接")]
NO_VALUES = st.sampled_from(ABSENT)
OPERANDS = st.one_of(
    NO_VALUES, st.integers(0, 5).map(Fraction), st.fractions(0, 200, max_denominator=100), st.just(Fraction())
)
PAIRS = st.builds(Pair, OPERANDS, OPERANDS)
LEAVES = st.one_of(
    st.just(EMPTY),
    st.just(Slot(None, 0, 0, 1)),
    st.just(Slot(None, 0, 1, 1)),
    st.integers(-(10**20), 10**20).map(lambda total: Slot(total, 1, 0, 1)),
)
ADDING = st.sampled_from([OverUnits.SUM, OverUnits.MAX])


def naive_state(values):
    """Missing, else not applicable, else undefined; with a reason only when there is one reason."""
    for kind in ("missing", "not_applicable", "undefined"):
        reasons = [value.reason for value in values if isinstance(value, NoValue) and value.kind == kind]
        if reasons:
            return NoValue(kind, reasons[0] if reasons.count(reasons[0]) == len(reasons) else "")
    return MISSING


def check_pairs(pairs):
    n = d = rates = Fraction()
    both = with_rate = 0
    states, operands = [], []
    for pair in pairs:
        operands += [pair.numerator, pair.denominator]
        absent = [x for x in (pair.numerator, pair.denominator) if isinstance(x, NoValue)]
        if absent:
            states.append(naive_state(absent))
            continue
        both += 1
        n, d = n + pair.numerator, d + pair.denominator
        if pair.denominator == 0:
            states.append(UNDEFINED)
        else:
            with_rate += 1
            rates += 100 * pair.numerator / pair.denominator
    assert pooled(pairs) == (Pair(n, d) if both else Pair(naive_state(operands), naive_state(operands)))
    assert mean(pairs) == (rates / with_rate if with_rate else naive_state(states))


@given(st.lists(PAIRS, max_size=8))
def test_pooled_and_mean_are_the_plain_loops(pairs):
    check_pairs(pairs)


@given(st.lists(st.lists(PAIRS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_pooling_level_by_level_is_pooling_at_once(groups):
    flat = [pair for group in groups for pair in group]
    assert pooled([pooled(group) for group in groups]) == pooled(flat)


@given(st.lists(LEAVES, max_size=8), ADDING, st.data())
def test_sums_know_neither_order_nor_grouping(leaves, how, data):
    at_once = combine_units(leaves, how)
    heap = data.draw(st.permutations(leaves))
    while len(heap) > 1:
        size = data.draw(st.integers(2, len(heap)))
        heap = [combine_units(heap[:size], how), *heap[size:]]
        heap = data.draw(st.permutations(heap))
    assert combine_units(heap, how) == at_once


@given(st.lists(LEAVES, max_size=8), st.sampled_from(OverUnits), st.integers(0, 6))
def test_slot_of_many_is_the_plain_count(leaves, how, scale):
    combined = combine_units(leaves, how)
    totals = [leaf.total for leaf in leaves if leaf.total is not None]
    answers = [leaf for leaf in leaves if leaf.filed]
    refused = [leaf for leaf in answers if leaf.not_applicable]
    assert (combined.numbers, combined.not_applicable, combined.filed) == (
        len(totals),
        len(refused),
        len(answers),
    )
    if totals:
        plain = {"sum": sum(totals), "max": max(totals), "last": totals[-1], "none": None}[how]
        expected = UNDEFINED if plain is None else Fraction(plain) / Fraction(10) ** scale
    else:
        expected = not_applicable() if answers and len(refused) == len(answers) else MISSING
    assert slot_value(combined, scale) == expected


@given(st.lists(LEAVES, max_size=8), st.randoms())
def test_over_time_is_the_plain_walk(leaves, random):
    periods = [(date(2022, 1, 3) + timedelta(weeks=week), leaf) for week, leaf in enumerate(leaves)]
    last = EMPTY
    for leaf in leaves:
        if leaf.filed:
            last = leaf
    random.shuffle(periods)
    assert combine_periods(periods, flow=False) == last
    assert combine_periods(periods, flow=True) == combine_units(leaves, OverUnits.SUM)


@st.composite
def trees(draw):
    """Units named by number in random order, each under one of the earlier or under nobody, with their own slots."""
    size = draw(st.integers(0, 12))
    names = draw(st.permutations([f"D{number:02}" for number in range(size)]))
    above = [draw(st.none() | st.integers(0, index - 1)) if index else None for index in range(size)]
    parent = {names[i]: None if above[i] is None else names[above[i]] for i in range(size)}
    order = draw(st.permutations(names))
    own = draw(st.dictionaries(st.sampled_from(names), LEAVES)) if names else {}
    return own, {unit: parent[unit] for unit in order}


def check_tree(own, parent, how):
    rolled = tree_rollup(own, parent, how)
    assert rolled.keys() == parent.keys()
    for unit in parent:
        members = []
        for candidate in parent:
            line = candidate
            while line is not None and line != unit:
                line = parent[line]
            if line == unit:
                members.append(own.get(candidate, EMPTY))
        totals = [member.total for member in members if member.total is not None]
        plain = (sum if how == OverUnits.SUM else max)(totals) if totals else None
        counts = [sum(getattr(m, name) for m in members) for name in ("numbers", "not_applicable", "filed")]
        assert rolled[unit] == Slot(plain, *counts)


@given(trees(), ADDING)
def test_tree_is_everything_at_or_below_a_unit(tree, how):
    check_tree(*tree, how)


def test_ten_thousand_random_trees_and_groups():
    random = Random(20220418)
    some = [*map(Fraction, (0, 0, 1, 2, 3)), Fraction(1, 3), *ABSENT]
    leaves = [
        EMPTY,
        Slot(None, 0, 0, 1),
        Slot(None, 0, 1, 1),
        *(Slot(total, 1, 0, 1) for total in (-3, 0, 0, 5, 7)),
    ]
    zeros = gaps = parents = 0
    for _ in range(10_000):
        pairs = [Pair(random.choice(some), random.choice(some)) for _ in range(random.randrange(7))]
        check_pairs(pairs)
        names = [f"D{number}" for number in range(random.randrange(9))]
        parent = {name: random.choice([None, *names[:index]]) for index, name in enumerate(names)}
        own = {name: random.choice(leaves) for name in names if random.random() < 0.8}
        check_tree(own, parent, random.choice([OverUnits.SUM, OverUnits.MAX]))
        zeros += any(pair.value() == 0 for pair in pairs)
        gaps += (
            any(isinstance(pair.value(), NoValue) for pair in pairs) and pooled(pairs).numbers() is not None
        )
        parents += any(above in own for above in parent.values())
    assert min(zeros, gaps, parents) > 1_500, (
        "the random figures must hold zeros, gaps and parents with figures"
    )


@given(trees(), ADDING)
def test_rolling_up_twice_gives_identical_rows(tree, how):
    own, parent = tree
    backwards = dict(reversed(parent.items()))
    assert tree_rollup(own, parent, how) == tree_rollup(own, backwards, how)
