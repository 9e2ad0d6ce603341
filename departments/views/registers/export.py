"""A register's entries as a table file, filtered and sorted as on the page. Personal columns are never in it."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.choices import EntryAction, Meaning
from departments.exports import safe_cell
from departments.models import Entry, EntryEvent, Register
from departments.services.registers.repeats import times
from departments.views.board import xlsx
from departments.views.registers.list import asked_filter, find_register, register_names


def export_page(request: HttpRequest, object_id: int) -> HttpResponse:
    """.xlsx, or with ?format=csv UTF-8 text with the mark by which a Chinese Excel knows it."""
    register = find_register(request, object_id)
    filters, _whole = asked_filter(request, register)
    table = entries_table(register, filters.rows.annotate(answer=_last_answer()))
    if request.GET.get("format") != "csv":
        return xlsx(table, register.title)
    response = HttpResponse("\ufeff" + table.export("csv"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{register.title}.csv") or ""
    return response


def entries_table(register: Register, entries: Iterable[Entry]) -> Dataset:
    """One row per entry: its own fields, then the register's columns that are not personal; days as ISO text."""
    columns = list(register.columns.filter(personal=False))
    rows = list(entries)
    nths = times(register, rows)
    names = register_names(register)
    head = [names["key"], names["name"], _("unit code"), names["unit"], _("type"), _("level"), _("state")]
    head += [names["opened"], _("due on"), names["done"], _("time of its type"), _("last answer")]
    head += [column.name for column in columns]
    table = Dataset(headers=[safe_cell(text) for text in head], title=_("Entries"))
    for entry in rows:
        row = [
            entry.key,
            entry.name,
            entry.unit.code,
            entry.unit.name,
            entry.type,
            entry.level,
            entry.status.name,
            entry.opened_on.isoformat(),
            entry.due_on.isoformat() if entry.due_on else "",
            entry.done_on.isoformat() if entry.done_on else "",
            nths.get(entry.pk, ""),
            getattr(entry, "answer", ""),
            *(entry.values.get(column.code, "") for column in columns),
        ]
        table.append([safe_cell(text) for text in row])
    return table


def _last_answer() -> Subquery:
    answers = EntryEvent.objects.filter(
        entry=OuterRef("pk"), action=EntryAction.MOVE, to_status__meaning=Meaning.ANSWERED
    )
    return Subquery(answers.order_by("-id").values("text")[:1])
