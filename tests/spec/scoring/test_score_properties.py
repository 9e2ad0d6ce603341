"""Score sheets against a plain second computation on random schemes and figures: ties, zeros, gaps, vetoes, caps."""

from collections import Counter
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from expressions.values import MISSING, UNDEFINED, Kind, NoValue, not_applicable
from indicators.ranking import Direction, Entry, rank
from indicators.scoring import AdjustmentData, GradeData, LeafData, LeafInput, Rule, SchemeData, score_sheet
from indicators.scoring import Kind as RuleKind
from indicators.targets import Operator, TargetData
from tests.spec.scoring.plain_scores import plain_score

KINDS = ("proportional", "steps", "per_point", "full_or_none", "place", "status")
STATUSES = ("done", "on_track", "behind", "not_started")
ABSENT = {"missing": MISSING, "undefined": UNDEFINED, "not applicable": not_applicable("无此业务")}
CASES = 10_000


def random_goal(random, kind=""):
    operators = ["at_least", "at_least", "at_most", "equal", "between"]
    operator = random.choice([*operators, "place", "yes"] if kind != "proportional" else operators)
    if operator == "yes":
        return operator, Fraction(random.randrange(2)), None
    target = Fraction(random.randrange(1 if operator == "place" else 0, 7))
    return operator, target, target + random.randrange(4) if operator == "between" else None


def random_table(random, kind, full, operator):
    size = random.randrange(1, 4)
    worths = sorted((Fraction(random.randrange(int(full) + 1)) for _ in range(size)), reverse=True)
    if kind == "status":
        return list(zip(random.sample(STATUSES, size), worths, strict=True))
    limits = sorted(random.sample(range(1, 8), size), reverse=kind == "steps" and operator == "at_least")
    return list(zip(map(Fraction, limits), worths, strict=True))


def random_leaf(random):
    kind = random.choice(KINDS)
    full = Fraction(random.choice([0, 5, 10, 10, 20]))
    operator, target, upper = random_goal(random, kind)
    if kind == "steps":
        operator = random.choice(["at_least", "at_most"])
    if random.random() < 0.3:
        operator, target, upper = (operator if kind == "steps" else "at_least"), None, None
    return {
        "kind": kind,
        "full": full,
        "floor": random.choice([Fraction(0), Fraction(0), full / 2]),
        "operator": operator,
        "target": target,
        "upper": upper,
        "per_point": Fraction(random.randrange(9), 4),
        "table": random_table(random, kind, full, operator),
        "veto": random.random() < 0.15,
        "mine": random.random() < 0.9,
    }


def random_known(random, leaf):
    value = Fraction(random.randrange(15), random.choice([1, 1, 2, 3]))
    if random.random() < 0.15:
        value = random.choice(list(ABSENT))
    return {
        "value": value,
        "place": random.choice([None, *range(1, 9)]),
        "status": random.choice([None, *STATUSES, *STATUSES, "not_applicable"])
        if leaf["kind"] == "status"
        else None,
        "target": random_goal(random) if random.random() < 0.7 else None,
    }


def random_scheme(random):
    signs = [(f"A{number}", random.choice([-2, -1, 1, 3])) for number in range(random.randrange(4))]
    limits = sorted(random.sample(range(1, 60), random.randrange(4)), reverse=True)
    return {
        "leaves": [random_leaf(random) for _ in range(random.randrange(6))],
        "redistribute": random.random() < 0.6,
        "zero": random.random() < 0.5,
        "adjustments": [
            (name, Fraction(sign), random.choice([None, Fraction(4)]), random.random() < 0.1)
            for name, sign in signs
        ],
        "bonus_from": random.choice([None, Fraction(20)]),
        "bonus_cap": random.choice([None, Fraction(5)]),
        "deduction_cap": random.choice([None, Fraction(3)]),
        "grades": [*((f"G{limit}", Fraction(limit)) for limit in limits), ("lowest", None)] if limits else [],
    }


def target_of(goal):
    return TargetData(Operator(goal[0]), goal[1], goal[2]) if goal else None


