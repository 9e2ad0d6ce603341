"""The small chart of a ranking mail: one bar a unit, the own one marked, the overall value and the target as lines."""

import re
from typing import Any

from reports.mail.edition import Edition, Line

# More bars than this are too thin to read on a phone: then the same lines as in the table below.
MOST_BARS = 40
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")
_TARGET_SIGNS = ("≥", "≤")


def edition_chart(edition: Edition, lines: tuple[Line, ...], words: dict[str, str]) -> dict[str, Any] | None:
    """The chart of an edition as documents hold charts (docs/bulletin-json.md); None with fewer than two values.

    `lines` are the ranked units to draw; `words` names the two lines, `overall` and `target`.
    """
    drawn = [line for line in lines if line.rank is not None and line.value is not None]
    if len(drawn) < 2:
        return None
    last = {line.unit for line in edition.last}
    title = f"{edition.indicator}（{edition.group}）" if edition.group else edition.indicator
    return {
        "kind": "bars",
        "title": f"{edition.period} {title}",
        "unit_of_measure": _NUMBER.sub("", drawn[0].display).strip(),
        "points": [
            {
                "label": line.name,
                "value": line.value,
                "display": line.display,
                "unit": line.unit,
                "mark": "own" if line.own else "last" if line.unit in last else "",
            }
            for line in drawn
        ],
        "lines": _reference_lines(edition, words),
    }


def _reference_lines(edition: Edition, words: dict[str, str]) -> list[dict[str, str]]:
    """Drawn where they are printed: the document holds them as printed only."""
    found = []
    for name, display in (("overall", edition.overall), ("target", _target(edition))):
        number = _NUMBER.search(display)
        if number is not None:
            value = number.group().replace("−", "-")
            found.append({"label": words[name], "value": value, "display": display})
    return found


def _target(edition: Edition) -> str:
    """A target of places is no value on the scale."""
    display = edition.target.display if edition.target else ""
    return display if display.startswith(_TARGET_SIGNS) else ""
