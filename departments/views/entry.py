"""The clerk's page of one submission: it looks like the paper form, and works without JavaScript too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Action, Measure, Severity
from departments.exceptions import Conflict, NotSubmittable, Problem, TransitionRefused
from departments.models import Item, Submission
from departments.services.submissions import save_figures, submit, withdraw
from departments.sheets import Cell, CellInput, Sheet, cells_of, describe_cell, load_sheet
from departments.transitions import allowed, can, check_can
from departments.views.figures import Previous, previous_of, progress, typed
from departments.views.layout import Block, Head, blocks
from departments.views.words import whose_turn


@dataclass(frozen=True)
class EntryCell:
    """One item on the page. `text` and `reason` fill the input; `before` is last period's figure as shown."""

    item: Item
    column: int
    text: str = ""
    reason: str = ""
    shown: str = ""
    before: str = ""
    # What a click on last period's figure copies; blank when it can't be copied (flows, computed, not applicable).
    copies: str = ""
    problems: tuple[Problem, ...] = ()
    theirs: dict[str, Any] | None = None

    @property
    def severity(self) -> str:
        severities = {problem.severity for problem in self.problems}
        return next((s for s in (Severity.ERROR, Severity.WARNING) if s in severities), "")


@dataclass(frozen=True)
class EntryBlock:
    block: Block
    cells: tuple[EntryCell, ...]

    @property
    def heads(self) -> tuple[Head, ...]:
        return self.block.heads

    @property
    def may_not_apply(self) -> bool:
        """Whether one answer “not applicable” for all figures of the block makes sense."""
        entered = [cell.item for cell in self.cells if cell.item.is_entered]
        return len(entered) > 1 and all(item.may_not_apply for item in entered)


@dataclass
class Attempt:
    """What a posted form brought: inputs as typed, findings, the other person's cells, and whether to ask once more."""

    inputs: dict[str, CellInput] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    theirs: dict[str, dict[str, Any]] = field(default_factory=dict)
    confirm: bool = False


def entry_page(request: HttpRequest, submission: Submission, context: dict[str, Any]) -> HttpResponse:
    """GET shows the form; POST saves, submits or withdraws and shows what stands in the way beside each cell."""
    sheet = load_sheet(submission.window.form)
    attempt = Attempt()
    if request.method == "POST":
        answer = _act(request, submission, sheet, attempt)
        if answer is not None:
            return answer
        submission.refresh_from_db()
    return TemplateResponse(
        request,
        "departments/entry.html",
        context | page_data(request, submission, sheet, attempt),
        status=409 if attempt.theirs else 200,
    )


