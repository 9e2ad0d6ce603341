"""The plain second computation of a score: dictionaries, no classes of the product, every rule written out once more.

A leaf is {kind, full, floor, operator, target, upper, per_point, table, veto, mine}, what is known of it {value, place,
status, target}; a value is a Fraction or one of the words "missing", "not applicable", "undefined".
"""

from fractions import Fraction


def short_of(operator, target, upper, value, place):
    """How much is missing to the target."""
    if operator == "at_least":
        return target - value if value < target else Fraction(0)
    if operator == "at_most":
        return value - target if value > target else Fraction(0)
    if operator == "between":
        if value < target:
            return target - value
        return value - upper if value > upper else Fraction(0)
    if operator == "place":
        return Fraction(place - target) if place > target else Fraction(0)
    return target - value if value < target else value - target


def share_of(operator, target, upper, value):
    """The share of its marks that a value short of its target gets by proportion."""
    good, bad = (upper, value) if operator == "between" and value > target else (target, value)
    if good <= 0 or bad <= 0:
        return Fraction(0)
    return good / bad if bad > good else bad / good


def goal_of(leaf, known):
    """Operator, target and upper end by which the leaf is measured."""
    if leaf["target"] is None and known["target"] is not None:
        return known["target"]
    return leaf["operator"], leaf["target"], leaf["upper"]


def leaf_state(leaf, known):
    if not leaf["mine"] or known["status"] == "not_applicable":
        return "not_applicable"
    if leaf["kind"] == "status":
        return "missing" if known["status"] is None else "scored"
    if known["value"] in ("not applicable", "undefined"):
        return "not_applicable"
    if known["value"] == "missing":
        return "missing"
    measured = leaf["kind"] in ("proportional", "per_point", "full_or_none")
    operator, target, _ = goal_of(leaf, known)
    if leaf["kind"] == "proportional" and operator in ("place", "yes"):
        return "missing"
    if known["place"] is None and (leaf["kind"] == "place" or (measured and operator == "place")):
        return "not_applicable"
    return "missing" if measured and target is None else "scored"


def leaf_points(leaf, known):
    """Points of a leaf that is scored, and whether its target is missed."""
    value, place = known["value"], known["place"]
    if leaf["kind"] in ("steps", "place", "status"):
        got = leaf["floor"]
        for limit, worth in reversed(leaf["table"]):
            if leaf["kind"] == "status":
                reached = limit == known["status"]
            elif leaf["kind"] == "place":
                reached = place <= limit
            else:
                reached = value >= limit if leaf["operator"] == "at_least" else value <= limit
            if reached:
                got = worth
        got = min(max(got, leaf["floor"]), leaf["full"])
        return got, got < max(worth for _, worth in leaf["table"])
    operator, target, upper = goal_of(leaf, known)
    short = short_of(operator, target, upper, value, place)
    if short == 0:
        return leaf["full"], False
    if leaf["kind"] == "full_or_none":
        got = Fraction(0)
    elif leaf["kind"] == "per_point":
        got = leaf["full"] - leaf["per_point"] * short
    else:
        got = leaf["full"] * share_of(operator, target, upper, value)
    return (got if got > leaf["floor"] else leaf["floor"]), True


def plain_score(scheme, knowns, counts):
    """{states, fulls, points, base, bonus, deduction, total, grade, vetoes}, everything by name."""
    states = [leaf_state(leaf, known) for leaf, known in zip(scheme["leaves"], knowns, strict=True)]
    fulls, given, vetoes = [], [], []
    for number, (leaf, known) in enumerate(zip(scheme["leaves"], knowns, strict=True)):
        fulls.append(leaf["full"])
        if states[number] == "scored":
            got, missed = leaf_points(leaf, known)
            given.append(got)
            if leaf["veto"] and missed:
                vetoes.append(f"L{number}")
        else:
            given.append(Fraction(0))
    if scheme["redistribute"]:
        everything = sum(fulls)
        applicable = sum(full for full, state in zip(fulls, states, strict=True) if state != "not_applicable")
        if applicable:
            for number, state in enumerate(states):
                if state == "not_applicable":
                    fulls[number] = Fraction(0)
                else:
                    fulls[number] = fulls[number] * everything / applicable
                    given[number] = given[number] * everything / applicable
    base = sum(given, Fraction(0))
    bonus = deduction = Fraction(0)
    for name, worth, cap, veto in scheme["adjustments"]:
        times = counts.get(name, 0)
        size = abs(worth) * times
        if cap is not None and size > cap:
            size = cap
        if worth > 0 and (scheme["bonus_from"] is None or base >= scheme["bonus_from"]):
            bonus += size
        if worth < 0:
            deduction += size
        if veto and times > 0:
            vetoes.append(name)
    if scheme["bonus_cap"] is not None and bonus > scheme["bonus_cap"]:
        bonus = scheme["bonus_cap"]
    if scheme["deduction_cap"] is not None and deduction > scheme["deduction_cap"]:
        deduction = scheme["deduction_cap"]
    total = base + bonus - deduction
    if total < 0:
        total = Fraction(0)
    if set(states) <= {"not_applicable"}:
        total = "not applicable"
    elif "missing" in states and not scheme["zero"]:
        total = "missing"
    return {
        "states": states,
        "fulls": fulls,
        "points": given,
        "base": base,
        "bonus": bonus,
        "deduction": deduction,
        "total": total,
        "grade": plain_grade(scheme["grades"], total, vetoes),
        "vetoes": vetoes,
    }


def plain_grade(grades, total, vetoes):
    """`grades` are (name, limit), the lowest with None; the one reached whose limit is the highest."""
    if not grades:
        return ""
    if vetoes:
        return next(name for name, limit in grades if limit is None)
    if isinstance(total, str):
        return ""
    best = None
    for name, limit in grades:
        if limit is None or total >= limit:
            reached = -1 if limit is None else limit
            if best is None or reached > best[0]:
                best = (reached, name)
    return best[1]
