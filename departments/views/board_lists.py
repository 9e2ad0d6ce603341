"""Behind the board: the list of duties (迟报未报名单 above all), one unit's forms, and the button that reminds the late ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tablib import Dataset

from departments.board import Sought, Tally
from departments.choices import Role, Timeliness
from departments.durations import span
from departments.exceptions import DepartmentsError
from departments.exports import safe_cell
from departments.filters import RowFilter
from departments.models import Form, Submission, Unit, Window
from departments.permissions import has_role
from departments.services.boards import Filing, load_filings, owed, sees_whole_office, visible_submissions
from departments.services.duties import duties
from departments.services.reminders import remind_now
from departments.templatetags.moments import moment
from departments.templatetags.people import person_name
from departments.views.board import asked_filter, query_of, xlsx
from departments.views.board_words import TONES, Painter, board_url, rate, short_label, step

# A unit's page goes back this many forms.
FILINGS_OF_A_UNIT = 200
# A list shows so many forms; its file holds all.
LISTED = 500
# The states that make a list the one of late and missing forms.
NAMED = {Sought.OVERDUE, Sought.LATE, Sought.MISSING}


@dataclass(frozen=True)
class Entry:
    """A duty as the list prints it; `told` says who was reminded last and when."""

    filing: Filing
    word: str
    tone: str
    step: str
    late_by: str
    contacts: str
    told: str


@dataclass(frozen=True)
class Strip:
    """One form of a unit: its periods from old to new, and its rates."""

    form: Form
    cells: SafeString
    heads: tuple[str, ...]
    punctual: str
    complete: str


def entry(filing: Filing) -> Entry:
    one = filing.square
    overdue = one.timeliness in (Timeliness.LATE, Timeliness.MISSING)
    told = ""
    if filing.told:
        last = max(notice.at for notice in filing.told)
        names = "、".join(person_name(notice.user) for notice in filing.told)
        told = f"{moment(last)} {names}"
    return Entry(
        filing,
        str(one.state.label),
        TONES[one.state],
        step(one),
        span(one.late_by) if overdue else "",
        "、".join(filing.contacts),
        told,
    )


def list_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The duties the filters leave, newest due first; with state=overdue the list of those late or missing."""
    filters = asked_filter(request, strict=True)
    found = filters.qs.order_by() if filters.office is not None else filters.queryset.none()
    entries = _entries(request, filters, LISTED)
    query = query_of(filters)
    office = filters.office
    return TemplateResponse(
        request,
        "departments/board_list.html",
        context
        | {
            "title": _list_title(filters),
            "filters": filters,
            "office": office,
            "whole": office is not None and sees_whole_office(request.user, office),
            "may_remind": office is not None and has_role(request.user, {Role.ADMINISTRATOR}, office=office),
            "owing": owed(found).exists(),
            "n": duties(found).count(),
            "entries": entries,
            "now": timezone.now(),
            "hidden": {name: value for name, value in query.items() if name == "by"},
            "remind_url": board_url("remind", query),
            "export_url": board_url("late_export", query),
            "board_url": board_url("board", query, state=""),
        },
    )


def list_export(request: HttpRequest) -> HttpResponse:
    filters = asked_filter(request, strict=True)
    return xlsx(list_table(_entries(request, filters)), _list_title(filters))


def list_table(entries: Iterable[Entry]) -> Dataset:
    """One row per duty; moments as text in local time."""
    head = [_("unit code"), _("unit"), _("form"), _("period"), _("state"), _("due at"), _("handed in at")]
    head += [_("late by"), _("contact person"), _("last reminded")]
    table = Dataset(headers=[safe_cell(text) for text in head], title=_("Late or missing"))
    for one in entries:
        submission = one.filing.submission
        row = [
            submission.unit.code,
            submission.unit.name,
            submission.window.form.title,
            submission.window.when.label,
            one.word,
            f"{timezone.localtime(submission.window.due_at):%Y-%m-%d %H:%M}",
            f"{timezone.localtime(submission.handed_in_at):%Y-%m-%d %H:%M}"
            if submission.handed_in_at
            else "",
            one.late_by,
            one.contacts,
            one.told,
        ]
        table.append([safe_cell(text) for text in row])
    return table


