"""How punctually units filed, as figures for indicators: `<form>.duty_due`, `.duty_on_time`, `.duty_late`, `.duty_missing`.

A duty is one window of the form in the period for a unit that is expected to fill it. It counts from the moment it was
handed in or fell due, so that 应报 = 准时 + 迟报 + 未报 at every moment and a form not due yet spoils nobody's rate.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from departments.choices import Timeliness
from departments.models import Form, Submission, Window
from departments.periods import Period
from departments.services.duties import duties
from departments.services.organisation import Placement
from departments.timeliness import timeliness
from expressions import NUMBER, Symbol
from expressions.values import Value
from indicators.duties import DUE, LABELS, LATE, MISSED, ON_TIME, coverage_name
from indicators.services.beside import Beside

# How often each of the four happened, by (form code, name).
Counts = Counter[tuple[str, str]]
_COUNTED = {Timeliness.ON_TIME: ON_TIME, Timeliness.LATE: LATE, Timeliness.MISSING: MISSED}


def duty_symbols(forms: Iterable[Form]) -> Iterator[Symbol]:
    """The names of the duty figures of forms; `应报次数` alone will do where only one form is meant."""
    for form in forms:
        for name in _free(form):
            yield Symbol(f"{form.code}.{name}", NUMBER, (f"{form.title}.{LABELS[name]}",))


def coverage_of(name: str) -> str | None:
    """What coverage of a duty figure is counted by: known for every unit that had a duty; None for other figures."""
    form, _dot, last = name.rpartition(".")
    return coverage_name(form) if last in LABELS else None


def load_duty(when: Period, forms: list[Form], places: Mapping[int, Placement], now: dt.datetime) -> Beside:
    """The four counts of every unit and form as they stand at `now` (two queries); without a duty they are 0."""
    counts = _counts(when, forms, now)
    own = {unit: _figures(forms, counts[unit]) for unit in places}
    whole: dict[int, Counts] = {unit: Counter() for unit in places}
    for unit in places:
        above: int | None = unit
        while above is not None and above in places:
            whole[above].update(counts[unit])
            above = places[above].parent
    having = {
        coverage_name(form.code): frozenset(
            place.code for unit, place in places.items() if counts[unit][form.code, DUE]
        )
        for form in forms
    }
    return Beside(
        own=own,
        whole={unit: _figures(forms, whole[unit]) for unit in places},
        expected=having,
        reported=having,
        names={f"{form.code}.{name}": LABELS[name] for form in forms for name in _free(form)},
    )


def _counts(when: Period, forms: list[Form], now: dt.datetime) -> dict[int, Counts]:
    """The duties of every unit that have been met or have fallen due, by unit id."""
    windows = {
        window.pk: window
        for window in Window.objects.filter(
            form__in=forms, ends_on__gte=when.start, ends_on__lte=when.end, opens_at__lte=now
        )
        if when.contains(window.when)
    }
    codes = {form.pk: form.code for form in forms}
    counts: dict[int, Counts] = defaultdict(Counter)
    filed = duties(Submission.objects.filter(window__in=windows))
    for unit, window_id, handed_in_at in filed.values_list("unit", "window", "handed_in_at"):
        window = windows[window_id]
        name = _COUNTED.get(timeliness(window.due_at, handed_in_at, now))
        if name is not None:
            form = codes[window.form_id]
            counts[unit][form, name] += 1
            counts[unit][form, DUE] += 1
    return counts


def _figures(forms: Iterable[Form], counts: Counts) -> dict[str, Value]:
    return {
        f"{form.code}.{name}": Fraction(counts[form.code, name]) for form in forms for name in _free(form)
    }


def _free(form: Form) -> list[str]:
    """The names that no item of the form has taken."""
    taken = {item.code for item in form.items.all()}
    return [name for name in LABELS if name not in taken]
