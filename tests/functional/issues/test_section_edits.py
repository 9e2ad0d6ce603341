"""Sections edited in one draft: composed with their holes, on record, kept through drafting, reviewed by somebody else."""

import json

import pytest

from departments.choices import Role
from reports.choices import EditEnd
from reports.exceptions import Refused
from reports.models import Issue, SectionEdit
from reports.services import issues
from reports.services.section_edits import (
    SectionText,
    copy_last_texts,
    edit_section,
    last_texts,
    take_back_section,
)
from tests import build
from tests.functional.issues.quarters import QUARTERS, Quarters, make_quarters

pytestmark = pytest.mark.django_db
WRITTEN = "经核实，全区已办{done: 合计(已办数)}件，办结率{rate: 比率(办结率)}。"


@pytest.fixture
def world(db: None) -> Quarters:
    return make_quarters()


def edit(world: Quarters, issue: Issue, text: str = WRITTEN, **more: object) -> SectionEdit:
    given = {
        "order": 1,
        "heading": "一、总体情况",
        "reason": "按领导意见改写",
        "user": world.people["administrator"],
    }
    return edit_section(issue=issue, text=text, **(given | more))


def section(issue: Issue) -> dict:
    issue.refresh_from_db()
    return json.loads(issue.content)["sections"][0]


@pytest.mark.both_databases
def test_an_edit_is_composed_with_its_holes_and_stays_beside_the_templates_text(world: Quarters) -> None:
    issue = world.draft()
    own = world.bulletin.sections.get()
    edit(world, issue)
    printed = section(issue)
    assert printed["heading"] == "一、总体情况"
    assert [p["text"] for p in printed["paragraphs"]] == ["经核实，全区已办48件，办结率44.4%。"]
    assert [f["id"] for f in printed["paragraphs"][0]["figures"]] == ["done", "rate"]
    assert {**printed["edit"], "edited_at": None} == {
        "heading": own.heading,
        "text": own.text,
        "edited_by": "administrator",
        "edited_at": None,
        "reason": "按领导意见改写",
    }
    assert "经核实" in issue.search_text
    assert issues.gate(issue) == [], "the gate composes with the edit too"


def test_an_edit_survives_drafting_again_and_is_taken_back(world: Quarters) -> None:
    issue = world.draft()
    before = section(issue)
    made = edit(world, issue)
    edited = section(issue)
    assert section(world.draft()) == edited
    take_back_section(issue=issue, order=1, user=world.people["administrator"])
    assert section(issue) == before
    made.refresh_from_db()
    assert (made.ended, made.ended_by) == (EditEnd.TAKEN_BACK, world.people["administrator"])
    with pytest.raises(Refused):
        take_back_section(issue=issue, order=1, user=world.people["administrator"])


def test_an_edit_of_an_edit_replaces_it_on_record(world: Quarters) -> None:
    issue = world.draft()
    edit(world, issue)
    edit(world, issue, text="本期不通报。")
    assert [p["text"] for p in section(issue)["paragraphs"]] == ["本期不通报。"]
    assert list(SectionEdit.objects.values_list("ended", flat=True).order_by("pk")) == ["replaced", ""]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "."),
        ({"text": "办结率{比率(没有的指标)}。"}, "没有的指标"),
        ({"text": "{rate: 比率(办结率)"}, "."),
        ({"order": 7}, "."),
        ({"seen": SectionText(1, "一、情况", "别人看到的旧文字")}, "."),
    ],
    ids=["no reason", "unknown name", "open brace", "no such section", "somebody was first"],
)
def test_what_is_refused_leaves_the_draft_as_it_was(world: Quarters, changes: dict, words: str) -> None:
    issue = world.draft()
    before = issue.content
    with pytest.raises(Refused, match=words):
        edit(world, issue, **changes)
    issue.refresh_from_db()
    assert issue.content == before
    assert not SectionEdit.objects.exists()


def test_the_templates_own_text_is_no_edit(world: Quarters) -> None:
    issue = world.draft()
    own = world.bulletin.sections.get()
    with pytest.raises(Refused):
        edit(world, issue, heading=own.heading, text=own.text)
    edit(world, issue)
    with pytest.raises(Refused):
        edit(world, issue, heading=own.heading, text=own.text)


def test_only_administrators_edit_and_only_drafts(world: Quarters) -> None:
    issue = world.draft()
    with pytest.raises(Refused):
        edit(world, issue, user=world.people["reviewer"])
    issues.review_issue(issue=issue, user=world.people["reviewer"])
    with pytest.raises(Refused):
        edit(world, issue)


def test_the_editor_never_reviews(world: Quarters) -> None:
    issue = world.draft()
    both = build.person("both", world.bulletin.office, Role.ADMINISTRATOR)
    build.organisation.grant(user=both, office=world.bulletin.office, role=Role.REVIEWER)
    edit(world, issue, user=both)
    issue = world.draft()
    assert issue.drafted_by != both
    with pytest.raises(Refused):
        issues.review_issue(issue=issue, user=both)
    issues.review_issue(issue=issue, user=world.people["reviewer"])


def test_the_last_issues_text_is_taken_over_once_and_listed(world: Quarters) -> None:
    first = world.draft()
    edit(world, first)
    world.issue(first)
    later = world.draft(QUARTERS[1])
    assert last_texts(world.bulletin, QUARTERS[1]) == [(1, "一、总体情况", WRITTEN)]
    assert last_texts(world.bulletin, QUARTERS[0]) == []
    assert section(later)["edit"] is None
    (made,) = copy_last_texts(issue=later, user=world.people["administrator"])
    assert made.reason == "沿用上期文字"
    assert section(later)["heading"] == "一、总体情况"
    with pytest.raises(Refused):
        copy_last_texts(issue=later, user=world.people["administrator"])
