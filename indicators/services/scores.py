"""From a scheme in the database and a period's results to score sheets."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from departments.models import Office
from departments.periods import Period
from expressions.values import MISSING, Kind, NoValue, not_applicable
from indicators.dataset import PeriodData, UnitData
from indicators.exceptions import DefinitionError
from indicators.models import Scheme, SchemeNode
from indicators.ranking import Ranking
from indicators.scoring.data import AdjustmentData, GradeData, LeafData, LeafInput, SchemeData, Sheet
from indicators.scoring.rules import Kind as RuleKind
from indicators.scoring.rules import Rule
from indicators.scoring.sheets import score_sheet
from indicators.services.adjustments import adjustment_counts
from indicators.services.leaf_figures import Reported, leaf_inputs
from indicators.services.scheme_tree import arrange
from indicators.targets import Operator, TargetData

log = logging.getLogger("govsvc.scores")


def load_schemes(office: Office, period: Period) -> dict[str, tuple[Scheme, SchemeData]]:
    """The schemes in force on the period's last day, by code; a fixed number of queries.

    One whose rules can't be computed with (its page says what to mend) is left out: it must not stop the office's bulletins.
    """
    schemes = (
        Scheme.objects.on(period.end)
        .filter(office=office)
        .prefetch_related(
            "groups",
            "adjustments",
            "grades",
            "nodes__indicator",
            "nodes__applies_to_groups",
            "nodes__applies_to_units",
        )
    )
    found: dict[str, tuple[Scheme, SchemeData]] = {}
    for scheme in schemes:
        try:
            found[scheme.code] = scheme, scheme_data(scheme)
        except DefinitionError as error:
            log.error("scheme %s of %s left out: %s", scheme.code, office.code, error)
    return found


def scheme_data(scheme: Scheme) -> SchemeData:
    """A scheme as plain values, leaves in the order of the tree."""
    tree = arrange(sorted(scheme.nodes.all(), key=lambda node: (node.order, node.pk)))
    return SchemeData(
        id=scheme.pk,
        code=scheme.code,
        name=scheme.name,
        groups=frozenset(group.code for group in scheme.groups.all()),
        leaves=tuple(_leaf(place.node, place.path) for place in tree if place.node.is_leaf),
        adjustments=tuple(
            AdjustmentData(row.name, Fraction(row.points), _fraction(row.cap), row.veto)
            for row in scheme.adjustments.all()
        ),
        grades=tuple(GradeData(row.name, _fraction(row.at_least)) for row in scheme.grades.all()),
        not_applicable=scheme.not_applicable,
        missing=scheme.missing,
        bonus_cap=_fraction(scheme.bonus_cap),
        bonus_from=_fraction(scheme.bonus_from),
        deduction_cap=_fraction(scheme.deduction_cap),
        decimals=scheme.decimals,
    )


def score_units(scheme: Scheme, data: SchemeData, results: PeriodData) -> dict[str, Sheet]:
    """The score sheet of every unit in the scheme's groups, by unit code; three queries for the whole scheme."""
    reported = leaf_inputs([scheme], results.period)
    counts = adjustment_counts([scheme], results.period)
    units = results.members(data.groups)
    data = _applied(scheme, data, units)
    rankings: dict[tuple[str, str], Ranking] = {}
    sheets: dict[str, Sheet] = {}
    for unit in units:
        inputs = {leaf.key: _input(data, leaf, unit, results, reported, rankings) for leaf in data.leaves}
        earned = {row.name: counts.get((scheme.pk, row.name, unit.id), 0) for row in data.adjustments}
        sheets[unit.code] = score_sheet(data, unit.code, inputs, earned)
    return sheets


def _applied(scheme: Scheme, data: SchemeData, units: Iterable[UnitData]) -> SchemeData:
    """The scheme whose leaves name the units they apply to, by the groups of the period; none where they are everybody's."""
    units = list(units)
    named: dict[str, frozenset[str]] = {}
    for node in scheme.nodes.all():
        groups = {group.code for group in node.applies_to_groups.all()}
        codes = {unit.code for unit in node.applies_to_units.all()}
        if groups or codes:
            named[node.key] = frozenset(u.code for u in units if u.group in groups or u.code in codes)
    leaves = tuple(replace(leaf, units=named.get(leaf.key)) for leaf in data.leaves)
    return replace(data, leaves=leaves)


def _input(
    data: SchemeData,
    leaf: LeafData,
    unit: UnitData,
    results: PeriodData,
    reported: Mapping[tuple[int, str, str], Reported],
    rankings: dict[tuple[str, str], Ranking],
) -> LeafInput:
    if leaf.indicator is None:
        return _in_words(reported.get((data.id, leaf.key, unit.code)))
    definition = results.definitions.get(leaf.indicator)
    if definition is None:
        return LeafInput(not_applicable("本期没有这项指标"))
    key = leaf.indicator, unit.group
    if key not in rankings:
        rankings[key] = results.ranking(*key)
    pair = unit.pairs[leaf.indicator]
    value = pair.value(definition.factor)
    if unit.code not in rankings[key].units and _is_missing(value):
        # Nobody asked the unit for these figures.
        value = not_applicable("不需报送")
    return LeafInput(
        value,
        numerator=pair.numerator,
        denominator=pair.denominator,
        place=rankings[key].places.get(unit.code),
        ranked=rankings[key].ranked,
        target=_target(leaf, unit, results),
        note=results.mark(leaf.indicator, unit.code),
    )


def _is_missing(value: Fraction | NoValue) -> bool:
    return isinstance(value, NoValue) and value.kind is Kind.MISSING


def _target(leaf: LeafData, unit: UnitData, results: PeriodData) -> TargetData | None:
    """The leaf's own target, else the indicator's of the period."""
    if leaf.rule.target is not None:
        return TargetData(leaf.rule.operator, leaf.rule.target, leaf.rule.upper)
    return results.target(leaf.indicator or "", unit.group, unit.code)


def _in_words(row: Reported | None) -> LeafInput:
    if row is None or not row.status:
        return LeafInput(MISSING, note=row.text if row else "")
    return LeafInput(MISSING, status=row.status, note=row.text)


def _leaf(node: SchemeNode, path: tuple[str, ...]) -> LeafData:
    return LeafData(
        key=node.key,
        name=node.name,
        path=path,
        rule=rule_of(node),
        indicator=node.indicator.code if node.indicator else None,
        veto=node.veto,
        deadline=node.deadline,
        task=node.task,
        lead=node.lead,
        responsible=node.responsible,
    )


def rule_of(node: SchemeNode) -> Rule:
    """The rule of points of a leaf; DefinitionError, naming the leaf, when its parts do not fit together."""
    try:
        return Rule(
            kind=RuleKind(node.rule),
            full=Fraction(node.points or 0),
            target=_fraction(node.target),
            operator=Operator(node.operator),
            per_point=_fraction(node.per_point),
            floor=Fraction(node.floor),
            table=tuple((str(limit), Fraction(str(points))) for limit, points in node.table),
        )
    except ValueError as error:
        raise DefinitionError(f"考核方案“{node.scheme}”的“{node}”：{error}") from error


def _fraction(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))
