"""What an issue says of the period before, against what the issue of that period printed. Pure over both documents."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from departments.periods import Period
from expressions.numbers import display, parse_exact
from reports.services.document import all_figures
from reports.services.findings import Finding, finding

Document = Mapping[str, Any]
# How a change describes itself: the figure now, then what it is compared with.
_AGAINST = " 较 "
_CHANGE = "change"
_POINTS = "个百分点"


def against_last_issue(document: Document, last: Document) -> Iterator[Finding]:
    """Figures of the period before, and the baselines of changes (typed or computed), against the issue `last`."""
    printed = {
        figure["describe"]: figure for figure in all_figures(last).values() if figure["value"] is not None
    }
    present = {figure["describe"]: figure for figure in all_figures(document).values()}
    label = Period.parse(last["period"]).label
    for figure in all_figures(document).values():
        if figure["value"] is None:
            continue
        if figure["kind"] == _CHANGE:
            name, former = _baseline(figure, present)
        elif figure["period"] == last["period"]:
            name, former = figure["describe"].removesuffix(f"（{label}）"), parse_exact(figure["value"])
        else:
            continue
        then = printed.get(name)
        if former is None or then is None or _prints_as(former, then):
            continue
        shown = display(former, _decimals(then["display"])) + then["unit_of_measure"]
        yield finding(
            "last_issue",
            figure["id"],
            f"{last['number']}（{label}）印为 {then['display']}，本期按 {shown} 计算：{figure['display']}",
            computed=shown,
            published=then["display"],
        )


def _baseline(
    change: Mapping[str, Any], present: Mapping[str, Mapping[str, Any]]
) -> tuple[str, Fraction | None]:
    """What a change was counted from: the name of the figure, and its exact value then where it can be told."""
    name, against, _before = change["describe"].partition(_AGAINST)
    now = present.get(name)
    if not against or now is None or now["value"] is None or not _is_difference(change, now):
        return name, None
    return name, parse_exact(now["value"]) - parse_exact(change["value"])


def _is_difference(change: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Not a change in per cent or in multiples."""
    measure = change["unit_of_measure"]
    return measure == _POINTS or (now["unit_of_measure"] != "%" and measure == now["unit_of_measure"])


def _prints_as(value: Fraction, figure: Mapping[str, Any]) -> bool:
    """Whether the value prints as the figure did, with the figure's own decimals."""
    shown = figure["display"]
    return display(value, _decimals(shown)) + figure["unit_of_measure"] == shown


def _decimals(shown: str) -> int:
    digits = "".join(c for c in shown.partition(".")[2] if c.isdecimal())
    return len(digits)
