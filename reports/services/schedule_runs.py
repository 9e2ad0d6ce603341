"""What a schedule does when it is due: each due time once, missed ones made up for by one run, a lost run seen.

The clock only writes down that a run begins, in one transaction with the promise of its task: two clocks at once write one
run, and a killed worker's run is handed over again by the outbox until LEASE has passed.
"""

import datetime as dt
import logging

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import NoticeKind, Role
from departments.permissions import has_role, people_of
from departments.services.notices import notify
from expressions import ExpressionError
from reports.choices import DeliveryStatus, ScheduleAction
from reports.exceptions import Refused, ReportsError
from reports.models import Schedule, ScheduleRun
from reports.services.deliveries import send_due_mailings
from reports.services.scheduled_drafts import draft_by_clock
from reports.services.schedules import due
from reports.signals import schedule_run_begun

log = logging.getLogger("govsvc.schedules")
# A run that has not ended after this time has lost its worker: drafting takes seconds, a thousand mails a minute.
LEASE = dt.timedelta(minutes=30)
# An issue this old is history: a mailing set up later does not send it to anybody.
MAILED_BACK = dt.timedelta(days=100)
# How the states of mails are told, worst first.
_TOLD = (
    DeliveryStatus.FAILED,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.WAITING,
    DeliveryStatus.SENT,
)


def run_schedules(*, at: dt.datetime | None = None) -> int:
    """Every minute: begins one run of each schedule that is due, and ends those that were lost; how many it began."""
    now = at or timezone.now()
    end_lost_runs(at=now)
    begun = 0
    for pk in Schedule.objects.filter(enabled=True).order_by("pk").values_list("pk", flat=True):
        begun += _begin(pk, now)
    return begun


@transaction.atomic
def _begin(pk: int, now: dt.datetime) -> int:
    # A second clock waits here, then finds the run and nothing due.
    schedule = Schedule.objects.select_for_update().get(pk=pk)
    times = due(schedule, now)
    if not times:
        return 0
    run = ScheduleRun.objects.create(
        schedule=schedule, due_at=times[-1], started_at=now, missed=len(times) - 1
    )
    schedule_run_begun.send(ScheduleRun, run=run)
    return 1


@transaction.atomic
def run_now(*, schedule: Schedule, user: User, at: dt.datetime | None = None) -> ScheduleRun:
    """Begins a run at once, on record with who asked for it; it stands for whatever was due. Refused otherwise."""
    now = at or timezone.now()
    locked = (
        Schedule.objects.select_for_update(of=("self",))
        .select_related("bulletin__office")
        .get(pk=schedule.pk)
    )
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.bulletin.office):
        raise Refused(_("Only an administrator of the office runs a schedule."))
    if locked.runs.filter(finished_at__isnull=True, started_at__gt=now - LEASE).exists():
        raise Refused(_("It is running. Wait until the run has ended."))
    run = ScheduleRun.objects.create(
        schedule=locked, due_at=now, started_at=now, missed=len(due(locked, now))
    )
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Schedule),
        object_id=str(locked.pk),
        object_repr=str(locked)[:200],
        action_flag=CHANGE,
        change_message=_("Run by hand."),
    )
    schedule_run_begun.send(ScheduleRun, run=run)
    return run


def carry_out(*, run_id: int, at: dt.datetime | None = None) -> bool:
    """Does what a run is to do, unless it has ended; whether it succeeded. Twice does no harm: both actions know what is done."""
    run = ScheduleRun.objects.select_related("schedule__bulletin__office").get(pk=run_id)
    if run.finished_at is not None:
        return bool(run.succeeded)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            succeeded, words = _act(run, at)
        except (ReportsError, ExpressionError) as error:
            succeeded, words = False, str(error)
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("run %s of schedule %s failed", run.pk, run.schedule_id)
            succeeded, words = False, _("It broke off: %s. Tell whoever runs the server.") % repr(error)
        _end(run, succeeded, words, at or timezone.now())
    return succeeded


@transaction.atomic
def end_lost_runs(*, at: dt.datetime) -> int:
    """Ends the runs that never told how they ended, so that people see them; how many."""
    lost = ScheduleRun.objects.select_for_update(of=("self",)).filter(
        finished_at__isnull=True, started_at__lte=at - LEASE
    )
    ended = 0
    for run in lost.select_related("schedule__bulletin__office"):
        with translation.override(settings.LANGUAGE_CODE):
            _end(run, False, _("It began and never ended: the server stopped meanwhile. Run it by hand."), at)
        ended += 1
    return ended


def _act(run: ScheduleRun, at: dt.datetime | None) -> tuple[bool, str]:
    """Whether it went well, and what was done."""
    if run.schedule.action == ScheduleAction.DRAFT:
        return True, draft_by_clock(bulletin=run.schedule.bulletin, due_at=run.due_at, at=at)
    ended = send_due_mailings(bulletin=run.schedule.bulletin, since=run.due_at - MAILED_BACK, at=at)
    words = [f"{state.label} {ended[state]}" for state in _TOLD if ended.get(state)]
    well = not (ended.get(DeliveryStatus.FAILED) or ended.get(DeliveryStatus.UNCERTAIN))
    return well, "，".join(words) or _("Nothing to send: every issued issue has been mailed.")


@transaction.atomic
def _end(run: ScheduleRun, succeeded: bool, words: str, at: dt.datetime) -> None:
    run.finished_at, run.succeeded, run.outcome = at, succeeded, words[:500]
    run.save(update_fields=["finished_at", "succeeded", "outcome"])
    if not succeeded:
        _tell(run, at)


def _tell(run: ScheduleRun, at: dt.datetime) -> None:
    office = run.schedule.bulletin.office
    notify(
        people_of({Role.ADMINISTRATOR}, office=office),
        office=office,
        kind=NoticeKind.ALERT,
        title=_("A schedule did not do its work: %s") % run.schedule,
        text=run.outcome,
        url=reverse("admin:reports_schedule_change", args=[run.schedule_id]),
        key=f"schedule:{run.schedule_id}/{run.pk}",
        at=at,
    )
