"""The whole flow on one page: which event leads to which work. Every step goes through the outbox.

figures begin or cease to count  →  roll up that unit and its ancestors
somebody is told something       →  carry the notice to mail and group chats
a file of figures is uploaded    →  check it, save it
an issue is issued               →  prepare and send its mails
a schedule's run begins          →  draft the issue, or send the mails that are due
an issue goes public, or back    →  write its public pages
clock (editable in the admin)    →  hand over what waits; open windows; remind; end re-openings; begin due schedules;
                                    warn units in the morning; compute finished periods; take up again what was left half-way
"""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy, override

from departments.models import Notice, Submission, Upload
from departments.signals import counted_changed, notice_created, upload_waiting
from govsvc.outbox import enqueue
from reports.models import Issue, Publication, ScheduleRun
from reports.signals import bulletin_issued, publication_changed, schedule_run_begun

# Task, its name in the admin, and how often, in seconds.
CLOCK = (
    ("govsvc.tasks.sweep_outbox", gettext_lazy("Hand over waiting tasks"), 5),
    ("departments.tasks.open_due_windows", gettext_lazy("Open forms whose time has come"), 60),
    ("departments.tasks.send_reminders", gettext_lazy("Remind of due forms"), 60),
    ("indicators.tasks.warn_units", gettext_lazy("Warn units in the morning"), 60),
    ("indicators.tasks.calculate_changed", gettext_lazy("Compute finished periods anew"), 600),
    ("departments.tasks.remind_entries", gettext_lazy("Remind of due entries in the morning"), 60),
    ("departments.tasks.drop_forgotten_batches", gettext_lazy("Drop imported files nobody saved"), 3600),
    ("departments.tasks.retry_notices", gettext_lazy("Carry waiting notices"), 60),
    ("departments.tasks.expire_reopenings", gettext_lazy("End re-openings whose time is over"), 60),
    ("reports.tasks.run_schedules", gettext_lazy("Begin bulletins and mails that are due"), 60),
    ("reports.tasks.reconcile_deliveries", gettext_lazy("Check unfinished deliveries"), 300),
)


def connect() -> None:
    counted_changed.connect(_roll_up, dispatch_uid="pipeline.roll_up")
    bulletin_issued.connect(_deliver, dispatch_uid="pipeline.deliver")
    schedule_run_begun.connect(_carry_out, dispatch_uid="pipeline.carry_out")
    publication_changed.connect(_write_public_pages, dispatch_uid="pipeline.publish")
    notice_created.connect(_carry, dispatch_uid="pipeline.carry")
    upload_waiting.connect(_check_upload, dispatch_uid="pipeline.check_upload")
    post_migrate.connect(_clock, dispatch_uid="pipeline.clock")


def _roll_up(sender: Any, submission: Submission, **_kwargs: Any) -> None:
    window = submission.window
    enqueue("indicators.tasks.roll_up", submission.unit_id, window.form_id, window.period)


def _deliver(sender: Any, issue: Issue, **_kwargs: Any) -> None:
    enqueue("reports.tasks.deliver_issue", issue.pk)


def _carry_out(sender: Any, run: ScheduleRun, **_kwargs: Any) -> None:
    enqueue("reports.tasks.carry_out_schedule_run", run.pk)


def _write_public_pages(sender: Any, publication: Publication, **_kwargs: Any) -> None:
    enqueue("reports.tasks.write_public_pages", publication.issue_id)


def _carry(sender: Any, notice: Notice, **_kwargs: Any) -> None:
    enqueue("departments.tasks.deliver_notice", notice.pk)


def _check_upload(sender: Any, upload: Upload, **_kwargs: Any) -> None:
    enqueue("departments.tasks.check_upload", upload.pk)


def _clock(sender: Any, **_kwargs: Any) -> None:
    """The house's own schedules; people may change their times or switch them off in the admin."""
    if getattr(sender, "name", "") != "django_celery_beat":
        return
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    for task, name, seconds in CLOCK:
        if PeriodicTask.objects.filter(task=task).exists():
            continue
        every, _created = IntervalSchedule.objects.get_or_create(
            every=seconds, period=IntervalSchedule.SECONDS
        )
        with override(settings.LANGUAGE_CODE):
            PeriodicTask.objects.create(name=str(name), task=task, interval=every)
