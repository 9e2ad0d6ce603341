"""June, then a synthetic July: changes, moved places, streaks; then July is corrected by an erratum."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from departments.choices import Status
from departments.models import Submission
from departments.services import submissions
from departments.sheets import CellInput
from govsvc import outbox
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from indicators.services.dataset import load_period
from reports.models import Issue
from reports.services import issues
from reports.services.document import all_figures
from reports.services.errata import correct_issue
from reports.services.source import load_source
from reports.statements.compose import fill
from tests import build
from tests.july.writing import PACK, SYNTHETIC, july_files
from tests.services.undone import undone_afterwards

pytestmark = [pytest.mark.django_db]
AFTER = dt.datetime(2023, 8, 21, 10, tzinfo=build.SHANGHAI)


@pytest.fixture(scope="module")
def july(django_db_setup: None, django_db_blocker: Any) -> Iterator[Issue]:
    """Both months issued through the services people use."""
    with undone_afterwards(django_db_blocker):
        demonstration = Demonstration(read_pack(PACK), lambda line: None, lambda *step: None, worker=False)
        demonstration.prepare()
        demonstration.fill()
        _june, issued = demonstration.publish()
        yield issued


@pytest.fixture
def document(july: Issue) -> dict[str, Any]:
    return json.loads(july.content)


def person(name: str) -> User:
    return User.objects.get(username=f"yindu-{name}")


def test_the_pack_is_what_the_generator_writes() -> None:
    assert {name: (PACK / name).read_text("utf-8") for name in july_files()} == july_files()


def test_july_says_that_it_is_synthetic(document: dict[str, Any]) -> None:
    assert document["synthetic"] == SYNTHETIC
    assert "7月数字为合成" in document["synthetic"]
    assert document["title"] == "殷都区政务服务能力提升工作7月份运行情况通报"


def test_changes_are_against_june_and_no_longer_typed(july: Issue, document: dict[str, Any]) -> None:
    """By a plain second reading of both months' figures."""
    figures, office = all_figures(document), july.bulletin.office
    june, now = (load_period(office, period) for period in ("2023-06", "2023-07"))

    def value(data: Any, indicator: str) -> Any:
        return data.aggregate(indicator, data.members(["depts"])).value

    for name, indicator in (("instant_change", "instant"), ("compression_change", "compression")):
        change = value(now, indicator) - value(june, indicator)
        word = "增长" if change > 0 else "降低"
        assert figures[name]["display"] == f"{word}{abs(float(change)):.2f}个百分点"
        assert not figures[name]["source"]
    assert figures["licences_change"]["display"] == "增长325条"
    assert figures["reviews_change"]["display"] == "增长26361件"
    assert figures["police"]["display"].startswith("由16.65%")


def test_places_move_against_the_issued_june(july: Issue, document: dict[str, Any]) -> None:
    june = json.loads(Issue.objects.get(bulletin=july.bulletin, period="2023-06").content)
    before = {
        (r["code"], row["unit"]): row["rank"] for r in june["rankings"] for row in r["rows"] if row["rank"]
    }
    moved = 0
    for ranking in document["rankings"]:
        for row in ranking["rows"]:
            former = before.get((ranking["code"], row["unit"]))
            assert row["previous_rank"] == former
            if former and row["rank"]:
                assert row["movement"] == former - row["rank"]
                moved += row["movement"] != 0
    assert moved > 5
    assert all(row["movement"] is None for ranking in june["rankings"] for row in ranking["rows"])


def test_streaks_count_both_months(july: Issue) -> None:
    source, names = load_source(july.bulletin, "2023-07")
    still = fill("{连续(inspection.done = 0 且 inspection.total > 0, 2, 附值=“否”)}", source, names)
    # 公安分局 and 医保局 have begun in July; 房管分局 had nothing to do.
    assert set(still.split("、")) == {"税务局", "人社局", "残联", "房管分局"}


def test_an_erratum_says_what_changed_who_moved_and_who_holds_the_wrong_one(july: Issue) -> None:
    administrator = person("admin1")
    submission = Submission.objects.get(
        window__form__code="resources", window__period="2023-07", unit__code="U02"
    )
    clerk = submission.submitted_by
    assert submission.status == Status.APPROVED
    build.reopen(submission, person("admin2"), asker=clerk)
    submissions.save_figures(submission=submission, inputs={"mounted": CellInput("9")}, user=clerk)
    submissions.submit(submission=submission, user=clerk)
    submissions.approve(submission=submission, user=administrator)
    outbox.drain()
    draft = correct_issue(issue=july, user=administrator, reason="交通局挂载数少报5条（合成）", at=AFTER)
    for contradiction in draft.contradictions.filter(accepted_by__isnull=True):
        issues.accept_contradiction(
            contradiction=contradiction, user=person("reviewer"), reason="已核对（合成）", at=AFTER
        )
    issues.review_issue(issue=draft, user=person("reviewer"), at=AFTER)
    issued = issues.issue_bulletin(issue=draft, user=person("issuer"), at=AFTER)
    document = json.loads(issued.content)
    erratum = document["erratum"]
    assert (issued.edition, issued.number) == (2, "殷放管服办〔2023〕3号")
    assert erratum["number"] == july.number == "殷放管服办〔2023〕2号"
    rows = {(row["kind"], row["where"]): (row["before"], row["after"]) for row in erratum["differences"]}
    assert rows["cell", "annex4/U02/mounted"] == ("4", "9")
    assert rows["figure", "mounted"] == ("83", "88")
    assert ("mount", "U02") in {(row["ranking"], row["unit"]) for row in erratum["moved"]}
    july.refresh_from_db()
    assert json.loads(july.content)["number"] == "殷放管服办〔2023〕2号"
