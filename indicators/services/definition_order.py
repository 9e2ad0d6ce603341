"""What definitions build on: their order, and the forms behind them."""

from collections.abc import Iterable, Mapping

from indicators.dataset import Definition
from indicators.exceptions import CycleError
from indicators.services.duty import coverage_of
from indicators.services.names import INDICATOR, SCHEME
from indicators.services.reconciled import form_of


def order_definitions(references: Mapping[str, Iterable[str]]) -> list[str]:
    """Codes of indicators, each after those it builds on (in whatever period); CycleError when there is no such order."""
    ordered: list[str] = []
    path: list[str] = []

    def visit(code: str) -> None:
        if code in ordered:
            return
        if code in path:
            raise CycleError([*path[path.index(code) :], code])
        path.append(code)
        for name in references[code]:
            kind, _dot, other = name.partition(".")
            if kind == INDICATOR and other in references:
                visit(other)
        path.pop()
        ordered.append(code)

    for code in references:
        visit(code)
    return ordered


def forms_of(code: str, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """What coverage of an indicator is counted by: the forms of its operands, also of those of other indicators."""
    found: set[str] = set()
    for name in definitions[code].references:
        kind, _dot, other = name.partition(".")
        if kind == INDICATOR and other in definitions:
            found |= forms_of(other, definitions)
        elif kind == SCHEME:
            found.add(name)
        else:
            found.add(coverage_of(name) or form_of(name))
    return frozenset(found)
