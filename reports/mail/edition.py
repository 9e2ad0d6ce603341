"""One unit's reading of a frozen ranking. Figures, places and reasons are the document's own: nothing is computed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.renderers.text import printable

_SIGNS = {"at_least": "≥", "at_most": "≤"}


@dataclass(frozen=True)
class Line:
    """One row of the ranking table. `pair` is "n/d" or ""; `movement` counts places gained (+) or lost (−), None if unknown.

    `value` is the exact one as text, None without a value; `display` is how it is printed.
    """

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
    value: str | None = None


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
class Correction:
    """Of an erratum: the number and title of what it corrects, why, and the own place before where it moved ("" if not)."""

    number: str
    title: str
    reason: str
    place_before: str


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
    correction: Correction | None = None

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
    lines = tuple(line_of(row, own=row["unit"] == unit) for row in table["rows"])
    bottom = set(table.get("bottom") or ())
    overall = table.get("overall") or {}
    gain = rows[unit].get("gain")
    return Edition(
        bulletin_title=text_of(document["title"]),
        number=text_of(document.get("number")),
        office=text_of((document.get("signature") or {}).get("name") or document["office"]["name"]),
        period=text_of(document["period_label"]),
        topic=text_of(topic),
        ranking=text_of(table["title"]),
        indicator=text_of(table.get("indicator_name") or table["title"]),
        group=text_of(table.get("group_name")),
        direction=text_of(table.get("direction")),
        ranked=int(table["ranked"]),
        own=next(line for line in lines if line.own),
        lines=lines,
        last=tuple(line for line in lines if line.unit in bottom),
        overall=text_of(overall.get("display")),
        overall_pair=pair_of(overall),
        target=_target(table.get("target")),
        gain=Gain(int(gain["cases"]), int(gain["place"]), bool(gain.get("tied"))) if gain else None,
        synthetic=text_of(document.get("synthetic")),
        correction=correction_of(document, ranking=ranking, unit=unit),
    )


def correction_of(document: Mapping[str, Any], *, ranking: str = "", unit: str = "") -> Correction | None:
    """What an erratum corrects; None for an ordinary issue. Without a unit nobody's place is named."""
    erratum = document.get("erratum")
    if not erratum:
        return None
    moved = (row for row in erratum.get("moved") or () if (row["ranking"], row["unit"]) == (ranking, unit))
    before = next((row["before"] for row in moved), None)
    return Correction(
        number=text_of(erratum.get("number")),
        title=text_of(erratum.get("title")),
        reason=text_of(erratum.get("reason")),
        place_before=text_of(before),
    )


def line_of(row: Mapping[str, Any], *, own: bool = False) -> Line:
    """One row of a document's ranking."""
    return Line(
        unit=row["unit"],
        name=text_of(row["name"]),
        rank=row.get("rank"),
        tied=bool(row.get("tied")),
        display=text_of(row.get("display")),
        pair=pair_of(row),
        reason=text_of(row.get("reason")),
        movement=row.get("movement"),
        previous_rank=row.get("previous_rank"),
        own=own,
        value=row.get("value"),
    )


def _target(target: Mapping[str, Any] | None) -> Target | None:
    if not target:
        return None
    sign = _SIGNS.get(target.get("operator", ""), "")
    return Target(sign + text_of(target["display"]), target.get("met"), text_of(target.get("gap")))


def pair_of(holder: Mapping[str, Any]) -> str:
    """Numerator and denominator as "n/d"; "" where one is unknown."""
    numerator, denominator = holder.get("numerator"), holder.get("denominator")
    if numerator is None or denominator is None:
        return ""
    return f"{text_of(numerator)}/{text_of(denominator)}"


def text_of(value: Any) -> str:
    """A text of the document, printable and on one line."""
    return " ".join(printable(str(value or "")).split())
