"""Striking units from a computed list of a draft, adding some, putting it in another order: with a reason, on record."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Unit
from reports.choices import EditEnd, ListAction
from reports.exceptions import Refused
from reports.models import Issue, ListEdit
from reports.services.document import all_figures
from reports.services.issue_edits import LIST_KIND, end_edits, lists_in_force
from reports.services.issues import write_draft
from reports.services.section_edits import lock_for_editing


@transaction.atomic
def edit_list(
    *,
    issue: Issue,
    figure: str,
    action: ListAction,
    reason: str,
    user: Any,
    unit: str = "",
    units: Sequence[str] = (),
    at: dt.datetime | None = None,
) -> ListEdit:
    """Strikes or adds the unit of that code, or orders the list as `units` (codes); the draft is written anew.

    Refused: not an administrator, no draft, no reason, no such list, or an edit that would change nothing.
    """
    at = at or timezone.now()
    locked = lock_for_editing(issue, user)
    found = _list(locked, figure)
    if not reason.strip():
        raise Refused(_("Please write why the list is edited; the computed list stays beside it."))
    if action == ListAction.ORDER:
        whose, order = None, _order(found, units)
        end_edits(_own(locked, figure).filter(action=ListAction.ORDER), EditEnd.REPLACED, user, at)
    else:
        whose, order = _unit(locked, found, action, unit), ""
    edit = ListEdit.objects.create(
        bulletin=locked.bulletin,
        period=locked.period,
        figure=figure,
        action=action,
        unit=whose,
        units=order,
        reason=reason.strip()[:500],
        edited_by=user,
        edited_at=at,
    )
    write_draft(issue=locked, user=user, at=at)
    return edit


@transaction.atomic
def take_back_list_edit(*, issue: Issue, edit: ListEdit, user: Any, at: dt.datetime | None = None) -> None:
    """The list is printed without this edit again; the edit stays on record."""
    at = at or timezone.now()
    locked = lock_for_editing(issue, user)
    own = lists_in_force(locked).filter(pk=edit.pk)
    if not own.exists():
        raise Refused(_("This edit is not in force any more."))
    end_edits(own, EditEnd.TAKEN_BACK, user, at)
    write_draft(issue=locked, user=user, at=at)


def computed_units(figure: dict[str, Any]) -> list[str]:
    """Codes of the units of a list as computed, edited or not; frozen documents of earlier versions have no edits."""
    computed = figure.get("computed")
    return list(figure["units"] if computed is None else computed)


def _list(issue: Issue, figure: str) -> dict[str, Any]:
    found = all_figures(json.loads(issue.content)).get(figure)
    if found is None or found["kind"] != LIST_KIND:
        raise Refused(_("The draft no longer prints this list."))
    return found


def _own(issue: Issue, figure: str) -> Any:
    return lists_in_force(issue).filter(figure=figure)


def _unit(issue: Issue, figure: dict[str, Any], action: ListAction, code: str) -> Unit:
    unit = Unit.objects.filter(office=issue.bulletin.office_id, code=code).first()
    if unit is None:
        raise Refused(_("Please choose a unit."))
    if _own(issue, figure["id"]).filter(unit=unit).exists():
        raise Refused(_("%s is edited in this list already: take that edit back first.") % unit)
    is_listed = code in computed_units(figure)
    if action == ListAction.STRIKE and not is_listed:
        raise Refused(_("%s is not in the computed list.") % unit)
    if action == ListAction.ADD and is_listed:
        raise Refused(_("%s is in the computed list already.") % unit)
    return unit


def _order(figure: dict[str, Any], units: Sequence[str]) -> str:
    """The order as it is kept; every printed unit once."""
    if sorted(units) != sorted(figure["units"]):
        raise Refused(_("The order must name every printed unit once."))
    if list(units) == figure["units"]:
        raise Refused(_("The list stands in this order already: nothing was saved."))
    return " ".join(units)
