"""Errata: the next edition of a period, with all that differs, which places moved and who holds the wrong one."""

import json
import threading

import pytest
from django.db import connections

from reports.choices import DeliveryStatus
from reports.exceptions import Refused, ReportsError
from reports.models import Delivery, Issue, IssueFile, Mailing
from reports.services import issues, templates
from reports.services.document import content_hash
from reports.services.errata import correct_issue
from reports.services.section_edits import edit_section
from tests import build
from tests.functional.issues.quarters import QUARTERS, Quarters, make_quarters

pytestmark = pytest.mark.django_db
REASON = "甲局数据填报有误"


@pytest.fixture
def world(db: None) -> Quarters:
    return make_quarters()


def correct(world: Quarters, issue: Issue, **more: object) -> Issue:
    given = {"reason": REASON, "user": world.people["administrator"]} | more
    return correct_issue(issue=issue, **given)


def erratum_in(issue: Issue) -> dict:
    issue.refresh_from_db()
    return json.loads(issue.content)["erratum"]


@pytest.mark.both_databases
def test_it_lists_figure_sentence_cell_and_place_and_the_issue_stays(world: Quarters) -> None:
    wrong = world.issue(world.draft())
    content, files = wrong.content, {f.format: bytes(f.content) for f in wrong.files.all()}
    world.correct("U0", "45")
    draft = correct(world, wrong)
    document = json.loads(draft.content)
    assert (draft.edition, draft.corrects, document["edition"]) == (2, wrong, 2)
    assert document["title"] == "关于更正《2022年1-3月通报》的通报"
    found = document["erratum"]
    assert (found["number"], found["reason"]) == ("某政〔2022〕1号", REASON)
    rows = {(row["kind"], row["where"]): (row["before"], row["after"]) for row in found["differences"]}
    assert rows["figure", "done"] == ("48", "93")
    assert rows["figure", "rate"] == ("44.4%", "86.1%")
    assert rows["list", "none"] == ("甲局", "无")
    assert rows["cell", "annex1/U0/rate"] == ("0.0%", "90.0%")
    before, after = rows["sentence", "s1p1"]
    assert "办结率44.4%" in before
    assert "办结率86.1%" in after
    moved = {(row["unit"], row["before"], row["after"]) for row in found["moved"]}
    assert moved == {("U0", 3, 2), ("U1", 2, 3)}
    assert document["annexes"][0]["rows"][0]["cells"] == ["1", "甲局", "50", "90.0%"]
    issued = world.issue(draft)
    assert issued.number == "某政〔2022〕2号"
    assert issued.hash == content_hash(json.loads(issued.content))
    wrong.refresh_from_db()
    assert (wrong.content, {f.format: bytes(f.content) for f in wrong.files.all()}) == (content, files)
    assert IssueFile.objects.filter(issue=issued).count() == len(files)


def test_the_holders_of_the_wrong_issue_are_those_it_reached_by_its_end(world: Quarters) -> None:
    wrong = world.issue(world.draft())
    world.correct("U0", "45")
    ranking = world.bulletin.office.rankings.get()
    mailing = Mailing.objects.create(bulletin=world.bulletin, ranking=ranking)
    units = list(world.bulletin.office.units.filter(code__in=("U0", "U1", "U2")).order_by("code"))
    for unit, status in zip(units, ("sent", "waiting", "uncertain"), strict=True):
        Delivery.objects.create(
            issue=wrong, mailing=mailing, unit=unit, address=f"{unit.code}@example.test", status=status
        )
    draft = correct(world, wrong)
    assert [holder["name"] for holder in erratum_in(draft)["holders"]] == ["甲局", "丙局"]
    Delivery.objects.filter(status=DeliveryStatus.WAITING).update(status=DeliveryStatus.SENT)
    assert issues.gate(draft) == [], "a mail that went out meanwhile is no change of figures"
    issued = world.issue(draft)
    assert [holder["name"] for holder in erratum_in(issued)["holders"]] == ["甲局", "乙局", "丙局"]


