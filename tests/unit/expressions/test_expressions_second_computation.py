"""Random expressions: written out, read, evaluated and described, against a plain second computation in Fractions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from expressions import BOOLEAN, NUMBER, NameTable, Symbol, check
from expressions.values import MISSING, UNDEFINED, Kind, NoValue, not_applicable

NUMBERS = {"n1": "认领数", "n2": "清单总数", "n3": "咨询量（一）", "n4": "或许数"}
CONDITIONS = {"c1": "已接入", "c2": "且慢"}
NAMES = NameTable(
    [
        *(Symbol(code, NUMBER, (label,)) for code, label in NUMBERS.items()),
        *(Symbol(code, BOOLEAN, (label,)) for code, label in CONDITIONS.items()),
    ]
)
NONE = not_applicable("无此业务")
UNKNOWN = st.sampled_from([MISSING, NONE, UNDEFINED])

LEVELS = 5


def numbers(levels=LEVELS):
    leaves = st.one_of(
        st.decimals(0, 1000, places=2).map(lambda decimal: ("literal", str(decimal))),
        st.sampled_from([("name", code) for code in NUMBERS]),
    )
    if not levels:
        return leaves
    inner, condition = st.deferred(lambda: numbers(levels - 1)), st.deferred(lambda: conditions(levels - 1))
    return st.one_of(
        leaves,
        st.tuples(st.sampled_from("+-*/"), inner, inner),
        st.tuples(st.just("negative"), inner),
        st.tuples(st.just("if"), condition, inner, inner),
        st.tuples(st.just("min"), inner, inner),
    )


def conditions(levels=LEVELS):
    leaves = st.sampled_from([("name", code) for code in CONDITIONS])
    if not levels:
        return leaves
    inner, number = st.deferred(lambda: conditions(levels - 1)), st.deferred(lambda: numbers(levels - 1))
    return st.one_of(
        leaves,
        st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), number, number),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("missing"), number),
    )


trees = st.one_of(numbers(), conditions())
environments = st.fixed_dictionaries(
    {
        code: st.one_of(st.fractions(-50, 50, max_denominator=20), st.just(Fraction(0)), UNKNOWN)
        for code in NUMBERS
    }
    | {code: st.one_of(st.booleans(), UNKNOWN) for code in CONDITIONS}
)


def written(tree):
    """Every operation in brackets of its own."""
    match tree:
        case ("literal", digits):
            return digits
        case ("name", code):
            return f"[{(NUMBERS | CONDITIONS)[code]}]"
        case ("negative", operand):
            return f"(-({written(operand)}))"
        case ("not", operand):
            return f"(非({written(operand)}))"
        case ("missing", operand):
            return f"未报({written(operand)})"
        case ("if" | "min" as function, *arguments):
            return f"{function}({', '.join(map(written, arguments))})"
        case (sign, left, right):
            return f"({written(left)} {sign} {written(right)})"


def strongest(*values):
    for kind in (Kind.MISSING, Kind.NOT_APPLICABLE, Kind.UNDEFINED):
        for value in values:
            if isinstance(value, NoValue) and value.kind is kind:
                return value
    return None


def both(left, right):
    if left is False or right is False:
        return False
    if left is True and right is True:
        return True
    return strongest(left, right)


def opposite(value):
    return {True: False, False: True}.get(value, value)


def computed(tree, env):
    match tree:
        case ("literal", digits):
            return Fraction(digits)
        case ("name", code):
            return env[code]
        case ("missing", operand):
            return computed(operand, env) == MISSING
        case ("not", operand):
            return opposite(computed(operand, env))
        case ("if", condition, yes, no):
            chosen = computed(condition, env)
            return chosen if isinstance(chosen, NoValue) else computed(yes if chosen else no, env)
    values = [computed(operand, env) for operand in tree[1:]]
    if tree[0] == "and":
        return both(*values)
    if tree[0] == "or":
        return opposite(both(*map(opposite, values)))
    if unknown := strongest(*values):
        return unknown
    match tree[0], values:
        case "negative", [x]:
            return 0 - x
        case "+", [x, y]:
            return x + y
        case "-", [x, y]:
            return x - y
        case "*", [x, y]:
            return x * y
        case "/", [x, y]:
            return UNDEFINED if y == 0 else x / y
        case "min", [x, y]:
            return y if y < x else x
        case "<", [x, y]:
            return x < y
        case "<=", [x, y]:
            return x < y or x == y
        case ">", [x, y]:
            return y < x
        case ">=", [x, y]:
            return y < x or x == y
        case "=", [x, y]:
            return x == y
        case "!=", [x, y]:
            return x < y or y < x
    raise AssertionError(tree)


@given(trees, environments)
def test_the_value_is_that_of_the_plain_computation(tree, env):
    expression = check(written(tree), NAMES)
    expected = computed(tree, env)
    result = expression.evaluate(env)
    assert result == expected
    assert type(result) is type(expected)


@given(trees, environments)
def test_the_description_means_the_same(tree, env):
    expression = check(written(tree), NAMES)
    again = check(expression.describe(), NAMES)
    assert again == expression
    assert again.evaluate(env) == computed(tree, env)


# Without brackets of its own: precedence and order are Python's.
operands = st.integers(1, 99).map(str)
flat = st.lists(st.tuples(st.sampled_from("+-*/"), operands), max_size=12)


@given(operands, flat)
def test_precedence_without_brackets(first, rest):
    text = first + "".join(f" {sign} {operand}" for sign, operand in rest)
    plain = f"Fraction({first})" + "".join(f" {sign} Fraction({operand})" for sign, operand in rest)
    assert check(text, NAMES).evaluate({}) == eval(plain, {"Fraction": Fraction})
