"""The morning's alerts: raised once per matter, reminded while unanswered, ended when over; told once per unit and morning."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from departments.choices import AlertAction, AlertKind, Meaning, NoticeKind, Role
from departments.exceptions import TransitionRefused
from departments.models import Alert, AlertEvent, Membership, MorningRun, Notice, Register
from departments.services.alerts import daily
from departments.services.alerts.answering import answer_alert
from departments.services.alerts.matters import Matter
from departments.services.registers.life import hand_on, move_entry
from departments.services.requests.answering import hand_in
from departments.services.requests.drafting import save_draft
from departments.services.requests.issuing import hand_out
from expressions.values import Value
from govsvc import outbox
from indicators.models import Target
from indicators.services import definitions
from indicators.services.below_target import below_target, run_mornings
from indicators.services.dataset import load_period
from tests import build
from tests.functional.alerts.scene import Scene, date, june, make, mornings, person


def state(scene: Scene, unit: int = 0) -> list[tuple[str, int, bool, bool]]:
    """(kind, reminders, answered, over) of a unit's alerts."""
    return [
        (alert.kind, alert.reminders, alert.answered_at is not None, alert.ended_on is not None)
        for alert in scene.alerts(unit)
    ]


def events_of(alert: Alert) -> list[str]:
    return list(alert.events.values_list("action", flat=True))


OVERDUE = AlertKind.OVERDUE_ENTRY

# An entry due on Wednesday 14 June: clock → its alert (none yet, or how often reminded) and the clerk's notices so far.
TIMELINE = [
    (june(14, 12), None, 0),
    (june(15, 7, 59), None, 0),
    (june(15, 8, 0), 0, 1),
    (june(15, 20), 0, 1),
    (june(16, 8), 1, 2),
    (june(17, 8), 1, 2),
    (june(18, 8), 1, 2),
    (june(19, 8), 2, 3),
    # The clock stood still until after the holidays: one reminder, not four.
    (june(25, 8), 3, 4),
    (june(26, 8), 4, 5),
]


