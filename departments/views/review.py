"""The administrator's page of one submission: entered, previous, change, rules, history, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Action, Severity
from departments.comparison import Change, compare
from departments.exceptions import Conflict, Problem, TransitionRefused
from departments.models import Item, Section, Submission, SubmissionEvent
from departments.services.submissions import approve, reopen, return_submission
from departments.sheets import Cell, Sheet, cells_of, describe_cell, load_sheet
from departments.transitions import allowed
from departments.views.figures import Previous, previous_of, values_of
from departments.views.layout import blocks
from departments.views.queue import chosen, may_decide, neighbours, review_url
from departments.views.words import whose_turn
from expressions.values import Value


@dataclass(frozen=True)
class ReviewRow:
    """One item: what is entered, what it was, how it changed, and what the rules say."""

    item: Item
    shown: str
    before: str
    change: Change
    problems: tuple[Problem, ...]

    @property
    def absolute(self) -> str:
        return self.change.absolute_text(self.item.decimals)

    @property
    def is_big(self) -> bool:
        return self.change.is_big


@dataclass(frozen=True)
class HistoryLine:
    """One event with its changed cells named as the form names them."""

    event: SubmissionEvent
    changes: tuple[tuple[str, str, str], ...]


def review_page(request: HttpRequest, submission: Submission, context: dict[str, Any]) -> HttpResponse:
    """GET shows the page; POST decides. A form that changed meanwhile is not decided blindly."""
    filters = chosen(request)
    if request.method == "POST":
        return _decide(request, submission, filters)
    sheet = load_sheet(submission.window.form)
    cells = cells_of(submission)
    earlier = previous_of(submission, sheet)
    problems = tuple(sheet.problems(cells, complete=True))
    before, after, left = (
        neighbours(request.user, submission, filters) if may_decide(request.user) else (None, None, 0)
    )
    groups = _groups(sheet, cells, earlier, problems)
    return TemplateResponse(
        request,
        "departments/review.html",
        context
        | {
            "title": submission.unit.name,
            "submission": submission,
            "groups": groups,
            "big": sum(row.is_big for _title, rows in groups for row in rows),
            "problems": problems,
            "warnings": sum(p.severity == Severity.WARNING for p in problems),
            "rules": _rules(sheet, problems),
            "earlier": earlier,
            "history": _history(submission, sheet),
            "actions": {row.action.value for row in allowed(submission, request.user)},
            "turn": whose_turn(submission.status),
            "previous_url": review_url(before, filters) if before else "",
            "next_url": review_url(after, filters) if after else "",
            "left": left,
            "filters": filters,
        },
    )


def _decide(request: HttpRequest, submission: Submission, filters: dict[str, str]) -> HttpResponse:
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    here = HttpResponseRedirect(review_url(submission, filters))
    after = neighbours(request.user, submission, filters)[1] if may_decide(request.user) else None
    version = request.POST.get("version", "")
    try:
        if not version.isdecimal():
            raise Conflict({})
        seen = int(version)
        if action == Action.APPROVE:
            approve(submission=submission, user=request.user, version=seen)
            messages.success(request, _("Approved: %s.") % submission)
        elif action == Action.RETURN:
            return_submission(submission=submission, user=request.user, reason=reason, version=seen)
            messages.success(request, _("Returned: %s.") % submission)
        elif action == Action.REOPEN:
            reopen(submission=submission, user=request.user, reason=reason, version=seen)
            messages.success(request, _("Re-opened: %s.") % submission)
            return here
        else:
            messages.error(request, _("Nothing was done: choose a button of this page."))
            return here
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return here
    except Conflict:
        messages.error(
            request, _("The form has changed since you opened it. Nothing was decided: please look again.")
        )
        return here
    if after is not None:
        return HttpResponseRedirect(review_url(after, filters))
    return HttpResponseRedirect(reverse("admin:departments_submission_queue"))


def _groups(
    sheet: Sheet, cells: Mapping[str, Cell], earlier: Previous | None, problems: tuple[Problem, ...]
) -> list[tuple[str, list[ReviewRow]]]:
    sections: dict[int, Section] = {section.pk: section for section in sheet.form.sections.all()}
    values = values_of(sheet, dict(cells))
    groups: list[tuple[str, list[ReviewRow]]] = []
    for block in blocks(sheet.items, sections):
        rows = [_row(sheet, item, cells, values, earlier, problems) for item in block.items]
        if groups and groups[-1][0] == block.title:
            groups[-1][1].extend(rows)
        else:
            groups.append((block.title, rows))
    return groups


def _row(
    sheet: Sheet,
    item: Item,
    cells: Mapping[str, Cell],
    values: Mapping[str, Value],
    earlier: Previous | None,
    problems: tuple[Problem, ...],
) -> ReviewRow:
    def shown(cells: Mapping[str, Cell], values: Mapping[str, Value]) -> str:
        return (
            describe_cell(cells.get(item.code)) if item.is_entered else sheet.display(item, values[item.code])
        )

    before = earlier.values[item.code] if earlier else None
    is_rate = not item.is_entered and item.unit_of_measure == "%"
    return ReviewRow(
        item,
        shown(cells, values),
        shown(earlier.cells, earlier.values) if earlier else "",
        compare(values[item.code], before, is_rate=is_rate),
        tuple(p for p in problems if p.item == item.code),
    )


def _rules(sheet: Sheet, problems: tuple[Problem, ...]) -> list[tuple[str, str, str]]:
    """Every rule in words with its outcome: severity of what it found, or "" when it holds."""
    broken = {problem.rule: problem for problem in problems if problem.rule}
    return [
        (
            expression.describe(),
            broken[rule.code].message if rule.code in broken else rule.message,
            broken[rule.code].severity if rule.code in broken else "",
        )
        for rule, expression in sheet.rules
    ]


def _history(submission: Submission, sheet: Sheet) -> list[HistoryLine]:
    names = {item.code: item.name for item in sheet.items}
    return [
        HistoryLine(
            event, tuple((names.get(code, code), old, new) for code, (old, new) in event.changes.items())
        )
        for event in submission.events.select_related("user").order_by("-id")
    ]
