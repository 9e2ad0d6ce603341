"""Two issues side by side: paragraphs with their changed words, tables cell by cell, places that moved; and as a file."""

import io
import json
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from departments.formula_safety import safe_text
from departments.permissions import get_visible, visible
from reports.models import Issue
from reports.services.issue_comparison import IssueComparison, compare
from reports.services.search_text import title_of
from reports.services.text_alignment import Pieces

# So many issues are offered to choose from; older ones are chosen in the archive.
OFFERED = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def side_by_side_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Without two issues in the address the page asks for them; `all` shows what is equal too."""
    chosen = _chosen(request)
    offered = list(_offered(request.user, chosen))
    both = chosen if len(chosen) == 2 else ()
    comparison, everything = _compare(both) if both else None, "all" in request.GET
    return TemplateResponse(
        request,
        "reports/archive/side_by_side.html",
        context
        | {
            "title": _("Side by side"),
            "before": chosen[0] if chosen else None,
            "after": chosen[1] if both else None,
            "offered": [(issue, label_of(issue)) for issue in offered],
            "labels": [label_of(issue) for issue in both],
            "comparison": comparison,
            "tables": [
                (table, table if everything else table.narrowed())
                for table in (comparison.tables if comparison else ())
            ],
            "everything": everything,
            "same_one": len(request.GET.getlist("issue")) > 1 and len(chosen) == 1,
        },
    )


def side_by_side_file(request: HttpRequest) -> HttpResponse:
    """What differs, as .xlsx: one sheet each for text, tables and places; no text can become a formula."""
    chosen = _chosen(request)
    if len(chosen) != 2:
        return HttpResponse(_("Choose two issues."), status=400, content_type="text/plain; charset=utf-8")
    comparison, labels = _compare(chosen), [label_of(issue) for issue in chosen]
    response = HttpResponse(_workbook(comparison, labels), content_type=XLSX)
    name = _("Differences %(before)s - %(after)s") % {"before": labels[0], "after": labels[1]}
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or ""
    return response


def label_of(issue: Issue) -> str:
    """The number, or for what has none the period and state; then the title."""
    return f"{issue.number or f'{issue.period} {issue.get_status_display()}'} {title_of(issue)}"


def _chosen(request: HttpRequest) -> list[Issue]:
    """The issues in the address, with `order=time` the older one first; PermissionDenied for one out of reach."""
    keys = list(dict.fromkeys(key for key in request.GET.getlist("issue") if key.isdecimal()))[:2]
    rows = Issue.objects.select_related("bulletin__office")
    found = [get_visible(rows, request.user, pk=int(key)) for key in keys]
    return sorted(found, key=lambda issue: issue.drafted_at) if "order" in request.GET else found


def _offered(user: Any, chosen: Sequence[Issue]) -> Sequence[Issue]:
    rows = (
        visible(Issue.objects.all(), user).select_related("bulletin__office").order_by("-drafted_at", "-id")
    )
    newest = list(rows[:OFFERED])
    known = {issue.pk for issue in newest}
    return [*newest, *(issue for issue in chosen if issue.pk not in known)]


def _compare(chosen: Sequence[Issue]) -> IssueComparison:
    before, after = (json.loads(issue.content) for issue in chosen)
    return compare(before, after)


def _workbook(comparison: IssueComparison, labels: Sequence[str]) -> bytes:
    text = [(_joined(pair.before), _joined(pair.after)) for pair in comparison.changed_text]
    cells = [
        (table.title, row.name, head, cell.before, cell.after)
        for table in comparison.tables
        for row in table.changed
        for head, cell in zip(table.columns, row.cells, strict=True)
        if not cell.is_same
    ]
    moved = [(one.ranking_name, one.name, one.before, one.after) for one in comparison.moved]
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        _sheet(book, _("Text of the bulletin"), labels, text, [80, 80])
        heads = [_("table"), _("row"), _("column"), *labels]
        _sheet(book, _("Tables"), heads, cells, [30, 18, 30, 16, 16])
        _sheet(book, _("Places moved"), [_("ranking"), _("unit"), *labels], moved, [30, 18, 16, 16])
    return out.getvalue()


def _sheet(
    book: Any, name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, wrapped)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, safe_text(head), bold)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, column, value)
            elif value:
                sheet.write_string(line, column, safe_text(value))


def _joined(pieces: Pieces) -> str:
    return "".join(text for text, _changed in pieces)
