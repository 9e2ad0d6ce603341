"""One unit of a comparison: its figures by source, its explanation, the office's decision, and everything on record."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, CaseState, Role
from departments.exceptions import Conflict, TransitionRefused
from departments.models import Comparison, ComparisonSource, Unit
from departments.permissions import get_visible, has_role
from departments.services.comparisons import decide, explain, history_of
from departments.services.sides import Row, Sides
from departments.views.comparison_words import line, sides_url, tolerance_text, unit_url
from departments.views.comparisons import asked_sides


def unit_page(
    request: HttpRequest, comparison: Comparison, code: str, context: dict[str, Any]
) -> HttpResponse:
    """GET shows the page; POST explains or decides. What was typed stays when the answer is no."""
    unit = get_visible(Unit.objects.all(), request.user, office=comparison.office_id, code=code)
    form, whole, shown = asked_sides(request, comparison)
    row = next((row for row in whole.rows if row.unit.unit == unit.pk), None) if whole else None
    if whole is None or shown is None or row is None:
        raise PermissionDenied(_("This unit takes no part in this comparison."))
    filters = form.filters
    typed = {"text": row.case.explanation if row.case else ""}
    if request.method == "POST":
        trouble = _act(request, comparison, unit, whole)
        if not trouble:
            return HttpResponseRedirect(_after(request, comparison, shown, row, filters))
        messages.error(request, trouble)
        typed = {name: request.POST.get(name, "") for name in ("text", "reason", "source")}
    before, after = _neighbours(shown, row)
    explains = has_role(request.user, UNIT_ROLES, unit=unit)
    decides = has_role(request.user, {Role.ADMINISTRATOR}, unit=unit)
    return TemplateResponse(
        request,
        "departments/comparison_unit.html",
        context
        | {
            "title": unit.name,
            "comparison": comparison,
            "tolerance": tolerance_text(comparison),
            "sides": whole,
            "line": line(whole, row, filters),
            "row": row,
            "case": row.case if row.case and row.case.version else None,
            "history": history_of(row.case) if row.case else [],
            "typed": typed,
            "may_explain": explains and row.is_open,
            "may_decide": decides and row.state != CaseState.AGREES,
            "own_explanation": row.case is not None and row.case.explained_by_id == request.user.pk,
            "previous_url": unit_url(comparison, before, whole.period, filters) if before else "",
            "next_url": unit_url(comparison, after, whole.period, filters) if after else "",
            "back_url": sides_url(comparison, whole.period, filters),
        },
    )


def _act(request: HttpRequest, comparison: Comparison, unit: Unit, sides: Sides) -> str:
    """Explains or decides; returns why not, or nothing."""
    action, mark = request.POST.get("action", ""), request.POST.get("mark", "")
    period = sides.period.code
    try:
        if action == "explain":
            explain(
                comparison=comparison,
                unit=unit,
                period=period,
                user=request.user,
                text=request.POST.get("text", ""),
                mark=mark,
            )
            messages.success(
                request, _("Your explanation is on record; the office decides which source counts.")
            )
        elif action == "decide":
            source = _source(sides, request.POST.get("source", ""))
            if source is None:
                return _("Choose the source that counts.")
            decide(
                comparison=comparison,
                unit=unit,
                period=period,
                user=request.user,
                source=source,
                reason=request.POST.get("reason", ""),
                mark=mark,
            )
            messages.success(
                request, _("Decided: for %(unit)s “%(source)s” counts.") % {"unit": unit, "source": source}
            )
        else:
            return _("Nothing was done: choose a button of this page.")
    except TransitionRefused as refusal:
        return str(refusal)
    except Conflict:
        return _(
            "The figures or the record have changed since you opened the page. Please look again; your text is kept."
        )
    return ""


def _source(sides: Sides, given: str) -> ComparisonSource | None:
    return next((source for source in sides.sources if str(source.pk) == given), None)


def _after(
    request: HttpRequest, comparison: Comparison, shown: Sides, row: Row, filters: dict[str, str]
) -> str:
    """After a decision the next unit that is open, else the table; after an explanation the same page."""
    if request.POST.get("action") != "decide":
        return unit_url(comparison, row, shown.period, filters)
    place = next((i for i, one in enumerate(shown.rows) if one.unit == row.unit), -1)
    following = [one for one in shown.rows[place + 1 :] if one.is_open]
    if following:
        return unit_url(comparison, following[0], shown.period, filters)
    return sides_url(comparison, shown.period, filters)


def _neighbours(shown: Sides, row: Row) -> tuple[Row | None, Row | None]:
    place = next((i for i, one in enumerate(shown.rows) if one.unit == row.unit), None)
    if place is None:
        return None, shown.rows[0] if shown.rows else None
    before = shown.rows[place - 1] if place else None
    after = shown.rows[place + 1] if place + 1 < len(shown.rows) else None
    return before, after
