"""The form on A4 for signature and stamp; the scan of the signed page is attached afterwards."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from departments.choices import AttachmentKind
from departments.models import Item
from departments.sheets import cells_of, load_sheet
from departments.views.entry_cells import Page
from departments.views.figures import previous_of
from departments.views.workbook import find_submission

# More columns than this are unreadable on an upright A4 page.
UPRIGHT_COLUMNS = 6
# More items than this stand in two columns, so that one page is enough.
ONE_COLUMN = 24


@dataclass(frozen=True)
class Line:
    """One item on paper; `section` where a new section begins."""

    item: Item
    shown: str
    before: str
    section: str = ""


def print_page(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    """A page of its own without the site around it; whoever sees the form may print it."""
    submission = find_submission(request, object_id)
    sheet = load_sheet(submission.window.form, submission)
    cells = cells_of(submission)
    page = Page(submission, sheet, cells, earlier=previous_of(submission, sheet))
    lines, paragraphs = _lines(page)
    table = page.table()
    return TemplateResponse(
        request,
        "departments/print.html",
        context
        | {
            "submission": submission,
            "columns": _columns(lines),
            "paragraphs": paragraphs,
            "table": table,
            "wide": table is not None and len(table.totals) > UPRIGHT_COLUMNS,
            "earlier": page.earlier,
            "now": timezone.now(),
            "signed": submission.attachments.filter(
                kind=AttachmentKind.SIGNED, removed_at__isnull=True
            ).count(),
        },
    )


def _lines(page: Page) -> tuple[list[Line], list[Line]]:
    """The lines of the table of figures, and the paragraphs that stand below it over the whole width."""
    lines: list[Line] = []
    paragraphs: list[Line] = []
    title = ""
    for block in page.blocks():
        if block.block.is_paragraph:
            paragraphs += [Line(cell.item, cell.shown, cell.before) for cell in block.cells]
            continue
        for cell in block.cells:
            section = block.block.title if block.block.title != title else ""
            title = block.block.title
            lines.append(Line(cell.item, cell.shown, cell.before, section))
    return lines, paragraphs


def _columns(lines: list[Line]) -> list[list[Line]]:
    """One column, or two of equal length for a long form."""
    if not lines:
        return []
    if len(lines) <= ONE_COLUMN:
        return [lines]
    half = -(-len(lines) // 2)
    return [lines[:half], lines[half:]]
