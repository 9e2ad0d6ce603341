"""The page of who decides on a submission: entered, previous, change, rules, history, files, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Action, RemarkKind, Severity
from departments.comparison import Change, compare
from departments.exceptions import Conflict, DepartmentsError, Problem
from departments.models import Category, Item, Remark, Section, Submission, SubmissionEvent
from departments.services.contexts import load_context
from departments.services.remarks import explanations_of
from departments.services.submissions import approve, confirm, return_submission
from departments.sheets import Cell, Sheet, cell_key, cells_of, load_sheet, show_cell
from departments.transitions import allowed
from departments.views.figures import Previous, previous_of, values_of
from departments.views.layout import blocks
from departments.views.queue import chosen, may_decide, neighbours, review_url
from departments.views.reopening import reopening_data, reopening_post
from departments.views.words import whose_turn
from expressions.values import MISSING, Value


@dataclass(frozen=True)
class ReviewRow:
    """One cell: what is entered, what it was, how it changed, what the rules say and what people wrote beside it."""

    key: str
    item: Item
    shown: str
    before: str
    change: Change
    problems: tuple[tuple[Problem, str], ...]
    remarks: tuple[Remark, ...] = ()

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
    sheet = load_sheet(submission.window.form, submission)
    cells = cells_of(submission)
    earlier = previous_of(submission, sheet)
    problems = tuple(sheet.problems(cells, complete=True, context=load_context(sheet, submission)))
    explained = explanations_of(submission)
    before, after, left = (
        neighbours(request.user, submission, filters) if may_decide(request.user) else (None, None, 0)
    )
    findings = [(problem, explained.get((problem.rule, problem.item), "")) for problem in problems]
    page = _Rows(sheet, cells, earlier, findings, list(submission.remarks.select_related("user")))
    groups = page.groups()
    return TemplateResponse(
        request,
        "departments/review.html",
        context
        | {
            "title": submission.unit.name,
            "submission": submission,
            "groups": groups,
            "big": sum(row.is_big for _title, rows in groups for row in rows),
            "problems": findings,
            "remarks": page.about(""),
            "attachments": submission.attachments.filter(removed_at__isnull=True).select_related("user"),
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
        }
        | reopening_data(request, submission),
    )


def _decide(request: HttpRequest, submission: Submission, filters: dict[str, str]) -> HttpResponse:
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    here = HttpResponseRedirect(review_url(submission, filters))
    after = neighbours(request.user, submission, filters)[1] if may_decide(request.user) else None
    version = request.POST.get("version", "")
    try:
        if reopening_post(request, submission):
            return here
        if not version.isdecimal():
            raise Conflict({})
        seen = int(version)
        if action == Action.CONFIRM:
            confirm(submission=submission, user=request.user, version=seen)
            messages.success(request, _("Confirmed: it goes on to the office."))
            return HttpResponseRedirect(reverse("admin:index"))
        if action == Action.APPROVE:
            approve(submission=submission, user=request.user, version=seen)
            messages.success(request, _("Approved: %s.") % submission)
        elif action == Action.RETURN:
            cells = {
                name.removeprefix("why-"): text
                for name, text in request.POST.items()
                if name.startswith("why-") and isinstance(text, str)
            }
            return_submission(
                submission=submission, user=request.user, reason=reason, cells=cells, version=seen
            )
            messages.success(request, _("Returned: %s.") % submission)
        else:
            messages.error(request, _("Nothing was done: choose a button of this page."))
            return here
    except Conflict:
        messages.error(
            request, _("The form has changed since you opened it. Nothing was decided: please look again.")
        )
        return here
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return here
    if after is not None:
        return HttpResponseRedirect(review_url(after, filters))
    return HttpResponseRedirect(reverse("admin:departments_submission_queue"))


@dataclass(frozen=True)
class _Rows:
    """Builds the rows of the page, group by group."""

    sheet: Sheet
    cells: Mapping[str, Cell]
    earlier: Previous | None
    findings: list[tuple[Problem, str]]
    remarks: list[Remark]

    def groups(self) -> list[tuple[str, list[ReviewRow]]]:
        """Sections with the items asked once, then one group per category row."""
        values = values_of(self.sheet, dict(self.cells))
        sections: dict[int, Section] = {section.pk: section for section in self.sheet.form.sections.all()}
        groups: list[tuple[str, list[ReviewRow]]] = []
        for block in blocks(self.sheet.items, sections):
            rows = [self._row(item, None, values) for item in block.items]
            if groups and groups[-1][0] == block.title:
                groups[-1][1].extend(rows)
            else:
                groups.append((block.title, rows))
        split = [item for item in self.sheet.items if item.by_category]
        for category in self.sheet.categories:
            groups.append((category.name, [self._row(item, category, values) for item in split]))
        return groups

    def about(self, key: str) -> tuple[Remark, ...]:
        """The comments and return reasons of a cell, oldest first; "" is the whole form."""
        return tuple(r for r in self.remarks if r.cell == key and r.kind != RemarkKind.EXPLANATION)

    def _row(self, item: Item, category: Category | None, values: Mapping[str, Value]) -> ReviewRow:
        key = cell_key(item.code, category.code if category else "")
        before = self.earlier.values.get(key) if self.earlier else None
        is_rate = not item.is_entered and item.unit_of_measure == "%"
        return ReviewRow(
            key,
            item,
            self._shown(key, item, self.cells, values),
            self._shown(key, item, self.earlier.cells, self.earlier.values) if self.earlier else "",
            compare(values.get(key, MISSING), before, is_rate=is_rate),
            tuple(finding for finding in self.findings if finding[0].item == key),
            self.about(key),
        )

    def _shown(self, key: str, item: Item, cells: Mapping[str, Cell], values: Mapping[str, Value]) -> str:
        if key in self.sheet.by_key:
            return show_cell(item, cells.get(key))
        return self.sheet.display(item, values.get(key, MISSING))


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
    names = {key: place.label for key, place in sheet.by_key.items()}
    return [
        HistoryLine(
            event, tuple((names.get(code, code), old, new) for code, (old, new) in event.changes.items())
        )
        for event in submission.events.select_related("user", "acting_for").order_by("-id")
    ]
