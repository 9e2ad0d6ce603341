"""试算: what a definition would have made of past periods, beside the one in force. Nothing is stored."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from departments.choices import Status
from departments.models import Office, Window
from departments.periods import Period
from expressions import NUMBER, ExpressionError, check
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.models import IndicatorVersion, Run
from indicators.models import Ranking as DeclaredRanking
from indicators.ranking import Ranking, Row, Ties
from indicators.rollup import Pair
from indicators.services.calculation import reason_text, shown
from indicators.services.dataset import load_period
from indicators.services.names import FUNCTIONS, office_names

MOST_PERIODS = 6


@dataclass(frozen=True)
class Side:
    """A unit's result under one definition; `place` None with the reason in words."""

    display: str
    pair: Pair
    place: int | None
    tied: bool
    reason: str


@dataclass(frozen=True)
class TrialRow:
    """One unit under the definition in force (None: it takes no part, or none is in force) and the one tried."""

    unit: UnitData
    before: Side | None
    after: Side | None

    @property
    def moved(self) -> int | None:
        """Places gained (+) or lost (−); None unless ranked under both."""
        if self.before is None or self.after is None:
            return None
        if self.before.place is None or self.after.place is None:
            return None
        return self.before.place - self.after.place

    @property
    def comes_in(self) -> bool:
        return self._ranked(self.after) and not self._ranked(self.before)

    @property
    def drops_out(self) -> bool:
        return self._ranked(self.before) and not self._ranked(self.after)

    @property
    def differs(self) -> bool:
        """Whether the value as printed, the place or the reason is another."""
        one, other = (
            (side.display, side.place, side.reason) if side else None for side in (self.before, self.after)
        )
        return one != other

    @staticmethod
    def _ranked(side: Side | None) -> bool:
        return side is not None and side.place is not None


@dataclass(frozen=True)
class TrialGroup:
    """The ranking of one group, in the order of the places tried; `before` and `after` are the group's own figures."""

    code: str
    name: str
    rows: tuple[TrialRow, ...]
    before: str
    after: str

    @property
    def movers(self) -> tuple[TrialRow, ...]:
        """Units whose place changes, or who come into the ranking or drop out of it."""
        return tuple(row for row in self.rows if row.moved or row.comes_in or row.drops_out)


@dataclass(frozen=True)
class Knock:
    """Another declared ranking that would change, because it builds on the indicator."""

    ranking: DeclaredRanking
    units: int


@dataclass(frozen=True)
class TrialPeriod:
    """One past period; `fault` says in words why nothing could be computed."""

    period: Period
    in_force: Definition | None
    groups: tuple[TrialGroup, ...]
    others: tuple[Knock, ...] = ()
    fault: str = ""


def trial(office: Office, version: IndicatorVersion, periods: Sequence[Period]) -> list[TrialPeriod]:
    """The definition (stored or not) in the place of the one in force, in at most MOST_PERIODS periods as they stand now.

    A stored definition that was edited and not saved keeps its stored groups. Ties and decimals compared are those of
    the rankings declared of the indicator. ValueError for more periods.
    """
    if len(periods) > MOST_PERIODS:
        raise ValueError(f"at most {MOST_PERIODS} periods, not {len(periods)}")
    rankings = list(
        DeclaredRanking.objects.filter(office=office).select_related("indicator", "scheme", "group")
    )
    return [_tried(office, version, period, rankings) for period in periods]


def periods_to_try(version: IndicatorVersion) -> list[Period]:
    """Periods in which figures of the forms a definition reads are approved, or with a stored run, newest first.

    A definition that names no form (it builds on other indicators, say) is tried on those of any.
    """
    office = version.indicator.office
    windows = Window.objects.filter(form__office=office, submissions__status=Status.APPROVED)
    read = _forms_read(version)
    if read:
        windows = windows.filter(form__code__in=read)
    codes = {
        *windows.values_list("period", flat=True),
        *Run.objects.filter(office=office).values_list("period", flat=True),
    }
    return sorted(map(Period.parse, codes), key=lambda period: (period.end, period.start), reverse=True)


def _forms_read(version: IndicatorVersion) -> set[str]:
    office = version.indicator.office
    names = office_names(office)
    first_parts: set[str] = set()
    for text in (version.numerator, version.denominator):
        with contextlib.suppress(ExpressionError):
            references = check(text, names, FUNCTIONS, want=NUMBER).references
            first_parts |= {name.split(".")[0] for name in references}
    return first_parts & set(office.forms.values_list("code", flat=True))


def _tried(
    office: Office, version: IndicatorVersion, period: Period, rankings: Sequence[DeclaredRanking]
) -> TrialPeriod:
    code = version.indicator.code
    try:
        after = load_period(office, period.code, versions=[version])
    except ExpressionError as error:
        return TrialPeriod(period, None, (), fault=str(error))
    try:
        before: PeriodData | None = load_period(office, period.code)
    except ExpressionError:
        before = None
    rules = {ranking.group.code: ranking for ranking in rankings if ranking.subject.code == code}
    groups = [_group(code, group, before, after, rules.get(group)) for group in after.groups]
    return TrialPeriod(
        period,
        before.definitions.get(code) if before else None,
        tuple(group for group in groups if group.rows),
        tuple(_knocks(code, before, after, rankings)) if before else (),
    )


def _group(
    code: str, group: str, before: PeriodData | None, after: PeriodData, declared: DeclaredRanking | None
) -> TrialGroup:
    ties, decimals = (
        (Ties(declared.ties), declared.compare_decimals) if declared else (Ties.COMPETITION, None)
    )
    new = after.ranking(code, group, ties, decimals)
    old = before.ranking(code, group, ties, decimals) if before and code in before.definitions else None
    units = {unit.code: unit for unit in after.units}
    was = _sides(old, before, code) if old and before else {}
    becomes = _sides(new, after, code)
    order = [*becomes, *(unit for unit in was if unit not in becomes)]
    return TrialGroup(
        group,
        after.groups[group],
        tuple(TrialRow(units[unit], was.get(unit), becomes.get(unit)) for unit in order),
        _whole(old, before, code) if old and before else "",
        _whole(new, after, code),
    )


def _sides(ranking: Ranking, data: PeriodData, code: str) -> Mapping[str, Side]:
    definition = data.definitions[code]
    pairs = {unit.code: unit.pairs[code] for unit in data.units}

    def side(row: Row) -> Side:
        return Side(shown(row.value, definition), pairs[row.unit], row.place, row.tied, reason_text(row))

    return {row.unit: side(row) for row in ranking.rows}


def _whole(ranking: Ranking, data: PeriodData, code: str) -> str:
    """The figure of everybody who takes part, as printed."""
    units = [data.unit(row.unit) for row in ranking.rows]
    return shown(data.aggregate(code, units).value, data.definitions[code]) if units else ""


def _knocks(
    code: str, before: PeriodData, after: PeriodData, rankings: Iterable[DeclaredRanking]
) -> Iterable[Knock]:
    for ranking in rankings:
        other = ranking.subject.code
        if other == code or other not in before.definitions or other not in after.definitions:
            continue
        rule = (other, ranking.group.code, Ties(ranking.ties), ranking.compare_decimals)
        was, becomes = before.ranking(*rule).places, after.ranking(*rule).places
        moved = sum(was.get(unit) != becomes.get(unit) for unit in {*was, *becomes})
        if moved:
            yield Knock(ranking, moved)
