"""Editing a unit's paragraph in a draft: with a reason, on record, and only while the unit's text stays what it was."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.cells import CellError, CellInput, read_cell
from departments.choices import Role
from departments.models import Item, Unit
from departments.permissions import has_role
from reports.choices import EditEnd, IssueStatus
from reports.exceptions import Refused
from reports.models import Issue, TextEdit
from reports.services.document import canonical, figures_hash
from reports.services.replies import renew_replies
from reports.services.unit_paragraphs import edits_in_force, original_of, unit_paragraphs, with_edit


@transaction.atomic
def edit_text(
    *,
    issue: Issue,
    figure: str,
    text: str,
    reason: str,
    user: Any,
    seen: str | None = None,
    at: dt.datetime | None = None,
) -> TextEdit:
    """Prints `text` instead of the unit's own in this draft. `seen`: the text the editor had before them.

    Refused: not an administrator, no draft, no reason, nothing changed, or somebody was first.
    """
    at = at or timezone.now()
    locked, paragraph = _lock(issue, figure, user)
    printed = paragraph["figures"][0]["display"]
    if seen is not None and _lines(seen) != _lines(printed):
        raise Refused(
            _("Somebody else has edited this text meanwhile. Yours is still here: compare, then save again.")
        )
    if not reason.strip():
        raise Refused(_("Please write why the text is edited; the unit's own stays on record beside yours."))
    wanted = _readable(text)
    if wanted == printed:
        raise Refused(_("The text is the same as before: nothing was saved."))
    if wanted == original_of(paragraph):
        raise Refused(_("This is the unit's own text again: take the edit back instead."))
    form, unit, item = paragraph["cell"].split("/")
    office = locked.bulletin.office
    where = {
        "issue": locked,
        "unit": Unit.objects.get(office=office, code=unit),
        "item": Item.objects.get(form__office=office, form__code=form, code=item),
    }
    _end(TextEdit.objects.filter(**where), EditEnd.REPLACED, user, at)
    edit = TextEdit.objects.create(
        **where,
        original=original_of(paragraph),
        text=wanted,
        reason=reason.strip()[:500],
        edited_by=user,
        edited_at=at,
    )
    _rewrite(locked, paragraph["cell"], edit)
    renew_replies(issue=locked, user=user, at=at)
    return edit


@transaction.atomic
def take_back(*, issue: Issue, figure: str, user: Any, at: dt.datetime | None = None) -> None:
    """The unit's own text is printed again; the edit stays on record."""
    at = at or timezone.now()
    locked, paragraph = _lock(issue, figure, user)
    if paragraph["edit"] is None:
        raise Refused(_("This text is not edited."))
    form, unit, item = paragraph["cell"].split("/")
    own = locked.text_edits.filter(unit__code=unit, item__code=item, item__form__code=form)
    _end(own, EditEnd.TAKEN_BACK, user, at)
    _rewrite(locked, paragraph["cell"], None)
    renew_replies(issue=locked, user=user, at=at)


def drop_out_of_date(
    *, issue: Issue, document: Mapping[str, Any], user: Any, at: dt.datetime
) -> list[TextEdit]:
    """Ends the edits whose unit's text has changed or is no longer printed; the caller holds the issue's lock."""
    originals = {p["cell"]: original_of(p) for p in unit_paragraphs(document).values()}
    edits = edits_in_force(issue.bulletin, issue.period)
    dropped = [edit for cell, edit in edits.items() if originals.get(cell) != edit.original]
    _end(TextEdit.objects.filter(pk__in=[edit.pk for edit in dropped]), EditEnd.OUT_OF_DATE, user, at)
    return dropped


def _end(edits: Any, how: EditEnd, user: Any, at: dt.datetime) -> None:
    edits.filter(ended="").update(ended=how, ended_by=user, ended_at=at)


def _lock(issue: Issue, figure: str, user: Any) -> tuple[Issue, dict[str, Any]]:
    rows = Issue.objects.select_for_update(of=("self",)).select_related("bulletin__office")
    locked = rows.get(pk=issue.pk)
    if not has_role(user, {Role.ADMINISTRATOR}, office=locked.bulletin.office):
        raise Refused(_("Editing a unit's text is for administrators of the office."))
    if locked.status != IssueStatus.DRAFT:
        raise Refused(_("Texts are edited while the issue is a draft: draft it again first."))
    paragraph = unit_paragraphs(json.loads(locked.content)).get(figure)
    if paragraph is None:
        raise Refused(_("The draft no longer prints this text."))
    return locked, paragraph


def _readable(text: str) -> str:
    """The text as a form would store it, line by line."""
    try:
        cell = read_cell(Item(kind="paragraph"), CellInput(text), {})
    except CellError as error:
        raise Refused(str(error)) from error
    if cell is None:
        raise Refused(_("A blank text can't be printed: write what is to stand there."))
    return cell.text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _rewrite(issue: Issue, cell: str, edit: TextEdit | None) -> None:
    """Puts the edit into the stored draft; figures and everything else stay as they were drafted."""
    document = json.loads(issue.content)
    for section in document["sections"]:
        section["paragraphs"] = [
            with_edit(paragraph, edit) if paragraph.get("cell") == cell else paragraph
            for paragraph in section["paragraphs"]
        ]
    issue.content, issue.hash = canonical(document), figures_hash(document)
    issue.save(update_fields=["content", "hash"])
