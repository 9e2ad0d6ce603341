"""The life of a report on a leaf in words: the unit says how far it is, the office confirms it or returns it.

Only a confirmed report scores. Once the bulletin of its period is issued nothing of it changes any more.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Office, Unit
from departments.periods import Period, PeriodError
from departments.permissions import place_of
from departments.services.stored_files import keep, take_away
from departments.templatetags.moments import moment
from departments.transitions import DECIDERS, FILLERS
from indicators.choices import LeafReportState, LeafStatus, RunStatus
from indicators.models import LeafReport, LeafReportEvent, LeafReportFile, Run, SchemeNode
from indicators.services.leaf_figures import is_in_words
from indicators.services.leaf_notices import tell_decided
from indicators.services.scheme_tree import units_of_leaves

# What can't be judged without words.
NEED_TEXT = frozenset({LeafStatus.BEHIND, LeafStatus.NOT_APPLICABLE})


class Outdated(DepartmentsError):
    """Somebody else has changed the report since the person read it; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed this report meanwhile. Look at what is there now, then press again.")
        )


@dataclass(frozen=True)
class Confirmed:
    """What became of one report of a bulk confirmation: `refused` says why it was left alone, "" when it was confirmed."""

    report: LeafReport
    refused: str = ""


@transaction.atomic
def report_leaf(
    *,
    node: SchemeNode,
    unit: Unit,
    period: str,
    status: str,
    text: str = "",
    files: Sequence[Any] = (),
    user: Any,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> LeafReport:
    """Says how far a unit is with a leaf, with text and evidence; again until the office has confirmed it.

    TransitionRefused: not the unit's people, not a leaf of the unit, a period that has not begun or is issued, or a report
    that is confirmed. DepartmentsError: no status, or one that wants words; Outdated; UnusableFile.
    """
    at = at or timezone.now()
    node = (
        SchemeNode.objects.select_for_update(of=("self",), no_key=True)
        .select_related("scheme__office")
        .get(pk=node.pk)
    )
    why = why_not_reported(node, unit, period, user, at)
    if why:
        raise TransitionRefused(why)
    text = "\n".join(text.strip().splitlines())
    _check_content(status, text)
    report = LeafReport.objects.filter(node=node, unit=unit, period=period).first()
    if report is None:
        report = LeafReport(node=node, unit=unit, period=period)
    elif report.state == LeafReportState.CONFIRMED:
        raise TransitionRefused(
            _("Confirmed on %s. To change something, ask the office to return it.")
            % moment(report.decided_at)
        )
    elif version is not None and version != report.version:
        raise Outdated
    report.status, report.text, report.state = status, text, LeafReportState.SUBMITTED
    report.reported_by, report.reported_at = user, at
    report.confirmed = report.reason = ""
    report.decided_by = report.decided_at = None
    _record(report, user, at, place=place_of(user, FILLERS, unit=unit), status=status, text=text)
    for file in files:
        keep(LeafReportFile(report=report), file, report.files, user=user, at=at)
    return report


@transaction.atomic
def remove_leaf_file(*, file: LeafReportFile, user: Any, at: dt.datetime | None = None) -> None:
    """Takes a file off a report that is not confirmed; the record and the file stay."""
    at = at or timezone.now()
    report = _lock(file.report)
    why = why_not_reported(report.node, report.unit, report.period, user, at)
    if why or report.state == LeafReportState.CONFIRMED:
        raise TransitionRefused(why or _("This report is confirmed: ask the office to return it."))
    take_away(file, user=user, at=at)


@transaction.atomic
def confirm_leaf(
    *,
    report: LeafReport,
    user: Any,
    status: str = "",
    reason: str = "",
    version: int | None = None,
    at: dt.datetime | None = None,
) -> LeafReport:
    """The office takes the status as reported, or (with a reason) another one. Nobody confirms what they reported."""
    at = at or timezone.now()
    locked = _decidable(report, user, version, {LeafReportState.SUBMITTED})
    status = status or locked.status
    if status not in LeafStatus.values:
        raise DepartmentsError(_("Choose a status."))
    if status != locked.status and not reason.strip():
        raise DepartmentsError(
            _("You confirm another status than the unit reported: write the reason, the unit reads it.")
        )
    locked.confirmed = status
    return _decide(locked, LeafReportState.CONFIRMED, reason, user, at)


def confirm_many(
    *, reports: Iterable[tuple[LeafReport, int]], user: Any, at: dt.datetime | None = None
) -> list[Confirmed]:
    """Confirms each report as of the version seen, with the status reported; one that can't be is left alone and says why."""
    done = []
    for report, version in reports:
        try:
            done.append(Confirmed(confirm_leaf(report=report, user=user, version=version, at=at)))
        except DepartmentsError as refusal:
            done.append(Confirmed(report, str(refusal)))
    return done


@transaction.atomic
def return_leaf(
    *, report: LeafReport, user: Any, reason: str, version: int | None = None, at: dt.datetime | None = None
) -> LeafReport:
    """Sends a report back with a reason, a confirmed one too: it no longer scores until it is confirmed again."""
    at = at or timezone.now()
    locked = _decidable(report, user, version, {LeafReportState.SUBMITTED, LeafReportState.CONFIRMED})
    if not reason.strip():
        raise TransitionRefused(_("Please write the reason: the unit will read it."))
    locked.confirmed = ""
    return _decide(locked, LeafReportState.RETURNED, reason, user, at)


def why_not_reported(
    node: SchemeNode, unit: Unit, period: str, user: Any, at: dt.datetime | None = None
) -> str:
    """Why this person can't report on the leaf for the unit and period; "" when they can (but for a confirmed report)."""
    if place_of(user, FILLERS, unit=unit) is None:
        return _("“%(action)s” is for: %(roles)s.") % {
            "action": _("Report"),
            "roles": "、".join(str(role.label) for role in sorted(FILLERS)),
        }
    try:
        when = Period.parse(period)
    except PeriodError as error:
        return str(error)
    if not is_in_words(node):
        return _("“%s” is no leaf in words: its points come from figures.") % node
    scheme = node.scheme
    if scheme.valid_from > when.end or (scheme.valid_to and scheme.valid_to < when.end):
        return _("“%(scheme)s” was not in force in %(period)s.") % {"scheme": scheme, "period": when.label}
    if when.start > timezone.localdate(at):
        return _("%s has not begun yet.") % when.label
    if unit.pk not in units_of_leaves(scheme, [node], when.end)[node.pk]:
        return _("“%(leaf)s” does not apply to %(unit)s.") % {"leaf": node, "unit": unit.name}
    return why_locked(scheme.office, period)


def why_locked(office: Office, period: str) -> str:
    """Why nothing of a period can change any more; "" while no bulletin of it is issued."""
    if not Run.objects.filter(office=office, period=period, status=RunStatus.FROZEN).exists():
        return ""
    return _(
        "The bulletin of %s is issued: its scores stay as they were. Report what has changed in the next period."
    ) % (Period.parse(period).label)


def why_not_decided(report: LeafReport, user: Any) -> str:
    """Why this person can't decide on the report; "" when they can."""
    office = report.node.scheme.office
    if place_of(user, DECIDERS, office=office) is None:
        return _("“%(action)s” is for: %(roles)s.") % {
            "action": _("Confirm"),
            "roles": "、".join(str(role.label) for role in sorted(DECIDERS)),
        }
    if is_own_report(report, user):
        return _("You reported this for the unit: somebody else must decide on it.")
    return why_locked(office, report.period)


def is_own_report(report: LeafReport, user: Any) -> bool:
    """Whether the person has ever reported it or handed in a file with it."""
    said = report.events.filter(user=user, state=LeafReportState.SUBMITTED)
    return report.reported_by_id == user.pk or said.exists() or report.files.filter(user=user).exists()


def _lock(report: LeafReport) -> LeafReport:
    return (
        LeafReport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("node__scheme__office", "unit__office", "reported_by")
        .get(pk=report.pk)
    )


def _decidable(
    report: LeafReport, user: Any, version: int | None, states: set[LeafReportState]
) -> LeafReport:
    locked = _lock(report)
    why = why_not_decided(locked, user)
    if why:
        raise TransitionRefused(why)
    if locked.state not in states:
        raise TransitionRefused(
            _("This report is “%s”: nothing is to be decided now.") % locked.get_state_display()
        )
    if version is not None and version != locked.version:
        raise Outdated
    return locked


def _decide(
    locked: LeafReport, state: LeafReportState, reason: str, user: Any, at: dt.datetime
) -> LeafReport:
    locked.state, locked.reason = state, reason.strip()[:500]
    locked.decided_by, locked.decided_at = user, at
    place = place_of(user, DECIDERS, office=locked.node.scheme.office)
    event = _record(
        locked, user, at, place=place, status=locked.confirmed or locked.status, text=locked.reason
    )
    tell_decided(locked, event)
    return locked


def _record(
    report: LeafReport, user: Any, at: dt.datetime, *, place: Any, status: str, text: str
) -> LeafReportEvent:
    report.version += 1
    report.save()
    return LeafReportEvent.objects.create(
        report=report,
        state=report.state,
        status=status,
        text=text,
        user=user,
        acting_for=place.acting_for if place else None,
        at=at,
    )


def _check_content(status: str, text: str) -> None:
    if status not in LeafStatus.values:
        raise DepartmentsError(_("Choose a status."))
    if status in NEED_TEXT and not text:
        raise DepartmentsError(
            _("“%s” wants a few words: say why, and what comes next.") % LeafStatus(status).label
        )
