"""Counting entries for a period: every count of every register of an office, or the entries behind them.

A fixed number of queries, whatever the number of registers, units and entries: the registers with what belongs to them,
their entries, and the steps of these entries. Nothing personal is read.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from django.contrib.auth.models import User
from django.db.models import Q

from departments.choices import CountBasis, Meaning
from departments.models import Entry, EntryEvent, Office, Register, RegisterCount
from departments.models.registers import lines
from departments.periods import Period
from departments.register_counts import (
    BUILT_IN,
    Content,
    Counting,
    Span,
    Standing,
    Step,
    bases_of,
    counts,
    repeats,
    standing,
)
from departments.services.registers.record import EFFECTIVE
from departments.templatetags.people import person_name

_FIELDS = ("register_id", "id", "key", "name", "type", "level", "opened_on", "due_on")


@dataclass(frozen=True)
class Tallied:
    """A register's counts of one period: `numbers` by unit id and count; `remarks` by unit id.

    The remark is the status of all entries of a unit where none of them needs to be dealt with.
    """

    register: Register
    countings: Mapping[str, Counting]
    numbers: Mapping[int, Mapping[str, int]]
    remarks: Mapping[int, str]


@dataclass(frozen=True)
class Counted:
    """An entry as it stood when it was counted; `by` is who moved it to its status, or entered it."""

    standing: Standing
    status: str
    by: str
    counts: frozenset[str]

    @property
    def content(self) -> Content:
        return self.standing.content


def registers_of(office: Office) -> list[Register]:
    """The office's registers with all that counting reads of them (five queries, one where there is none)."""
    return list(office.registers.prefetch_related("statuses", "counts__column", "groups"))


def countings_of(register: Register) -> dict[str, Counting]:
    """The counts of a register by code: its own, and those every register has unless its own takes the code."""
    own = {count.code: _counting(count, register) for count in register.counts.all()}
    return {counting.code: counting for counting in BUILT_IN} | own


def tally(registers: Sequence[Register], when: Period, today: dt.date) -> list[Tallied]:
    """Every count of every unit that has entries as of the period's last day, or of `today` while it runs."""
    span = Span.of(when, today)
    standings = _standings(registers, span, with_people=False)
    return [_tallied(register, standings.get(register.pk, ()), span) for register in registers]


def counted(registers: Sequence[Register], when: Period, today: dt.date) -> dict[str, list[Counted]]:
    """The entries behind the counts by register code, in the order of day of handing out and key."""
    span = Span.of(when, today)
    standings = _standings(registers, span, with_people=True)
    people = _people({one.by for found in standings.values() for one in found})
    return {
        register.code: list(_counted(register, standings.get(register.pk, ()), span, people))
        for register in registers
    }


def _counting(count: RegisterCount, register: Register) -> Counting:
    codes = set(count.statuses.split())
    return Counting(
        code=count.code,
        name=count.name,
        basis=CountBasis(count.basis),
        statuses=frozenset(status.pk for status in register.statuses.all() if status.code in codes)
        if codes
        else None,
        types=frozenset(lines(count.types)),
        levels=frozenset(lines(count.levels)),
        column=count.column.code if count.column else "",
        equals=count.equals,
    )


def _tallied(register: Register, standings: Sequence[Standing], span: Span) -> Tallied:
    """Entries that no count can tell apart are counted together."""
    countings = countings_of(register)
    columns = tuple({counting.column for counting in countings.values() if counting.column})
    repeated = repeats(standings)
    alike: Counter[tuple] = Counter()
    example: dict[tuple, tuple[Standing, int]] = {}
    for one in standings:
        content = one.content
        mask = bases_of(one, span, content.id in repeated)
        key = (
            one.unit,
            one.status,
            mask,
            content.type,
            content.level,
            *(content.values.get(column) for column in columns),
        )
        alike[key] += 1
        example.setdefault(key, (one, mask))
    numbers: dict[int, dict[str, int]] = {}
    for key, times in alike.items():
        one, mask = example[key]
        row = numbers.setdefault(one.unit, dict.fromkeys(countings, 0))
        for code, counting in countings.items():
            if counts(counting, one, mask):
                row[code] += times
    return Tallied(register, countings, numbers, _remarks(register, standings))


def _remarks(register: Register, standings: Iterable[Standing]) -> dict[int, str]:
    found: dict[int, set[int]] = defaultdict(set)
    for one in standings:
        found[one.unit].add(one.status)
    exempt = {
        status.pk: status.name for status in register.statuses.all() if status.meaning == Meaning.EXEMPT
    }
    return {
        unit: "、".join(exempt[status] for status in sorted(statuses))
        for unit, statuses in found.items()
        if statuses <= exempt.keys()
    }


def _counted(
    register: Register, standings: Sequence[Standing], span: Span, people: Mapping[int, str]
) -> Iterator[Counted]:
    countings = countings_of(register)
    statuses = {status.pk: status.name for status in register.statuses.all()}
    repeated = repeats(standings)
    for one in sorted(standings, key=lambda one: (one.content.opened_on, one.content.key)):
        mask = bases_of(one, span, one.content.id in repeated)
        codes = frozenset(code for code, counting in countings.items() if counts(counting, one, mask))
        yield Counted(one, statuses[one.status], people.get(one.by, "") if one.by else "", codes)


def _standings(registers: Sequence[Register], span: Span, *, with_people: bool) -> dict[int, list[Standing]]:
    """Every entry that counts as it stood on the span's day, by register id (two queries)."""
    if not registers:
        return {}
    with_values = with_people or any(
        count.column_id for register in registers for count in register.counts.all()
    )
    meanings = {
        status.pk: Meaning(status.meaning) for register in registers for status in register.statuses.all()
    }
    steps = _steps(registers, span.day)
    fields = (*_FIELDS, "values") if with_values else _FIELDS
    entries = Entry.objects.filter(register__in=registers, opened_on__lte=span.day).order_by()
    found: dict[int, list[Standing]] = defaultdict(list)
    for register, *content in entries.values_list(*fields):
        entry = Content(*content)
        one = standing(entry, steps[entry.id], meanings, span.day)
        if one is not None:
            found[register].append(one)
    return found


def _steps(registers: Sequence[Register], day: dt.date) -> Mapping[int, list[Step]]:
    """The steps of every entry that count by the day, in the order in which they count; its entering in any case."""
    # A status is of one register only: asked for by status, the events need no join that a planner could get wrong.
    statuses = [status.pk for register in registers for status in register.statuses.all()]
    events = (
        EntryEvent.objects.filter(
            Q(effective_on__lte=day) | Q(from_status=None),
            to_status__in=statuses,
            action__in=EFFECTIVE,
        )
        .order_by()
        .values_list("entry_id", "effective_on", "id", "to_status_id", "unit_id", "user_id")
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for entry, on, _id, status, unit, user in sorted(events, key=itemgetter(1, 2)):
        found[entry].append(Step(on, status, unit, user))
    return found


def _people(ids: Iterable[int | None]) -> dict[int, str]:
    users = User.objects.filter(pk__in={pk for pk in ids if pk is not None})
    return {user.pk: person_name(user) for user in users}
