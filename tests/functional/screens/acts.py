"""What people do at the screens, page by page: a unit's form, its workbook, the office's grid, the upload, the approval."""

import io
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from openpyxl import load_workbook

from departments.choices import Status
from departments.models import Submission, Window
from departments.sheets import CellInput
from tests.functional.screens.visitor import Page, Visitor

EXPLAINED = "已与原始记录核对，数据无误"


def submission_of(window: Window, unit: str) -> Submission:
    return window.submissions.select_related("unit").get(unit__code=unit)


def address_of(name: str, *args: int) -> str:
    return reverse(f"admin:departments_{name}", args=args)


def opens_form(user: User, submission: Submission) -> Visitor:
    """From the list of tasks to the form."""
    visitor = Visitor(user)
    visitor.follows(address_of("submission_change", submission.pk))
    return visitor


def enter(user: User, submission: Submission, cells: Mapping[str, CellInput]) -> None:
    """Types every cell of a unit's form and submits it; blank ones are left alone."""
    visitor = opens_form(user, submission)
    form = visitor.page.form("submit")
    form.fill({f"cell-{key}": given.text for key, given in cells.items() if given.text})
    form.fill({f"reason-{key}": given.reason for key, given in cells.items() if given.reason})
    form.send()
    hands_in(visitor, submission)


def hands_in(visitor: Visitor, submission: Submission) -> None:
    """Explains the warnings that the page names, if any, and submits."""
    submission.refresh_from_db()
    if submission.status == Status.DRAFT:
        form = visitor.page.form("submit")
        asked = visitor.page.tree.xpath("//input[starts-with(@name, 'explain-')]/@name")
        form.fill(dict.fromkeys(map(str, asked), EXPLAINED)).send()
        submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED, visitor.page.text


def enter_by_workbook(user: User, submission: Submission, cells: Mapping[str, str]) -> None:
    """Downloads the form as Excel, fills the column of this period beside the printed names, uploads it and submits."""
    visitor = opens_form(user, submission)
    book = visitor.downloads(address_of("submission_workbook", submission.pk))
    visitor.follows(address_of("submission_upload", submission.pk))
    form = visitor.page.form_with("file").choose_file("file", "填好的表.xlsx", filled(book, cells))
    form.press().form("take").press().form("submit").send()
    hands_in(visitor, submission)


def filled(book: bytes, cells: Mapping[str, str]) -> bytes:
    """The workbook with printed item name → figure written into it."""
    loaded = load_workbook(io.BytesIO(book))
    page: Any = loaded["填报"]
    [head] = [row for row in page.iter_rows() if "本期" in [cell.value for cell in row]]
    places = {str(cell.value): cell.column for cell in head if cell.value}
    rows = {page.cell(row, places["填报项"]).value: row for row in range(head[0].row + 1, page.max_row + 1)}
    for name, figure in cells.items():
        page.cell(rows[name], places["本期"]).value = float(figure) if "." in figure else int(figure)
    stream = io.BytesIO()
    loaded.save(stream)
    return stream.getvalue()


def upload_table(visitor: Visitor, window: Window, name: str, content: bytes) -> Page:
    """From the grid to the upload, with a file; the page of questions, or of changes where there are none."""
    return _to_upload(visitor, window).choose_file("file", name, content).press()


def paste_table(visitor: Visitor, window: Window, text: str) -> Page:
    """The same with a table from the clipboard."""
    return _to_upload(visitor, window).fill({"text": text}).press()


def _to_upload(visitor: Visitor, window: Window) -> Any:
    visitor.opens(address_of("window_table", window.pk))
    visitor.follows(address_of("window_table_upload", window.pk))
    return visitor.page.form_with("text")


def questions(page: Page) -> list[str]:
    """The names whose rows the page asks about."""
    return [str(name).removeprefix("unit-") for name in page.tree.xpath("//select/@name") if "unit-" in name]


def unsettled(page: Page) -> dict[str, str]:
    """What else the page asks, chosen by nobody yet: field → the column's head."""
    asked = page.tree.xpath("//select[option[@value='?']]")
    return {select.get("name"): select.get("aria-label", "") for select in asked if select.value == "?"}


def totals(page: Page) -> dict[str, str]:
    """The grid's last row: item code → text, thousands not separated."""
    cells = page.tree.xpath("//*[@data-total]")
    return {cell.get("data-total"): cell.text_content().strip().replace(",", "") for cell in cells}


def submit_all(visitor: Visitor, window: Window) -> Page:
    """Submits every complete row of the grid, explaining its warnings where it asks."""
    visitor.opens(address_of("window_table", window.pk))
    form = visitor.page.form("submit-complete")
    if visitor.page.tree.xpath("//input[@name='explanation']"):
        form.fill({"explanation": EXPLAINED})
    return form.press()


def approve_all(user: User, window: Window) -> None:
    """Looks at the first form by itself and approves it, then the others together from the queue."""
    visitor = Visitor(user)
    visitor.opens(f"{address_of('submission_queue')}?window={window.pk}")
    [first, *others] = visitor.page.tree.xpath("//input[@name='chosen']/@value")
    pk = int(first.partition(":")[0])
    visitor.follows(f"{address_of('submission_change', pk)}?window={window.pk}")
    visitor.page.form("approve").press()
    if others:
        visitor.opens(f"{address_of('submission_queue')}?window={window.pk}")
        visitor.page.form_with("chosen").tick("chosen").press().form("approve-all").press()


def decided(window: Window) -> list[Submission]:
    """The submissions of the window that are not both handed in by one and approved by another person."""
    return [
        row
        for row in window.submissions.select_related("unit", "submitted_by", "decided_by")
        if row.status != Status.APPROVED
        or row.submitted_by in (None, row.decided_by)
        or row.decided_by is None
    ]
