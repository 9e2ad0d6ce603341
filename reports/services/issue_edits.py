"""What editors changed in the issues of a bulletin and period: read for composing, and ended when it lapses."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from reports.choices import EditEnd, ListAction
from reports.models import Bulletin, Issue, ListEdit, SectionEdit, TextEdit
from reports.services.unit_paragraphs import edits_in_force

LIST_KIND = "list"


@dataclass(frozen=True)
class IssueEdits:
    """The edits in force: of units' texts by form/unit/item, of sections by their id, of lists by the figure's id."""

    texts: Mapping[str, TextEdit] = field(default_factory=dict)
    sections: Mapping[int, SectionEdit] = field(default_factory=dict)
    lists: Mapping[str, Sequence[ListEdit]] = field(default_factory=dict)


NO_EDITS = IssueEdits()


def edits_of(bulletin: Bulletin, period: str) -> IssueEdits:
    """Everything in force for the period's draft, whatever its edition; three queries."""
    own = {"bulletin": bulletin, "period": period, "ended": ""}
    sections = SectionEdit.objects.filter(**own).select_related("edited_by", "section")
    lists: dict[str, list[ListEdit]] = defaultdict(list)
    for edit in ListEdit.objects.filter(**own).select_related("unit", "edited_by"):
        lists[edit.figure].append(edit)
    return IssueEdits(
        edits_in_force(bulletin, period), {edit.section_id: edit for edit in sections}, dict(lists)
    )


def end_edits(edits: QuerySet[Any], how: EditEnd, user: Any, at: dt.datetime) -> None:
    """Ends those still in force; they stay on record."""
    edits.filter(ended="").update(ended=how, ended_by=user, ended_at=at)


def drop_lapsed_lists(
    *, issue: Issue, document: Mapping[str, Any], user: Any, at: dt.datetime
) -> list[ListEdit]:
    """Ends the edits that say nothing any more: the list is gone, the struck unit no longer in it, the added one in it."""
    computed = {
        figure["id"]: set(figure["units"] if figure.get("computed") is None else figure["computed"])
        for section in document["sections"]
        for paragraph in section["paragraphs"]
        for figure in paragraph["figures"]
        if figure["kind"] == LIST_KIND
    }
    lapsed = [
        edit
        for edit in lists_in_force(issue).select_related("unit")
        if edit.figure not in computed or not says_something(edit, computed[edit.figure])
    ]
    end_edits(ListEdit.objects.filter(pk__in=[edit.pk for edit in lapsed]), EditEnd.OUT_OF_DATE, user, at)
    return lapsed


def lapsed_lists(issue: Issue) -> QuerySet[ListEdit]:
    """The edits that the issue's present draft dropped."""
    return ListEdit.objects.filter(
        bulletin=issue.bulletin_id,
        period=issue.period,
        ended=EditEnd.OUT_OF_DATE,
        ended_at=issue.drafted_at,
    ).select_related("unit")


def lists_in_force(issue: Issue) -> QuerySet[ListEdit]:
    """The edits of the issue's lists that are printed in its draft."""
    return ListEdit.objects.filter(bulletin=issue.bulletin_id, period=issue.period, ended="")


def sections_in_force(issue: Issue) -> QuerySet[SectionEdit]:
    """The edits of the issue's sections that are printed in its draft."""
    return SectionEdit.objects.filter(bulletin=issue.bulletin_id, period=issue.period, ended="")


def is_editor(issue: Issue, user: Any) -> bool:
    """Whether anything of the issue is printed as this person edited it."""
    return any(
        edits.filter(edited_by=user, ended="").exists()
        for edits in (issue.text_edits, sections_in_force(issue), lists_in_force(issue))
    )


def says_something(edit: ListEdit, computed: set[str]) -> bool:
    """Whether an edit still changes a list of these unit codes."""
    if edit.unit is None:
        return True
    return (edit.unit.code in computed) == (edit.action == ListAction.STRIKE)
