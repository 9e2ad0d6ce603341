"""我的任务: the leaves in words a unit still owes for the newest period, and how many reports wait for the office."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from departments.choices import UNIT_ROLES, Role
from departments.models import Unit
from departments.periods import Period
from departments.permissions import memberships_of, offices_of
from indicators.choices import LeafReportState
from indicators.models import LeafReport, Scheme
from indicators.services.leaf_board import leaf_periods, load_board, schemes_of
from indicators.services.leaf_reports import why_locked
from indicators.views.leaf_choice import list_url


@dataclass(frozen=True)
class LeafTask:
    """What one unit owes under one scheme: so many to report, so many of them returned, so many past their deadline."""

    scheme: Scheme
    unit: Unit
    period: Period
    owed: int
    returned: int
    overdue: int
    url: str


def leaf_tasks(user: Any) -> list[LeafTask]:
    """One line per scheme and own unit that owes something; nothing once the period's bulletin is issued."""
    units = {m.unit.pk: m.unit for m in memberships_of(user) if m.unit is not None and m.role in UNIT_ROLES}
    offices = {unit.office_id: unit.office for unit in units.values()}
    today = timezone.localdate()
    return [
        task
        for office in offices.values()
        for scheme in schemes_of(office, today)
        for task in _tasks(scheme, units)
    ]


def _tasks(scheme: Scheme, units: dict[int, Unit]) -> Iterator[LeafTask]:
    today = timezone.localdate()
    period = leaf_periods(scheme, today)[0]
    if why_locked(scheme.office, period.code):
        return
    board = load_board(scheme, period, units)
    for place in board.units:
        owed = board.owed(place.unit)
        if owed:
            reports = [board.report(one.node, place.unit) for one in owed]
            yield LeafTask(
                scheme,
                units[place.unit],
                period,
                len(owed),
                sum(report is not None for report in reports),
                sum(one.node.deadline is not None and one.node.deadline < today for one in owed),
                list_url({"scheme": scheme.pk, "period": period.code, "own": "1"}),
            )


def leaves_waiting(user: Any) -> int:
    """How many reports wait in the offices the person administers."""
    offices = offices_of(user, {Role.ADMINISTRATOR})
    return LeafReport.objects.filter(
        state=LeafReportState.SUBMITTED, node__scheme__office__in=offices
    ).count()
