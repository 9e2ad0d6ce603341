"""Rules that look beyond the form, explanations, outliers, categories and the tree: what the services do with them."""

import datetime as dt

import pytest
from django.utils import timezone

from departments.choices import ItemKind, Role, Severity, Status
from departments.exceptions import NOTICE, NotSubmittable, TransitionRefused
from departments.models import Form, Office, Submission, Unit, Window
from departments.services import categories, remarks
from departments.services import forms as form_services
from departments.services import submissions as services
from departments.services.contexts import load_context, load_contexts
from departments.sheets import CellInput, cells_of, check_expression, load_sheet
from govsvc import outbox
from indicators.services.dataset import load_period
from tests import build

pytestmark = pytest.mark.django_db


class World:
    """One office with a weekly form (split at a month's end) and a quarterly one over the same figure."""

    def __init__(self) -> None:
        self.office: Office = build.office()
        group = build.group(self.office)
        self.unit: Unit = build.unit(self.office, "A", "甲局", group)
        self.weekly: Form = build.form(self.office, "weekly", "split_week", units=[self.unit])
        self.quarterly: Form = build.form(self.office, "quarterly", "quarter", units=[self.unit])
        form_services.save_form(office=self.office, code="weekly", title="周报")
        form_services.save_form(office=self.office, code="quarterly", title="季报")
        self.weekly.refresh_from_db()
        self.quarterly.refresh_from_db()
        self.clerk = build.person("clerk", self.office, Role.CLERK, self.unit)
        self.admin = build.person("admin", self.office, Role.ADMINISTRATOR)

    def window(self, form: Form, period: str) -> Submission:
        now = timezone.now()
        window: Window = services.open_window(
            form=form, period=period, opens_at=now - dt.timedelta(days=1), due_at=now + dt.timedelta(days=1)
        )
        return Submission.objects.get(window=window, unit=self.unit)

    def file(self, form: Form, period: str, due: int, done: int) -> Submission:
        submission = self.window(form, period)
        inputs = {"due": CellInput(str(due)), "done": CellInput(str(done))}
        services.save_figures(submission=submission, inputs=inputs, user=self.clerk)
        services.submit(submission=submission, user=self.clerk)
        return services.approve(submission=submission, user=self.admin)


@pytest.fixture
def world() -> World:
    return World()


def findings(submission: Submission) -> list[tuple[str, str, str]]:
    sheet = load_sheet(submission.window.form, submission)
    problems = sheet.problems(cells_of(submission), complete=False, context=load_context(sheet, submission))
    return [(problem.severity, problem.item, problem.rule) for problem in problems]


def test_a_jump_against_last_period_wants_an_explanation(world: World) -> None:
    form_services.save_rule(
        form=world.weekly,
        code="jump",
        severity=Severity.WARNING,
        expression="绝对值(应办数 - 上期.应办数) <= 上期.应办数 * 0.5",
        message="应办数比上期变动超过50%",
        order=2,
    )
    world.file(world.weekly, "2022-W12", 100, 90)
    submission = world.window(world.weekly, "2022-W13-P1")
    inputs = {"due": CellInput("200"), "done": CellInput("1")}
    saved = services.save_figures(submission=submission, inputs=inputs, user=world.clerk)
    assert [problem.message for problem in saved.problems] == [
        "应办数比上期变动超过50%（应办数 200，上期.应办数 100）"
    ]
    with pytest.raises(NotSubmittable):
        services.submit(submission=submission, user=world.clerk)
    with pytest.raises(NotSubmittable):
        services.submit(submission=submission, user=world.clerk, explanations={("jump", "due"): "   "})
    services.submit(submission=submission, user=world.clerk, explanations={("jump", "due"): "新增事项下放"})
    assert remarks.explanations_of(submission) == {("jump", "due"): "新增事项下放"}
    services.return_submission(submission=submission, user=world.admin, reason="再核")
    services.submit(submission=submission, user=world.clerk)
    assert submission.remarks.count() == 1, "explained once is explained"


