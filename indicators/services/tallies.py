"""Counts that every unit has, 0 when nothing happened, as figures beside the forms' ones."""

from collections.abc import Mapping
from fractions import Fraction

from departments.services.organisation import Placement
from expressions.values import Value
from indicators.services.beside import Beside

# Unit id → name → how often.
Tallies = Mapping[int, Mapping[str, int]]


def tallied(
    tallies: Tallies,
    labels: Mapping[str, str],
    places: Mapping[int, Placement],
    coverage: Mapping[str, frozenset[str]],
) -> Beside:
    """Every name of `labels` for every unit: its own count, and together with the units below it.

    `coverage`: the codes of the units that take part, by the name coverage is counted by. Nobody reports such a count,
    so all of them stand behind it.
    """
    whole: dict[int, dict[str, int]] = {unit: dict.fromkeys(labels, 0) for unit in places}
    for unit in places:
        above: int | None = unit
        while above is not None and above in places:
            for name in labels:
                whole[above][name] += tallies.get(unit, {}).get(name, 0)
            above = places[above].parent
    return Beside(
        own={unit: {name: _value(tallies.get(unit, {}).get(name, 0)) for name in labels} for unit in places},
        whole={unit: {name: _value(n) for name, n in row.items()} for unit, row in whole.items()},
        expected=coverage,
        reported=coverage,
        names=labels,
    )


def _value(n: int) -> Value:
    return Fraction(n)