def unit_page(request: HttpRequest, unit_id: int, context: dict[str, Any]) -> HttpResponse:
    """Everything one unit had to file: a strip per form, then the duties one by one."""
    submissions = visible_submissions(request.user).filter(unit=unit_id)
    unit = Unit.objects.select_related("office").filter(pk__in=submissions.values("unit")).first()
    if unit is None:
        raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
    filings = load_filings(submissions, user=request.user, office=unit.office, limit=FILINGS_OF_A_UNIT)
    total = Tally.of(filing.square for filing in filings)
    return TemplateResponse(
        request,
        "departments/board_unit.html",
        context
        | {
            "title": unit.name,
            "unit": unit,
            "whole": sees_whole_office(request.user, unit.office),
            "strips": _strips(filings),
            "entries": [entry(filing) for filing in filings],
            "total": total,
            "punctual": rate(total.punctual),
            "complete": rate(total.complete),
        },
    )


def remind_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Before: who would be told, and of what. After: back to the list, which says who was told and when."""
    filters = asked_filter(request, strict=True)
    if filters.office is None or not has_role(request.user, {Role.ADMINISTRATOR}, office=filters.office):
        raise PermissionDenied(_("Only an administrator of the office reminds units."))
    submissions = owed(filters.qs.order_by())
    if request.method == "POST":
        chosen = [pk for pk in request.POST.getlist("submission") if pk.isdecimal()]
        _remind(request, list(submissions.filter(pk__in=chosen)))
        return HttpResponseRedirect(board_url("late", query_of(filters)))
    filings = load_filings(submissions, user=request.user, office=filters.office)
    return TemplateResponse(
        request,
        "departments/board_remind.html",
        context
        | {
            "title": _("Remind"),
            "office": filters.office,
            "groups": _by_window(filings),
            "n": len(filings),
            "list_url": board_url("late", query_of(filters)),
        },
    )


def _remind(request: HttpRequest, submissions: list[Submission]) -> None:
    if not submissions:
        messages.warning(request, _("Nobody was reminded: choose at least one unit."))
        return
    units: dict[Window, list[Unit]] = {}
    for submission in submissions:
        units.setdefault(submission.window, []).append(submission.unit)
    notices, nobody = 0, set()
    for window, of in units.items():
        try:
            done = remind_now(
                window=window,
                units=of,
                user=request.user,
                text=request.POST.get("text", "")[:200],
                by_robot=bool(request.POST.get("by_robot")),
            )
        except DepartmentsError as refusal:
            messages.error(request, str(refusal))
            continue
        notices += done.notices
        nobody |= {unit.name for unit in done.nobody}
    if notices:
        told = ngettext("%(n)s notice was sent.", "%(n)s notices were sent.", notices) % {"n": notices}
        messages.success(request, told)
    elif not nobody:
        messages.warning(request, _("They have all been told within the last minute; nobody is told twice."))
    if nobody:
        messages.warning(
            request,
            _("Nobody to tell in: %(names)s. Give these units a clerk or a head.")
            % {"names": "、".join(sorted(nobody))},
        )


def _entries(request: HttpRequest, filters: RowFilter, limit: int | None = None) -> list[Entry]:
    if filters.office is None:
        return []
    filings = load_filings(filters.qs.order_by(), user=request.user, office=filters.office, limit=limit)
    return [entry(filing) for filing in filings]


def _list_title(filters: RowFilter) -> str:
    state = filters.chosen("state") if filters.office is not None else ""
    return _("List of late and missing forms") if state in NAMED else _("List of forms")


def _by_window(filings: Iterable[Filing]) -> list[tuple[Window, list[Entry]]]:
    found: dict[Window, list[Entry]] = {}
    for filing in filings:
        found.setdefault(filing.submission.window, []).append(entry(filing))
    return list(found.items())


def _strips(filings: Iterable[Filing]) -> list[Strip]:
    found: dict[Form, list[Filing]] = {}
    for filing in filings:
        found.setdefault(filing.submission.window.form, []).insert(0, filing)
    painter = Painter()
    strips = []
    for form, own in sorted(found.items(), key=lambda pair: (pair[0].order, pair[0].pk)):
        tally = Tally.of(filing.square for filing in own)
        strips.append(
            Strip(
                form,
                painter.cells(filing.square for filing in own),
                tuple(short_label(filing.submission.window) for filing in own),
                rate(tally.punctual),
                rate(tally.complete),
            )
        )
    return strips
