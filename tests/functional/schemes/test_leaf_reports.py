"""Reports on leaves in words: who says and decides what when, what counts, and what stays on record."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.choices import Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Notice
from departments.periods import Period
from departments.services import organisation
from departments.services.stored_files import UnusableFile
from indicators.choices import LeafReportState, LeafStatus
from indicators.models import LeafReport, LeafReportFile
from indicators.services.adjustments import adjustment_counts
from indicators.services.leaf_figures import Reported, leaf_inputs, words_leaves
from indicators.services.leaf_reports import (
    Outdated,
    confirm_leaf,
    confirm_many,
    remove_leaf_file,
    return_leaf,
)
from indicators.services.schemes import save_adjustment, save_scheme
from tests import build
from tests.functional.schemes.desk import PERIOD, Desk, may, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def stored() -> LeafReport:
    return LeafReport.objects.get()


def test_reported_confirmed_and_on_record(desk: Desk) -> None:
    report = desk.report("1.1.1", 0, "on_track", text="已完成60%\r\n下月完工", files=[pdf()])
    assert (report.state, report.status, report.confirmed) == ("submitted", "on_track", "")
    confirm_leaf(report=report, user=desk.people["admin"], at=may(27))
    report = stored()
    assert (report.state, report.confirmed, report.decided_by) == (
        "confirmed",
        "on_track",
        desk.people["admin"],
    )
    assert report.text == "已完成60%\n下月完工"
    assert list(report.events.values_list("state", "status", "user__username", "at")) == [
        ("submitted", "on_track", "clerk0", may(26)),
        ("confirmed", "on_track", "admin", may(27)),
    ]
    assert [file.name for file in report.files.all()] == ["照片.pdf"]
    # Confirmed as reported: nobody needs to be told.
    assert not Notice.objects.exists()


def test_the_office_may_confirm_another_status_with_a_reason(desk: Desk) -> None:
    report = desk.report("1.1.1", 0, "done")
    with pytest.raises(DepartmentsError):
        confirm_leaf(report=report, user=desk.people["admin"], status="behind")
    confirm_leaf(report=report, user=desk.people["admin"], status="behind", reason="现场未见窗口")
    assert (stored().status, stored().confirmed, stored().reason) == ("done", "behind", "现场未见窗口")
    told = Notice.objects.get()
    assert (told.user, told.kind) == (desk.people["clerk0"], "decision")
    assert "现场未见窗口" in told.text


def test_returned_with_a_reason_and_reported_again(desk: Desk) -> None:
    report = desk.report("1.1.1", 0)
    with pytest.raises(TransitionRefused):
        return_leaf(report=report, user=desk.people["admin"], reason=" ")
    return_leaf(report=report, user=desk.people["admin"], reason="缺照片")
    assert (stored().state, stored().reason) == ("returned", "缺照片")
    assert {notice.user.username for notice in Notice.objects.all()} == {"clerk0", "head0"}
    desk.report("1.1.1", 0, files=[pdf()], user=desk.people["head0"])
    assert (stored().state, stored().reason, stored().decided_by) == ("submitted", "", None)
    assert stored().events.count() == 3


def test_a_confirmed_report_changes_only_when_it_is_returned(desk: Desk) -> None:
    report = confirm_leaf(report=desk.report("1.1.1", 0), user=desk.people["admin"])
    with pytest.raises(TransitionRefused):
        desk.report("1.1.1", 0, "behind")
    with pytest.raises(TransitionRefused):
        confirm_leaf(report=report, user=desk.people["second"])
    return_leaf(report=report, user=desk.people["second"], reason="核查不符")
    assert (stored().state, stored().confirmed) == ("returned", "")
    desk.report("1.1.1", 0, "behind")


REPORTERS = {
    "clerk0": True, "head0": True, "unitviewer": False, "clerk1": False, "admin": False, "second": False,
    "reviewer": False, "viewer": False,
}  # fmt: skip


@pytest.mark.parametrize(("who", "may_report"), REPORTERS.items())
def test_only_the_units_clerks_and_head_report(desk: Desk, who: str, may_report: bool) -> None:
    if may_report:
        desk.report("1.1.1", 0, user=desk.people[who])
    else:
        with pytest.raises(TransitionRefused):
            desk.report("1.1.1", 0, user=desk.people[who])
    assert LeafReport.objects.exists() == may_report


DECIDERS = {
    "admin": True,
    "second": True,
    "clerk0": False,
    "head0": False,
    "reviewer": False,
    "viewer": False,
}


@pytest.mark.parametrize(("who", "may_decide"), DECIDERS.items())
def test_only_administrators_decide(desk: Desk, who: str, may_decide: bool) -> None:
    report = desk.report("1.1.1", 0)
    for act in (
        lambda: confirm_leaf(report=report, user=desk.people[who]),
        lambda: return_leaf(report=report, user=desk.people[who], reason="x"),
    ):
        if may_decide:
            act()
        else:
            with pytest.raises(TransitionRefused):
                act()
    assert (stored().state == LeafReportState.SUBMITTED) != may_decide


def test_nobody_confirms_their_own(desk: Desk) -> None:
    both = desk.people["clerk0"]
    organisation.grant(user=both, office=desk.office, role=Role.ADMINISTRATOR)
    both = type(both).objects.get(pk=both.pk)
    desk.report("1.1.1", 0)
    with pytest.raises(TransitionRefused):
        confirm_leaf(report=stored(), user=both)
    # Said again by somebody else it is still one's own.
    desk.report("1.1.1", 0, user=desk.people["head0"], at=may(27))
    for act in (confirm_leaf, return_leaf):
        with pytest.raises(TransitionRefused):
            act(report=stored(), user=both, reason="x")
    confirm_leaf(report=stored(), user=desk.people["admin"])


def test_who_handed_in_a_file_does_not_confirm(desk: Desk) -> None:
    both = desk.people["head0"]
    desk.report("1.1.1", 0, user=both, files=[pdf()])
    report = stored()
    report.events.all().delete()
    LeafReport.objects.update(reported_by=desk.people["clerk0"])
    organisation.grant(user=both, office=desk.office, role=Role.ADMINISTRATOR)
    with pytest.raises(TransitionRefused):
        confirm_leaf(report=report, user=type(both).objects.get(pk=both.pk))


def _act_for(desk: Desk) -> None:
    stand_in = desk.people["clerk1"]
    organisation.grant(
        user=stand_in,
        office=desk.office,
        unit=desk.units[0],
        role=Role.CLERK,
        valid_from=dt.date(2000, 1, 1),
        valid_to=dt.date(2100, 1, 1),
        acting_for=desk.people["clerk0"],
    )
    desk.report("1.1.1", 0, user=type(stand_in).objects.get(pk=stand_in.pk))


def test_whoever_acts_for_somebody_is_recorded_so(desk: Desk) -> None:
    _act_for(desk)
    event = stored().events.get()
    assert (event.user.username, event.acting_for) == ("clerk1", desk.people["clerk0"])


REFUSED: dict[str, Callable[[Desk], object]] = {
    "a leaf of figures": lambda desk: desk.report("2.1", 0),
    "a branch": lambda desk: desk.report("1.1", 0),
    "not a leaf of this unit": lambda desk: desk.report("1.1.3", 0),
    "before the scheme": lambda desk: desk.report("1.1.1", 0, period="2022-12"),
    "not begun": lambda desk: desk.report("1.1.1", 0, period="2023-06"),
    "no period": lambda desk: desk.report("1.1.1", 0, period="五月"),
    "no status": lambda desk: desk.report("1.1.1", 0, ""),
    "unknown status": lambda desk: desk.report("1.1.1", 0, "flying"),
    "behind without a word": lambda desk: desk.report("1.1.1", 0, "behind", text=" \n "),
    "does not apply without a word": lambda desk: desk.report("1.1.1", 0, "not_applicable", text=""),
    "no such file": lambda desk: desk.report("1.1.1", 0, files=[SimpleUploadedFile("a.pdf", b"MZ\x90")]),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_can_not_be_reported(desk: Desk, why: str) -> None:
    with pytest.raises(DepartmentsError):
        REFUSED[why](desk)
    assert not LeafReport.objects.exists()
    assert not LeafReportFile.objects.exists()


def test_a_street_reports_on_its_own_leaf_and_a_closed_scheme_on_none(desk: Desk) -> None:
    desk.report("1.1.3", 3)
    save_scheme(office=desk.office, code="fc2023", valid_to=dt.date(2023, 4, 30))
    with pytest.raises(TransitionRefused):
        desk.report("1.1.1", 3)
    desk.report("1.1.1", 3, period="2023-04")


def test_two_people_at_once(desk: Desk) -> None:
    report = desk.report("1.1.1", 0)
    seen = report.version
    desk.report("1.1.1", 0, "on_track", user=desk.people["head0"], version=seen)
    with pytest.raises(Outdated):
        desk.report("1.1.1", 0, "done", version=seen)
    with pytest.raises(Outdated):
        confirm_leaf(report=report, user=desk.people["admin"], version=seen)
    assert (stored().status, stored().state) == ("on_track", "submitted")


def test_several_at_once_each_for_itself(desk: Desk) -> None:
    reports = [desk.report("1.1.1", unit) for unit in range(3)]
    pairs = [(report, report.version) for report in reports]
    desk.report("1.1.1", 1, "on_track")
    done = confirm_many(reports=pairs, user=desk.people["admin"])
    assert [bool(one.refused) for one in done] == [False, True, False]
    assert LeafReport.objects.filter(state="confirmed").count() == 2


def test_once_the_bulletin_is_issued_nothing_changes(desk: Desk) -> None:
    waiting, confirmed = desk.report("1.1.1", 0, files=[pdf()]), desk.report("1.1.2", 0)
    confirm_leaf(report=confirmed, user=desk.people["admin"])
    desk.freeze()
    for act in (
        lambda: desk.report("1.1.1", 0, "behind"),
        lambda: desk.report("1.1.1", 1),
        lambda: confirm_leaf(report=waiting, user=desk.people["admin"]),
        lambda: return_leaf(report=confirmed, user=desk.people["admin"], reason="x"),
        lambda: remove_leaf_file(file=waiting.files.get(), user=desk.people["clerk0"], at=may(31)),
    ):
        with pytest.raises(TransitionRefused):
            act()
    desk.report("1.1.1", 0, period="2023-04")


def test_files_come_and_go_until_it_is_confirmed(desk: Desk) -> None:
    report = desk.report("1.1.1", 0, files=[pdf("甲.pdf", "甲"), pdf("乙.pdf", "乙")])
    remove_leaf_file(file=report.files.get(name="甲.pdf"), user=desk.people["head0"], at=may(27))
    desk.report("1.1.1", 0, files=[pdf("乙.pdf", "乙")])
    assert [file.name for file in report.files.filter(removed_at=None)] == ["乙.pdf"]
    assert report.files.count() == 2
    with pytest.raises(TransitionRefused):
        remove_leaf_file(file=report.files.get(name="乙.pdf"), user=desk.people["clerk1"], at=may(27))
    confirm_leaf(report=stored(), user=desk.people["admin"])
    with pytest.raises(TransitionRefused):
        remove_leaf_file(file=report.files.get(name="乙.pdf"), user=desk.people["clerk0"], at=may(27))


def test_a_file_that_can_not_be_taken_undoes_the_report(desk: Desk) -> None:
    desk.report("1.1.1", 0, "on_track")
    with pytest.raises(UnusableFile):
        desk.report("1.1.1", 0, "done", files=[pdf("好.pdf"), SimpleUploadedFile("坏.exe", b"MZ")])
    assert (stored().status, stored().files.count(), stored().events.count()) == ("on_track", 0, 1)


def test_only_what_is_confirmed_has_a_status_for_scores(desk: Desk) -> None:
    confirmed = desk.report("1.1.1", 0, "done", text="甲")
    confirm_leaf(report=confirmed, user=desk.people["admin"], status="behind", reason="未完成")
    desk.report("1.1.1", 1, "done", text="乙")
    returned = desk.report("1.1.1", 2, "done", text="丙")
    return_leaf(report=returned, user=desk.people["admin"], reason="退")
    desk.report("1.1.2", 0, "done", period="2023-04")
    code = desk.scheme.pk
    assert leaf_inputs([desk.scheme], Period.parse(PERIOD)) == {
        (code, "1.1.1", "U0"): Reported("behind", "甲", "confirmed"),
        (code, "1.1.1", "U1"): Reported("", "乙", "submitted"),
        (code, "1.1.1", "U2"): Reported("", "丙", "returned"),
    }
    assert leaf_inputs([], Period.parse(PERIOD)) == {}
    assert [node.key for node in words_leaves(desk.scheme)] == ["1.1.1", "1.1.2", "1.1.3"]


def test_bonus_and_deduction_count_finished_entries_of_their_kind_and_period(desk: Desk) -> None:
    admin = desk.people["admin"]

    def enter(key: str, unit: int, type_: str, level: str, day: dt.date, *, finished: bool = True) -> None:
        row = build.entry(desk.register, desk.units[unit], admin, key, type=type_, level=level, opened_on=day)
        if finished:
            build.move(row, "confirmed", desk.people["second"])

    first, last = dt.date(2023, 5, 1), dt.date(2023, 5, 31)
    enter("1", 0, "刊发", "市级", first)
    enter("2", 0, "刊发", "市级", last)
    enter("3", 0, "刊发", "省级", first)
    enter("4", 0, "刊发", "市级", first, finished=False)
    enter("5", 0, "刊发", "市级", dt.date(2023, 4, 30))
    enter("6", 0, "刊发", "市级", dt.date(2023, 6, 1))
    enter("7", 1, "通报", "省级", first)
    enter("8", 1, "通报", "", last)
    save_adjustment(scheme=desk.scheme, name="任一", register=desk.register, points=Decimal(1))
    code, (one, two) = desk.scheme.pk, (unit.pk for unit in desk.units[:2])
    assert adjustment_counts([desk.scheme], Period.parse(PERIOD)) == {
        (code, "市级刊发", one): 2,
        (code, "被通报", two): 2,
        (code, "任一", one): 3,
        (code, "任一", two): 2,
    }
    assert adjustment_counts([], Period.parse(PERIOD)) == {}


def test_the_statuses_of_the_model_are_all_known_to_the_pages() -> None:
    from indicators.views.scheme_words import STATE_TONES, STATUS_SIGNS, STATUS_TONES

    assert set(STATUS_SIGNS) == set(STATUS_TONES) == set(LeafStatus)
    assert len(set(STATUS_SIGNS.values())) == len(LeafStatus)
    assert set(STATE_TONES) == set(LeafReportState)
