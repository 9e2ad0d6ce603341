"""One unit's reading of a frozen ranking. Figures, places and reasons are the document's own: nothing is computed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.renderers.text import printable

_SIGNS = {"at_least": "≥", "at_most": "≤"}


@dataclass(frozen=True)
class Line:
    """One row of the ranking table. `pair` is "n/d" or ""; `movement` counts places gained (+) or lost (−), None if unknown."""

    unit: str
    name: str
    rank: int | None
    tied: bool
    display: str
    pair: str
    reason: str
    movement: int | None
    previous_rank: int | None
    own: bool


@dataclass(frozen=True)
class Gain:
    """What would gain a place: so many cases more, and the place then reached (perhaps shared)."""

    cases: int
    place: int
    tied: bool


@dataclass(frozen=True)
class Target:
    """The target as printed (≥25%), whether the group's overall rate meets it (None: unknown), and the gap as printed."""

    display: str
    met: bool | None
    gap: str


@dataclass(frozen=True)
class Edition:
    """All a ranking mail says to one unit; every text is printable and on one line."""

    bulletin_title: str
    number: str
    office: str
    period: str
    topic: str
    ranking: str
    indicator: str
    group: str
    direction: str
    ranked: int
    own: Line
    lines: tuple[Line, ...]
    last: tuple[Line, ...]
    overall: str
    overall_pair: str
    target: Target | None
    gain: Gain | None
    synthetic: str

    @property
    def places(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.rank is not None)

    @property
    def unranked(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.rank is None)


def ranking_of(document: Mapping[str, Any], code: str) -> Mapping[str, Any] | None:
    """The document's ranking of that code; None when the issue froze none."""
    return next((ranking for ranking in document["rankings"] if ranking["code"] == code), None)


def edition_for(document: Mapping[str, Any], *, ranking: str, unit: str, topic: str) -> Edition:
    """The edition of a unit (by code). LookupError when the document ranks nothing so, or does not list the unit."""
    table = ranking_of(document, ranking)
    if table is None:
        raise LookupError(f"ranking {ranking}")
    rows = {row["unit"]: row for row in table["rows"]}
    lines = tuple(_line(row, own=row["unit"] == unit) for row in table["rows"])
    bottom = set(table.get("bottom") or ())
    overall = table.get("overall") or {}
    gain = rows[unit].get("gain")
    return Edition(
        bulletin_title=_text(document["title"]),
        number=_text(document.get("number")),
        office=_text((document.get("signature") or {}).get("name") or document["office"]["name"]),
        period=_text(document["period_label"]),
        topic=_text(topic),
        ranking=_text(table["title"]),
        indicator=_text(table.get("indicator_name") or table["title"]),
        group=_text(table.get("group_name")),
        direction=_text(table.get("direction")),
        ranked=int(table["ranked"]),
        own=next(line for line in lines if line.own),
        lines=lines,
        last=tuple(line for line in lines if line.unit in bottom),
        overall=_text(overall.get("display")),
        overall_pair=_pair(overall),
        target=_target(table.get("target")),
        gain=Gain(int(gain["cases"]), int(gain["place"]), bool(gain.get("tied"))) if gain else None,
        synthetic=_text(document.get("synthetic")),
    )


def _line(row: Mapping[str, Any], *, own: bool) -> Line:
    return Line(
        unit=row["unit"],
        name=_text(row["name"]),
        rank=row.get("rank"),
        tied=bool(row.get("tied")),
        display=_text(row.get("display")),
        pair=_pair(row),
        reason=_text(row.get("reason")),
        movement=row.get("movement"),
        previous_rank=row.get("previous_rank"),
        own=own,
    )


def _target(target: Mapping[str, Any] | None) -> Target | None:
    if not target:
        return None
    sign = _SIGNS.get(target.get("operator", ""), "")
    return Target(sign + _text(target["display"]), target.get("met"), _text(target.get("gap")))


def _pair(holder: Mapping[str, Any]) -> str:
    numerator, denominator = holder.get("numerator"), holder.get("denominator")
    if numerator is None or denominator is None:
        return ""
    return f"{_text(numerator)}/{_text(denominator)}"


def _text(value: Any) -> str:
    return " ".join(printable(str(value or "")).split())
