"""Minimum frequency as figures: `<register>.least` entries asked in the register's periods that are over, `.short` lacking."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.utils import timezone

from departments.models import Register
from departments.periods import Period
from departments.services.organisation import Placement
from departments.services.registers.counts import countings_of
from departments.services.registers.frequency import asks, periods_within, standing
from expressions import NUMBER, Symbol
from indicators.services.beside import Beside
from indicators.services.tallies import tallied

LEAST, SHORT = "least", "short"
LABELS = {LEAST: "应有次数", SHORT: "欠缺次数"}


def frequency_symbols(registers: Iterable[Register]) -> Iterator[Symbol]:
    """The names of the figures of the registers that ask for a minimum."""
    for register in registers:
        for code, name in _free(register).items():
            yield Symbol(f"{register.code}.{code}", NUMBER, (f"{register.title}.{name}",), by_endings=False)


def load_frequency(
    registers: Iterable[Register], when: Period, places: Mapping[int, Placement], now: dt.datetime
) -> Beside:
    """What every unit was asked for and lacks in the periods inside `when` that are over by `now`; a running one waits.

    Coverage is the register's own (indicators.services.registers): the units of its groups are asked.
    """
    labels: dict[str, str] = {}
    tallies: dict[int, Counter[str]] = defaultdict(Counter)
    for register in registers:
        free = {f"{register.code}.{code}": name for code, name in _free(register).items()}
        if not free:
            continue
        labels |= free
        for one in standing(register, periods_within(register, when, timezone.localdate(now)), now):
            tallies[one.unit.pk][f"{register.code}.{LEAST}"] += one.least
            tallies[one.unit.pk][f"{register.code}.{SHORT}"] += one.short
    return tallied(tallies, labels, places, {}) if labels else Beside()


def _free(register: Register) -> dict[str, str]:
    """The figures of a register that asks for a minimum, less those whose name a count of its own has taken."""
    if not asks(register):
        return {}
    taken = countings_of(register)
    return {code: name for code, name in LABELS.items() if code not in taken}
