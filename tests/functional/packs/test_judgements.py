"""Leaf reports and exclusions of a pack are entered by the people it names, once, and a refused one says which."""

from pathlib import Path

import pytest

from govsvc.packs.demonstration import Demonstration
from govsvc.packs.judgements import JudgementRefused
from govsvc.packs.reading import read_pack
from indicators.models import Exclusion, LeafReport, LeafReportEvent
from indicators.services.dataset import load_period
from tests.unit.packs.manual_pack import example_files, write_example

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def demonstrated(directory: Path) -> Demonstration:
    demonstration = Demonstration(read_pack(directory), lambda line: None, lambda *step: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    return demonstration


def changed(file: str, old: str, new: str) -> dict[str, str | bytes | None]:
    text = example_files()[file]
    assert text.count(old) == 1, old
    return {file: text.replace(old, new)}


def test_leaf_reports_are_reported_by_clerks_and_decided_by_the_office(tmp_path: Path) -> None:
    office = demonstrated(write_example(tmp_path)).office
    rows = LeafReport.objects.order_by("unit__code").select_related("reported_by", "decided_by")
    assert [(r.unit.code, r.status, r.state, r.confirmed, r.reported_by.username) for r in rows] == [
        ("S1", "done", "confirmed", "done", "xinghe-s1"),
        ("S3", "on_track", "submitted", "", "xinghe-s3"),
    ]
    assert rows[0].decided_by is not None
    assert rows[0].decided_by.username == "xinghe-admin"
    score = load_period(office, "2024-03").scores["hotline2024"]["S1"]
    # 29 of 30 is 96 2/3 %, over the target of 95; the leaf in words gives 20; one bad review costs a point.
    assert (score.base, score.deduction, score.total, score.grade) == (100, 1, 99, "优秀")


def test_running_it_again_enters_nothing_twice(tmp_path: Path) -> None:
    directory = write_example(tmp_path)
    demonstrated(directory)
    events = LeafReportEvent.objects.count()
    demonstrated(directory)
    assert (LeafReport.objects.count(), LeafReportEvent.objects.count()) == (2, events)
    assert Exclusion.objects.count() == 1


def test_an_exclusion_waits_or_is_approved(tmp_path: Path) -> None:
    demonstrated(write_example(tmp_path / "waiting"))
    assert Exclusion.objects.get().state == "asked"


def test_an_approved_exclusion_lowers_the_figure(tmp_path: Path) -> None:
    head, row = example_files()["exclusions.csv"].splitlines()
    approved = f"{head},decided_by,decided_at\n{row},xinghe-admin2,2024-04-04 10:00\n"
    office = demonstrated(write_example(tmp_path, {"exclusions.csv": approved})).office
    assert load_period(office, "2024-03").unit("S1").figures["hotline.received"] == 29


def test_a_returned_report_scores_nothing(tmp_path: Path) -> None:
    text = example_files()["leaf_reports.csv"]
    head, *rows = text.splitlines()
    returned = "\n".join(
        [f"{head},reason", rows[0].replace(",done,2024-04-03", ",,2024-04-03") + ",请附截图", rows[1]]
    )
    demonstrated(write_example(tmp_path, {"leaf_reports.csv": returned}))
    assert LeafReport.objects.get(unit__code="S1").state == "returned"


def test_what_can_not_be_entered_is_named(tmp_path: Path) -> None:
    changes = changed("exclusions.csv", "2024-03,1,", "2024-03,31,")
    with pytest.raises(JudgementRefused) as error:
        demonstrated(write_example(tmp_path, changes))
    assert "城东街道" in str(error.value)
    assert "hotline.received 2024-03" in str(error.value)
