"""The schedule people edit: once per issue, made up for when missed, never twice."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from django.core.exceptions import ValidationError
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from reports import tasks
from reports.models import Delivery
from reports.services import deliveries
from reports.services.schedules import MONTHLY_MAIL, MONTHLY_MAIL_TASK, ensure_schedule
from tests.functional.mail.scene import Scene
from tests.services.smtp import SmtpServer
from tests.services.worker import WorkerProcess

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTHLY = {"name": MONTHLY_MAIL, "task": MONTHLY_MAIL_TASK, "cron": "0 9 5 * *"}


def test_made_once_in_office_time(db: None) -> None:
    made = ensure_schedule(**MONTHLY)
    crontab = made.crontab
    assert (crontab.minute, crontab.hour, crontab.day_of_month) == ("0", "9", "5")
    assert (crontab.month_of_year, crontab.day_of_week, str(crontab.timezone)) == ("*", "*", "Asia/Shanghai")
    assert made.task in current_app.tasks
    assert ensure_schedule(**MONTHLY) == made
    assert (PeriodicTask.objects.filter(name=MONTHLY_MAIL).count(), CrontabSchedule.objects.filter(day_of_month="5").count()) == (1, 1)  # fmt: skip


def test_what_people_changed_stays(db: None) -> None:
    made = ensure_schedule(**MONTHLY)
    made.crontab = CrontabSchedule.objects.create(minute="30", hour="8", timezone=SHANGHAI)
    made.enabled = False
    made.save()
    again = ensure_schedule(**{**MONTHLY, "cron": "0 7 1 * *"})
    assert (again.enabled, again.crontab.hour, again.crontab.minute) == (False, "8", "30")


@pytest.mark.parametrize("cron", ["", "0 9 5 *", "0 9 5 * * *", "61 9 5 * *", "0 25 5 * *", "a b c d e"])
def test_no_schedule(db: None, cron: str) -> None:
    with pytest.raises(ValidationError):
        ensure_schedule(**{**MONTHLY, "cron": cron})
    assert not PeriodicTask.objects.filter(name=MONTHLY_MAIL).exists()


def test_a_run_missed_over_the_month_end_is_due_once(db: None) -> None:
    """The clock was down from before 09:00 on the 5th: at its next start the run is due, and after it no more."""
    made = ensure_schedule(**MONTHLY)
    now = dt.datetime.now(SHANGHAI)
    last_fifth = (
        now.replace(day=5) if now.day > 5 else (now.replace(day=1) - dt.timedelta(days=1)).replace(day=5)
    )
    PeriodicTask.objects.filter(pk=made.pk).update(last_run_at=last_fifth - dt.timedelta(days=31))
    made.refresh_from_db()
    entry = ModelEntry(made, app=current_app._get_current_object())
    assert entry.is_due().is_due
    after = next(entry)
    assert not after.is_due().is_due


def test_a_new_schedule_waits_for_its_day(db: None) -> None:
    made = ensure_schedule(**MONTHLY)
    assert not ModelEntry(made, app=current_app._get_current_object()).is_due().is_due


@pytest.mark.both_databases
def test_missed_issues_are_made_up_for_and_nothing_goes_twice(small: Scene, smtp_server: SmtpServer) -> None:
    small.again("2022Q2")
    small.again("2022Q3")
    assert tasks.send_due_mailings() == {"sent": 12}
    assert tasks.send_due_mailings() == {}
    assert tasks.deliver_issue(small.issue.pk) == {}
    keys = [(m.recipients, m.message["Message-ID"]) for m in smtp_server.messages]
    assert len(set(keys)) == len(keys) == 12


def test_a_held_issue_does_not_hold_the_others(small: Scene, smtp_server: SmtpServer) -> None:
    small.issue.files.all().delete()
    small.again("2022Q2")
    assert tasks.send_due_mailings() == {"sent": 4}
    assert set(Delivery.objects.values_list("issue__period", flat=True)) == {"2022Q2"}


def test_the_frequent_task_names_the_lost_and_tries_the_put_off(
    small: Scene, smtp_server: SmtpServer
) -> None:
    smtp_server.fail_with("451 4.3.0 busy", times=1, recipient="u01@wujin.example")
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    assert deliveries.deliver_issue(issue_id=small.issue.pk, at=long_ago) == {"sent": 3, "waiting": 1}
    Delivery.objects.filter(unit__code="U02").update(status="sending")
    assert tasks.reconcile_deliveries() == {"sent": 1, "reconciled": 1}
    assert tasks.reconcile_deliveries() == {"reconciled": 0}


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends(
    transactional_db: None, smtp_server: SmtpServer, celery_worker_process: WorkerProcess
) -> None:
    from tests.functional.mail.scene import few_rows, make_scene
    from tests.services.process import wait_until

    scene = make_scene(few_rows(4))
    for _twice in range(2):
        tasks.deliver_issue.delay(scene.issue.pk)
    wait_until(lambda: Delivery.objects.filter(status="sent").count() == 4, "four mails", 30)
    tasks.send_due_mailings.delay().get(timeout=30)
    assert len(smtp_server.messages) == 4
