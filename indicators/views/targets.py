"""目标达成: how far an office's units are from their targets in a period, and how quotas add up; also as .xlsx."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.exports import safe_cell
from departments.models import Office
from departments.periods import Period
from departments.permissions import memberships_of, offices_of
from departments.services.boards import sees_whole_office
from expressions import ExpressionError
from expressions.numbers import display, half_up
from expressions.values import NoValue
from indicators.models import Target
from indicators.services.targets import (
    EXACT,
    Quota,
    TargetOverview,
    TargetRow,
    target_overview,
)
from indicators.targets import LIGHT_WORDS, PERCENT, Light
from indicators.views.target_filter import SHAPES, TargetFilter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Line:
    """A row as the page prints it; `pace` and `expected` are shares of a bar in %, "" where there is no pace.

    `group` is its group's name, `since` the first day of what the value is of, `reached` the share of the target reached
    in %, which may be more than the bar holds.
    """

    row: TargetRow
    group: str
    since: str
    shape: str
    word: str
    target: str
    floor: str
    gap: str
    pace: str
    reached: str
    expected: str


@dataclass(frozen=True)
class Count:
    """How many units show a light, and the page of them."""

    light: Light
    shape: str
    word: str
    number: int
    url: str


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator in one group on the page without further filters: its own figure, and its units by light."""

    name: str
    group: str
    target: str
    own_targets: int
    whole: Line | None
    counts: list[Count]
    url: str


@dataclass(frozen=True)
class QuotaLine:
    """The quotas of one indicator in words."""

    quota: Quota
    group: str
    total: str
    sum: str
    difference: str
    figure: Line | None
    url: str


def overview_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """For the office's people by indicator, and by unit once narrowed; for a unit's people always their own rows."""
    office, offices = _asked_office(request)
    filters = TargetFilter(request.GET, office=office, queryset=Target.objects.none())
    overview, trouble = _asked_overview(office, filters)
    whole = sees_whole_office(request.user, office)
    rows = _rows_for(request.user, office, overview) if overview else []
    found = [row for row in rows if filters.fits(row)]
    narrowed = bool(filters.chosen("indicator") or filters.chosen("light")) or not whole
    return TemplateResponse(
        request,
        "indicators/target_overview.html",
        context
        | {
            "title": _("Attainment of targets"),
            "office": office,
            "offices": offices,
            "filters": filters,
            "period": filters.chosen_period,
            "trouble": trouble,
            "whole": whole,
            "by_unit": narrowed,
            "counts": _counts([row for row in rows if filters.fits(row, whatever_light=True)], filters),
            "lines": [_line(row, overview.groups) for row in found] if overview and narrowed else [],
            "several_units": len({row.unit.code if row.unit else "" for row in rows}) > 1,
            "paced": any(row.assessment.pace is not None for row in found),
            "several_indicators": filters.chosen("indicator") is None,
            "indicators": _by_indicator(found, overview.groups, filters) if overview and not narrowed else [],
            "quotas": _quota_lines(overview, filters) if whole and overview else [],
            "narrowed": bool(
                filters.chosen("group") or filters.chosen("indicator") or filters.chosen("light")
            ),
            "all_url": _url(filters, group="", indicator="", light=""),
            "export_url": f"{reverse('admin:indicators_target_export')}?{urlencode(_query(filters))}",
        },
    )


def export_page(request: HttpRequest) -> HttpResponse:
    """The rows as filtered, one per unit (and rate of a group); numbers stay numbers, no text can become a formula."""
    office, _offices = _asked_office(request)
    filters = TargetFilter(request.GET, office=office, queryset=Target.objects.none())
    overview, _trouble = _asked_overview(office, filters)
    rows = _rows_for(request.user, office, overview) if overview else []
    names = overview.groups if overview else {}
    table = _table([row for row in rows if filters.fits(row)], names)
    response = HttpResponse(table.export("xlsx"), content_type=XLSX)
    label = filters.chosen_period.label if filters.chosen_period else ""
    name = f"{_('Attainment of targets')} {label}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _asked_office(request: HttpRequest) -> tuple[Office, list[Office]]:
    offices = list(offices_of(request.user))
    asked = request.GET.get("office")
    office = next((one for one in offices if one.code == asked), offices[0] if offices else None)
    if office is None:
        raise PermissionDenied(_("Targets are for people of an office."))
    return office, offices


def _asked_overview(office: Office, filters: TargetFilter) -> tuple[TargetOverview | None, str]:
    """The period's overview, or in words why there is none."""
    if filters.chosen_period is None:
        return None, ""
    try:
        return target_overview(office, filters.chosen_period.code), ""
    except ExpressionError as error:
        return None, _("A definition can't be used: %s") % error


def _rows_for(user: Any, office: Office, overview: TargetOverview) -> list[TargetRow]:
    """All rows for the office's people; for others those of the units they act for, without any group's figure."""
    if sees_whole_office(user, office):
        return list(overview.rows)
    own = {m.unit_id for m in memberships_of(user) if m.office_id == office.pk}
    return [row for row in overview.rows if row.unit is not None and row.unit.id in own]


