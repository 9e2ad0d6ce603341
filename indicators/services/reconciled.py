"""Reconciled figures in indicators: `reconciled.<comparison code>` is what counts after comparing the sources."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from departments.models import Comparison, Form, Office
from departments.periods import Period
from departments.services.organisation import Placement
from departments.services.sides import counted_figures
from expressions import NUMBER, Symbol
from expressions.values import MISSING, Value
from indicators.services.beside import Beside

PREFIX = "reconciled"
LABEL = "核对"


def reconciled_symbols(forms: Iterable[Form]) -> list[Symbol]:
    """The names of the reconciled figures of an office, given its forms (one query)."""
    return [
        Symbol(name_of(comparison), NUMBER, (f"{LABEL}.{comparison.name}",))
        for comparison in Comparison.objects.filter(sources__item__form__in=list(forms)).distinct()
    ]


def name_of(comparison: Comparison) -> str:
    return f"{PREFIX}.{comparison.code}"


def form_of(name: str) -> str:
    """What coverage is counted by: a reconciled figure stands for itself, any other for its form."""
    form = name.split(".")[0]
    return name if form == PREFIX else form


def load_reconciled(office: Office, when: Period, places: Mapping[int, Placement]) -> Beside:
    """What counts for every unit; a fixed number of queries, one when nothing is compared.

    The decided source's figure, without a decision that of the first source; a part of a period's reports counts as
    far as it goes, as with every figure, and its unit has not reported in full.
    """
    comparisons = list(office.comparisons.all())
    if not comparisons:
        return Beside()
    figures = counted_figures(comparisons, when, places)
    own: dict[int, dict[str, Value]] = defaultdict(dict)
    whole: dict[int, dict[str, Value]] = defaultdict(dict)
    expected, reported = {}, {}
    for comparison in comparisons:
        name = name_of(comparison)
        alone, below = figures.get(comparison.pk, ({}, {}))
        for unit in places:
            whole[unit][name] = below[unit].value if unit in below else MISSING
            if unit in alone:
                own[unit][name] = alone[unit].value
        expected[name] = frozenset(place.code for unit, place in places.items() if unit in alone)
        reported[name] = frozenset(
            place.code for unit, place in places.items() if unit in alone and alone[unit].is_complete
        )
    return Beside(own, whole, expected, reported, {name_of(one): one.name for one in comparisons})