def test_only_the_newest_issued_edition_is_corrected_once_at_a_time(world: Quarters) -> None:
    draft = world.draft()
    with pytest.raises(Refused):
        correct(world, draft)
    wrong = world.issue(draft)
    for more in ({"reason": " "}, {"user": world.people["reviewer"]}):
        with pytest.raises(Refused):
            correct(world, wrong, **more)
    world.correct("U0", "45")
    second = correct(world, wrong)
    with pytest.raises(Refused):
        correct(world, wrong)
    with pytest.raises(Refused):
        correct(world, second)
    world.issue(second)
    with pytest.raises(Refused):
        correct(world, wrong)
    world.correct("U0", "50")
    third = correct(world, second)
    assert (third.edition, erratum_in(third)["number"]) == (3, "某政〔2022〕2号")
    assert json.loads(third.content)["title"] == "关于更正《关于更正《2022年1-3月通报》的通报》的通报"


def test_drafting_again_redrafts_the_erratum_and_edits_are_kept(world: Quarters) -> None:
    draft = world.draft()
    edit_section(
        issue=draft,
        order=1,
        heading="一、情况",
        text="办结率{rate: 比率(办结率)}。",
        reason="压缩",
        user=world.people["administrator"],
    )
    wrong = world.issue(draft)
    world.correct("U0", "45")
    second = correct(world, wrong)
    assert [row["where"] for row in erratum_in(second)["differences"]][:2] == ["rate", "s1p1"]
    world.correct("U0", "50")
    again = world.draft()
    assert (again.pk, again.edition) == (second.pk, 2)
    assert erratum_in(again)["differences"][0]["after"] == "90.7%"


def test_what_was_accepted_stays_accepted_while_its_values_stay(world: Quarters) -> None:
    for claim, (figure, value) in enumerate((("due", "109"), ("rate", "50%"))):
        templates.save_published(
            bulletin=world.bulletin,
            period=QUARTERS[0],
            claim=f"C{claim}",
            figure=figure,
            value=value,
            source="旧通报",
            user=world.people["administrator"],
        )
    wrong = world.issue(world.draft())
    world.correct("U0", "45")
    rows = correct(world, wrong).contradictions.order_by("claim")
    assert [(row.claim, row.reason) for row in rows] == [("C0", "已核对"), ("C1", "")]
    assert rows[0].accepted_by == world.people["reviewer"]


def test_the_next_issue_is_compared_with_the_corrected_one(world: Quarters) -> None:
    wrong = world.issue(world.draft())
    world.correct("U0", "45")
    world.issue(correct(world, wrong))
    later = json.loads(world.draft(QUARTERS[1]).content)
    (ranking,) = later["rankings"]
    assert {row["unit"]: row["previous_rank"] for row in ranking["rows"]}["U0"] == 2


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_an_erratum_and_an_issue_at_once_get_two_numbers() -> None:
    world = make_quarters()
    wrong = world.issue(world.draft())
    # No place moves by this: the next quarter's draft stays what it was.
    world.correct("U0", "1")
    ready = [correct(world, wrong), world.draft(QUARTERS[1])]
    for issue in ready:
        for contradiction in issue.contradictions.all():
            issues.accept_contradiction(
                contradiction=contradiction, user=world.people["reviewer"], reason="已核对"
            )
        issues.review_issue(issue=issue, user=world.people["reviewer"])
    outcomes: list[str] = []
    start = threading.Barrier(2, timeout=60)

    def press(issue: Issue) -> None:
        try:
            start.wait()
            issued = issues.issue_bulletin(issue=issue, user=world.people["issuer"], at=build.at(18))
            outcomes.append(issued.number)
        except ReportsError as error:
            outcomes.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(issue,)) for issue in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["某政〔2022〕2号", "某政〔2022〕3号"]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_correcting_at_once_make_one_erratum() -> None:
    world = make_quarters()
    wrong = world.issue(world.draft())
    outcomes: list[str] = []
    start = threading.Barrier(2, timeout=60)

    def press() -> None:
        try:
            start.wait()
            correct(world, Issue.objects.get(pk=wrong.pk))
            outcomes.append("drafted")
        except Refused:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["drafted", "told"]
    assert Issue.objects.filter(edition=2).count() == 1
