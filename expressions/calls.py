"""Which written argument belongs to which parameter."""

from expressions.functions import REQUIRED, Function, Param
from expressions.problems import one_of, problem_at
from expressions.syntax import Call, Comparison, Junction, Name, Named, Node

Assigned = list[tuple[Param, Node | None]]


def assign_arguments(node: Call, function: Function) -> Assigned:
    """One pair per parameter, in their order, None where the default serves; then the repeats of a variadic last one.

    Raises ExpressionError: too many arguments, one given twice, a required one absent, an unnamed after a named one.
    """
    params = function.params
    given: dict[Param, Node] = {}
    repeated: Assigned = []
    by_name = False
    for position, argument in enumerate(node.arguments):
        named = _named(argument, function)
        if by_name and not named:
            raise problem_at(argument, "写了名称的参数后面，其余参数也要写名称")
        by_name = named is not None
        if named is None and position >= len(params):
            if not function.variadic:
                raise problem_at(argument, f"参数太多，应写成 {function.signature()}")
            repeated.append((params[-1], argument))
            continue
        param, value = named or (params[position], argument)
        if param in given:
            raise problem_at(argument, f"参数“{param.shown}”写了两次")
        given[param] = value
    absent = [param.shown for param in params if param.default is REQUIRED and param not in given]
    if absent:
        raise problem_at(node, f"缺少参数{one_of(absent)}，应写成 {function.signature()}")
    return [(param, given.get(param)) for param in params] + repeated


def _named(node: Node, function: Function) -> tuple[Param, Node] | None:
    param = function.param(node.name.name) if isinstance(node, Named) else None
    return (param, node.value) if param and isinstance(node, Named) else None


def as_comparison(node: Named) -> Node:
    """`name = value` read as a condition: f(甲 = 1 且 乙 < 2) without a parameter called 甲."""
    return _prefixed(node.name, node.value, node)


def _prefixed(name: Name, value: Node, whole: Node) -> Node:
    match value:
        case Junction():
            first = _prefixed(name, value.operands[0], value.operands[0])
            return Junction(whole.place, value.word, (first, *value.operands[1:]))
        case Comparison():
            return Comparison(whole.place, (name, *value.operands), ("=", *value.operators))
    return Comparison(whole.place, (name, value), ("=",))
