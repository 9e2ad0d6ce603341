"""上会发言名单: who must speak at the meeting, by the rules an office has declared over its rankings."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from departments.models import Office, Window
from departments.periods import Period
from departments.services.organisation import placements
from indicators.models import MeetingRule
from indicators.ranking import streak
from reports.models import Issue
from reports.services.ranking_past import RankingPast, Table
from reports.services.rectification import last_rows

# How far back a rule that passes over periods without a ranking may look.
_FURTHEST = 60


@dataclass(frozen=True)
class Listed:
    """A unit among the last of one rule: its frozen row, the periods in a row, and why it speaks, in one sentence."""

    row: Mapping[str, Any]
    run: int
    reason: str

    @property
    def unit(self) -> str:
        return str(self.row["unit"])


@dataclass(frozen=True)
class RuleList:
    """One rule in one period: `speakers` are due, `spared` are among the last but not for long enough yet.

    `table` None: there is no ranking in the period. `issue` is the bulletin it was issued in, None for present figures.
    `grown`: more than asked for because of a tie; `all_tied`: the tie is of everybody ranked.
    """

    rule: MeetingRule
    table: Table | None
    issue: Issue | None
    speakers: tuple[Listed, ...]
    spared: tuple[Listed, ...]
    grown: bool
    all_tied: bool


@dataclass(frozen=True)
class Speaker:
    """A unit due to speak, once, with every reason."""

    unit: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class MeetingList:
    """The list of one period: the units in protocol order, and how each rule came to its part."""

    office: Office
    period: Period
    speakers: tuple[Speaker, ...]
    rules: tuple[RuleList, ...]


def meeting_list(
    office: Office,
    period: str,
    at: dt.datetime | None = None,
    rules: Iterable[MeetingRule] | None = None,
) -> MeetingList:
    """Who speaks because of a period: the last of each ranking, ties kept, by its own group, in the list for so many
    periods in a row.

    Rankings are taken as issued, else as they stand at `at` (default now). ExpressionError when a definition can't be used.
    """
    when = Period.parse(period)
    chosen = list(rules_of(office) if rules is None else rules)
    past = RankingPast(office, [rule.ranking for rule in chosen], at)
    parts = tuple(_part(rule, when, past) for rule in chosen)
    return MeetingList(office, when, _speakers(office, when, parts), parts)


def rules_of(office: Office) -> Iterable[MeetingRule]:
    """The rules of an office in their order."""
    return office.meeting_rules.select_related(
        "ranking__office", "ranking__indicator", "ranking__scheme", "ranking__group", "register"
    )


def _part(rule: MeetingRule, when: Period, past: RankingPast) -> RuleList:
    table = past.table(rule.ranking, when)
    issue = past.issue(rule.ranking, when)
    if table is None:
        return RuleList(rule, None, issue, (), (), grown=False, all_tied=False)
    rows = last_rows(table, rule.last)
    tables = _looked_at(rule, when, past)
    listed = [_of_list(one, rule.last) if one else None for one in tables]
    found = []
    for row in rows:
        run = streak(listed, row["unit"], missing_breaks=rule.missing_breaks)
        found.append(Listed(row, run, _reason(rule, table, row, run, tables)))
    return RuleList(
        rule,
        table,
        issue,
        speakers=tuple(one for one in found if one.run >= rule.streak),
        spared=tuple(one for one in found if one.run < rule.streak),
        grown=len(rows) > rule.last,
        all_tied=len(rows) == table["ranked"] > rule.last and {row["rank"] for row in rows} == {1},
    )


def _looked_at(rule: MeetingRule, when: Period, past: RankingPast) -> list[Table | None]:
    """The tables of as many periods as decide about the streak, oldest first, None for one without a ranking."""
    begin = _first_day(rule.office) if rule.streak > 1 else when.start
    tables: list[Table | None] = [past.table(rule.ranking, when)]
    period, counted = when, 1
    while counted < rule.streak and len(tables) < _FURTHEST and period.start > begin:
        period = period.previous()
        table = past.table(rule.ranking, period)
        tables.append(table)
        counted += table is not None
        if table is None and rule.missing_breaks:
            break
    return tables[::-1]


def _first_day(office: Office) -> dt.date:
    """Before it nothing was asked for, so nothing was ranked."""
    windows = Window.objects.filter(form__office=office).order_by("starts_on")
    first = windows.values_list("starts_on", flat=True).first()
    return first or dt.date.max


def _of_list(table: Table, n: int) -> frozenset[str]:
    return frozenset(row["unit"] for row in last_rows(table, n))


def _reason(
    rule: MeetingRule, table: Table, row: Mapping[str, Any], run: int, tables: list[Table | None]
) -> str:
    """办件综合得分第36名（共36名，72.40分），2023年4月第35名，连续2期列后3名."""
    words = {
        "ranking": rule.ranking.name,
        "place": row["rank"],
        "n": table["ranked"],
        "value": row["display"],
    }
    text = (
        _("%(ranking)s: tied in place %(place)s of %(n)s, %(value)s")
        if row["tied"]
        else _("%(ranking)s: place %(place)s of %(n)s, %(value)s")
    ) % words
    if rule.streak == 1:
        return text
    earlier = [_earlier(one, row["unit"]) for one in filter(None, tables[:-1])]
    among = _("%(run)s periods in a row among the last %(last)s") % {"run": run, "last": rule.last}
    return "，".join([text, *filter(None, earlier), among])


def _earlier(table: Table, unit: str) -> str:
    """The unit's place in an earlier period; "" where it was not ranked."""
    row = next((row for row in table["rows"] if row["unit"] == unit and row["rank"]), None)
    if row is None:
        return ""
    words = _("%(period)s tied in place %(place)s") if row["tied"] else _("%(period)s place %(place)s")
    return words % {"period": Period.parse(table["period"]).label, "place": row["rank"]}


def _speakers(office: Office, when: Period, parts: Iterable[RuleList]) -> tuple[Speaker, ...]:
    reasons: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for part in parts:
        for one in part.speakers:
            reasons.setdefault(one.unit, []).append(one.reason)
            names[one.unit] = one.row["name"]
    order = {place.code: number for number, place in enumerate(placements(office, when.end).values())}
    codes = sorted(reasons, key=lambda code: order.get(code, len(order)))
    return tuple(Speaker(code, names[code], _without_beginnings(reasons[code])) for code in codes)


def _without_beginnings(reasons: Iterable[str]) -> tuple[str, ...]:
    """Two rules over one ranking say the same: the sentence that says more stays."""
    found = tuple(dict.fromkeys(reasons))
    return tuple(one for one in found if not any(other != one and other.startswith(one) for other in found))
