"""What every list of units is made of: the units it is chosen from, what lies behind the choice, and how it is printed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from expressions import Expression
from expressions.values import Value
from indicators.dataset import UnitData
from indicators.ranking import Entry
from reports.statements.joining import PLAIN, Joining
from reports.statements.model import Group, Source, Statement, cells_of, chosen_groups, forms_of


@dataclass(frozen=True)
class Basis:
    """The units a list is chosen from (of the groups `chosen`, asked for `forms`) and the items that decide."""

    among: tuple[UnitData, ...]
    chosen: tuple[str, ...]
    items: tuple[str, ...]
    forms: frozenset[str]


def basis_of(source: Source, group: Group, *expressions: Expression) -> Basis:
    """Units asked for what per-unit expressions read; all of the groups without one."""
    chosen = chosen_groups(source, group)
    items = source.operands(name for expression in expressions for name in expression.references)
    forms = forms_of(items)
    return Basis(source.units(chosen, forms), chosen, items, forms)


def basis_of_indicator(source: Source, indicator: str, group: Group) -> Basis:
    """Units asked for the figures of an indicator."""
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    return Basis(source.units(chosen, definition.forms), chosen, definition.operands, definition.forms)


def entries_of(source: Source, indicator: str, group: Group) -> tuple[Entry, ...]:
    """Every unit's value and pair, in protocol order."""
    return source.data.entries(indicator, basis_of_indicator(source, indicator, group).among)


def values_of(source: Source, expression: Expression, basis: Basis) -> dict[str, Value]:
    """What a per-unit expression gives, by unit code in protocol order."""
    return {unit.code: expression.evaluate(source.environment(unit), source) for unit in basis.among}


def make_list(
    source: Source,
    codes: Iterable[str],
    basis: Basis,
    words: str,
    *,
    indicator: str = "",
    labels: Mapping[str, str] | None = None,
    joining: Joining = PLAIN,
    value: Value | None = None,
) -> Statement:
    """A list as printed; `labels` are units with what is printed beside them (市教育局（31件）) by code."""
    codes = tuple(codes)
    shown = tuple((labels or source.names)[code] for code in codes)
    scope = source.scope_name(basis.chosen)
    return Statement(
        "list",
        joining.join(shown),
        value,
        indicator=indicator,
        scope=scope,
        coverage=source.data.coverage(basis.forms, basis.among) if basis.forms else None,
        units=codes,
        among=tuple(unit.code for unit in basis.among),
        describe=f"{words}（{scope}）",
        inputs=cells_of(basis.among, basis.items),
        labels=shown if labels is not None else (),
        joining=joining,
    )


def relisted(source: Source, listed: Statement, codes: Iterable[str], **changes: Any) -> Statement:
    """The list with other units or in another order, each printed as it was; `changes` are fields of the statement."""
    codes = tuple(codes)
    known = dict(zip(listed.units, listed.labels, strict=True)) if listed.labels else {}
    shown = tuple(known.get(code, source.names[code]) for code in codes)
    joining: Joining = changes.get("joining", listed.joining)
    return replace(listed, units=codes, labels=shown if known else (), display=joining.join(shown), **changes)


def in_protocol_order(source: Source, codes: Iterable[str]) -> tuple[str, ...]:
    """The units as the office lists them."""
    wanted = set(codes)
    return tuple(unit.code for unit in source.data.units if unit.code in wanted)
