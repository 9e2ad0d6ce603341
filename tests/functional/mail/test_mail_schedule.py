"""Schedules people set up: each due time once, missed ones made up for by one run, a lost run shown."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django_celery_beat.models import PeriodicTask

from departments.deadlines import SHANGHAI
from departments.models import CalendarDay, Notice
from departments.services.organisation import save_account
from govsvc import outbox
from govsvc.pipeline import CLOCK
from reports import tasks
from reports.choices import IssueStatus, ScheduleAction, ScheduleRule
from reports.exceptions import Refused
from reports.models import Delivery, Issue, Schedule, ScheduleRun
from reports.services import deliveries, issues, schedule_runs
from reports.services.scheduled_drafts import last_finished
from reports.services.schedules import due, ensure_schedule, save_schedule, upcoming
from tests.functional.mail.scene import ISSUED_AT, Scene, few_rows, make_scene
from tests.functional.reports.scene import PERIOD, make
from tests.services.smtp import SmtpServer
from tests.services.worker import WorkerProcess

MINUTE = dt.timedelta(minutes=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.fixture
def monthly(small: Scene) -> Schedule:
    """On the 5th of each month at 09:00, from the day of the issue on."""
    return set_up(small.mailing.bulletin, since=ISSUED_AT)


def set_up(bulletin: Any, since: dt.datetime, **fields: Any) -> Schedule:
    given = {
        "action": ScheduleAction.MAIL,
        "rule": ScheduleRule.DAY,
        "number": 5,
        "time": dt.time(9),
    } | fields
    return ensure_schedule(bulletin=bulletin, name="每月排名邮件", at=since, **given)


def states() -> list[tuple[str, int, bool | None]]:
    """Due time, missed times and success of every run, oldest first."""
    return [
        (f"{run.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", run.missed, run.succeeded)
        for run in ScheduleRun.objects.order_by("due_at")
    ]


# When


def test_due_once_and_not_before(monthly: Schedule) -> None:
    assert schedule_runs.run_schedules(at=at("2022-05-05 08:59")) == 0
    assert schedule_runs.run_schedules(at=at("2022-05-05 09:00")) == 1
    assert schedule_runs.run_schedules(at=at("2022-05-05 09:00")) == 0
    assert states() == [("2022-05-05 09:00", 0, None)]
    assert schedule_runs.run_schedules(at=at("2022-06-05 08:59")) == 0
    assert schedule_runs.run_schedules(at=at("2022-06-05 09:00")) == 1


def test_missed_times_are_made_up_for_by_one_run(monthly: Schedule) -> None:
    assert schedule_runs.run_schedules(at=at("2022-08-20 10:00")) == 1
    assert schedule_runs.run_schedules(at=at("2022-08-20 10:01")) == 0
    assert states() == [("2022-08-05 09:00", 3, None)]


def test_made_switched_on_or_changed_it_never_runs_for_the_past(monthly: Schedule) -> None:
    monthly.enabled = False
    save_schedule(schedule=monthly, former=Schedule.objects.get(), at=at("2022-05-01 00:00"))
    assert schedule_runs.run_schedules(at=at("2022-07-10 00:00")) == 0
    monthly.enabled = True
    save_schedule(schedule=monthly, former=Schedule.objects.get(), at=at("2022-07-10 00:00"))
    assert due(monthly, at("2022-08-05 08:59")) == []
    monthly.number = 1
    save_schedule(schedule=monthly, former=Schedule.objects.get(), at=at("2022-08-05 12:00"))
    assert due(monthly, at("2022-08-31 23:59")) == []
    assert due(monthly, at("2022-09-01 09:00")) == [at("2022-09-01 09:00")]


def test_a_new_name_does_not_begin_it_anew(monthly: Schedule) -> None:
    monthly.name = "换个名字"
    save_schedule(schedule=monthly, former=Schedule.objects.get(), at=at("2022-06-01 00:00"))
    assert due(monthly, at("2022-05-05 09:00")) == [at("2022-05-05 09:00")]


def test_the_offices_own_calendar_counts(small: Scene) -> None:
    schedule = set_up(small.mailing.bulletin, ISSUED_AT, rule=ScheduleRule.LAST_WORKING_DAY)
    assert upcoming(schedule, 1, ISSUED_AT) == [at("2022-04-29 09:00")]
    CalendarDay.objects.create(office=small.office, day=dt.date(2022, 4, 29), is_working=False)
    assert upcoming(schedule, 1, ISSUED_AT) == [at("2022-04-28 09:00")]


@pytest.mark.parametrize(("rule", "number"), [("weekday", 8), ("working_day", 24), ("day", 32), ("day", 0)])
def test_a_number_out_of_range(small: Scene, rule: str, number: int) -> None:
    with pytest.raises(ValidationError):
        set_up(small.mailing.bulletin, ISSUED_AT, rule=rule, number=number)


def test_what_people_changed_stays_when_a_pack_is_loaded_again(monthly: Schedule) -> None:
    Schedule.objects.update(number=7, enabled=False)
    again = set_up(monthly.bulletin, at("2022-06-01 00:00"))
    assert (again.pk, again.number, again.enabled) == (monthly.pk, 7, False)


def test_the_clock_asks_every_minute() -> None:
    assert ("reports.tasks.run_schedules", 60) in [(task, seconds) for task, _name, seconds in CLOCK]


@pytest.mark.django_db
def test_the_clock_is_set() -> None:
    assert PeriodicTask.objects.filter(task="reports.tasks.run_schedules", enabled=True).exists()


# Sending


@pytest.mark.both_databases
def test_missed_issues_are_mailed_and_nothing_goes_twice(
    small: Scene, monthly: Schedule, smtp_server: SmtpServer
) -> None:
    small.again("2022Q2")
    assert schedule_runs.run_schedules(at=at("2022-05-05 09:00")) == 1
    outbox.drain()
    assert states() == [("2022-05-05 09:00", 0, True)]
    assert ScheduleRun.objects.get().outcome == "已发送 8"
    run = schedule_runs.run_now(schedule=monthly, user=small.administrator, at=at("2022-05-05 10:00"))
    outbox.drain()
    run.refresh_from_db()
    assert (run.succeeded, "没有要发的邮件" in run.outcome) == (True, True)
    keys = [(m.recipients, m.message["Message-ID"]) for m in smtp_server.messages]
    assert len(set(keys)) == len(keys) == 8
    assert tasks.deliver_issue(small.issue.pk) == {}


def test_old_issues_are_history_and_another_bulletins_are_not_its_own(
    small: Scene, monthly: Schedule, smtp_server: SmtpServer
) -> None:
    Issue.objects.update(issued_at=at("2022-01-01 00:00"))
    schedule_runs.run_schedules(at=at("2022-05-05 09:00"))
    outbox.drain()
    assert Delivery.objects.count() == 0


def test_failed_mails_make_the_run_one_that_failed_and_tell_the_administrators(
    small: Scene, monthly: Schedule, smtp_server: SmtpServer
) -> None:
    smtp_server.fail_with("550 5.1.1 no such user", recipient="u02@wujin.example")
    schedule_runs.run_schedules(at=at("2022-05-05 09:00"))
    outbox.drain()
    run = ScheduleRun.objects.get()
    assert (run.succeeded, run.outcome) == (False, "发送失败 1，已发送 3")
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (small.administrator, run.outcome)
    assert notice.url == f"/admin/reports/schedule/{monthly.pk}/change/"


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


# By hand, lost, broken


def test_run_by_hand_stands_for_what_was_due_and_is_on_record(small: Scene, monthly: Schedule) -> None:
    run = schedule_runs.run_now(schedule=monthly, user=small.administrator, at=at("2022-06-20 10:00"))
    assert run.missed == 2
    assert schedule_runs.run_schedules(at=at("2022-06-20 10:01")) == 0
    with pytest.raises(Refused, match="正在执行"):
        schedule_runs.run_now(schedule=monthly, user=small.administrator, at=at("2022-06-20 10:02"))
    for user in (small.clerks["U01"], save_account(username="stranger", name="外人")):
        with pytest.raises(Refused, match="管理员"):
            schedule_runs.run_now(schedule=monthly, user=user, at=at("2022-06-20 12:00"))


def test_a_run_that_never_ended_is_shown_and_what_ended_stays(small: Scene, monthly: Schedule) -> None:
    start = at("2022-05-05 09:00")
    schedule_runs.run_schedules(at=start)
    assert schedule_runs.end_lost_runs(at=start + schedule_runs.LEASE - MINUTE) == 0
    assert schedule_runs.end_lost_runs(at=start + schedule_runs.LEASE) == 1
    assert schedule_runs.end_lost_runs(at=start + 2 * schedule_runs.LEASE) == 0
    run = ScheduleRun.objects.get()
    assert (run.succeeded, "没有结束" in run.outcome) == (False, True)
    assert Notice.objects.filter(user=small.administrator).count() == 1
    # Its task is handed over again later: it does nothing any more.
    outbox.drain()
    assert Delivery.objects.count() == 0


def test_a_fault_is_told_in_the_run(small: Scene, monthly: Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    Schedule.objects.update(action=ScheduleAction.DRAFT)
    Issue.objects.update(period="2022-02..2022-03")
    schedule_runs.run_schedules(at=at("2022-05-05 09:00"))
    outbox.drain()
    run = ScheduleRun.objects.get()
    assert (run.succeeded, "不是从一月开始" in run.outcome) == (False, True)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_three_clocks_at_once_begin_one_run(transactional_db: None, together: Callable[..., None]) -> None:
    scene = make_scene(few_rows(2))
    set_up(scene.mailing.bulletin, ISSUED_AT)
    together(lambda: schedule_runs.run_schedules(at=at("2022-08-20 10:00")), times=3)
    assert [run.missed for run in ScheduleRun.objects.all()] == [3]
    assert outbox.waiting() == 1


@pytest.fixture
def together() -> Callable[..., None]:
    """Calls something in several threads at once, each with a connection of its own; every fault is the test's."""

    def run(act: Callable[[], object], times: int) -> None:
        from django.db import connection

        barrier, faults = threading.Barrier(times), []

        def one() -> None:
            try:
                barrier.wait(20)
                act()
            except BaseException as error:
                faults.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _number in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert faults == []

    return run


