"""结果说明: one result of one unit opened to its definition, cells, people and neighbours."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import Unit
from departments.periods import Period
from expressions import ExpressionError
from expressions.numbers import exact_text
from expressions.values import is_number
from indicators.models import Indicator, Result, Scheme
from indicators.services.exclusions import plain
from indicators.services.targets import EXACT
from indicators.targets import LIGHT_WORDS
from indicators.views.targets import SHAPES
from reports.choices import IssueStatus
from reports.models import Issue
from reports.services.explanations import Explanation, explain, printed
from reports.views.counted_entries import entries_behind
from reports.views.origins import cell_table, readable
from reports.views.unit_scope import asked_period, unit_for


def explanation_page(
    request: HttpRequest, indicator_id: int, unit_id: int, context: dict[str, Any]
) -> HttpResponse:
    """For the office's people, and for a unit's people about their own results: neighbours then stay unnamed."""
    unit, whole = unit_for(request.user, unit_id)
    indicator = (
        Indicator.objects.filter(pk=indicator_id, office=unit.office_id).select_related("office").first()
    )
    if indicator is None:
        raise Http404(_("There is no such indicator."))
    asked = asked_period(request, unit.office)
    found, trouble = _found(indicator, unit, asked.period) if asked.period else (None, "")
    query = urlencode({"period": asked.period.code}) if asked.period else ""
    return TemplateResponse(
        request,
        "reports/explanation.html",
        context
        | {
            "title": f"{unit.name} · {indicator.name}",
            "unit": unit,
            "indicator": indicator,
            "asked": asked,
            "period": asked.period,
            "found": found,
            "trouble": trouble,
            "whole": whole,
            "query": query,
            "issued": _issued(indicator, unit, asked.period) if asked.period else None,
            **(_shown(found, unit, query) if found else {}),
        },
    )


def _found(indicator: Indicator, unit: Unit, period: Period) -> tuple[Explanation | None, str]:
    """The explanation, or in words why there is none."""
    try:
        found = explain(indicator=indicator, unit=unit, period=period)
    except ExpressionError as error:
        return None, _("A definition can't be used: %s") % error
    if found is None:
        return None, _("“%(indicator)s” has no definition in force for %(unit)s in this period.") % {
            "indicator": indicator,
            "unit": unit,
        }
    return found, ""


def _shown(found: Explanation, unit: Unit, query: str) -> dict[str, Any]:
    """What the template prints of it."""
    names = {one.code: one.name for one in found.data.units}
    document = {"cells": found.cells, "registers": found.registers}
    entered = [key for key in found.keys if key.split("/")[0] not in found.registers]
    target = found.target
    unit_of_measure = found.definition.unit_of_measure
    return {
        "numerator": printed(found.pair.numerator),
        "denominator": printed(found.pair.denominator),
        "exact": readable(exact_text(found.value)) if is_number(found.value) else "",
        "table": cell_table(found.cells, entered, names, is_quotient=not found.parts),
        "entries": entries_behind(document, found.keys, names),
        "missing": [names.get(code, code) for code in found.coverage.missing],
        "exclusions": [(row, f"{plain(row.amount)}{row.item.unit_of_measure}") for row in found.exclusions],
        "target": target
        and {
            "words": target.target.words(EXACT, unit_of_measure),
            "assessment": target.assessment,
            "light": LIGHT_WORDS[target.assessment.light],
            "shape": SHAPES[target.assessment.light],
            "quota": target.quota,
            "source": target.target.source,
            "cases": found.to_target,
            "period": target.period if target.period != found.data.period else None,
            "display": target.display,
        },
        "parts": [(part, _part_url(found, part.code, part.scheme, unit, query)) for part in found.parts],
    }


def _part_url(found: Explanation, code: str, is_scheme: bool, unit: Unit, query: str) -> str:
    """Where a result that this one builds on is explained; codes of schemes and indicators are one set of names."""
    model: type[Scheme] | type[Indicator] = Scheme if is_scheme else Indicator
    row = model._default_manager.filter(office=unit.office_id, code=code).first()
    name = "sheet" if is_scheme else "explanation"
    return f"{reverse(f'admin:indicators_score_{name}', args=[row.pk, unit.pk])}?{query}" if row else ""


def _issued(indicator: Indicator, unit: Unit, period: Period) -> Mapping[str, Any] | None:
    """What the newest issued bulletin of the period froze for the unit, which may differ from the present figures."""
    issues = Issue.objects.filter(
        bulletin__office=unit.office_id, period=period.code, status=IssueStatus.ISSUED
    ).order_by("-issued_at")
    for issue in issues:
        result = (
            Result.objects.filter(run=issue.run_id, unit=unit, version__indicator=indicator)
            .select_related("version")
            .first()
        )
        if result is not None:
            return {"issue": issue, "result": result}
    return None
