"""Editing the text of a section in one draft, holes and all: with a reason, on record, and kept through drafting again."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.periods import Period
from departments.permissions import has_role
from expressions import ExpressionError
from reports.choices import EditEnd, IssueStatus
from reports.exceptions import Refused
from reports.models import Bulletin, BulletinSection, Issue, SectionEdit
from reports.services.issue_edits import end_edits, sections_in_force
from reports.services.issues import latest_edition, write_draft


class SectionText(NamedTuple):
    """The heading and text of the section at a place of the template, holes and all."""

    order: int
    heading: str
    text: str


@transaction.atomic
def edit_section(
    *,
    issue: Issue,
    order: int,
    heading: str,
    text: str,
    reason: str,
    user: Any,
    seen: SectionText | None = None,
    at: dt.datetime | None = None,
) -> SectionEdit:
    """Writes this draft with another text in one section, and drafts it anew. `seen`: what the editor had before them.

    Refused: not an administrator, no draft, no reason, nothing changed, somebody was first, a hole that can't be used.
    """
    at = at or timezone.now()
    locked = lock_for_editing(issue, user)
    section = _section(locked.bulletin, order)
    present = text_in_force(locked, section)
    wanted = SectionText(order, heading.strip(), _clean(text))
    if seen is not None and (seen.heading.strip(), _clean(seen.text)) != (
        present.heading,
        _clean(present.text),
    ):
        raise Refused(
            _(
                "Somebody else has edited this section meanwhile. Yours is still here: compare, then save again."
            )
        )
    if not reason.strip():
        raise Refused(_("Please write why the section is edited; the template's text stays beside it."))
    if (wanted.heading, wanted.text) == (present.heading, _clean(present.text)):
        raise Refused(_("The text is the same as before: nothing was saved."))
    if (wanted.heading, wanted.text) == (section.heading, _clean(section.text)):
        raise Refused(_("This is the template's own text again: take the edit back instead."))
    end_edits(sections_in_force(locked).filter(section=section), EditEnd.REPLACED, user, at)
    edit = _create(locked, section, wanted, reason.strip()[:500], user, at)
    _draft(locked, user, at)
    return edit


@transaction.atomic
def take_back_section(*, issue: Issue, order: int, user: Any, at: dt.datetime | None = None) -> None:
    """The template's text is printed again; the edit stays on record."""
    at = at or timezone.now()
    locked = lock_for_editing(issue, user)
    own = sections_in_force(locked).filter(section__order=order)
    if not own.exists():
        raise Refused(_("This section is not edited."))
    end_edits(own, EditEnd.TAKEN_BACK, user, at)
    _draft(locked, user, at)


@transaction.atomic
def copy_last_texts(*, issue: Issue, user: Any, at: dt.datetime | None = None) -> list[SectionEdit]:
    """Takes over what was edited in the issue before into this draft; sections edited here already stay as they are."""
    at = at or timezone.now()
    locked = lock_for_editing(issue, user)
    texts = texts_to_copy(locked)
    if not texts:
        raise Refused(_("There is no edited text of an earlier issue to take over."))
    sections = {section.order: section for section in locked.bulletin.sections.all()}
    # A constant of the language of the documents: it is kept with the issue.
    reason = "沿用上期文字"
    made = [_create(locked, sections[text.order], text, reason, user, at) for text in texts]
    _draft(locked, user, at)
    return made


def texts_to_copy(issue: Issue) -> list[SectionText]:
    """Of the last issue's edited texts those that would change something in this draft."""
    edited = set(sections_in_force(issue).values_list("section__order", flat=True))
    own = {section.order: section for section in issue.bulletin.sections.all()}
    return [
        text
        for text in last_texts(issue.bulletin, issue.period)
        if text.order not in edited
        and (text.heading, _clean(text.text)) != (own[text.order].heading, _clean(own[text.order].text))
    ]


def last_texts(bulletin: Bulletin, period: str) -> list[SectionText]:
    """The edited section texts of the newest issue before the period, in the order of the template; [] without any."""
    last = last_issued_period(bulletin, period)
    edits = SectionEdit.objects.filter(bulletin=bulletin, period=last, ended="").select_related("section")
    return [
        SectionText(edit.section.order, edit.heading, edit.text) for edit in edits.order_by("section__order")
    ]


def last_issued_period(bulletin: Bulletin, period: str) -> str:
    """The newest period before this one for which the bulletin was issued; "" when there is none."""
    before = Period.parse(period).start
    issued = set(bulletin.issues.filter(status=IssueStatus.ISSUED).values_list("period", flat=True))
    ended = [(Period.parse(code).end, code) for code in issued if Period.parse(code).end < before]
    return max(ended)[1] if ended else ""


def text_in_force(issue: Issue, section: BulletinSection) -> SectionText:
    """What the draft is composed from: the edit, else the template's text."""
    edit = sections_in_force(issue).filter(section=section).first()
    written = edit or section
    return SectionText(section.order, written.heading, written.text)


def lock_for_editing(issue: Issue, user: Any) -> Issue:
    """The newest edition of the issue's period, locked; Refused unless it is this draft and the person may edit it."""
    locked = latest_edition(issue.bulletin, issue.period)
    if not has_role(user, {Role.ADMINISTRATOR}, office=issue.bulletin.office):
        raise Refused(_("Editing a draft is for administrators of the office."))
    if locked is None or locked.pk != issue.pk or locked.status != IssueStatus.DRAFT:
        raise Refused(_("Texts are edited while the issue is a draft: draft it again first."))
    return locked


def _section(bulletin: Bulletin, order: int) -> BulletinSection:
    section = bulletin.sections.filter(order=order).first()
    if section is None:
        raise Refused(_("The template no longer has this section."))
    return section


def _create(
    issue: Issue, section: BulletinSection, text: SectionText, reason: str, user: Any, at: dt.datetime
) -> SectionEdit:
    return SectionEdit.objects.create(
        bulletin=issue.bulletin,
        period=issue.period,
        section=section,
        heading=text.heading,
        text=text.text,
        reason=reason,
        edited_by=user,
        edited_at=at,
    )


def _draft(issue: Issue, user: Any, at: dt.datetime) -> None:
    try:
        write_draft(issue=issue, user=user, at=at)
    except ExpressionError as error:
        raise Refused(_("The text can't be used: %s") % "；".join(map(str, error.problems))) from error


def _clean(text: str) -> str:
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    """Lines without blanks at their ends; blank lines print nothing but keep the places of the others."""
    return (line.strip() for line in text.strip().splitlines())