def product_scheme(plain):
    """The same scheme in the product's own classes."""
    leaves = tuple(
        LeafData(
            f"K{number}",
            f"L{number}",
            (),
            Rule(
                RuleKind(leaf["kind"]),
                leaf["full"],
                leaf["target"],
                Operator(leaf["operator"]),
                leaf["per_point"],
                leaf["floor"],
                tuple((str(limit), worth) for limit, worth in leaf["table"])
                if leaf["kind"] in ("steps", "place", "status")
                else (),
                leaf["upper"],
            ),
            "rate",
            veto=leaf["veto"],
            units=None if leaf["mine"] else frozenset({"D99"}),
        )
        for number, leaf in enumerate(plain["leaves"])
    )
    return SchemeData(
        1,
        "S",
        "考核方案",
        frozenset({"depts"}),
        leaves,
        tuple(AdjustmentData(*item) for item in plain["adjustments"]),
        tuple(GradeData(*item) for item in plain["grades"]),
        "redistribute" if plain["redistribute"] else "lose",
        "zero" if plain["zero"] else "not_ranked",
        plain["bonus_cap"],
        plain["bonus_from"],
        plain["deduction_cap"],
        2,
    )


def product_inputs(knowns):
    return {
        f"K{number}": LeafInput(
            ABSENT.get(known["value"], known["value"]),
            place=known["place"],
            status=known["status"],
            target=target_of(known["target"]),
        )
        for number, known in enumerate(knowns)
    }


def check_case(random):
    """One random scheme and unit, computed both ways; what was found, for counting."""
    plain = random_scheme(random)
    knowns = [random_known(random, leaf) for leaf in plain["leaves"]]
    counts = {name: random.randrange(4) for name, *_ in plain["adjustments"]}
    expected = plain_score(plain, knowns, counts)
    sheet = score_sheet(product_scheme(plain), "D01", product_inputs(knowns), counts)
    total = sheet.total
    if isinstance(total, NoValue):
        total = {Kind.MISSING: "missing", Kind.NOT_APPLICABLE: "not applicable"}[total.kind]
    found = {
        "states": [line.state for line in sheet.lines],
        "fulls": [line.full for line in sheet.lines],
        "points": [line.points for line in sheet.lines],
        "base": sheet.base,
        "bonus": sheet.bonus,
        "deduction": sheet.deduction,
        "total": total,
        "grade": sheet.grade,
        "vetoes": list(sheet.vetoed_by),
    }
    assert found == expected
    assert all(line.words for line in sheet.lines)
    assert sheet.full == sum(leaf["full"] for leaf in plain["leaves"])
    assert all(0 <= line.points <= line.full for line in sheet.lines)
    return plain, expected


@settings(max_examples=300)
@given(st.randoms(use_true_random=False))
def test_a_score_is_the_plain_sum(random):
    check_case(random)


def test_ten_thousand_random_score_sheets():
    random = Random(20230418)
    seen = Counter()
    for _ in range(CASES):
        plain, expected = check_case(random)
        seen.update(
            leaf["kind"]
            for leaf, state in zip(plain["leaves"], expected["states"], strict=True)
            if state == "scored"
        )
        seen.update(set(expected["states"]))
        seen["zero"] += Fraction(0) in expected["points"]
        seen["floor at 0"] += expected["base"] + expected["bonus"] < expected["deduction"]
        seen["shared out"] += (
            plain["redistribute"]
            and "not_applicable" in expected["states"]
            and "scored" in expected["states"]
        )
        seen["missing read as zero"] += "missing" in expected["states"] and not isinstance(
            expected["total"], str
        )
        seen[f"total {expected['total'] if isinstance(expected['total'], str) else 'number'}"] += 1
        seen["vetoed"] += bool(expected["vetoes"])
        seen["graded"] += bool(expected["grade"])
        seen["bonus"] += expected["bonus"] > 0
        seen["deduction"] += expected["deduction"] > 0
    rare = {what: times for what, times in seen.items() if times < 200}
    assert seen.keys() > {
        *KINDS,
        "not_applicable",
        "missing",
        "total number",
        "total missing",
        "total not applicable",
    }
    assert rare == {}, seen


def test_scores_tie_and_rank_like_any_other_value():
    """Half of the units share their figures with another one: equal sheets, equal places."""
    random = Random(59)
    tied = 0
    for _ in range(300):
        plain = random_scheme(random)
        knowns = [random_known(random, leaf) for leaf in plain["leaves"]]
        others = [random_known(random, leaf) for leaf in plain["leaves"]]
        given_to = {"D01": knowns, "D02": others, "D03": knowns}
        totals = {
            unit: score_sheet(product_scheme(plain), unit, product_inputs(given), {}).total
            for unit, given in given_to.items()
        }
        ranking = rank([Entry(unit, total) for unit, total in totals.items()], Direction.HIGHER)
        assert ranking.row("D01").place == ranking.row("D03").place
        tied += ranking.row("D01").tied
    assert tied > 100