def test_without_a_last_period_no_jump_is_judged(world: World) -> None:
    form_services.save_rule(
        form=world.weekly,
        code="jump",
        expression="应办数 <= 上期.应办数 * 2",
        message="翻了一番",
        order=2,
    )
    submission = world.window(world.weekly, "2022-W13-P2")
    inputs = {"due": CellInput("200"), "done": CellInput("1")}
    services.save_figures(submission=submission, inputs=inputs, user=world.clerk)
    assert findings(submission) == []


def test_what_was_reported_last_period_and_is_missing_now(world: World) -> None:
    form_services.save_rule(
        form=world.weekly,
        code="gone",
        severity=Severity.WARNING,
        expression="未报(上期.已办数) 或 不适用(上期.已办数) 或 非 不适用(已办数)",
        message="上期有数，本期填“不适用”",
        order=2,
    )
    world.file(world.weekly, "2022-W12", 10, 9)
    submission = world.window(world.weekly, "2022-W13-P1")
    services.save_figures(
        submission=submission,
        inputs={"due": CellInput("5"), "done": CellInput(reason="none")},
        user=world.clerk,
    )
    assert findings(submission) == [("warning", "done", "gone")]


def test_the_quarter_is_held_against_the_weeks_only_when_all_are_in(world: World) -> None:
    form_services.save_rule(
        form=world.quarterly,
        code="weeks",
        severity=Severity.WARNING,
        expression="应办数 = 周报.应办数",
        message="与周报合计不一致",
        order=2,
    )
    world.file(world.weekly, "2022-W12", 100, 90)
    world.file(world.weekly, "2022-W13-P1", 40, 30)
    quarter = world.window(world.quarterly, "2022Q1")
    services.save_figures(
        submission=quarter, inputs={"due": CellInput("141"), "done": CellInput("1")}, user=world.clerk
    )
    assert findings(quarter) == [("warning", "due", "weeks")]
    world.window(world.weekly, "2022-W11")
    assert findings(quarter) == [], "a week is still out: nothing to compare with"
    services.save_figures(submission=quarter, inputs={"due": CellInput("140")}, user=world.clerk)
    world.file(world.weekly, "2022-W11", 0, 0)
    assert findings(quarter) == []


def test_an_unknown_form_in_a_rule_is_named(world: World) -> None:
    assert check_expression(world.quarterly, "应办数 = 周报.应办数", boolean=True) is None
    assert "月报" in str(check_expression(world.quarterly, "应办数 = 月报.应办数", boolean=True))


def test_an_outlier_is_flagged_and_blocks_nothing(world: World) -> None:
    for week, due in zip(range(1, 9), (100, 103, 98, 101, 99, 102, 100, 97), strict=True):
        world.file(world.weekly, f"2022-W{week:02}" if week != 5 else "2022-W05-P1", due, 90)
    submission = world.window(world.weekly, "2022-W10")
    inputs = {"due": CellInput("400"), "done": CellInput("90")}
    services.save_figures(submission=submission, inputs=inputs, user=world.clerk)
    assert findings(submission) == [(NOTICE, "due", "")]
    services.submit(submission=submission, user=world.clerk)