# Drafting


PERIODS = [
    # last issue, day of the run, period drafted
    ("2022Q1", "2022-07-05", "2022Q2"),
    ("2022Q1", "2022-06-30", "2022Q1"),
    ("2023-05", "2023-07-03", "2023-06"),
    ("2022-W52", "2023-01-02", "2022-W52"),
    ("2022-W13", "2022-04-11", "2022-W14"),
    ("2022", "2023-01-01", "2022"),
    ("2022-01..2022-03", "2022-07-05", "2022-01..2022-06"),
    ("2022-01..2022-12", "2023-02-05", "2023-01..2023-01"),
]


@pytest.mark.parametrize(("last", "day", "period"), PERIODS)
def test_the_last_finished_period(small: Scene, last: str, day: str, period: str) -> None:
    Issue.objects.update(period=last)
    assert last_finished(small.mailing.bulletin, dt.date.fromisoformat(day)).code == period


def test_drafted_in_the_name_of_the_clock_and_reviewed_by_anybody(db: None) -> None:
    scene = make()
    schedule = set_up(scene.bulletin, at("2022-04-01 00:00"), action=ScheduleAction.DRAFT)
    moment = at("2022-05-05 09:00")
    assert last_finished(scene.bulletin, moment.date()).code == PERIOD
    schedule_runs.run_schedules(at=moment)
    outbox.drain()
    run, issue = ScheduleRun.objects.get(), Issue.objects.get()
    assert run.succeeded, run.outcome
    assert run.outcome.startswith("已起草2022年一季度")
    assert (issue.status, issue.drafted_by.get_full_name()) == (IssueStatus.DRAFT, "定时任务")
    clock = issue.drafted_by
    assert (clock.is_active, clock.has_usable_password(), clock.memberships.count()) == (False, False, 0)
    assert User.objects.filter(username=clock.username).count() == 1
    schedule_runs.run_now(schedule=schedule, user=scene.people["admin"], at=moment + MINUTE)
    outbox.drain()
    assert (Issue.objects.count(), Issue.objects.get().pk) == (1, issue.pk)


