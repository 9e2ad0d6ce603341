"""The spring goes its way to the end: reports on leaves in words, the issued ranking of April, the list for the meeting."""

import csv
import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest

from departments.models import Office
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack
from indicators.choices import ExclusionState, LeafReportState, LeafStatus, RunStatus
from indicators.models import Exclusion, LeafReport, Score
from reports.models import Issue
from reports.services.document import all_figures
from reports.services.meetings import meeting_list
from tests.documents import measure
from tests.fucheng.truth import leaves
from tests.functional.fucheng.recount import Recount, last_units

PACK = Path(__file__).resolve().parents[3] / "packs" / "fucheng"
pytestmark = [pytest.mark.django_db]


@pytest.fixture(scope="module")
def issued(filled: Office, django_db_blocker, pack: Pack) -> dict[str, Issue]:
    """What is issued on top of the filled office, by bulletin: the notice, a week's bulletin and April's."""
    with django_db_blocker.unblock():
        demonstration = Demonstration(pack, lambda line: None, lambda *step: None, worker=False)
        demonstration.prepare()
        return {issue.bulletin.code: issue for issue in demonstration.publish()}


@pytest.fixture
def issue(issued: dict[str, Issue]) -> Issue:
    """The bulletin of April."""
    return issued["paiming"]


def test_every_row_of_leaf_reports_is_there_as_decided(filled: Office, pack: Pack) -> None:
    rows = [row.spec for row in pack.leaf_reports]
    found = {
        (report.node.key, report.unit.name, report.period): report
        for report in LeafReport.objects.filter(unit__office=filled).select_related("node", "unit")
    }
    assert len(rows) == len(found)
    for row in rows:
        report = found[row.key, row.unit, row.period]
        assert (report.status, report.confirmed, report.reason) == (
            row.status,
            row.confirmed or "",
            row.reason,
        )
        assert report.reported_by_id != report.decided_by_id
    states = Counter(report.state for report in found.values())
    assert states[LeafReportState.SUBMITTED] == states[LeafReportState.RETURNED] == 1
    assert {report.confirmed for report in found.values()} - {""} == set(LeafStatus.values)
    assert any(report.confirmed not in ("", report.status) for report in found.values())


def test_the_exclusion_was_asked_by_one_and_approved_by_another(filled: Office) -> None:
    exclusion = Exclusion.objects.get(item__form__office=filled)
    assert exclusion.state == ExclusionState.APPROVED
    assert exclusion.asked_by.username == "fucheng-admin2"
    assert exclusion.decided_by is not None
    assert exclusion.decided_by.username == "fucheng-admin1"


def test_april_is_issued_with_its_scores(issue: Issue, pack: Pack) -> None:
    recount = Recount(PACK)
    scores = recount.scores("ywtb2023", "2023-04")
    stored = Score.objects.filter(
        run__office=issue.bulletin.office,
        run__status=RunStatus.FROZEN,
        run__period="2023-04",
        scheme__code="ywtb2023",
    )
    assert stored.count() == len(scores) == 21
    for score in stored.select_related("unit"):
        ours = scores[score.unit.name]
        assert score.grade == ours.grade
        assert ours.total is not None
        hundredths = int(ours.total * 100 + Fraction(1, 2))
        assert score.display == f"{hundredths // 100}.{hundredths % 100:02}分"
    assert len(stored.first().sheet["lines"]) == 59
    text = issue.content.decode() if isinstance(issue.content, bytes) else str(issue.content)
    assert "合成" in text


def test_the_notice_hands_out_the_59_tasks_of_the_source(issued: dict[str, Issue]) -> None:
    document = json.loads(issued["renwu"].content)
    heads = ("序号", "一级指标", "二级指标", "三级指标", "重点任务", "牵头单位", "责任单位", "完成时限")
    [annex] = document["annexes"]
    assert [column["path"] for column in annex["columns"]] == [[head] for head in heads]
    assert [row["cells"] for row in annex["rows"]] == [[row[head] for head in heads] for row in leaves()]
    assert document["layout"] == "notice"
    assert document["addressees"]["印发"]["日期"] == "2023-04-18"
    pdf = pypdfium2.PdfDocument(bytes(issued["renwu"].files.get(format="pdf").content))
    assert list(measure.strays(pdf)) == list(measure.crossed(pdf)) == []


def test_a_week_is_issued_as_months_are(issued: dict[str, Issue]) -> None:
    """By a plain second reading of the week's rows."""
    document = json.loads(issued["zhoubao"].content)
    rows = {week: week_rows(week) for week in ("2023-W16", "2023-W17")}
    accepted = {week: sum(int(row["accepted"]) for row in found) for week, found in rows.items()}
    figures = all_figures(document)
    assert figures["accepted"]["display"] == str(accepted["2023-W17"])
    less = accepted["2023-W16"] - accepted["2023-W17"]
    assert less > 0
    assert figures["accepted_change"]["display"] == f"减少{less}件"
    kinds = Counter(row["kind"] for row in document["annexes"][0]["rows"])
    assert kinds == {"data": len(rows["2023-W17"]), "group": 2, "subtotal": 2, "total": 1}
    assert document["annexes"][0]["rows"][-1]["cells"][2] == str(accepted["2023-W17"])


def week_rows(week: str) -> list[dict[str, str]]:
    with (PACK / "data" / "week" / f"{week}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_who_speaks_follows_from_both_months(issue: Issue) -> None:
    """The last one, and whoever was among the last three in April and in May, ties kept, by group."""
    recount = Recount(PACK)
    april, may = (recount.scores("ywtb2023", period) for period in ("2023-04", "2023-05"))
    due: set[str] = set()
    for group in ("depts", "towns"):
        units = [unit for unit, own in recount.units.items() if own == group]
        due |= last_units(may, units, 1)
        due |= last_units(may, units, 3) & last_units(april, units, 3)
    found = meeting_list(issue.bulletin.office, "2023-05")
    assert {speaker.unit for speaker in found.speakers} == {recount.codes[unit] for unit in due}
    assert len(found.rules) == 4
    assert [rule.grown for rule in found.rules if rule.rule.last == 3] == [False, True]
    assert {rule.rule.register.code for rule in found.rules if rule.rule.register} == {"zhenggai"}


def test_filling_again_changes_nothing(filled: Office, pack: Pack) -> None:
    before = list(LeafReport.objects.order_by("pk").values_list("pk", "version"))
    events = LeafReport.objects.filter(events__isnull=False).count()
    demonstration = Demonstration(pack, lambda line: None, lambda *step: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    assert list(LeafReport.objects.order_by("pk").values_list("pk", "version")) == before
    assert LeafReport.objects.filter(events__isnull=False).count() == events
    assert Exclusion.objects.count() == 1
