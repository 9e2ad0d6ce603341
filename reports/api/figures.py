"""Results and score sheets as values: of the present figures, or as they were frozen with an issued bulletin."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from departments.models import Group, Office
from departments.periods import Period
from expressions import ExpressionError
from expressions.numbers import exact_text, parse_exact
from expressions.values import is_number
from indicators.dataset import PeriodData
from indicators.models import Ranking, Result, Scheme, Score
from indicators.scoring.sheets import sheet_json
from indicators.services.calculation import reason_text, shown
from indicators.services.dataset import load_period
from reports.api.base import NotComputable
from reports.api.queries import ISSUED, PRESENT, Asked
from reports.choices import IssueStatus
from reports.models import Issue
from reports.services.issued_tables import printed_for
from reports.views.tables import Table, frozen_table, present_table


@dataclass(frozen=True)
class ResultLine:
    """One indicator of one unit; numbers are exact texts, None without one."""

    source: str
    period: str
    unit: str
    name: str
    group: str
    indicator: str
    indicator_name: str
    version: int
    numerator: str | None
    denominator: str | None
    value: str | None
    display: str
    reason: str
    mark: str
    reported: int
    expected: int


@dataclass(frozen=True)
class ScoreLine:
    """One unit's score under a scheme with the sheet that explains it (indicators.scoring.sheets.sheet_json)."""

    source: str
    period: str
    unit: str
    name: str
    group: str
    total: str | None
    display: str
    reason: str
    grade: str
    sheet: dict[str, Any]


def load(office: Office, period: str) -> PeriodData:
    """The present figures; NotComputable says which definition can't be used."""
    try:
        return load_period(office, period)
    except ExpressionError as error:
        raise NotComputable(_("A definition can't be used: %s") % error) from error


def ranking_table(asked: Asked, ranking: Ranking, group: Group | None) -> Table:
    """The ranking as its page shows it to the person."""
    other_group = asked.own is None and group is not None and group.pk != ranking.group_id
    printed = printed_for(ranking.office_id, Period.parse(asked.period))
    issued = printed.now.get(ranking.code)
    if issued and asked.wants_issued and not other_group:
        return frozen_table(issued, asked.own)
    data = load(asked.office, asked.period)
    if ranking.subject.code not in data.definitions:
        raise NotComputable(_("“%s” has no definition in force in this period.") % ranking.subject)
    return present_table(ranking, data, asked.own, printed, group if other_group else None, judge=True)


def results(asked: Asked) -> list[ResultLine]:
    """Every indicator of every unit one may see and asked for, in the order of the definitions."""
    issue = _issued(asked).first() if asked.wants_issued else None
    if issue:
        return [_frozen_result(row) for row in _frozen_results(asked, issue)]
    return list(_present_results(asked, load(asked.office, asked.period)))


def _issued(asked: Asked) -> QuerySet[Issue]:
    """The issued bulletins of the period, the newest first."""
    issues = Issue.objects.filter(
        bulletin__office=asked.office, period=asked.period, status=IssueStatus.ISSUED
    )
    return issues.defer("content").order_by("-issued_at")


def _wanted(asked: Asked, indicator: str, group: str) -> bool:
    return asked.values.get("indicator") in (None, indicator) and asked.values.get("group") in (None, group)


def _present_results(asked: Asked, data: PeriodData) -> Iterator[ResultLine]:
    units = {unit.code: unit for unit in data.units}
    for code, definition in data.definitions.items():
        for group in data.groups:
            if code in data.schemes or not _wanted(asked, code, group):
                continue
            for row in data.ranking(code, group).rows:
                if not asked.shows(row.unit):
                    continue
                unit = units[row.unit]
                pair, coverage = unit.pairs[code], data.coverage(definition.forms, [unit])
                yield ResultLine(
                    source=PRESENT,
                    period=asked.period,
                    unit=unit.code,
                    name=unit.name,
                    group=group,
                    indicator=code,
                    indicator_name=definition.name,
                    version=definition.version,
                    numerator=_exact(pair.numerator),
                    denominator=_exact(pair.denominator),
                    value=_exact(row.value),
                    display=shown(row.value, definition),
                    reason=reason_text(row),
                    mark=data.mark(code, unit.code),
                    reported=len(coverage.reported),
                    expected=len(coverage.expected),
                )


