"""The clerk's page of one submission: it looks like the paper form, and works without JavaScript too."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.cells import MAX_TEXT
from departments.choices import Action, AttachmentKind, FigureState, RemarkKind, Severity, Status
from departments.exceptions import TransitionRefused
from departments.models import Remark, Submission
from departments.services.contexts import load_context, load_history
from departments.services.remarks import explanations_of, may_comment, open_return_reasons
from departments.services.stored_files import MAX_BYTES, MOST_FILES
from departments.sheets import Cell, Sheet, cells_of, load_sheet
from departments.templatetags.moments import moment
from departments.templatetags.people import person_name
from departments.transitions import allowed, check_can
from departments.views.entry_actions import posted
from departments.views.entry_cells import Attempt, Page, as_typed
from departments.views.figures import previous_of, progress
from departments.views.findings import find
from departments.views.reopening import reopening_data
from departments.views.words import whose_turn

# What the unit was told when the form came back is shown until it hands the form in again.
_SENT_BACK = frozenset({Status.RETURNED, Status.DRAFT})


def entry_page(request: HttpRequest, submission: Submission, context: dict[str, Any]) -> HttpResponse:
    """GET shows the form; POST saves, submits or withdraws and shows what stands in the way beside each cell."""
    sheet = load_sheet(submission.window.form, submission)
    attempt = Attempt()
    if request.method == "POST":
        answer = posted(request, submission, sheet, attempt)
        if answer is not None:
            return answer
        submission.refresh_from_db()
        # A row may have been added meanwhile.
        sheet = load_sheet(submission.window.form, submission)
    return TemplateResponse(
        request,
        "departments/entry.html",
        context | page_data(request, submission, sheet, attempt),
        status=409 if attempt.theirs else 200,
    )


def page_data(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> dict[str, Any]:
    cells = cells_of(submission)
    why_locked = why_not_editable(submission, request.user)
    remarks = list(submission.remarks.filter(kind=RemarkKind.COMMENT).select_related("user"))
    found = sheet.problems(cells, complete=False, context=load_context(sheet, submission))
    findings = find(sheet, (*attempt.problems, *found), explanations_of(submission) | attempt.explanations)
    page = Page(
        submission=submission,
        sheet=sheet,
        cells=cells,
        problems=[finding.problem for finding in findings],
        attempt=attempt,
        earlier=previous_of(submission, sheet),
        history=history_of(sheet, submission),
        remarks=remarks,
        returned=open_return_reasons(submission) if submission.status in _SENT_BACK else {},
    )
    filled, total = progress(sheet, cells)
    form = submission.window.form
    return {
        "title": form.title,
        "submission": submission,
        "sheet": sheet,
        "blocks": page.blocks(),
        "table": page.table(),
        "findings": findings,
        "errors": sum(f.problem.severity == Severity.ERROR for f in findings),
        "warnings": sum(f.problem.severity == Severity.WARNING for f in findings),
        "reasons": sorted(sheet.reasons.values(), key=lambda reason: (reason.order, reason.code)),
        "earlier": page.earlier,
        "editable": not why_locked,
        "actions": {row.action.value for row in allowed(submission, request.user)},
        "turn": whose_turn(submission.status),
        "why_locked": why_locked,
        "contact": form.contact or form.office.phone,
        "filled": filled,
        "total": total,
        "last": submission.events.order_by("-id").select_related("user").first(),
        "nil": attempt.nil,
        "may_nil": form.allows_nil and not why_locked and not _has_figures(cells),
        "may_comment": may_comment(submission, request.user),
        "remarks": [(remark, findings_name(sheet, remark)) for remark in remarks],
        "attachments": [
            (attachment, sheet.by_key[attachment.cell].label if attachment.cell in sheet.by_key else "")
            for attachment in submission.attachments.filter(removed_at__isnull=True).select_related("user")
        ],
        "kinds": AttachmentKind.choices,
        "most_files": MOST_FILES,
        "settings": _settings(request, submission, not why_locked)
        | {"remarks": _remarks_json(remarks), "unsaved": _unsaved(sheet, cells, attempt)},
    } | reopening_data(request, submission)


def why_not_editable(submission: Submission, user: Any) -> str:
    """Why the person can't change the form now, in words; "" when they can."""
    try:
        check_can(Action.SAVE, submission, user)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


def history_of(sheet: Sheet, submission: Submission) -> Mapping[str, Any]:
    """The approved numbers of the unit's last periods by cell key."""
    return load_history(sheet, submission.window, [submission.unit_id]).get(submission.unit_id, {})


def findings_name(sheet: Sheet, remark: Remark) -> str:
    return sheet.by_key[remark.cell].label if remark.cell in sheet.by_key else ""


def remark_json(remark: Remark) -> dict[str, str]:
    """A comment as entry.js shows it."""
    return {
        "by": person_name(remark.user),
        "at": moment(remark.at),
        "text": remark.text,
    }


def _remarks_json(remarks: list[Remark]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for remark in remarks:
        found.setdefault(remark.cell, []).append(remark_json(remark))
    return found


def _has_figures(cells: Mapping[str, Cell]) -> bool:
    return any(cell.state == FigureState.NUMBER and cell.value for cell in cells.values())


def _unsaved(sheet: Sheet, cells: Mapping[str, Cell], attempt: Attempt) -> list[str]:
    """The cells that show something typed which is not stored."""
    return [
        key
        for key, given in attempt.inputs.items()
        if key in sheet.by_key
        and (given.text.strip(), given.reason) != as_typed(sheet.by_key[key].item, cells.get(key))
    ]


def _settings(request: HttpRequest, submission: Submission, editable: bool) -> dict[str, Any]:
    """What entry.js needs to know; the texts are translated here so that the script holds none."""
    addresses = {
        name: reverse(f"admin:departments_submission_{name}", args=[submission.pk])
        for name in ("check", "save", "row", "comment")
    }
    return addresses | {
        "id": submission.pk,
        "user": request.user.pk,
        "version": submission.version,
        "editable": editable,
        "max_bytes": MAX_BYTES,
        "max_text": MAX_TEXT,
        "login": f"{reverse('admin:login')}?next={request.path}",
        "texts": _texts(),
    }


def _texts() -> dict[str, str]:
    return {
        "saved": _("Saved automatically at {time}"),
        "saving": _("Saving …"),
        "unsaved": _("Not saved yet"),
        "local": _("Kept on this computer; it will be saved when the connection is back."),
        "session": _(
            "You have been logged out. What you typed is kept on this computer: log in again and it is offered here."
        ),
        "refused": _("This form can't be saved any more: {reason}"),
        "filled": _("{filled} of {total} filled in"),
        "found": _("On this computer there is content of {time} that was not saved."),
        "error": _("error"),
        "warning": _("warning"),
        "notice": _("worth a look"),
        "by": _("{name} has entered: {value}"),
        "blank": _("(blank)"),
        "rejected": _("{n} entries can't be read and are not saved yet"),
        "pasted": _("{n} cells pasted."),
        "copied": _("{n} blank stocks taken from last period."),
        "overflow": _("{n} pasted cells found no place and were left out: {list}"),
        "comments": _("Comments · {name}"),
        "large": _("The file is larger than 20 MB."),
        "uploading": _("Uploading …"),
        "explain": _("Explanation for the approver (needed to submit)"),
        "offline": _("No connection: please try again."),
        "length": _("{n} of %s characters") % MAX_TEXT,
    }
