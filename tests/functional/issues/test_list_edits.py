"""Lists that an editor changed: printed as edited, computed beside it, and a contradiction where a stated count no longer agrees."""

import json

import pytest

from reports.choices import EditEnd, ListAction
from reports.exceptions import Refused
from reports.models import Issue, ListEdit
from reports.services import issues
from reports.services.document import all_figures
from reports.services.list_edits import edit_list, take_back_list_edit
from reports.services.section_edits import edit_section
from tests.functional.issues.quarters import Quarters, make_quarters

pytestmark = pytest.mark.django_db
STRIKE, ADD, ORDER = ListAction.STRIKE, ListAction.ADD, ListAction.ORDER


@pytest.fixture
def world(db: None) -> Quarters:
    return make_quarters()


def change(world: Quarters, issue: Issue, figure: str, action: ListAction, **more: object) -> ListEdit:
    given = {"reason": "业务已移交", "user": world.people["administrator"]} | more
    return edit_list(issue=issue, figure=figure, action=action, **given)


def figure(issue: Issue, name: str) -> dict:
    issue.refresh_from_db()
    return all_figures(json.loads(issue.content))[name]


def text(issue: Issue) -> str:
    issue.refresh_from_db()
    return json.loads(issue.content)["sections"][0]["paragraphs"][0]["text"]


@pytest.mark.both_databases
def test_a_struck_unit_is_not_printed_and_stands_beside_with_the_reason(world: Quarters) -> None:
    issue = world.draft()
    assert figure(issue, "last")["computed"] is None
    change(world, issue, "last", STRIKE, unit="U0")
    last = figure(issue, "last")
    assert (last["display"], last["units"], last["computed"]) == ("乙局", ["U1"], ["U1", "U0"])
    (struck,) = last["struck"]
    assert {**struck, "at": None} == {
        "unit": "U0",
        "name": "甲局",
        "reason": "业务已移交",
        "by": "administrator",
        "at": None,
    }
    assert "甲局尚未办理，乙局排名靠后。" in text(issue)
    printed = text(issue)
    for found in all_figures(json.loads(issue.content)).values():
        if found["id"] != "rest":
            assert printed[found["start"] : found["end"]] == found["display"], found["id"]
    assert issues.gate(issue) == []


def test_an_added_unit_stands_in_protocol_order_where_the_list_does(world: Quarters) -> None:
    issue = world.draft()
    change(world, issue, "rest", ADD, unit="U0")
    assert figure(issue, "rest")["display"] == "甲局、乙局、丙局、丁局"
    change(world, issue, "last", ADD, unit="U2")
    assert figure(issue, "last")["display"] == "乙局、甲局、丙局", "the list stands in order of place"
    assert [one["unit"] for one in figure(issue, "last")["added"]] == ["U2"]


def test_an_emptied_list_prints_its_word_for_none(world: Quarters) -> None:
    issue = world.draft()
    change(world, issue, "low", STRIKE, unit="U0")
    assert (figure(issue, "low")["display"], figure(issue, "low")["units"]) == ("无", [])


def test_another_order_holds_until_it_is_taken_back(world: Quarters) -> None:
    issue = world.draft()
    change(world, issue, "rest", ORDER, units=["U3", "U1", "U2"])
    assert figure(issue, "rest")["display"] == "丁局、乙局、丙局"
    second = change(world, issue, "rest", ORDER, units=["U2", "U1", "U3"])
    found = figure(issue, "rest")
    assert (found["display"], found["computed"]) == ("丙局、乙局、丁局", ["U1", "U2", "U3"])
    assert found["reordered"]["reason"] == "业务已移交"
    take_back_list_edit(issue=issue, edit=second, user=world.people["administrator"])
    assert figure(issue, "rest")["display"] == "乙局、丙局、丁局"
    assert figure(issue, "rest")["computed"] is None


@pytest.mark.parametrize(
    ("name", "action", "more"),
    [
        ("low", STRIKE, {"unit": "U1"}),
        ("low", ADD, {"unit": "U0"}),
        ("low", ADD, {"unit": "nobody"}),
        ("low", STRIKE, {"unit": "U0", "reason": " "}),
        ("rate", STRIKE, {"unit": "U0"}),
        ("gone", STRIKE, {"unit": "U0"}),
        ("rest", ORDER, {"units": ["U1", "U2"]}),
        ("rest", ORDER, {"units": ["U1", "U2", "U3"]}),
    ],
)
def test_an_edit_that_changes_nothing_is_refused(
    world: Quarters, name: str, action: ListAction, more: dict
) -> None:
    issue = world.draft()
    with pytest.raises(Refused):
        change(world, issue, name, action, **more)
    assert not ListEdit.objects.exists()


def test_only_administrators_edit_and_never_review(world: Quarters) -> None:
    issue = world.draft()
    with pytest.raises(Refused):
        change(world, issue, "low", STRIKE, unit="U0", user=world.people["reviewer"])
    change(world, issue, "low", STRIKE, unit="U0")
    ListEdit.objects.update(edited_by=world.people["reviewer"])
    issue = world.draft()
    with pytest.raises(Refused):
        issues.review_issue(issue=issue, user=world.people["reviewer"])


def test_an_edit_ends_when_its_unit_is_no_longer_in_the_computed_list(world: Quarters) -> None:
    issue = world.draft()
    made = change(world, issue, "none", STRIKE, unit="U0")
    world.correct("U0", "5")
    again = world.draft()
    made.refresh_from_db()
    assert made.ended == EditEnd.OUT_OF_DATE
    assert (figure(again, "none")["display"], figure(again, "none")["computed"]) == ("无", None)


def test_an_edit_stays_while_other_units_come_and_go(world: Quarters) -> None:
    issue = world.draft()
    made = change(world, issue, "low", STRIKE, unit="U0")
    world.correct("U1", "5")
    again = world.draft()
    made.refresh_from_db()
    assert made.ended == ""
    assert (figure(again, "low")["units"], figure(again, "low")["computed"]) == (["U1"], ["U0", "U1"])


def test_a_stated_count_that_no_longer_agrees_is_a_contradiction(world: Quarters) -> None:
    issue = world.draft()
    edit_section(
        issue=issue,
        order=1,
        heading="一、情况",
        text="办结率低的2个单位：{last: 后几名(办结率，2)}。",
        reason="改写",
        user=world.people["administrator"],
    )
    assert not issue.contradictions.exists()
    change(world, issue, "last", STRIKE, unit="U0")
    found = issue.contradictions.get()
    assert (found.kind, found.where, found.computed, found.published) == ("list_count", "last", "1", "2")
