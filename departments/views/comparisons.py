"""数据核对: all comparisons of an office by period and state, and the table of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from departments.exports import safe_cell
from departments.models import Comparison, Group, Office
from departments.periods import Period
from departments.permissions import visible
from departments.reconcile import Filed
from departments.services.sides import Sides, filed_text, periods_of, side_by_side, side_by_side_all
from departments.templatetags.people import person_name
from departments.views.comparison_words import (
    StateCount,
    line,
    query,
    sides_url,
    state_choices,
    state_counts,
    state_word,
    tolerance_text,
    totals,
)

PERIODS_SHOWN = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SidesForm(forms.Form):
    """What is shown of a comparison; it stands in the URL."""

    period = forms.ChoiceField(label=gettext_lazy("period"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("state"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("group"), required=False)

    def __init__(self, data: Any, *, periods: Sequence[str], groups: Sequence[Group]) -> None:
        super().__init__({"period": periods[0] if periods else "", **data.dict()})
        everything = ("", _("all"))
        self.fields["period"].choices = [(code, Period.parse(code).label) for code in periods]  # type: ignore[attr-defined]
        self.fields["state"].choices = [everything, *state_choices()]  # type: ignore[attr-defined]
        self.fields["group"].choices = [everything, *((group.code, group.name) for group in groups)]  # type: ignore[attr-defined]
        self.is_valid()

    def chosen(self, name: str) -> str:
        """The valid choice in the URL, else blank."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def filters(self) -> dict[str, str]:
        return {name: value for name in ("state", "group") if (value := self.chosen(name))}


@dataclass(frozen=True)
class Summary:
    """One comparison in one period on the overview."""

    sides: Sides
    url: str
    counts: list[StateCount]


def overview_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Every comparison with its newest periods and how many units are in each state; a unit's people see their own."""
    comparisons = list(visible(Comparison.objects.select_related("office"), request.user))
    offices = list({one.office_id: one.office for one in comparisons}.values())
    summaries = [summary for office in offices for summary in _summaries(request.user, office, comparisons)]
    return TemplateResponse(
        request,
        "departments/comparison_list.html",
        context
        | {
            "title": _("Reconciliation"),
            "summaries": summaries,
            "comparisons": comparisons,
            "several": len(offices) > 1,
        },
    )


def _summaries(user: Any, office: Office, comparisons: Sequence[Comparison]) -> list[Summary]:
    """Newest period first; as many queries as there are different periods, whatever the number of comparisons."""
    periods = periods_of(office)
    wanted: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        if comparison.office_id == office.pk:
            for period in periods.get(comparison.pk, [])[:PERIODS_SHOWN]:
                wanted.setdefault(period, []).append(comparison)
    found = [
        Summary(sides, sides_url(sides.comparison, sides.period, {}), state_counts(sides, {}))
        for period, mine in wanted.items()
        for sides in side_by_side_all(mine, period, user)
        if sides.rows
    ]
    return sorted(found, key=lambda one: (one.sides.period.end, one.sides.period.start), reverse=True)


def asked_sides(request: HttpRequest, comparison: Comparison) -> tuple[SidesForm, Sides | None, Sides | None]:
    """The form of the URL, the whole comparison and what the filters leave of it; None while nothing was ever asked."""
    periods = periods_of(comparison.office).get(comparison.pk, [])
    form = SidesForm(request.GET, periods=periods, groups=list(comparison.office.groups.all()))
    if not periods:
        return form, None, None
    whole = side_by_side(comparison, form.chosen("period") or periods[0], request.user)
    filters = form.filters
    rows = (
        row
        for row in whole.rows
        if filters.get("state") in (None, str(row.state)) and filters.get("group") in (None, row.unit.group)
    )
    return form, whole, whole.only(rows)


def sides_page(request: HttpRequest, comparison: Comparison, context: dict[str, Any]) -> HttpResponse:
    form, whole, shown = asked_sides(request, comparison)
    if shown is not None and whole is not None:
        filters = form.filters
        context = context | {
            "sides": shown,
            "lines": [line(shown, row, filters) for row in shown.rows],
            "totals": totals(shown) if len(shown.rows) > 1 else [],
            "counts": state_counts(whole, {k: v for k, v in filters.items() if k == "group"}),
            "query": query(shown.period, filters),
            "all_url": sides_url(comparison, shown.period, {}),
        }
    return TemplateResponse(
        request,
        "departments/comparison.html",
        context
        | {
            "title": comparison.name,
            "comparison": comparison,
            "form": form,
            "tolerance": tolerance_text(comparison),
        },
    )


def export_page(request: HttpRequest, comparison: Comparison) -> HttpResponse:
    """The table as shown, as .xlsx: numbers stay numbers, no text can become a formula."""
    _form, _whole, shown = asked_sides(request, comparison)
    data = sides_table(shown) if shown is not None else Dataset()
    label = shown.period.label if shown is not None else ""
    response = HttpResponse(data.export("xlsx"), content_type=XLSX)
    response["Content-Disposition"] = (
        content_disposition_header(True, f"{comparison.name} {label}.xlsx") or ""
    )
    return response


def sides_table(sides: Sides) -> Dataset:
    """One row per unit, then the total of each source."""
    names = [source.name for source in sides.sources]
    head = [_("unit code"), _("unit"), *names, _("largest difference"), _("state"), _("explanation")]
    head += [_("which one counts"), _("figure that counts"), _("reason"), _("decided by"), _("decided at")]
    table = Dataset(headers=[safe_cell(text) for text in head], title=_("Reconciliation"))
    for row in sides.rows:
        case = row.case
        decided_by = case.decided_by if case else None
        cells = [
            row.unit.code,
            row.unit.short_name,
            *(
                _cell(figure, source.item.decimals)
                for source, figure in zip(sides.sources, row.figures, strict=True)
            ),
            "" if row.verdict.gap is None else _number(row.verdict.gap),
            state_word(row.state),
            case.explanation if case else "",
            row.counts.name,
            _cell(row.counted, row.counts.item.decimals),
            case.reason if case else "",
            person_name(decided_by),
            f"{timezone.localtime(case.decided_at):%Y-%m-%d %H:%M}" if case and case.decided_at else "",
        ]
        table.append([safe_cell(cell) for cell in cells])
    figures = [_cell(total, sides.decimals) for total in sides.totals]
    if len(sides.rows) > 1:
        table.append(["", _("Total"), *figures[:-1], "", "", "", "", figures[-1], "", "", ""])
    return table


def _cell(filed: Filed | None, decimals: int) -> Any:
    if filed is not None and filed.is_complete and isinstance(filed.value, Fraction):
        return _number(filed.value)
    return filed_text(filed, decimals)


def _number(value: Fraction) -> int | Decimal:
    """Exact: figures have at most six decimals, and so have their sums."""
    return (
        value.numerator if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
    )
