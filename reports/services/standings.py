"""Places of one indicator or score in many periods: as issued, else as last calculated, else as the figures stand now.

Loading every period anew would cost a load each, so a stored calculation stands for its period unless a form of the
period was approved or reopened after it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.db.models import Max
from django.utils import timezone

from departments.choices import Action
from departments.models import Group, SubmissionEvent, Window
from departments.periods import Period
from expressions import ExpressionError
from expressions.numbers import parse_exact
from indicators.models import Ranking, Result, Run, Score
from indicators.ranking import Direction, Entry, Ties, rank
from indicators.services.history import History
from reports.services.issued_tables import issued_tables
from reports.services.standing import Origin, Spot, Standing, of_data, of_table, printed_pair

# Events that change what counts.
_COUNTED = (Action.APPROVE, Action.REOPEN)


def standings(
    ranking: Ranking,
    periods: Sequence[Period],
    *,
    group: Group | None = None,
    own: frozenset[str] | None = None,
    known: Iterable[Standing] = (),
    most_live: int | None = None,
    at: dt.datetime | None = None,
) -> list[Standing]:
    """The places of every period asked for, in that order, cut to what people of the units `own` may see.

    `group`: another one than the ranking's own, whose places were never issued. `known` are taken as they are. At most `most_live` periods, the newest, are worked out anew; others without stored places are
    LEFT_OUT. The number of queries depends on the periods worked out anew, not on the units.
    """
    other = group is not None and group.pk != ranking.group_id
    group = group or ranking.group
    found = {standing.period.code: standing for standing in known}
    left = [period for period in periods if period.code not in found]
    if not other:
        found |= issued_standings(ranking, left)
    found |= _stored(ranking, group, [period for period in left if period.code not in found])
    without = [period for period in left if period.code not in found]
    found |= _live(ranking, group, without, most_live, at)
    return [found[period.code].cut(own) for period in periods]


def issued_standings(ranking: Ranking, periods: Sequence[Period]) -> dict[str, Standing]:
    """By period the places printed in the newest issued bulletin that froze the ranking; one query."""
    tables = issued_tables(ranking.office_id, [period.code for period in periods])
    return {
        period.code: of_table(period, issued.data, issued.issue.number)
        for period in periods
        if (issued := tables.get(period.code, {}).get(ranking.code))
    }


def _stored(ranking: Ranking, group: Group, periods: Sequence[Period]) -> dict[str, Standing]:
    """By period the newest calculation, unless what counts has changed since; at most three queries."""
    runs = _fresh_runs(ranking, periods)
    if not runs:
        return {}
    spots: dict[int, list[Spot]] = defaultdict(list)
    directions: dict[int, Direction] = {}
    for run_id, direction, spot in (_scores if ranking.scheme_id else _results)(ranking, group, runs):
        directions[run_id] = direction
        spots[run_id].append(spot)
    by_code = {period.code: period for period in periods}
    found = {}
    for run in (run for run in runs if run.pk in spots):
        placed = _placed(ranking, directions[run.pk], spots[run.pk])
        found[run.period] = Standing(
            by_code[run.period],
            Origin.STORED,
            {spot.unit: spot for spot in placed},
            sum(spot.place is not None for spot in placed),
            run.at,
        )
    return found


def _fresh_runs(ranking: Ranking, periods: Sequence[Period]) -> list[Run]:
    runs = Run.objects.filter(office=ranking.office_id, period__in=[p.code for p in periods])
    newest = list({run.period: run for run in runs.order_by("pk")}.values())
    if not newest:
        return []
    events = (
        SubmissionEvent.objects.filter(
            submission__window__form__office=ranking.office_id,
            action__in=_COUNTED,
            at__gt=min(run.at for run in newest),
            submission__window__ends_on__gte=min(period.start for period in periods),
            submission__window__ends_on__lte=max(period.end for period in periods),
        )
        .values_list("submission__window__period")
        .annotate(last=Max("at"))
    )
    changed = [(Period.parse(code), last) for code, last in events]
    return [
        run
        for run in newest
        if not any(last > run.at and Period.parse(run.period).contains(when) for when, last in changed)
    ]


def _results(ranking: Ranking, group: Group, runs: Sequence[Run]) -> Iterator[tuple[int, Direction, Spot]]:
    rows = Result.objects.filter(
        run__in=runs, version__indicator=ranking.indicator_id, group=group, unit__isnull=False
    ).select_related("unit", "version")
    for row in rows:
        value = None
        if row.value is not None:
            n, d = parse_exact(row.numerator), parse_exact(row.denominator)
            value = Fraction(row.version.factor) * n / d
        pair = printed_pair(row.numerator, row.denominator, value)
        yield row.run_id, Direction(row.version.direction), _spot(row, value, pair)


def _scores(ranking: Ranking, group: Group, runs: Sequence[Run]) -> Iterator[tuple[int, Direction, Spot]]:
    rows = Score.objects.filter(run__in=runs, scheme=ranking.scheme_id, group=group)
    for row in rows.defer("sheet").select_related("unit"):
        spot = _spot(row, parse_exact(row.total) if row.total else None, "")
        yield row.run_id, Direction.HIGHER, spot


def _spot(row: Any, value: Fraction | None, pair: str) -> Spot:
    return Spot(row.unit.code, row.unit.name, row.place, False, value, row.display, pair, row.reason)


def _placed(ranking: Ranking, direction: Direction, spots: Sequence[Spot]) -> list[Spot]:
    """The spots with places by the ranking's own ties and decimals; runs keep places that are compared exactly."""
    by_unit = {spot.unit: spot for spot in spots}
    placed = rank(
        [Entry(s.unit, s.value) for s in spots if s.place is not None and s.value is not None],
        direction,
        ties=Ties(ranking.ties),
        compare_decimals=ranking.compare_decimals,
    )
    ranked = [replace(by_unit[row.unit], place=row.place, tied=row.tied) for row in placed.rows]
    return [*ranked, *(spot for spot in spots if spot.place is None)]


def _live(
    ranking: Ranking, group: Group, periods: Sequence[Period], most: int | None, at: dt.datetime | None
) -> dict[str, Standing]:
    """By period the present figures; nothing is loaded for a period nobody was asked about."""
    found = {period.code: Standing(period) for period in periods}
    asked = _asked(ranking, periods)
    history = History(ranking.office, at or timezone.now())
    for number, period in enumerate(sorted(asked, reverse=True)):
        if most is not None and number >= most:
            found[period.code] = Standing(period, Origin.LEFT_OUT)
            continue
        try:
            data = history.data(period, {ranking.subject.code})
        except ExpressionError:
            # The page of the period says what is wrong with the definition.
            continue
        found[period.code] = of_data(ranking, group, data)
    return found


def _asked(ranking: Ranking, periods: Sequence[Period]) -> list[Period]:
    """Of the periods those for which the office asked anything."""
    if not periods:
        return []
    windows = Window.objects.filter(
        form__office=ranking.office_id,
        ends_on__gte=min(period.start for period in periods),
        ends_on__lte=max(period.end for period in periods),
    )
    inside = [Period.parse(code) for code in windows.values_list("period", flat=True).distinct()]
    return [period for period in periods if any(period.contains(one) for one in inside)]