def _exact(value: Any) -> str | None:
    return exact_text(value) if is_number(value) else None


def _frozen_results(asked: Asked, issue: Issue) -> QuerySet[Result]:
    rows = Result.objects.filter(_seen(asked), run=issue.run_id, unit__isnull=False)
    if indicator := asked.values.get("indicator"):
        rows = rows.filter(version__indicator__code=indicator)
    if group := asked.values.get("group"):
        rows = rows.filter(group__code=group)
    return rows.select_related("unit", "group", "version__indicator").order_by(
        "version__indicator__order", "version__indicator__code", "group__order", "unit__protocol_order", "id"
    )


def _seen(asked: Asked) -> Q:
    """The stored rows of units one may see and asked for."""
    seen = Q() if asked.own is None else Q(unit__code__in=asked.own)
    unit = asked.values.get("unit")
    return seen & Q(unit__code=unit) if unit else seen


def _frozen_result(row: Result) -> ResultLine:
    version, unit = row.version, row.unit
    assert unit is not None
    return ResultLine(
        source=ISSUED,
        period=row.run.period,
        unit=unit.code,
        name=unit.name,
        group=row.group.code,
        indicator=version.indicator.code,
        indicator_name=version.indicator.name,
        version=version.number,
        numerator=row.numerator or None,
        denominator=row.denominator or None,
        value=_value(row),
        display=row.display,
        reason=row.reason,
        mark=row.mark,
        reported=row.reported,
        expected=row.expected,
    )


def _value(row: Result) -> str | None:
    """The exact value from the stored pair; the stored value is rounded."""
    if row.value is None:
        return None
    return exact_text(
        Fraction(row.version.factor) * parse_exact(row.numerator) / parse_exact(row.denominator)
    )


def score_sheets(asked: Asked, scheme: Scheme) -> list[ScoreLine]:
    """The score sheets under a scheme of the units one may see and asked for; a unit's people get no other unit's."""
    if asked.wants_issued:
        for issue in _issued(asked):
            rows = Score.objects.filter(_seen(asked), run=issue.run_id, scheme=scheme)
            frozen = list(rows.select_related("unit", "group", "run").order_by("unit__protocol_order", "id"))
            if frozen:
                return [_frozen_score(row) for row in frozen]
    data = load(asked.office, asked.period)
    if scheme.code not in data.schemes:
        raise NotComputable(_("“%s” is not in force in this period.") % scheme)
    return list(_present_scores(asked, data, scheme.code))


def _present_scores(asked: Asked, data: PeriodData, code: str) -> Iterator[ScoreLine]:
    definition, names = data.definitions[code], {unit.code: unit.name for unit in data.units}
    for group in data.groups:
        for row in data.ranking(code, group).rows:
            if asked.shows(row.unit):
                sheet = data.scores[code][row.unit]
                yield ScoreLine(
                    source=PRESENT,
                    period=asked.period,
                    unit=row.unit,
                    name=names[row.unit],
                    group=group,
                    total=_exact(sheet.total),
                    display=shown(sheet.total, definition),
                    reason=reason_text(row),
                    grade=sheet.grade,
                    sheet=sheet_json(sheet),
                )


def _frozen_score(row: Score) -> ScoreLine:
    return ScoreLine(
        source=ISSUED,
        period=row.run.period,
        unit=row.unit.code,
        name=row.unit.name,
        group=row.group.code,
        total=row.total or None,
        display=row.display,
        reason=row.reason,
        grade=row.grade,
        sheet=row.sheet,
    )
