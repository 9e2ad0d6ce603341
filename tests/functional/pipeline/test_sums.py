"""Sums kept step by step equal sums built anew, whatever happens in whatever order; and they are right."""

import datetime as dt
import random
from fractions import Fraction

import pytest

from departments.choices import Role, Status
from departments.models import Submission
from departments.services import organisation
from departments.services import submissions as services
from departments.sheets import CellInput
from expressions.values import MISSING, Kind, NoValue
from govsvc import outbox
from indicators.models import Indicator, IndicatorVersion, Sum
from indicators.models.sums import SLOT_COLUMNS
from indicators.services import sums
from indicators.services.dataset import load_period
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def rows() -> dict:
    return {
        row.pop("unit__code"): row
        for row in Sum.objects.values("unit__code", "filed", *SLOT_COLUMNS).order_by("unit__code")
    }


@pytest.fixture
def tree():
    """A district over two towns over three villages each; the towns file figures of their own too."""
    home = build.office()
    group = build.group(home, "all", "各级")
    top = build.unit(home, "D", "某区", group)
    towns = [build.unit(home, f"T{i}", f"{i}镇", group, top) for i in range(2)]
    villages = [build.unit(home, f"V{i}", f"{i}村", group, towns[i // 3]) for i in range(6)]
    form = build.form(home, groups=[group])
    build.window(form)
    administrator = build.person("admin", home, Role.ADMINISTRATOR)
    clerks = {
        unit.pk: build.person(f"c{unit.code}", home, Role.CLERK, unit) for unit in [top, *towns, *villages]
    }
    return home, form, administrator, clerks


@pytest.mark.parametrize("seed", range(12))
def test_step_by_step_equals_anew(tree, seed):
    _home, form, administrator, clerks = tree
    chance = random.Random(seed)
    submissions = list(Submission.objects.select_related("unit"))
    for _step in range(40):
        submission = Submission.objects.get(pk=chance.choice(submissions).pk)
        clerk = clerks[submission.unit_id]
        if submission.status == Status.APPROVED:
            build.reopen(submission, administrator)
        elif submission.status == Status.SUBMITTED:
            services.approve(submission=submission, user=administrator)
        else:
            due = chance.choice(["", "na", 0, chance.randint(1, 50)])
            done = due if due in ("", "na", 0) else chance.randint(0, due)
            values = {
                code: CellInput(reason="none") if value == "na" else CellInput(str(value))
                for code, value in (("due", due), ("done", done))
            }
            services.save_figures(submission=submission, inputs=values, user=clerk)
            if due != "":
                services.submit(submission=submission, user=clerk)
        if chance.random() < 0.4:
            outbox.drain()
    outbox.drain()
    kept = rows()
    sums.rebuild(form=form, period="2022Q1")
    assert rows() == kept
    assert kept == plainly(form)


def plainly(form) -> dict:
    """The same rows, written as one would explain them: for every unit go over everything at and below it."""
    found: dict[str, dict] = {}
    for submission in Submission.objects.filter(status=Status.APPROVED):
        day = dt.date(2022, 3, 31)
        unit = submission.unit
        while unit is not None:
            row = found.setdefault(
                unit.code,
                {"filed": 0} | {name: None if name.startswith("v") else 0 for name in SLOT_COLUMNS},
            )
            row["filed"] += 1
            for figure in submission.figures.all():
                slot = figure.item.slot
                if figure.value is None:
                    row[f"a{slot}"] += 1
                else:
                    row[f"v{slot}"] = (row[f"v{slot}"] or 0) + int(figure.value)
                    row[f"n{slot}"] += 1
            unit = unit.versions.on(day).get().parent
    return found


def test_a_task_delivered_three_times_in_any_order_changes_nothing(tree):
    _home, form, administrator, clerks = tree
    for index, submission in enumerate(Submission.objects.select_related("unit")):
        filled = build.fill(submission, {"due": 10 + index, "done": index}, clerks[submission.unit_id])
        build.approve(filled, administrator)
    calls = [(s.unit_id, form.pk, "2022Q1") for s in Submission.objects.all()] * 3
    random.Random(1).shuffle(calls)
    for unit, form_id, period in calls:
        sums.roll_up(unit_id=unit, form_id=form_id, period=period)
    kept = rows()
    sums.rebuild(form=form, period="2022Q1")
    assert rows() == kept


def test_a_unit_moved_in_april_leaves_the_first_quarter_as_it_was(tree):
    home, form, administrator, clerks = tree
    village = home.units.get(code="V0")
    submission = Submission.objects.get(unit=village)
    build.approve(build.fill(submission, {"due": 50, "done": 40}, clerks[village.pk]), administrator)
    outbox.drain()
    before = rows()
    organisation.change_unit(
        unit=village,
        valid_from=dt.date(2022, 4, 1),
        full_name="某区零村",
        short_name="新零村",
        parent=home.units.get(code="T1"),
        group=home.groups.get(),
    )
    sums.rebuild(form=form, period="2022Q1")
    assert rows() == before
    assert before["T0"]["v0"] == 50
    assert load_period(home, "2022Q1").unit("V0").name == "0村"
    assert load_period(home, "2022Q2").unit("V0").name == "新零村"


def test_a_rate_over_the_tree_is_pooled_over_units_that_have_both(tree):
    """0/50 and 40/50 give 40 %; a village that says 不适用 for one operand takes no part with the other."""
    home, _form, administrator, clerks = tree
    indicator = Indicator.objects.create(office=home, code="rate", name="办结率")
    IndicatorVersion.objects.create(
        indicator=indicator,
        number=1,
        valid_from=dt.date(2022, 1, 1),
        numerator="已办数",
        denominator="应办数",
    )
    given = {
        "V0": {"due": 50, "done": 0},
        "V1": {"due": 50, "done": 40},
        "V2": {"due": 900, "done": ("na", "none")},
    }
    for code, values in given.items():
        unit = home.units.get(code=code)
        submission = build.fill(Submission.objects.get(unit=unit), values, clerks[unit.pk])
        build.approve(submission, administrator)
    outbox.drain()
    data = load_period(home, "2022Q1")
    assert data.unit("T0").pairs["rate"].value() == Fraction(40)
    assert data.unit("D").pairs["rate"].value() == Fraction(40)
    assert data.unit("T1").pairs["rate"].numerator == MISSING
    assert data.unit("V2").pairs["rate"].value() == NoValue(Kind.NOT_APPLICABLE, "无此业务")
    whole = data.aggregate("rate", data.members(["all"]))
    assert whole.coverage.text() == "9家中3家"


def test_sums_are_exact_to_the_fifteenth_digit(tree):
    home, _form, administrator, clerks = tree
    big = 999_999_999_999_999
    for code in ("V0", "V1", "V2"):
        unit = home.units.get(code=code)
        submission = build.fill(Submission.objects.get(unit=unit), {"due": big, "done": 1}, clerks[unit.pk])
        build.approve(submission, administrator)
    outbox.drain()
    assert load_period(home, "2022Q1").unit("D").figures["items.due"] == 3 * big