def test_contexts_of_many_units_cost_as_many_queries_as_of_one(
    world: World, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    form_services.save_rule(
        form=world.weekly, code="j", expression="应办数 <= 上期.应办数 * 9", message="m", order=2
    )
    window = world.window(world.weekly, "2022-W12").window
    sheet = load_sheet(world.weekly)
    counts = []
    for many in (1, 12):
        for number in range(many):
            unit = build.unit(world.office, f"N{many}-{number}", f"局{many}{number}")
            services.start_submission(window=window, unit=unit)
        rows = list(Submission.objects.filter(window=window).select_related("window__form"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            load_contexts(sheet, rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def licences(world: World) -> Form:
    """证照: two counts asked per kind of licence; the unit may add kinds."""
    kinds = categories.save_category_list(
        office=world.office, code="kinds", name="证照类型", units_may_add=True
    )
    for order, name in enumerate(("排污许可证", "采矿许可证"), 1):
        categories.save_category(list=kinds, code=f"k{order}", name=name, order=order)
    form = form_services.save_form(
        office=world.office, code="lic", title="证照", frequency="month", category_list=kinds
    )
    for order, (code, name) in enumerate((("signed", "已签章"), ("unsigned", "未签章")), 1):
        form_services.save_item(form=form, code=code, name=name, order=order, by_category=True)
    form_services.save_item(
        form=form,
        code="share",
        name="签章率",
        kind=ItemKind.COMPUTED,
        decimals=1,
        unit_of_measure="%",
        expression="已签章 / (已签章 + 未签章) * 100",
        order=3,
    )
    form_services.save_rule(
        form=form, code="some", expression="已签章 + 未签章 > 0", message="两项都是0", order=1
    )
    form_services.expect(form=form, units=[world.unit])
    return form


def test_rows_by_category_are_asked_judged_and_summed(world: World) -> None:
    submission = world.window(licences(world), "2023-06")
    added = categories.add_row(submission=submission, user=world.clerk, name=" 排污 登记证 ")
    assert categories.add_row(submission=submission, user=world.clerk, name="排污登记证").pk == added.pk
    sheet = load_sheet(submission.window.form, submission)
    assert [place.key for place in sheet.places] == [
        f"{item}@{row}" for row in ("k1", "k2", added.code) for item in ("signed", "unsigned")
    ]
    inputs = {f"signed@{row}": CellInput(str(n)) for row, n in (("k1", 186), ("k2", 3), (added.code, 0))}
    saved = services.save_figures(submission=submission, inputs=inputs, user=world.clerk)
    assert saved.problems == ()
    inputs = {f"unsigned@{row}": CellInput("0") for row in ("k1", "k2", added.code)}
    saved = services.save_figures(submission=submission, inputs=inputs, user=world.clerk)
    assert [(p.item, p.rule) for p in saved.problems] == [(f"signed@{added.code}", "some")]
    services.save_figures(
        submission=submission, inputs={f"unsigned@{added.code}": CellInput("11")}, user=world.clerk
    )
    services.submit(submission=submission, user=world.clerk)
    services.approve(submission=submission, user=world.admin)
    outbox.drain()
    figures = load_period(world.office, "2023-06").unit("A").figures
    assert (figures["lic.signed"], figures["lic.unsigned"]) == (189, 11)
    shown = {item.code: item for item in sheet.items}["share"]
    assert sheet.display(shown, sheet.compute(cells_of(submission))["share"]) == "94.5%"


def test_another_units_row_is_not_asked(world: World) -> None:
    form = licences(world)
    assert form.category_list is not None
    other = build.unit(world.office, "B", "乙局")
    categories.save_category(list=form.category_list, code="b1", unit=other, name="只乙局", order=9)
    submission = world.window(form, "2023-06")
    keys = load_sheet(form, submission).by_key
    assert "signed@b1" not in keys
    saved = services.save_figures(
        submission=submission, inputs={"signed@b1": CellInput("5")}, user=world.clerk
    )
    assert saved.rejected == {"signed@b1"}


def test_children_come_before_parents() -> None:
    home = build.office()
    group = build.group(home)
    town = build.unit(home, "T", "某镇", group)
    villages = [
        build.unit(home, code, name, group, parent=town) for code, name in (("V", "甲村"), ("W", "乙村"))
    ]
    form = build.form(home, units=[town, *villages])
    form.children_first = True
    form.save()
    window = build.window(form)
    admin = build.person("admin", home, Role.ADMINISTRATOR)
    rows = {}
    for unit in (town, *villages):
        clerk = build.person(f"c{unit.code}", home, Role.CLERK, unit)
        rows[unit] = build.fill(
            Submission.objects.get(window=window, unit=unit), {"due": 2, "done": 1}, clerk
        )
    build.approve(rows[villages[0]], admin)
    with pytest.raises(TransitionRefused, match="乙村"):
        build.approve(rows[town], admin)
    outcomes = services.approve_many(
        chosen=[(rows[villages[1]], rows[villages[1]].version), (rows[town], rows[town].version)], user=admin
    )
    assert [outcome.refused for outcome in outcomes] == ["", ""]
    assert Submission.objects.filter(status=Status.APPROVED).count() == 3