def page_data(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> dict[str, Any]:
    cells = cells_of(submission)
    editable = can(Action.SAVE, submission, request.user)
    found = attempt.problems or tuple(sheet.problems(cells, complete=False))
    problems = _merge(found, attempt.problems)
    earlier = previous_of(submission, sheet)
    filled, total = progress(sheet, cells)
    names = {item.code: item.name for item in sheet.items}
    last = submission.events.order_by("-id").select_related("user").first()
    return {
        "title": submission.window.form.title,
        "submission": submission,
        "sheet": sheet,
        "blocks": _blocks(sheet, cells, earlier, problems, attempt),
        "problems": problems,
        "named_problems": [(p, names.get(p.item, p.item)) for p in problems],
        "errors": sum(p.severity == Severity.ERROR for p in problems),
        "warnings": sum(p.severity == Severity.WARNING for p in problems),
        "reasons": sorted(sheet.reasons.values(), key=lambda reason: (reason.order, reason.code)),
        "earlier": earlier,
        "editable": editable,
        "actions": {row.action.value for row in allowed(submission, request.user)},
        "turn": whose_turn(submission.status),
        "why_locked": "" if editable else _why_locked(submission, request.user),
        "filled": filled,
        "total": total,
        "last": last,
        "confirm": attempt.confirm,
        "settings": _settings(request, submission, editable),
    }


def _settings(request: HttpRequest, submission: Submission, editable: bool) -> dict[str, Any]:
    """What entry.js needs to know; the texts are translated here so that the script holds none."""
    return {
        "id": submission.pk,
        "user": request.user.pk,
        "version": submission.version,
        "editable": editable,
        "check": reverse("admin:departments_submission_check", args=[submission.pk]),
        "save": reverse("admin:departments_submission_save", args=[submission.pk]),
        "login": f"{reverse('admin:login')}?next={request.path}",
        "texts": {
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
            "by": _("{name} has entered: {value}"),
            "blank": _("(blank)"),
            "rejected": _("{n} entries can't be read and are not saved yet"),
        },
    }


def posted_inputs(data: QueryDict, sheet: Sheet) -> dict[str, CellInput]:
    """The cells named in a posted form: cell-<code> as typed, reason-<code> for not applicable."""
    return {
        item.code: CellInput(data.get(f"cell-{item.code}", ""), data.get(f"reason-{item.code}", ""))
        for item in sheet.items
        if item.is_entered and (f"cell-{item.code}" in data or f"reason-{item.code}" in data)
    }


def _act(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> HttpResponse | None:
    action = request.POST.get("action", "")
    here = HttpResponseRedirect(request.path)
    try:
        if action == Action.WITHDRAW:
            withdraw(submission=submission, user=request.user)
            messages.success(request, _("Withdrawn: you can change it again."))
            return here
        if action not in (Action.SAVE, Action.SUBMIT):
            messages.error(request, _("Nothing was done: choose a button of this page."))
            return here
        check_can(Action.SAVE, submission, request.user)
        attempt.inputs = posted_inputs(request.POST, sheet)
        if not _save(request, submission, sheet, attempt):
            return None
        if action != Action.SUBMIT:
            messages.success(request, _("Draft saved."))
            return here
        return _submit(request, submission, sheet, attempt)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return here


def _save(request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt) -> bool:
    """Saves what can be read; False when the page must be shown again."""
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
    if saved.rejected:
        attempt.problems = saved.problems
        messages.error(request, _("What can be read is saved. Please correct the marked cells."))
        return False
    attempt.inputs = {}
    return True


def _submit(
    request: HttpRequest, submission: Submission, sheet: Sheet, attempt: Attempt
) -> HttpResponse | None:
    problems = sheet.problems(cells_of(submission), complete=True)
    warnings = [p for p in problems if p.severity == Severity.WARNING]
    if warnings and len(warnings) == len(problems) and request.POST.get("confirmed") != "1":
        attempt.problems, attempt.confirm = tuple(problems), True
        return None
    try:
        submit(submission=submission, user=request.user, sheet=sheet)
    except NotSubmittable:
        attempt.problems = tuple(problems)
        messages.error(request, _("Saved, but not submitted yet: please correct the marked cells."))
        return None
    messages.success(
        request, _("Submitted. The office's administrator checks it; you can withdraw it until then.")
    )
    return HttpResponseRedirect(request.path)


def _why_locked(submission: Submission, user: Any) -> str:
    try:
        check_can(Action.SAVE, submission, user)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


def _merge(found: tuple[Problem, ...], more: tuple[Problem, ...]) -> list[Problem]:
    """Errors first, each finding once."""
    unique = dict.fromkeys((*found, *more))
    return sorted(unique, key=lambda problem: problem.severity != Severity.ERROR)


def _blocks(
    sheet: Sheet,
    cells: Mapping[str, Cell],
    earlier: Previous | None,
    problems: list[Problem],
    attempt: Attempt,
) -> list[EntryBlock]:
    sections = {section.pk: section for section in sheet.form.sections.all()}
    computed = sheet.compute(cells)
    found = []
    for block in blocks(sheet.items, sections):
        row = []
        for column, item in enumerate(block.items, 1):
            text, reason = typed(cells.get(item.code))
            given = attempt.inputs.get(item.code)
            if given is not None:
                text, reason = given.text, given.reason
            row.append(
                EntryCell(
                    item=item,
                    column=column,
                    text=text,
                    reason=reason,
                    shown=sheet.display(item, computed[item.code]) if item.code in computed else "",
                    before=_before(sheet, item, earlier),
                    copies=_copies(item, earlier),
                    problems=tuple(p for p in problems if p.item == item.code),
                    theirs=attempt.theirs.get(item.code),
                )
            )
        found.append(EntryBlock(block, tuple(row)))
    return found


def _before(sheet: Sheet, item: Item, earlier: Previous | None) -> str:
    if earlier is None:
        return ""
    if item.is_entered:
        return describe_cell(earlier.cells.get(item.code))
    return sheet.display(item, earlier.values[item.code])


def _copies(item: Item, earlier: Previous | None) -> str:
    """Only stocks are copied: a flow of the last period is never this period's."""
    if earlier is None or not item.is_entered or item.measure != Measure.STOCK:
        return ""
    return typed(earlier.cells.get(item.code))[0]
