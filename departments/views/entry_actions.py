"""What the buttons of the entry page do when the page is posted. Whatever else is pressed, what is typed is saved first."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import Action, AttachmentKind
from departments.exceptions import Conflict, DepartmentsError, NotSubmittable, TransitionRefused
from departments.models import Attachment, Submission
from departments.permissions import get_visible
from departments.services import remarks
from departments.services.attachments import attach, remove
from departments.services.categories import add_row
from departments.services.stored_files import UnusableFile
from departments.services.submissions import save_figures, submit, submit_nil, withdraw
from departments.sheets import CellInput, Sheet, cells_of
from departments.transitions import can, check_can
from departments.views.entry_cells import Attempt, copies_of
from departments.views.figures import previous_of
from departments.views.findings import posted_explanations
from departments.views.reopening import reopening_post

NIL, NIL_SURE, ADD_ROW, COMMENT, ATTACH, COPY = "nil", "nil-sure", "add-row", "comment", "attach", "copy"
REMOVE = "remove-"


def posted(
    request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt
) -> HttpResponse | None:
    """Does what the pressed button says; None when the page must be shown again, with `attempt` telling why."""
    action = request.POST.get("action", "")
    here = HttpResponseRedirect(request.path)
    try:
        if reopening_post(request, submission):
            return here
        if action == Action.WITHDRAW:
            withdraw(submission=submission, user=request.user)
            messages.success(request, _("Withdrawn: you can change it again."))
            return here
        if action == COMMENT:
            return here if _comment(request, submission, sheet, attempt) else None
        if action not in _SAVING and not action.startswith(REMOVE):
            messages.error(request, _("Nothing was done: choose a button of this page."))
            return here
        check_can(Action.SAVE, submission, request.user)
        return _after_saving(request, submission, sheet, attempt, action)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return here
    except DepartmentsError as refusal:
        attempt.problems = getattr(refusal, "problems", ())
        messages.error(request, str(refusal))
        return None


def posted_inputs(data: QueryDict, sheet: Sheet) -> dict[str, CellInput]:
    """The cells named in a posted form: cell-<key> as typed, reason-<key> for not applicable."""
    return {
        key: CellInput(data.get(f"cell-{key}", ""), data.get(f"reason-{key}", ""))
        for key in sheet.by_key
        if f"cell-{key}" in data or f"reason-{key}" in data
    }


def _after_saving(
    request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt, action: str
) -> HttpResponse | None:
    """A file that was chosen and a comment that was written are kept with every button, not only with their own."""
    here = HttpResponseRedirect(request.path)
    attempt.inputs = posted_inputs(request.POST, sheet)
    attempt.explanations = posted_explanations(request.POST, sheet)
    file_is_fine = True
    if request.FILES.get("file") or action == ATTACH:
        file_is_fine = _attach(request, submission, sheet)
    if request.POST.get("comment-text", "").strip():
        _write_comment(request, submission, sheet)
    if not _save(request, submission, sheet, attempt) or not file_is_fine:
        return None
    if action == Action.SUBMIT:
        return here if _submit(request, submission, sheet, attempt) else None
    if action == NIL:
        attempt.nil = blanks(submission, sheet)
        return None
    if action == NIL_SURE:
        submit_nil(submission=submission, user=request.user, sheet=sheet)
        messages.success(request, _("Nil return submitted."))
    elif action == ADD_ROW:
        row = add_row(submission=submission, user=request.user, name=request.POST.get("row-name", ""))
        messages.success(request, _("Row added: %s.") % row.name)
    elif action == COPY:
        copied = _copy_stocks(submission, sheet, request.user)
        messages.success(
            request,
            ngettext(
                "%s blank stock taken from last period.", "%s blank stocks taken from last period.", copied
            )
            % copied,
        )
    elif action.startswith(REMOVE):
        _remove(request, submission, action.removeprefix(REMOVE))
    elif action == Action.SAVE:
        messages.success(request, _("Draft saved."))
    return here


_SAVING = frozenset({Action.SAVE, Action.SUBMIT, NIL, NIL_SURE, ADD_ROW, ATTACH, COPY})


def blanks(submission: Submission, sheet: Sheet) -> list[str]:
    """Labels of the figures a nil return would answer with 0."""
    stored = cells_of(submission)
    return [
        place.label
        for place in sheet.places
        if place.item.is_number and not place.item.may_be_blank and place.key not in stored
    ]


def _save(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> bool:
    """Saves what can be read, explanations too; False when the page must be shown again."""
    version = request.POST.get("version", "")
    try:
        saved = save_figures(
            submission=submission,
            inputs=attempt.inputs,
            user=request.user,
            version=int(version) if version.isdecimal() else None,
            sheet=sheet,
        )
    except Conflict as conflict:
        attempt.theirs = conflict.theirs
        messages.error(request, str(conflict))
        return False
    remarks.explain(
        submission=submission, user=request.user, explanations=attempt.explanations, at=timezone.now()
    )
    if saved.rejected:
        attempt.problems = saved.problems
        messages.error(request, _("What can be read is saved. Please correct the marked cells."))
        return False
    attempt.inputs = {}
    return True


def _submit(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> bool:
    try:
        submit(submission=submission, user=request.user, explanations=attempt.explanations, sheet=sheet)
    except NotSubmittable as refusal:
        attempt.problems = refusal.problems
        messages.error(
            request,
            _(
                "Saved, but not submitted yet: please correct the errors and write an explanation to each warning."
            ),
        )
        return False
    messages.success(
        request, _("Submitted. The office's administrator checks it; you can withdraw it until then.")
    )
    return True


def _comment(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> bool:
    """Comments are free in every state; what is typed besides is saved where it may be."""
    _write_comment(request, submission, sheet)
    if not can(Action.SAVE, submission, request.user):
        return True
    attempt.inputs = posted_inputs(request.POST, sheet)
    attempt.explanations = posted_explanations(request.POST, sheet)
    return _save(request, submission, sheet, attempt)


def _write_comment(request: HttpRequest, submission: Submission, sheet: Sheet) -> None:
    cell, text = request.POST.get("comment-cell", ""), request.POST.get("comment-text", "")
    remarks.comment(
        submission=submission, user=request.user, text=text, cell=cell if cell in sheet.by_key else ""
    )
    messages.success(request, _("Comment added."))


def _attach(request: HttpRequest, submission: Submission, sheet: Sheet) -> bool:
    """False, with the reason said, when the file can't be taken."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return False
    kind, cell = request.POST.get("file-kind", ""), request.POST.get("file-cell", "")
    try:
        attached = attach(
            submission=submission,
            user=request.user,
            file=file,
            kind=kind if kind in AttachmentKind.values else AttachmentKind.EVIDENCE,
            cell=cell if cell in sheet.by_key else "",
        )
    except UnusableFile as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Attached: %s.") % attached.name)
    return True


def _remove(request: HttpRequest, submission: Submission, text: str) -> None:
    own = Attachment.objects.filter(submission=submission, removed_at__isnull=True)
    attachment = get_visible(own, request.user, pk=int(text) if text.isdecimal() else 0)
    remove(attachment=attachment, user=request.user)
    messages.success(request, _("Taken off the form: %s. It stays in the record.") % attachment.name)


def _copy_stocks(submission: Submission, sheet: Sheet, user: Any) -> int:
    """Fills the blank stocks with last period's; how many."""
    earlier, stored = previous_of(submission, sheet), cells_of(submission)
    found = {
        place.key: CellInput(copies_of(place.item, place.key, earlier))
        for place in sheet.places
        if place.key not in stored
        and not place.item.is_paragraph
        and copies_of(place.item, place.key, earlier)
    }
    save_figures(submission=submission, inputs=found, user=user, sheet=sheet)
    return len(found)
