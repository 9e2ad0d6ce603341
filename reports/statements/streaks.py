"""Persistence: for how many periods in a row a condition has held (水利局连续6个月未派驻).

Source of the rules: how figures are counted, Ranking. A period for which nobody reported ends every run. A unit that
is not asked for the figures, or handed in none, is judged like any other: it is only listed when the condition says
what not reported means, as 未报(派驻人数) 或 派驻人数 = 0 does.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from expressions import Expression
from expressions.values import NoValue
from indicators.ranking import streak as run_of
from reports.statements.joining import Joining
from reports.statements.listing import basis_of, make_list
from reports.statements.model import MISSING_TEXT, Group, Source, Statement, cells_of, forms_of
from reports.statements.params import YES

LONGEST = 36
"""How many periods are looked at; a run that long is told as so many or more (以上)."""

BREAK, PASS = "break", "pass"
GAPS = {"中断": BREAK, "跳过": PASS}
_MEASURES = {
    "day": "天",
    "week": "周",
    "ten_days": "旬",
    "month": "个月",
    "quarter": "个季度",
    "half_year": "个半年",
    "year": "年",
}


def streak(
    source: Source, condition: Expression, least: int, group: Group, gaps: str, shown: str
) -> Statement:
    """The units for which the condition has held for at least so many periods up to this one."""
    basis = basis_of(source, group, condition)
    basis = replace(basis, among=source.units(basis.chosen))
    runs = _runs(source, condition, [unit.code for unit in basis.among], gaps)
    found = [unit for unit, run in runs.items() if run >= least]
    return make_list(
        source,
        found,
        basis,
        f"连续{least}{_measure(source)}及以上 {condition.describe()}",
        labels={unit: f"{source.names[unit]}（连续{_run_words(source, runs[unit])}）" for unit in found}
        if shown == YES
        else None,
        joining=Joining(none="无" if _is_reported(source, basis.forms) else MISSING_TEXT),
    )


def streak_length(source: Source, condition: Expression, unit: str, gaps: str) -> Statement:
    """For how many periods up to this one the condition has held for one unit; 0 when it does not hold now."""
    found, items = source.unit(unit), source.operands(condition.references)
    run = _runs(source, condition, [found.code], gaps)[found.code]
    return Statement(
        "number",
        _run_words(source, run),
        Fraction(run),
        unit_of_measure=_measure(source),
        scope=found.name,
        describe=f"连续满足 {condition.describe()}（{found.name}）",
        inputs=cells_of((found,), items),
    )


def _runs(source: Source, condition: Expression, codes: Iterable[str], gaps: str) -> dict[str, int]:
    """By unit; looks back only while the run of some unit goes on."""
    codes, forms = tuple(codes), forms_of(source.operands(condition.references))
    history: list[Mapping[str, Collection[str] | None]] = []
    going, there = set(codes), source
    while going and len(history) < LONGEST and _is_reported(there, forms):
        answers = {
            unit.code: _listed(condition.evaluate(there.environment(unit), there), unit.code)
            for unit in there.data.units
            if unit.code in going
        }
        history.append(answers)
        going = {code for code, listed in answers.items() if listed or (listed is None and gaps == PASS)}
        if going:
            there = source.at(source.data.period.previous(len(history)))
    return {
        code: run_of(
            [answers.get(code, ()) for answers in reversed(history)], code, missing_breaks=gaps == BREAK
        )
        for code in codes
    }


def _listed(answer: bool | NoValue, unit: str) -> Collection[str] | None:
    """As indicators.ranking.streak reads it: None where the condition can't be judged."""
    return None if isinstance(answer, NoValue) else (unit,) if answer else ()


def _is_reported(source: Source, forms: Collection[str]) -> bool:
    return not forms or any(source.data.reported.get(form) for form in forms)


def _run_words(source: Source, run: int) -> str:
    return f"{run}{_measure(source)}{'以上' if run == LONGEST else ''}"


def _measure(source: Source) -> str:
    return _MEASURES.get(source.data.period.frequency, "期")