def test_morning_by_morning(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    for moment, reminders, told in TIMELINE:
        run_mornings(now=moment)
        run_mornings(now=moment)
        expected = [] if reminders is None else [(OVERDUE, reminders, False, False)]
        assert state(scene) == expected, moment
        assert len(scene.told(scene.clerks[0], "alerts")) == told, moment
    # The head is told from the third reminder on.
    assert len(scene.told(scene.heads[0], "alerts")) == 2
    assert mornings("alerts").filter(kind=NoticeKind.ALERT).count() == mornings("alerts").count()
    alert = scene.alerts()[0]
    assert events_of(alert) == [AlertAction.RAISE, *[AlertAction.REMIND] * 4]
    assert (alert.raised_on, alert.reminded_on) == (date(15), date(26))


def test_one_notice_with_everything_that_is_new_or_unanswered(scene: Scene) -> None:
    for number in range(3):
        scene.entry(str(number), due_on=date(13 + number))
    run_mornings(now=june(15))
    run_mornings(now=june(16))
    notice = mornings("alerts").filter(user=scene.clerks[0])[1]
    assert notice.title == "区人社局：今日预警3条，其中新增1条"
    assert "条目逾期：0 窗口未公示办事指南0，应于" in notice.text
    assert "（第1次提醒）" in notice.text
    assert notice.url == "/admin/departments/alert/today/"
    assert not mornings("alerts").exclude(user=scene.clerks[0]).exists()


def test_an_answer_ends_the_reminders_and_the_matters_end_the_alert(scene: Scene) -> None:
    entry = scene.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    answer_alert(alert=scene.alerts()[0], user=scene.clerks[0], text="  正在整改  ", at=june(15, 10))
    run_mornings(now=june(16))
    assert state(scene) == [(OVERDUE, 0, True, False)]
    assert len(scene.told(scene.clerks[0], "alerts")) == 1
    scene.answers(entry, june(16, 15))
    run_mornings(now=june(19))
    assert state(scene) == [(OVERDUE, 0, True, True)]
    alert = scene.alerts()[0]
    assert (alert.answer, alert.answered_by, alert.ended_on) == ("正在整改", scene.clerks[0], date(19))
    assert events_of(alert) == [AlertAction.RAISE, AlertAction.ANSWER, AlertAction.END]


def test_what_comes_again_is_a_new_alert(scene: Scene) -> None:
    entry = scene.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    scene.answers(entry, june(15, 10))
    run_mornings(now=june(16))
    entry.refresh_from_db()
    move_entry(
        entry=entry,
        target=scene.register.statuses.get(code="open"),
        user=scene.administrator,
        text="未整改到位",
        at=june(16, 10),
    )
    assert entry.register.statuses.get(code="open").meaning == Meaning.OPEN
    run_mornings(now=june(19))
    assert state(scene) == [(OVERDUE, 0, False, True), (OVERDUE, 0, False, False)]


def test_an_entry_that_goes_to_another_unit_warns_that_one(scene: Scene) -> None:
    entry = scene.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    hand_on(entry=entry, unit=scene.units[1], user=scene.administrator, text="职责划转", at=june(15, 10))
    run_mornings(now=june(16))
    assert state(scene) == [(OVERDUE, 0, False, True)]
    assert state(scene, 1) == [(OVERDUE, 0, False, False)]


def test_a_closed_unit_is_not_warned_any_more(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    scene.units[0].closed_on = date(15)
    scene.units[0].save()
    run_mornings(now=june(16))
    assert state(scene) == [(OVERDUE, 0, False, True)]


def test_without_clerks_the_head_is_told_without_anybody_the_office_sees_it(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    scene.entry("2", unit=1, due_on=date(14))
    Membership.objects.filter(unit=scene.units[0], role=Role.CLERK).delete()
    Membership.objects.filter(unit=scene.units[1]).delete()
    assert run_mornings(now=june(15)) == 1
    assert scene.told(scene.heads[0], "alerts") == ["区人社局：今日预警1条，其中新增1条"]
    assert state(scene, 1) == [(OVERDUE, 0, False, False)]


def test_who_answers(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    alert = scene.alerts()[0]
    viewer = person("viewer", "看", scene.office, Role.VIEWER, scene.units[0])
    others = (scene.clerks[1], scene.administrator, viewer, make("p").clerks[0])
    for who in others:
        with pytest.raises(TransitionRefused, match="区人社局"):
            answer_alert(alert=alert, user=who, text="x", at=june(15, 10))
    for text in ("", "   ", "字" * 1001):
        with pytest.raises(TransitionRefused):
            answer_alert(alert=alert, user=scene.clerks[0], text=text, at=june(15, 10))
    assert not AlertEvent.objects.filter(action=AlertAction.ANSWER).exists()
    answer_alert(alert=alert, user=scene.clerks[0], text="先答", at=june(15, 10))
    answer_alert(alert=alert, user=scene.heads[0], text="负责人再答", at=june(15, 11))
    alert.refresh_from_db()
    assert (alert.answer, alert.answered_by) == ("负责人再答", scene.heads[0])
    texts = alert.events.filter(action=AlertAction.ANSWER).values_list("text", flat=True)
    assert list(texts) == ["先答", "负责人再答"]


def test_an_ended_alert_takes_no_answer(scene: Scene) -> None:
    entry = scene.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    scene.answers(entry, june(15, 10))
    run_mornings(now=june(16))
    with pytest.raises(TransitionRefused, match="解除"):
        answer_alert(alert=scene.alerts()[0], user=scene.clerks[0], text="迟了", at=june(16, 10))


def test_the_counts_of_a_period(scene: Scene) -> None:
    for number, due in enumerate((14, 14, 15)):
        scene.entry(str(number), due_on=date(due))
    run_mornings(now=june(15))
    answer_alert(alert=scene.alerts()[0], user=scene.clerks[0], text="在办", at=june(15, 10))
    run_mornings(now=june(16))
    run_mornings(now=june(3, month=7))

    def counts(period: str, at) -> list[Value]:
        figures = load_period(scene.office, period, at).unit(scene.units[0].code).figures
        return [figures[f"alerts.{name}"] for name in ("raised", "reminders", "answered", "unanswered")]

    assert counts("2023-06", june(15, 9)) == [2, 0, 0, 2]
    assert counts("2023-06", june(20)) == [3, 1, 1, 2]
    assert counts("2023-06", june(10, month=7)) == [3, 1, 1, 2]
    assert counts("2023-07", june(10, month=7)) == [0, 2, 0, 0]
    assert counts("2023", june(10, month=7)) == [3, 3, 1, 2]
    other = load_period(scene.office, "2023", june(10, month=7)).unit(scene.units[1].code)
    assert other.figures["alerts.raised"] == 0


def test_two_offices_keep_apart_and_their_calendars_too(scene: Scene) -> None:
    other = make("p")
    for home in (scene, other):
        home.entry("1", due_on=date(14))
    assert run_mornings(now=june(15)) == 2
    assert MorningRun.objects.count() == 2
    assert {alert.office for alert in scene.alerts()} == {scene.office}


def test_one_alert_per_unit_and_matter_by_the_database(scene: Scene) -> None:
    fields = {
        "office": scene.office,
        "unit": scene.units[0],
        "kind": OVERDUE,
        "subject": "entry:1",
        "title": "x",
        "raised_on": date(15),
    }
    Alert.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(**fields)
    Alert.objects.update(ended_on=date(16))
    Alert.objects.create(**fields)


def test_a_kind_nobody_could_look_into_stays_as_it_is(scene: Scene) -> None:
    matter = Matter(scene.units[0].pk, AlertKind.BELOW_TARGET, "target:x:2023-05", "低于目标值", "/")
    kinds = {AlertKind.BELOW_TARGET}
    daily.run_morning(office=scene.office, further=[matter], kinds=kinds, at=june(15))
    daily.run_morning(office=scene.office, further=[], kinds=frozenset(), at=june(16))
    assert state(scene) == [(AlertKind.BELOW_TARGET, 0, False, False)]
    daily.run_morning(office=scene.office, further=[], kinds=kinds, at=june(19))
    assert state(scene) == [(AlertKind.BELOW_TARGET, 0, False, True)]


def test_a_kill_half_way_leaves_nothing_and_the_next_clock_does_all(scene: Scene, monkeypatch) -> None:
    for number in range(2):
        scene.entry(str(number), unit=number, due_on=date(14))
    genuine, calls = daily.notify, []

    def dies(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return genuine(*args, **kwargs)

    monkeypatch.setattr(daily, "notify", dies)
    with pytest.raises(KeyboardInterrupt):
        run_mornings(now=june(15))
    assert not Alert.objects.exists()
    assert not mornings("alerts").exists()
    monkeypatch.undo()
    assert run_mornings(now=june(15, 8, 5)) == 2
    assert Alert.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_two_clocks_at_once() -> None:
    scene = make()
    scene.entry("1", due_on=date(14))
    start, written = threading.Barrier(4), []

    def ticks() -> None:
        try:
            start.wait()
            written.append(run_mornings(now=june(15)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ticks) for _clock in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 0, 0, 1]
    assert Alert.objects.count() == 1
    assert AlertEvent.objects.count() == 1


@pytest.fixture
def targets(scene: Scene) -> Scene:
    """办结率 at least 90 % a month; May filed: 95 %, 80 %, not applicable; June: only the first, 50 %."""
    form = build.form(scene.office, frequency="month", groups=[scene.group])
    indicator = definitions.save_indicator(office=scene.office, code="closing", name="办结率")
    definitions.save_version(
        indicator=indicator, valid_from=date(1, 1), numerator="已办数", denominator="应办数"
    )
    approver = person("approver", "李审批", scene.office, Role.ADMINISTRATOR)
    for period, rows in (
        ("2023-05", {0: (20, 19), 1: (20, 16), 2: None}),
        ("2023-06", {0: (2, 1)}),
    ):
        window = build.window(form, period)
        for unit, figures in rows.items():
            values = (
                {"due": figures[0], "done": figures[1]}
                if figures
                else {"due": ("na", "none"), "done": ("na", "none")}
            )
            submission = window.submissions.get(unit=scene.units[unit])
            build.approve(build.fill(submission, values, scene.clerks[unit]), approver)
    outbox.drain()
    for period in ("2023-05", "2023-06"):
        definitions.save_target(indicator=indicator, period=period, value=Decimal(90))
    return scene


def missed(scene: Scene, at) -> list[tuple[str, str]]:
    found = below_target(scene.office, at)
    assert found is not None
    names = {unit.pk: unit.name for unit in scene.units}
    return [(names[matter.unit], matter.title) for matter in found]


MAY_80 = ("区市场监管局", "办结率（2023年5月）80.0%，低于目标值90%")
JUNE_50 = ("区人社局", "办结率（2023年6月）50.0%，低于目标值90%")


def test_units_below_a_target_of_the_running_or_the_last_period(targets: Scene) -> None:
    assert missed(targets, june(31, month=5)) == [MAY_80]
    # The unit that has filed for June is judged by June, the other still by May.
    assert sorted(missed(targets, june(20))) == sorted([JUNE_50, MAY_80])
    assert missed(targets, june(20, month=7)) == [JUNE_50]
    assert missed(targets, june(20, month=8)) == []


def test_a_target_that_is_met_exactly_is_met(targets: Scene) -> None:
    Target.objects.update(value=Decimal(80))
    assert missed(targets, june(31, month=5)) == []
    Target.objects.update(value=Decimal("80.000001"))
    assert [unit for unit, _title in missed(targets, june(31, month=5))] == ["区市场监管局"]
    Target.objects.update(value=Decimal(90), operator="at_most")
    assert missed(targets, june(31, month=5)) == [("区人社局", "办结率（2023年5月）95.0%，高于目标值90%")]


def test_the_groups_own_target_comes_first_and_small_denominators_miss_nothing(targets: Scene) -> None:
    indicator = targets.office.indicators.get()
    definitions.save_target(indicator=indicator, period="2023-05", value=Decimal(70), group=targets.group)
    assert missed(targets, june(31, month=5)) == []
    indicator.versions.update(minimum_denominator=3)
    assert missed(targets, june(20)) == []


def test_a_missed_target_is_an_alert_until_it_is_met(targets: Scene) -> None:
    run_mornings(now=june(1))
    assert state(targets, 1) == [(AlertKind.BELOW_TARGET, 0, False, False)]
    alert = targets.alerts(1)[0]
    assert alert.url.startswith("/admin/indicators/ranking/overview/?period=2023-05")
    Target.objects.update(value=Decimal(80))
    run_mornings(now=june(2))
    assert state(targets, 1) == [(AlertKind.BELOW_TARGET, 0, False, True)]


def test_a_definition_that_can_not_be_used_keeps_the_rest_going(targets: Scene, caplog) -> None:
    targets.entry("1", due_on=date(14))
    run_mornings(now=june(15))
    targets.office.indicators.get().versions.update(numerator="没有这一项")
    run_mornings(now=june(16))
    assert "targets not looked at" in caplog.text
    assert (OVERDUE, 1, False, False) in state(targets)
    assert state(targets, 1) == [(AlertKind.BELOW_TARGET, 0, False, False)]


def test_a_request_past_due_is_an_alert_until_it_is_answered(scene: Scene) -> None:
    draft = save_draft(
        office=scene.office,
        user=scene.administrator,
        units=scene.units[:2],
        title="报送上半年工作总结",
        due_at=june(15, 17),
        at=june(12),
    )
    asked = hand_out(request=draft, user=scene.administrator, at=june(12))
    run_mornings(now=june(15))
    assert not Alert.objects.exists()
    hand_in(answer=asked.answers.get(unit=scene.units[1]), user=scene.clerks[1], text="总结", at=june(15, 20))
    run_mornings(now=june(16))
    assert state(scene) == [(AlertKind.UNANSWERED, 0, False, False)]
    assert state(scene, 1) == []
    assert scene.alerts()[0].title.startswith("“报送上半年工作总结”应于")
    hand_in(answer=asked.answers.get(unit=scene.units[0]), user=scene.clerks[0], text="总结", at=june(16, 9))
    run_mornings(now=june(19))
    assert state(scene) == [(AlertKind.UNANSWERED, 0, False, True)]


def test_nothing_to_warn_of_tells_nobody(scene: Scene) -> None:
    assert isinstance(scene.register, Register)
    assert run_mornings(now=june(15)) == 0
    assert not Notice.objects.exists()
    assert MorningRun.objects.count() == 1