def _line(row: TargetRow, groups: Mapping[str, str]) -> Line:
    found, definition = row.assessment, row.definition
    return Line(
        row=row,
        group=groups.get(row.group, ""),
        since=Period.containing(row.period.start, "day").label,
        shape=SHAPES[found.light],
        word=LIGHT_WORDS[found.light],
        target=row.target.words(EXACT, definition.unit_of_measure),
        floor="" if row.target.floor is None else _exact(row.target.floor),
        gap=_gap(row),
        pace=""
        if found.pace is None
        else display(PERCENT * min(max(found.pace, Fraction()), Fraction(1)), 1),
        reached="" if found.pace is None else display(PERCENT * found.pace, 1),
        expected="" if found.expected is None else display(PERCENT * found.expected, 1),
    )


def _gap(row: TargetRow) -> str:
    gap = row.assessment.gap
    if not gap:
        return ""
    if row.place is not None:
        return _("%s places") % gap
    unit = row.definition.unit_of_measure
    printed = display(gap, row.definition.decimals)
    # What is short is never printed as 0.
    exact = printed if Fraction(printed) else display(gap, EXACT)
    return f"{exact}{'个百分点' if unit == '%' else unit}"


def _counts(rows: Iterable[TargetRow], filters: TargetFilter, **more: str) -> list[Count]:
    lights = Counter(row.assessment.light for row in rows if row.unit is not None)
    return [
        Count(light, SHAPES[light], word, lights[light], _url(filters, light=light.value, **more))
        for light, word in LIGHT_WORDS.items()
        if lights[light]
    ]


def _by_indicator(
    rows: Iterable[TargetRow], names: Mapping[str, str], filters: TargetFilter
) -> list[IndicatorLine]:
    by_key: dict[tuple[str, str], list[TargetRow]] = {}
    for row in rows:
        by_key.setdefault((row.definition.code, row.group), []).append(row)
    found = []
    for (code, group), mine in by_key.items():
        whole = next((row for row in mine if row.unit is None), None)
        shared = next((row for row in mine if not row.quota), None)
        chosen = {"indicator": code, "group": group}
        found.append(
            IndicatorLine(
                name=mine[0].definition.name,
                group=names.get(group, ""),
                target=_line(shared, names).target if shared else "",
                own_targets=sum(row.quota for row in mine),
                whole=_line(whole, names) if whole else None,
                counts=_counts(mine, filters, **chosen),
                url=_url(filters, **chosen),
            )
        )
    return found


def _quota_lines(overview: TargetOverview, filters: TargetFilter) -> list[QuotaLine]:
    indicator, group = filters.chosen("indicator"), filters.chosen("group")
    return [
        QuotaLine(
            quota=quota,
            group=overview.groups.get(quota.group, ""),
            total=quota.total.words(EXACT, quota.definition.unit_of_measure) if quota.total else "",
            sum=_exact(quota.check.sum) if quota.check else "",
            difference=_signed(quota.check.difference) if quota.check else "",
            figure=_line(quota.figure, overview.groups) if quota.figure else None,
            url=_url(filters, indicator=quota.definition.code),
        )
        for quota in overview.quotas
        if (indicator is None or indicator.code == quota.definition.code)
        and (group is None or quota.group in ("", group.code))
    ]


def _signed(difference: Fraction) -> str:
    return f"+{_exact(difference)}" if difference > 0 else _exact(difference)


def _exact(value: Fraction) -> str:
    return f"{half_up(value, EXACT).normalize():f}"


def _query(filters: TargetFilter, **changed: str) -> dict[str, str]:
    query = {"office": filters.office.code, **filters.asked, **changed}
    return {name: value for name, value in query.items() if value}


def _url(filters: TargetFilter, **changed: str) -> str:
    return f"{reverse('admin:indicators_target_overview')}?{urlencode(_query(filters, **changed))}"


def _table(rows: Iterable[TargetRow], groups: Mapping[str, str]) -> Dataset:
    head = [_("indicator"), _("group"), _("unit code"), _("unit"), _("period"), _("target"), _("own quota")]
    head += [_("value"), _("unit of measure"), "n", "d", _("gap"), _("share of target reached (%)")]
    head += [_("time gone by (%)"), _("light"), _("as judged")]
    table = Dataset(headers=head, title=_("Attainment of targets"))
    for row in rows:
        found, unit, definition = row.assessment, row.unit, row.definition
        cells = [
            definition.name,
            groups.get(row.group, ""),
            unit.code if unit else "",
            unit.name if unit else _("whole group"),
            row.period.label,
            row.target.words(EXACT, definition.unit_of_measure),
            _("yes") if row.quota else "",
            row.display if isinstance(row.value, NoValue) else half_up(row.value, definition.decimals),
            definition.unit_of_measure,
            _operand(row.pair.numerator),
            _operand(row.pair.denominator),
            "" if found.gap is None else half_up(found.gap, EXACT).normalize(),
            "" if found.pace is None else half_up(PERCENT * found.pace, 2),
            "" if found.expected is None else half_up(PERCENT * found.expected, 2),
            LIGHT_WORDS[found.light],
            found.words,
        ]
        table.append([safe_cell(cell) for cell in cells])
    return table


def _operand(value: Fraction | NoValue) -> Decimal | str:
    return "" if isinstance(value, NoValue) else half_up(value, EXACT).normalize()