def test_what_people_reviewed_is_left_as_it_is(db: None) -> None:
    scene = make()
    issue = issues.draft_issue(bulletin=scene.bulletin, period=PERIOD, user=scene.people["admin"])
    Issue.objects.filter(pk=issue.pk).update(status=IssueStatus.REVIEWED)
    before = Issue.objects.values().get()
    moment = at("2022-05-05 09:00")
    schedule = set_up(scene.bulletin, moment - 3 * MINUTE, action=ScheduleAction.DRAFT)
    schedule_runs.run_now(schedule=schedule, user=scene.people["admin"], at=moment)
    outbox.drain()
    run = ScheduleRun.objects.get()
    assert (run.succeeded, "未作改动" in run.outcome) == (True, True)
    assert Issue.objects.values().get() == before


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends(
    transactional_db: None, smtp_server: SmtpServer, celery_worker_process: WorkerProcess
) -> None:
    from tests.services.process import wait_until

    scene = make_scene(few_rows(4))
    set_up(scene.mailing.bulletin, ISSUED_AT)
    Issue.objects.update(issued_at=dt.datetime.now(dt.UTC))
    for _twice in range(2):
        tasks.run_schedules.delay()
    wait_until(lambda: ScheduleRun.objects.filter(succeeded=True).count() == 1, "the run", 40)
    assert Delivery.objects.filter(status="sent").count() == 4
    assert len(smtp_server.messages) == 4
