"""Who is reminded when: frozen moments around a due time, nobody twice, nobody who has handed in."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from departments.choices import EntryMode, NoticeKind, Role, Status
from departments.exceptions import TransitionRefused
from departments.models import Membership, Notice, ReminderRule
from departments.services import organisation
from departments.services.reminders import default_rules, remind_now, send_reminders
from departments.services.submissions import return_submission, withdraw
from tests import build
from tests.functional.notices.scene import DUE, Scene, hours, make_scene, person


def told() -> set[tuple[str, str]]:
    """(account, kind) of every notice."""
    return set(Notice.objects.values_list("user__username", "kind"))


# Hours from the due moment at which the clock runs, and who of (4 clerks, 4 heads, administrator) has a notice then.
# Unit 0 has handed in. A run that was missed is made up for, within a day.
TIMELINE = [
    (-24.1, 0, 0, 0),
    (-24, 3, 0, 0),
    (-23, 3, 0, 0),
    (0, 6, 0, 0),
    (1.9, 6, 0, 0),
    (2, 9, 0, 0),
    (23.9, 9, 0, 0),
    (24, 9, 3, 1),
    (47.9, 9, 3, 1),
    (1000, 9, 3, 1),
]


def test_the_usual_rules_hour_by_hour(scene: Scene) -> None:
    default_rules(scene.form)
    scene.files(0)
    for moment, clerks, heads, administrators in TIMELINE:
        send_reminders(now=hours(moment))
        send_reminders(now=hours(moment))
        counts = [
            Notice.objects.filter(user__in=users).count()
            for users in (scene.clerks, scene.heads, [scene.administrator])
        ]
        assert counts == [clerks, heads, administrators], moment
    assert not Notice.objects.filter(unit=scene.units[0]).exists()
    kinds = Notice.objects.filter(user=scene.clerks[1]).order_by("at").values_list("kind", flat=True)
    assert list(kinds) == [NoticeKind.REMINDER, NoticeKind.REMINDER, NoticeKind.OVERDUE]
    assert set(Notice.objects.filter(user=scene.heads[1]).values_list("kind", flat=True)) == {
        NoticeKind.ESCALATION
    }


@pytest.mark.parametrize(("late", "clerks"), [(0, 4), (23.9, 4), (24, 0)])
def test_a_missed_run_is_made_up_for_within_a_day(scene: Scene, late: float, clerks: int) -> None:
    ReminderRule.objects.create(form=scene.form, hours=-48, role=Role.CLERK)
    assert send_reminders(now=hours(-48 + late)) == clerks


def test_the_text_says_all_that_is_needed(scene: Scene) -> None:
    default_rules(scene.form)
    send_reminders(now=hours(2.25))
    notice = Notice.objects.get(user=scene.clerks[0], kind=NoticeKind.OVERDUE)
    year = "" if timezone.localdate().year == 2022 else "2022年"
    assert notice.title == f"政务服务事项指标表（2022年一季度）已逾期，应于{year}4月8日 17:00前报送"
    assert notice.text.splitlines() == [
        "区人社局尚未报送“政务服务事项指标表”（2022年一季度）。",
        f"报送截止时间：{year}4月8日 17:00，已逾期2 小时 15 分钟。",
        "咨询联系：区政务办 李工 86310001",
    ]
    assert notice.url == f"/admin/departments/submission/{scene.submission(0).pk}/change/"
    send_reminders(now=hours(24))
    summary = Notice.objects.get(user=scene.administrator)
    assert summary.title.endswith("，4家未报")
    assert "尚未报送（4家）：区人社局、区市场监管局、湖塘镇、区住房和城乡建设局" in summary.text
    assert summary.unit is None


def test_the_office_phone_stands_in_for_a_missing_contact(scene: Scene) -> None:
    scene.form.contact = ""
    scene.form.save()
    ReminderRule.objects.create(form=scene.form, hours=0, role=Role.CLERK)
    send_reminders(now=DUE)
    text = Notice.objects.filter(user=scene.clerks[0]).get().text
    assert "现已到时" in text
    assert text.endswith("咨询联系：0519-86310000")


def test_a_clerk_of_two_units_gets_one_for_each(scene: Scene) -> None:
    organisation.grant(user=scene.clerks[0], office=scene.office, role=Role.CLERK, unit=scene.units[1])
    ReminderRule.objects.create(form=scene.form, hours=0, role=Role.CLERK)
    send_reminders(now=DUE)
    units = Notice.objects.filter(user=scene.clerks[0]).values_list("unit", flat=True)
    assert set(units) == {scene.units[0].pk, scene.units[1].pk}


@pytest.mark.parametrize(("day", "reached"), [(7, False), (8, True), (9, True), (10, False)])
def test_who_acts_for_a_clerk_is_told_in_those_days(scene: Scene, day: int, reached: bool) -> None:
    stand_in = organisation.save_account(username="stand-in", name="代岗", email="s@wujin.example")
    Membership.objects.create(
        user=stand_in,
        office=scene.office,
        unit=scene.units[0],
        role=Role.CLERK,
        acting_for=scene.clerks[0],
        valid_from=dt.date(2022, 4, 8),
        valid_to=dt.date(2022, 4, 9),
    )
    rule_hours = round((build.at(day, 12) - DUE).total_seconds() / 3600)
    ReminderRule.objects.create(form=scene.form, hours=rule_hours, role=Role.CLERK)
    send_reminders(now=build.at(day, 12))
    assert Notice.objects.filter(user=stand_in).exists() is reached
    assert Notice.objects.filter(user=scene.clerks[0]).exists()


def test_without_a_clerk_the_head_is_told_and_nobody_gone_is(scene: Scene) -> None:
    Membership.objects.filter(user=scene.clerks[0]).delete()
    scene.clerks[1].is_active = False
    scene.clerks[1].save()
    ReminderRule.objects.create(form=scene.form, hours=0, role=Role.CLERK)
    send_reminders(now=DUE)
    assert told() == {(name, "reminder") for name in ("head0", "head1", "clerk2", "clerk3")}


def test_what_waits_for_the_head_is_the_heads_matter(scene: Scene) -> None:
    scene.form.unit_head_step = True
    scene.form.save()
    assert scene.files(0).status == Status.CHECKING
    default_rules(scene.form)
    Notice.objects.all().delete()
    send_reminders(now=hours(2))
    mine = Notice.objects.filter(unit=scene.units[0])
    assert set(mine.values_list("user__username", flat=True)) == {"head0"}
    assert all("待单位负责人确认" in notice.text for notice in mine)


def test_returned_after_handing_in_is_no_reminder_but_withdrawn_is(scene: Scene) -> None:
    ReminderRule.objects.create(form=scene.form, hours=0, role=Role.CLERK)
    for unit in range(3):
        scene.files(unit)
    return_submission(
        submission=scene.submission(0), user=scene.administrator, reason="请核实", at=build.at(6)
    )
    withdraw(submission=scene.submission(1), user=scene.clerks[1], at=build.at(6))
    Notice.objects.all().delete()
    send_reminders(now=DUE)
    assert {name for name, _kind in told()} == {"clerk1", "clerk3"}


def test_handing_in_between_two_reminders_ends_them(scene: Scene) -> None:
    default_rules(scene.form)
    send_reminders(now=hours(-24))
    submission = scene.files(2)
    send_reminders(now=hours(0))
    assert Notice.objects.filter(unit=submission.unit).count() == 1
    assert Notice.objects.filter(unit=scene.units[3]).count() == 2


def test_a_moved_due_moment_is_a_new_matter(scene: Scene) -> None:
    ReminderRule.objects.create(form=scene.form, hours=-24, role=Role.CLERK)
    assert send_reminders(now=hours(-24)) == 4
    scene.window.due_at = hours(72)
    scene.window.save()
    assert send_reminders(now=hours(-23)) == 0
    assert send_reminders(now=hours(48)) == 4


def test_before_the_opening_nobody_is_reminded(scene: Scene) -> None:
    ReminderRule.objects.create(form=scene.form, hours=-180, role=Role.CLERK)
    assert scene.window.opens_at > hours(-180)
    assert send_reminders(now=hours(-180)) == 0
    assert send_reminders(now=scene.window.opens_at) == 4


def test_a_closed_window_says_what_can_still_be_done(scene: Scene) -> None:
    scene.window.closes_at = hours(1)
    scene.window.save()
    ReminderRule.objects.create(form=scene.form, hours=2, role=Role.CLERK)
    send_reminders(now=hours(2))
    assert "补报请先申请重新开放" in Notice.objects.filter(user=scene.clerks[0]).get().text


def test_what_the_office_fills_in_itself_is_the_offices_matter(scene: Scene) -> None:
    scene.form.entered_by = EntryMode.OFFICE
    scene.form.save()
    ReminderRule.objects.create(form=scene.form, hours=0, role=Role.CLERK)
    assert {rule.role for rule in default_rules(scene.form)} == {Role.CLERK, Role.ADMINISTRATOR}
    send_reminders(now=DUE)
    assert {name for name, _kind in told()} == {"admin"}


def test_usual_rules_are_given_once_and_own_ones_stay(scene: Scene) -> None:
    own = ReminderRule.objects.create(form=scene.form, hours=0, role=Role.CLERK, by_email=False)
    assert len(default_rules(scene.form)) == len(default_rules(scene.form)) == 5
    own.refresh_from_db()
    assert not own.by_email


def test_another_offices_people_hear_nothing(scene: Scene) -> None:
    other = build.office("p", "别区")
    person("stranger", "别区管理员", other, Role.ADMINISTRATOR)
    default_rules(scene.form)
    send_reminders(now=hours(24))
    assert not Notice.objects.filter(user__username="stranger").exists()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_write_each_notice_once() -> None:
    scene = make_scene()
    default_rules(scene.form)
    start, written, faults = threading.Barrier(3, timeout=60), [], []

    def clock() -> None:
        try:
            start.wait()
            written.append(send_reminders(now=hours(2)))
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=clock) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sum(written) == Notice.objects.count() == 8


def test_the_button_reminds_those_who_owe_and_only_once_a_minute(scene: Scene) -> None:
    scene.files(0)
    Membership.objects.filter(unit=scene.units[3]).delete()
    arguments = {"window": scene.window, "units": scene.units, "user": scene.administrator}
    done = remind_now(**arguments, text="请今天下班前报送", at=hours(1))
    assert (done.notices, done.units, done.nobody) == (2, tuple(scene.units[1:]), (scene.units[3],))
    assert told() == {("clerk1", "overdue"), ("clerk2", "overdue")}
    assert "管理员留言：请今天下班前报送" in Notice.objects.first().text
    assert remind_now(**arguments, at=hours(1) + dt.timedelta(seconds=30)).notices == 0
    assert remind_now(**arguments, at=hours(1.1)).notices == 2


def test_only_administrators_press_the_button(scene: Scene) -> None:
    for user in (scene.clerks[0], scene.heads[0]):
        with pytest.raises(TransitionRefused):
            remind_now(window=scene.window, units=scene.units, user=user, at=DUE)
    with pytest.raises(TransitionRefused, match="尚未开放"):
        remind_now(window=scene.window, units=scene.units, user=scene.administrator, at=build.at(1, 7))
    assert Notice.objects.count() == 0
