"""核对: the table of answers to one issue as a file."""

import datetime as dt
import io

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.exports import safe_text
from departments.templatetags.people import person_name
from reports.models import Issue
from reports.views.replies import Line, lines_of


def reply_file(issue: Issue) -> HttpResponse:
    """The table as .xlsx: one unit a row, every text safe from being read as a formula."""
    heads = [
        _("unit code"), _("unit"), _("state"), _("asked at"), _("to be answered by"), _("answered by"), _("answered at"),
        _("objection"), _("upheld"), _("decision"), _("decision by"), _("decision at"), _("why not waited for"),
    ]  # fmt: skip
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_("Replies"))
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(heads) - 1, 18)
        for row, cells in enumerate([heads, *map(_cells, lines_of(issue))]):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, safe_text(cell), None if row else bold)
    response = HttpResponse(
        out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"{issue.bulletin.code}-{issue.period}-replies.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(line: Line) -> list[str]:
    reply = line.reply
    upheld = {None: "", True: _("Upheld"), False: _("Rejected")}[reply.upheld]
    return [
        reply.unit.code,
        reply.unit.name,
        line.label,
        _clock(reply.opened_at),
        _clock(reply.due_at),
        person_name(reply.answered_by),
        _clock(reply.answered_at),
        reply.text,
        upheld,
        reply.decision,
        person_name(reply.decided_by),
        _clock(reply.decided_at),
        reply.waiver,
    ]


def _clock(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
