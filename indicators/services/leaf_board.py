"""Leaves in words × units for one period: what is reported, confirmed, owed. Nothing is written here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from departments.choices import Frequency
from departments.models import Office, Window
from departments.periods import Period
from departments.services.organisation import Placement
from indicators.choices import LeafReportState, LeafStatus
from indicators.models import LeafReport, Scheme, SchemeNode
from indicators.services.leaf_figures import is_in_words
from indicators.services.scheme_tree import Place, load_tree, units_of_leaves

# Words are reported by the month at the shortest; so many periods are offered.
_SLOW = (Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR, Frequency.YEAR, Frequency.SPAN)
OFFERED = 24


@dataclass(frozen=True)
class Board:
    """The leaves in words of a scheme, the units they apply to (by leaf id, in protocol order), and the reports there are."""

    scheme: Scheme
    period: Period
    leaves: tuple[Place, ...]
    applies: Mapping[int, Mapping[int, Placement]]
    reports: Mapping[tuple[int, int], LeafReport]

    @property
    def units(self) -> list[Placement]:
        """Every unit that some leaf applies to, in protocol order."""
        found = {unit: place for units in self.applies.values() for unit, place in units.items()}
        return sorted(found.values(), key=lambda place: (place.order, place.code))

    def report(self, leaf: SchemeNode, unit: int) -> LeafReport | None:
        return self.reports.get((leaf.pk, unit))

    def owed(self, unit: int) -> list[Place]:
        """The leaves on which the unit still has to say something: not reported, or returned."""
        return [
            place
            for place in self.leaves
            if unit in self.applies[place.node.pk] and is_owed(self.report(place.node, unit))
        ]


def is_owed(report: LeafReport | None) -> bool:
    return report is None or report.state == LeafReportState.RETURNED


def is_done(report: LeafReport | None) -> bool:
    """Whether nothing is left to do by the deadline: done, or it does not apply."""
    if report is None or report.state == LeafReportState.RETURNED:
        return False
    return (report.confirmed or report.status) in (LeafStatus.DONE, LeafStatus.NOT_APPLICABLE)


def in_words(schemes: QuerySet[Scheme]) -> QuerySet[Scheme]:
    """Of these, the schemes with leaves in words."""
    leaves = SchemeNode.objects.filter(scheme=OuterRef("pk"), indicator=None).exclude(rule="")
    return schemes.filter(Exists(leaves))


def load_board(scheme: Scheme, period: Period, units: Iterable[int] | None = None) -> Board:
    """The board as of the period's last day; with `units` only theirs. A fixed number of queries."""
    tree = [place for place in load_tree(scheme) if is_in_words(place.node)]
    applies = units_of_leaves(scheme, [place.node for place in tree], period.end)
    if units is not None:
        wanted = set(units)
        applies = {
            leaf: {unit: place for unit, place in found.items() if unit in wanted}
            for leaf, found in applies.items()
        }
        tree = [place for place in tree if applies[place.node.pk]]
    reports = LeafReport.objects.filter(
        node__in=[place.node.pk for place in tree],
        period=period.code,
        unit__in={unit for found in applies.values() for unit in found},
    ).select_related("reported_by", "decided_by")
    return Board(
        scheme,
        period,
        tuple(tree),
        applies,
        {(report.node_id, report.unit_id): report for report in reports},
    )


def leaf_periods(scheme: Scheme, today: dt.date) -> list[Period]:
    """The periods a unit may report for: those the office collects figures for, and those reported. The one that began
    last comes first, of several that began together the shortest.

    Without any, the running month. Only periods at whose end the scheme is in force, and that have begun.
    """
    codes = set(
        Window.objects.filter(form__office=scheme.office, form__frequency__in=_SLOW).values_list(
            "period", flat=True
        )
    ) | set(LeafReport.objects.filter(node__scheme=scheme).values_list("period", flat=True))
    found = [
        period
        for period in map(Period.parse, codes)
        if scheme.valid_from <= period.end
        and (scheme.valid_to is None or period.end <= scheme.valid_to)
        and period.start <= today
    ]
    if not found:
        last_day = min(today, scheme.valid_to) if scheme.valid_to else today
        found = [Period.containing(max(last_day, scheme.valid_from), "month")]
    return sorted(found, key=lambda period: (-period.start.toordinal(), period.end))[:OFFERED]


def previous_report(node: SchemeNode, unit: int, period: Period) -> LeafReport | None:
    """The unit's report on the leaf for the latest period before, of the same frequency."""
    earlier = LeafReport.objects.filter(node=node, unit=unit).exclude(period=period.code)
    before = [
        (Period.parse(report.period), report)
        for report in earlier
        if Period.parse(report.period).frequency == period.frequency
    ]
    return max(
        ((when, report) for when, report in before if when < period),
        key=lambda pair: pair[0],
        default=(None, None),
    )[1]


def schemes_of(office: Office, day: dt.date) -> QuerySet[Scheme]:
    """The office's schemes with leaves in words that are in force on a day."""
    return in_words(Scheme.objects.on(day).filter(office=office))
