"""Schedules that people edit in the admin; the house only brings the first version."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_celery_beat.models import CrontabSchedule, PeriodicTask

MONTHLY_MAIL = "每月排名邮件"
MONTHLY_MAIL_TASK = "reports.tasks.send_due_mailings"


@transaction.atomic
def ensure_schedule(*, name: str, task: str, cron: str, enabled: bool = True) -> PeriodicTask:
    """The schedule of that name; made from `cron` (minute hour day month weekday, office time) only when there is none."""
    found = PeriodicTask.objects.filter(name=name).first()
    if found is not None:
        return found
    fields = cron.split()
    if len(fields) != 5:
        raise ValidationError(
            _(
                "“%(cron)s” is no schedule: write minute, hour, day of month, month and weekday, such as 0 9 5 * *."
            )
            % {"cron": cron}
        )
    times = dict(zip(("minute", "hour", "day_of_month", "month_of_year", "day_of_week"), fields, strict=True))
    crontab = CrontabSchedule.objects.filter(**times, timezone=settings.TIME_ZONE).first()
    if crontab is None:
        crontab = CrontabSchedule(**times, timezone=settings.TIME_ZONE)
        crontab.full_clean()
        crontab.save()
    return PeriodicTask.objects.create(name=name, task=task, crontab=crontab, enabled=enabled)
