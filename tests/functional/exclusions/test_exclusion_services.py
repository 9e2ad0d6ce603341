"""Exclusions: who may do what in which state, and what the figures then are (Yindu: 1645 → 1644, 64/144 → 64/143)."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from departments.choices import Measure, Role, UnitTotal
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Submission
from departments.periods import Period
from departments.services import forms, submissions
from departments.sheets import CellInput
from govsvc import outbox
from indicators.choices import ExclusionState
from indicators.dataset import PeriodData
from indicators.exclusions import exclusion_note
from indicators.models import Exclusion
from indicators.services import exclusions
from indicators.services.calculation import shown
from indicators.services.dataset import load_period
from tests import build
from tests.functional.exclusions.yindu_office import PERIOD, POLICE, REASON, Yindu, build_yindu, moment

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def now(yindu: Yindu, period: str = PERIOD) -> PeriodData:
    return load_period(yindu.office, period, at=moment(10))


def note_of(data: PeriodData) -> str:
    return exclusion_note(data.exclusions, {unit.id: unit.name for unit in data.units})


def rate(data: PeriodData, unit: str) -> str:
    """As printed: 44.76%（64/143）."""
    definition, pair = data.definitions["instant"], data.unit(unit).pairs["instant"]
    return f"{shown(pair.value(), definition)}（{pair.numerator}/{pair.denominator}）"


def test_yindu_s_item_that_is_not_counted(db: Any) -> None:
    yindu = build_yindu()
    top, police = yindu.top.code, yindu.police.code

    def figures() -> tuple[Any, str, str]:
        data = now(yindu)
        return data.unit(top).figures["items.total"], rate(data, police), rate(data, top)

    before = (Fraction(1645), "44.44%（64/144）", "62.67%（1031/1645）")
    asked = yindu.ask()
    assert figures() == before
    exclusions.approve_exclusion(exclusion=asked, user=yindu.people["approver"])
    assert figures() == (Fraction(1644), "44.76%（64/143）", "62.71%（1031/1644）")
    data = now(yindu)
    group = data.aggregate("instant", data.members(["depts"]))
    assert (group.pair.numerator, group.pair.denominator) == (1031, 1644)
    assert note_of(data) == "已核减殷都区公安分局1项：不在本单位权限内。"
    exclusions.lift_exclusion(exclusion=asked, user=yindu.people["asker"], reason="权限已划转")
    assert figures() == before
    assert note_of(now(yindu)) == ""


def test_others_are_not_lowered(yindu: Yindu) -> None:
    before = now(yindu)
    yindu.approved(amount=Decimal(44))
    after = now(yindu)
    for unit in before.units:
        lowered = unit.code in (yindu.police.code, yindu.top.code)
        difference = 44 if lowered else 0
        assert after.unit(unit.code).figures["items.total"] == unit.figures["items.total"] - difference
        assert after.unit(unit.code).figures["items.instant"] == unit.figures["items.instant"]


# What each step needs: the state it begins in and how it is done.
STEPS: dict[str, tuple[ExclusionState, Callable[..., Exclusion]]] = {
    "approve": (
        ExclusionState.ASKED,
        lambda row, user: exclusions.approve_exclusion(exclusion=row, user=user, at=moment(8)),
    ),
    "refuse": (
        ExclusionState.ASKED,
        lambda row, user: exclusions.refuse_exclusion(
            exclusion=row, user=user, reason="属本单位", at=moment(8)
        ),
    ),
    "lift": (
        ExclusionState.APPROVED,
        lambda row, user: exclusions.lift_exclusion(exclusion=row, user=user, reason="已划转", at=moment(8)),
    ),
}
ENDS = {"approve": "approved", "refuse": "refused", "lift": "lifted"}
OTHERS = ("reviewer", "issuer", "viewer", "clerk", "neighbour", "filler", "stranger")


def test_every_step_in_every_state_by_everybody(yindu: Yindu) -> None:
    row = yindu.ask()
    tried = 0
    for state, step, who in product(ExclusionState, STEPS, ["approver", "asker", *OTHERS]):
        Exclusion.objects.filter(pk=row.pk).update(state=state)
        begins, do = STEPS[step]
        if state == begins and who not in OTHERS and (who, step) != ("asker", "approve"):
            assert do(row, yindu.people[who]).state == ENDS[step]
            tried += 1
        else:
            with pytest.raises(TransitionRefused):
                do(row, yindu.people[who])
            row.refresh_from_db()
            assert row.state == state, (who, step)
    assert tried == 5


def test_only_administrators_of_the_office_ask(yindu: Yindu) -> None:
    for who in OTHERS:
        with pytest.raises(TransitionRefused, match="管理员"):
            yindu.ask(user=yindu.people[who])
    assert not Exclusion.objects.exists()


def test_a_refusal_and_a_lifting_need_words(yindu: Yindu) -> None:
    row = yindu.ask()
    for step in (exclusions.refuse_exclusion, exclusions.lift_exclusion):
        with pytest.raises(DepartmentsError):
            step(exclusion=row, user=yindu.people["approver"], reason=" \n ")
        Exclusion.objects.update(state=ExclusionState.APPROVED)
    with pytest.raises(DepartmentsError, match="为什么"):
        yindu.ask(unit=yindu.units["殷都区住建局"], reason="　")


def test_no_more_than_was_reported_is_left_out(yindu: Yindu) -> None:
    for amount, words in (("0", "144"), ("-1", "144"), ("145", "144"), ("NaN", "144"), ("0.5", "小数")):
        with pytest.raises(DepartmentsError, match=words):
            yindu.ask(amount=Decimal(amount))


def test_all_of_a_figure_may_be_left_out(yindu: Yindu) -> None:
    yindu.approved(amount=Decimal(144))
    data = now(yindu)
    assert data.unit(yindu.police.code).figures["items.total"] == 0
    assert rate(data, yindu.police.code) == "—（64/0）"


DO_NOT_ADD_UP: tuple[dict[str, Any], ...] = (
    {"unit_total": UnitTotal.MAX},
    {"unit_total": UnitTotal.NONE},
    {"kind": "percent", "decimals": 2},
    {"kind": "text"},
    {"kind": "computed", "expression": "total * 2"},
    {"by_category": True},
)


def test_only_entered_numbers_that_add_up_are_lowered(yindu: Yindu) -> None:
    for n, fields in enumerate(DO_NOT_ADD_UP):
        item = forms.save_item(form=yindu.form, code=f"more{n}", name=f"另一项{n}", order=3 + n, **fields)
        with pytest.raises(DepartmentsError, match=f"“另一项{n}”不能核减"):
            yindu.ask(item=item)


def test_items_and_units_of_two_offices_do_not_meet(yindu: Yindu) -> None:
    other = build.form(build.office("third", "第三区"))
    with pytest.raises(DepartmentsError, match="应办数"):
        yindu.ask(item=other.items.get(code="due"))


def test_without_an_approved_figure_there_is_nothing_to_lower(yindu: Yindu) -> None:
    for period in ("2023-05", "2023Q2", "nonsense"):
        with pytest.raises(DepartmentsError, match="没有经审批"):
            yindu.ask(period=period)


def test_what_was_opened_again_is_neither_asked_for_nor_approved(yindu: Yindu) -> None:
    row = yindu.ask()
    build.reopen(yindu.submission(), yindu.people["approver"], asker=yindu.people["filler"])
    with pytest.raises(DepartmentsError, match="没有经审批"):
        exclusions.approve_exclusion(exclusion=row, user=yindu.people["approver"])
    exclusions.refuse_exclusion(exclusion=row, user=yindu.people["approver"], reason="已重新开放")
    with pytest.raises(DepartmentsError, match="没有经审批"):
        yindu.ask()


def test_approving_looks_at_the_figure_anew(yindu: Yindu) -> None:
    row = yindu.ask(amount=Decimal(100))
    submission = build.reopen(yindu.submission(), yindu.people["approver"], asker=yindu.people["filler"])
    inputs = {"total": CellInput("90"), "instant": CellInput("64")}
    submissions.save_figures(submission=submission, inputs=inputs, user=yindu.people["filler"])
    submissions.submit(submission=submission, user=yindu.people["filler"])
    submissions.approve(submission=submission, user=yindu.people["approver"])
    with pytest.raises(DepartmentsError, match="90"):
        exclusions.approve_exclusion(exclusion=row, user=yindu.people["approver"])


def test_one_at_a_time_and_again_after_its_end(yindu: Yindu) -> None:
    asker, approver = yindu.people["asker"], yindu.people["approver"]

    def refused() -> None:
        with pytest.raises(DepartmentsError, match="先撤销"):
            yindu.ask(amount=Decimal(2))

    row = yindu.ask()
    refused()
    exclusions.refuse_exclusion(exclusion=row, user=asker, reason="填错了")
    row = yindu.ask()
    exclusions.approve_exclusion(exclusion=row, user=approver)
    refused()
    exclusions.lift_exclusion(exclusion=row, user=asker, reason="已划转")
    assert yindu.ask(amount=Decimal(2)).amount == 2


def test_everything_done_stays_on_record(yindu: Yindu) -> None:
    row = yindu.approved()
    exclusions.lift_exclusion(exclusion=row, user=yindu.people["asker"], reason="权限已划转", at=moment(9))
    assert [(e.user.username, e.change_message, e.action_time) for e in exclusions.history_of(row)] == [
        ("asker", "撤销：权限已划转", moment(9)),
        ("approver", "批准：核减1项", moment(7)),
        ("asker", f"申请核减1项：{REASON}", moment(6)),
    ]


# Periods: a form of two months of a quarter, a flow and a stock.


@pytest.fixture
def months(yindu: Yindu) -> Yindu:
    """公安分局 also filed a flow, 办件量 10 in May and 20 in June, and 事项总数 150 in May."""
    forms.save_item(form=yindu.form, code="cases", name="办件量", order=3, unit_of_measure="件")
    submissions.open_window(form=yindu.form, period="2023-05", opens_at=moment(1, 8), due_at=moment(5, 17))
    build.reopen(yindu.submission(), yindu.people["approver"], asker=yindu.people["filler"])
    for period, total, cases in (("2023-05", 150, 10), (PERIOD, 144, 20)):
        submission = Submission.objects.get(unit=yindu.police, window__period=period)
        inputs = {
            "total": CellInput(str(total)),
            "instant": CellInput("64"),
            "cases": CellInput(str(cases)),
        }
        filler = yindu.people["filler"]
        at = moment(4) if period != PERIOD else None
        submissions.save_figures(submission=submission, inputs=inputs, user=filler, at=at)
        submissions.submit(submission=submission, user=filler, at=at)
        submissions.approve(submission=submission, user=yindu.people["approver"], at=at)
    outbox.drain()
    return yindu


# The exclusion's item and period, and the figure of each period then (None: nobody reported).
LONGER = (
    ("cases", "2023-05", {"2023-05": 9, "2023-06": 20, "2023Q2": 29, "2023Q3": None}),
    ("cases", "2023-06", {"2023-05": 10, "2023-06": 19, "2023Q2": 29, "2023H1": 29}),
    ("total", "2023-06", {"2023-05": 150, "2023-06": 143, "2023Q2": 143, "2023": 143}),
    ("total", "2023-05", {"2023-05": 149, "2023-06": 144, "2023Q2": 144}),
)


def test_longer_periods(months: Yindu) -> None:
    """A flow is lowered in every period its own lies in, a stock only where its period is the last one reported."""
    for code, period, figures in LONGER:
        row = months.approved(item=months.form.items.get(code=code), period=period)
        for when, expected in figures.items():
            value = now(months, when).unit(months.police.code).figures[f"items.{code}"]
            assert (value if isinstance(value, Fraction) else None) == expected, (code, period, when)
        exclusions.lift_exclusion(exclusion=row, user=months.people["asker"], reason="下一例")


def test_a_period_knows_the_exclusions_inside_it(months: Yindu) -> None:
    cases = months.form.items.get(code="cases")
    months.approved(item=cases, period="2023-05", amount=Decimal(2), reason="重复计数")
    months.approved(item=cases, amount=Decimal(3), reason="测试件")
    months.ask(amount=Decimal(5))
    forms_ = [months.form]

    def inside(code: str) -> list[tuple[str, Fraction]]:
        rows = exclusions.approved_exclusions(forms_, Period.parse(code))
        assert {(row.unit_id, row.form_code, row.item_code) for row in rows} <= {
            (months.police.pk, "items", "cases")
        }
        return [(row.period, row.amount) for row in rows]

    assert inside("2023Q2") == [("2023-05", 2), ("2023-06", 3)]
    assert inside("2023-06") == [("2023-06", 3)]
    assert inside("2023-04") == inside("2023Q1") == []
    assert exclusions.approved_exclusions([], Period.parse("2023Q2")) == []
    note = note_of(now(months, "2023Q2"))
    assert note == f"已核减{POLICE}办件量2件：重复计数；已核减{POLICE}办件量3件：测试件。"


def test_the_note_names_an_item_without_a_measure(yindu: Yindu) -> None:
    forms.save_item(form=yindu.form, code="total", unit_of_measure="")
    yindu.approved()
    assert note_of(now(yindu)) == f"已核减{POLICE}事项总数1：{REASON}。"


def test_an_administrator_of_two_offices_works_in_each(yindu: Yindu) -> None:
    stranger = yindu.people["stranger"]
    build.organisation.grant(user=stranger, office=yindu.office, role=Role.ADMINISTRATOR)
    stranger.__dict__.pop("_memberships", None)
    assert yindu.ask(user=stranger).asked_by == stranger


def test_a_stock_measure_is_what_yindu_declared(yindu: Yindu) -> None:
    assert yindu.total.measure == Measure.STOCK
