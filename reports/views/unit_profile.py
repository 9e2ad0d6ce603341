"""单位画像: one unit in one period — places, scores, targets, what is to be mended, and how punctually it filed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Meaning, RegisterKind, Timeliness
from departments.models import Entry, Submission, Unit
from departments.periods import Period
from departments.permissions import visible
from departments.services.duties import duties
from departments.timeliness import timeliness
from expressions import ExpressionError
from indicators.dataset import PeriodData
from indicators.models import Ranking, Scheme
from indicators.ranking import streak
from indicators.services.calculation import shown
from indicators.services.targets import EXACT, TargetRow, target_overview
from indicators.targets import LIGHT_WORDS
from indicators.views.targets import SHAPES
from reports.models import Issue
from reports.services.ranking_past import RankingPast
from reports.views.unit_scope import asked_period, unit_for

# A row of bad periods is followed back so far.
_FURTHEST = 12


@dataclass(frozen=True)
class PlaceLine:
    """One ranking: the unit's row, its place the period before, and how many periods in a row it stood at the end.

    `bottom`: it stands there now. `issue` None: by the present figures.
    """

    ranking: Ranking
    row: Mapping[str, Any]
    ranked: int
    issue: Issue | None
    before: int | None
    bottom: bool
    run: int
    url: str

    @property
    def movement(self) -> int | None:
        """Places gained (+) or lost (−)."""
        place = self.row["rank"]
        return self.before - place if self.before is not None and place is not None else None


@dataclass(frozen=True)
class ScoreLine:
    """The unit's score under one scheme by the present figures."""

    scheme: str
    total: str
    grade: str
    vetoed_by: tuple[str, ...]
    missing: int
    url: str


@dataclass(frozen=True)
class TargetLine:
    """A target and how far the unit is, in words beside the light."""

    row: TargetRow
    target: str
    shape: str
    word: str
    url: str


@dataclass(frozen=True)
class Filing:
    """One form that was due, and whether it came in time."""

    submission: Submission
    timeliness: Timeliness


def profile_page(request: HttpRequest, unit_id: int, context: dict[str, Any]) -> HttpResponse:
    """For the unit's own people and the office's."""
    unit, whole = unit_for(request.user, unit_id)
    asked = asked_period(request, unit.office)
    results: dict[str, Any] = {}
    trouble = ""
    if asked.period:
        try:
            results = _results(unit, asked.period)
        except ExpressionError as error:
            trouble = _("A definition can't be used: %s") % error
    return TemplateResponse(
        request,
        "reports/unit_profile.html",
        context
        | {
            "title": unit.name,
            "unit": unit,
            "units": _others(unit) if whole else [],
            "asked": asked,
            "period": asked.period,
            "trouble": trouble,
            "whole": whole,
            "query": urlencode({"period": asked.period.code}) if asked.period else "",
            "mending": _mending(request.user, unit),
            "filings": _filings(unit, asked.period) if asked.period else [],
            **results,
        },
    )


def _others(unit: Unit) -> list[Unit]:
    return list(Unit.objects.filter(office=unit.office_id, closed_on__isnull=True))


def _results(unit: Unit, period: Period) -> dict[str, Any]:
    """What is computed; all of it by the same loaded figures. Nothing for a unit that was not open in the period."""
    rankings = Ranking.objects.filter(office=unit.office_id).select_related(
        "office", "indicator", "scheme", "group"
    )
    past = RankingPast(unit.office, rankings)
    data = past.history.data(period)
    query = urlencode({"period": period.code})
    if all(one.id != unit.pk for one in data.units):
        return {"places": [], "scores": [], "targets": [], "closed": True}
    return {
        "places": [line for ranking in past.rankings if (line := _place(past, ranking, period, unit, query))],
        "scores": _scores(data, unit, query),
        "targets": _targets(data, unit, query),
        "group": data.groups.get(data.unit(unit.code).group, ""),
    }


def _place(past: RankingPast, ranking: Ranking, period: Period, unit: Unit, query: str) -> PlaceLine | None:
    table = past.table(ranking, period)
    row = _row(table, unit)
    if table is None or row is None:
        return None
    subject = ranking.subject
    name = "sheet" if isinstance(subject, Scheme) else "explanation"
    before = _row(past.table(ranking, period.previous()), unit)
    return PlaceLine(
        ranking,
        row,
        table["ranked"],
        past.issue(ranking, period),
        before["rank"] if before else None,
        unit.code in table["bottom"],
        _run(past, ranking, period, unit.code),
        f"{reverse(f'admin:indicators_score_{name}', args=[subject.pk, unit.pk])}?{query}",
    )


def _row(table: Mapping[str, Any] | None, unit: Unit) -> Mapping[str, Any] | None:
    return next((row for row in table["rows"] if row["unit"] == unit.code), None) if table else None


def _run(past: RankingPast, ranking: Ranking, period: Period, unit: str) -> int:
    """Periods in a row at the end of the ranking up to this one; a period without a ranking ends the row."""
    listed: list[list[str]] = []
    while len(listed) < _FURTHEST:
        table = past.table(ranking, period)
        if table is None or unit not in table["bottom"]:
            break
        listed.append(table["bottom"])
        period = period.previous()
    return streak(listed[::-1], unit, missing_breaks=True)


def _scores(data: PeriodData, unit: Unit, query: str) -> list[ScoreLine]:
    schemes = dict(Scheme.objects.filter(office=unit.office_id).values_list("code", "pk"))
    lines = []
    for code, sheets in data.scores.items():
        sheet = sheets.get(unit.code)
        if sheet is not None:
            url = reverse("admin:indicators_score_sheet", args=[schemes[code], unit.pk])
            definition = data.definitions[code]
            lines.append(
                ScoreLine(
                    definition.name,
                    shown(sheet.total, definition),
                    sheet.grade,
                    sheet.vetoed_by,
                    sum(line.state == "missing" for line in sheet.lines),
                    f"{url}?{query}",
                )
            )
    return lines


def _targets(data: PeriodData, unit: Unit, query: str) -> list[TargetLine]:
    indicators = dict(unit.office.indicators.values_list("code", "pk"))
    lines = []
    for row in target_overview(unit.office, data.period.code, data).rows:
        if row.unit is not None and row.unit.id == unit.pk:
            pk = indicators.get(row.definition.code)
            url = reverse("admin:indicators_score_explanation", args=[pk, unit.pk]) if pk else ""
            lines.append(
                TargetLine(
                    row,
                    row.target.words(EXACT, row.definition.unit_of_measure),
                    SHAPES[row.assessment.light],
                    LIGHT_WORDS[row.assessment.light],
                    f"{url}?{query}" if url else "",
                )
            )
    return lines


def _mending(user: Any, unit: Unit) -> list[Entry]:
    """What is still to be dealt with, the most urgent first."""
    rows = Entry.objects.filter(
        unit=unit,
        register__kind=RegisterKind.WORK,
        status__meaning__in=[Meaning.OPEN, Meaning.ANSWERED],
    )
    return list(visible(rows, user).select_related("register", "status").order_by("due_on", "key"))


def _filings(unit: Unit, period: Period) -> list[Filing]:
    """The forms of the period and of the periods inside it."""
    now = timezone.now()
    rows = duties(
        Submission.objects.filter(
            unit=unit,
            window__ends_on__gte=period.start,
            window__ends_on__lte=period.end,
            window__opens_at__lte=now,
        )
    ).select_related("window__form")
    return [
        Filing(row, timeliness(row.window.due_at, row.handed_in_at, now))
        for row in rows.order_by("window__form__order", "window__starts_on")
        if period.contains(row.window.when)
    ]
