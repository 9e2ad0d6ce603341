"""The periodic task that sent the mails of all bulletins becomes a timed task of each bulletin that has any."""

import datetime as dt

from django.db import migrations
from django.utils import timezone

TASK = "reports.tasks.send_due_mailings"


def move(apps, schema_editor):
    """Only a plain day of the month at one time; any other periodic task goes on working as it is."""
    Schedule = apps.get_model("reports", "Schedule")
    Bulletin = apps.get_model("reports", "Bulletin")
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    for task in PeriodicTask.objects.filter(task=TASK, crontab__isnull=False).select_related("crontab"):
        when = task.crontab
        numbers = (when.minute, when.hour, when.day_of_month)
        if not all(number.isdecimal() for number in numbers) or (when.month_of_year, when.day_of_week) != (
            "*",
            "*",
        ):
            continue
        for bulletin in Bulletin.objects.filter(mailings__isnull=False).distinct():
            Schedule.objects.get_or_create(
                bulletin=bulletin,
                name=task.name[:60],
                defaults={
                    "action": "mail",
                    "rule": "day",
                    "number": int(when.day_of_month),
                    "time": dt.time(int(when.hour), int(when.minute)),
                    "enabled": task.enabled,
                    "since": timezone.now(),
                },
            )
        task.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_documents"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
