"""Which targets hold in a period: its own, else those of the shortest period around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from departments.models import Office
from departments.periods import Period
from indicators.models import Target
from indicators.targets import Operator, TargetData


@dataclass(frozen=True)
class Targets:
    """Targets by (indicator code, group code; "" = all) and by (indicator code, unit code)."""

    of_groups: Mapping[tuple[str, str], TargetData]
    of_units: Mapping[tuple[str, str], TargetData]


def load_targets(office: Office, when: Period) -> Targets:
    """One query. A target of a year holds in its months as well, unless a month has its own."""
    rows = Target.objects.filter(indicator__office=office).select_related("indicator", "group", "unit")
    around = [(Period.parse(row.period), row) for row in rows]
    fitting = [(period, row) for period, row in around if period == when or period.contains(when)]
    of_groups: dict[tuple[str, str], TargetData] = {}
    of_units: dict[tuple[str, str], TargetData] = {}
    # The shortest period comes last and so decides.
    for _period, row in sorted(fitting, key=lambda found: found[0].end - found[0].start, reverse=True):
        if row.unit is not None:
            of_units[row.indicator.code, row.unit.code] = target_data(row)
        else:
            of_groups[row.indicator.code, row.group.code if row.group else ""] = target_data(row)
    return Targets(of_groups, of_units)


def target_data(row: Target) -> TargetData:
    """A stored target as plain values."""
    upper, floor, aim = (
        None if value is None else Fraction(value) for value in (row.upper, row.floor, row.aim)
    )
    return TargetData(
        operator=Operator(row.operator),
        value=Fraction(row.value),
        upper=upper,
        floor=floor,
        aim=aim,
        cumulative=row.cumulative,
        source=row.source,
        period=row.period,
    )
