"""A figure in another period: 上期, 去年同期, 前n期, 本年累计, 近几期. Baselines are the approved figures of that period as they are now."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from departments.periods import Period
from expressions import Expression, Symbol
from expressions.values import MISSING, NoValue
from reports.statements.model import (
    FACT,
    MISSING_TEXT,
    OWN_UNIT,
    UNIT,
    Source,
    Statement,
    words_of,
)

PREVIOUS, YEAR_AGO = "previous", "year_ago"
# What a comparison over time may be against.
AGAINST = {"上期": PREVIOUS, "去年同期": YEAR_AGO}


def against(source: Source, base: str) -> Period:
    """The period that is compared with, by one of the words in AGAINST."""
    return source.data.period.year_ago() if base == YEAR_AGO else source.data.period.previous()


def previous(source: Source, figure: Expression, typed: Statement | None) -> Statement:
    """The figure in the period before (环比)."""
    return _baseline(source, figure, source.data.period.previous(), typed)


def last_year(source: Source, figure: Expression, typed: Statement | None) -> Statement:
    """The figure in the same period of last year (同比)."""
    return _baseline(source, figure, source.data.period.year_ago(), typed)


def back(source: Source, figure: Expression, n: int, typed: Statement | None) -> Statement:
    """The figure n periods before."""
    return _baseline(source, figure, source.data.period.previous(n), typed)


def year_to_date(source: Source, figure: Expression) -> Statement:
    """The figure over the year so far: flows add up, stocks are the last ones, rates are computed anew from both."""
    return elsewhere(source, figure, source.data.period.year_to_date())


def rolling(source: Source, figure: Expression, n: int) -> Statement:
    """The figure over the last n periods, this one included; as over the year so far."""
    return elsewhere(source, figure, source.data.period.rolling(n))


def _baseline(source: Source, figure: Expression, period: Period, typed: Statement | None) -> Statement:
    """The figure of the other period, or what was typed for it when nothing was reported then.

    With both, the computed one is the baseline and `describe` names the typed one beside it.
    """
    found = elsewhere(source, figure, period)
    if typed is None or typed.value == MISSING:
        return found
    if found.value == MISSING:
        return replace(typed, period=period.code, describe=f"{typed.describe}（{period.label}）", inputs=())
    return replace(found, describe=f"{found.describe}；{typed.describe} {typed.display}")


def elsewhere(source: Source, figure: Expression, period: Period) -> Statement:
    """The figure with another period's cells, units, definitions and facts."""
    return computed_in(
        source,
        period,
        figure.symbols,
        figure.describe(),
        lambda there: figure.evaluate(words_of(there), there),
    )


def computed_in(
    source: Source,
    period: Period,
    symbols: Iterable[Symbol],
    words: str,
    compute: Callable[[Source], Statement | NoValue],
) -> Statement:
    """What `compute` says of another period; `symbols` are the names it reads, `words` what it is.

    Not reported when nobody reported then, or when an indicator, unit or fact of it did not exist then. Its cells are
    not among `inputs`, which belong to the document's own period: `describe` says the period instead.
    """
    there = source.at(period)
    statement = Statement("number", MISSING_TEXT, MISSING, describe=words)
    if _is_known(symbols, source, there):
        found = compute(there)
        if not isinstance(found, NoValue) and not _is_empty(found):
            statement = found
    if statement.period or there is source:
        return statement
    indicator = there.data.definitions.get(statement.indicator)
    return replace(
        statement,
        period=period.code,
        version=indicator.version if indicator else None,
        describe=f"{statement.describe}（{period.label}{_gap(statement)}）",
        inputs=(),
    )


def _gap(statement: Statement) -> str:
    """Who stands behind a baseline is said when it is not everybody."""
    coverage = statement.coverage
    return f"，{coverage.text()}报送" if coverage is not None and coverage.missing else ""


def _is_known(symbols: Iterable[Symbol], here: Source, there: Source) -> bool:
    """Whether everything that is named exists in the other period too."""
    units = {unit.code for unit in there.data.units}
    for symbol in symbols:
        name = symbol.code.split(".", 1)[-1]
        if symbol.code in here.data.definitions and symbol.code not in there.data.definitions:
            return False
        if symbol.type == UNIT and (there.own if symbol.code == OWN_UNIT else name) not in units:
            return False
        if symbol.type == FACT and name not in there.facts:
            return False
    return True


def _is_empty(found: Statement) -> bool:
    """A number of units among which nobody reported is not 0: nothing is known of them."""
    return found.kind == "count" and found.coverage is not None and not found.coverage.reported
