"""The whole flow on one page: which event leads to which work. Every step goes through the outbox.

figures begin or cease to count  →  roll up that unit and its ancestors
an issue is issued               →  prepare and send its mails
clock (editable in the admin)    →  hand over what waits; send due mailings; mark deliveries left half-way
"""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy, override

from departments.models import Submission
from departments.signals import counted_changed
from govsvc.outbox import enqueue
from reports.models import Issue
from reports.signals import bulletin_issued

# Task, its name in the admin, and how often, in seconds.
CLOCK = (
    ("govsvc.tasks.sweep_outbox", gettext_lazy("Hand over waiting tasks"), 5),
    ("reports.tasks.reconcile_deliveries", gettext_lazy("Check unfinished deliveries"), 300),
)


def connect() -> None:
    counted_changed.connect(_roll_up, dispatch_uid="pipeline.roll_up")
    bulletin_issued.connect(_deliver, dispatch_uid="pipeline.deliver")
    post_migrate.connect(_clock, dispatch_uid="pipeline.clock")


def _roll_up(sender: Any, submission: Submission, **_kwargs: Any) -> None:
    window = submission.window
    enqueue("indicators.tasks.roll_up", submission.unit_id, window.form_id, window.period)


def _deliver(sender: Any, issue: Issue, **_kwargs: Any) -> None:
    enqueue("reports.tasks.deliver_issue", issue.pk)


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
