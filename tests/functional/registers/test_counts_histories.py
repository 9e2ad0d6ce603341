"""Counts of registers against a plain recount over random histories made by the services; queries and time."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import CountBasis, EntryAction, Meaning
from departments.models import Entry, EntryEvent, Register, Unit
from departments.periods import Period
from departments.register_counts import BUILT_IN
from departments.services.registers.counts import registers_of, tally
from departments.services.registers.definitions import save_column, save_count, save_register
from departments.services.registers.life import create_entry, hand_on
from tests import build
from tests.functional.registers.counting_desk import APRIL, LATER, MARCH, Desk, on

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def plain_count(register: Register, unit: Unit, code: str, period: Period, today: dt.date) -> int:
    """Entry by entry, event by event, with one query for each."""
    last = min(period.end, today)
    times = 0
    for entry in Entry.objects.filter(register=register, opened_on__lte=last):
        events = [
            event
            for event in entry.events.order_by("effective_on", "id")
            if event.action in (EntryAction.CREATE, EntryAction.MOVE, EntryAction.HAND_ON)
            and event.effective_on <= last
        ]
        if not events or events[-1].unit_id != unit.pk:
            continue
        meaning = events[-1].to_status.meaning
        meanings = [event.to_status.meaning for event in events]
        back = max(
            (n for n, one in enumerate(meanings) if one not in (Meaning.ANSWERED, Meaning.DONE)), default=-1
        )
        answered = events[back + 1].effective_on if back + 1 < len(events) else None
        undone = max((n for n, one in enumerate(meanings) if one != Meaning.DONE), default=-1)
        done = events[undone + 1].effective_on if undone + 1 < len(events) else None
        inside = {
            day for day in (entry.opened_on, entry.due_on, done) if day and period.start <= day <= period.end
        }
        gone_by = entry.due_on and entry.due_on <= period.end and entry.due_on < today
        falls_due = entry.due_on in inside and (gone_by or answered) and meaning != Meaning.EXEMPT
        punctual = answered and entry.due_on and answered <= entry.due_on
        times += meaning != Meaning.VOID and bool(
            {
                "total": True,
                "open": meaning != Meaning.DONE,
                "pending": meaning in (Meaning.OPEN, Meaning.ANSWERED),
                "answered": meaning == Meaning.ANSWERED,
                "done": meaning == Meaning.DONE,
                "exempt": meaning == Meaning.EXEMPT,
                "opened": entry.opened_on in inside,
                "done_in": done in inside,
                "due": falls_due,
                "on_time": falls_due and punctual,
                "overdue": gone_by and not punctual and meaning in (Meaning.OPEN, Meaning.ANSWERED),
            }[code]
        )
    return times  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_are_counted_like_a_plain_recount(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    for n in range(12):
        day = dt.date(2022, 2, 1) + dt.timedelta(days=chance.randrange(60))
        due = chance.choice([None, day + dt.timedelta(days=chance.randrange(30))])
        entry = desk.enter(str(n), chance.choice("ABC"), day, due)
        for _step in range(chance.randrange(6)):
            day += dt.timedelta(days=chance.randrange(12))
            wander(desk, entry, day, chance)
    for period, today in (
        (MARCH, dt.date(2022, 3, 17)),
        (MARCH, LATER.date()),
        (Period.parse("2022Q1"), LATER.date()),
        (APRIL, LATER.date()),
    ):
        [found] = tally([desk.register], period, today)
        for unit in map(desk.units.get, "ABC"):
            assert unit is not None
            for counting in BUILT_IN[:-1]:
                number = found.numbers.get(unit.pk, {}).get(counting.code, 0)
                expected = plain_count(desk.register, unit, counting.code, period, today)
                assert number == expected, (period.code, unit.code, counting.code)  # fmt: skip


def wander(desk: Desk, entry: Entry, day: dt.date, chance: random.Random) -> None:
    """One allowed step on that day, made then or entered up to ten days later."""
    moment = dt.datetime.combine(day, dt.time(chance.randrange(8, 18)), tzinfo=build.SHANGHAI)
    now = Entry.objects.select_related("status", "unit").get(pk=entry.pk)
    if chance.random() < 0.2 and now.status.code == "open":
        others = [unit for code, unit in desk.units.items() if code in "ABC" and unit != now.unit]
        hand_on(entry=now, unit=chance.choice(others), user=desk.admin, text="划转", at=moment)
        return
    if now.status.code == "open" and chance.random() < 0.5:
        desk.answer(now, moment)
        return
    targets = list(
        desk.register.moves.filter(source=now.status, by="office").values_list("target__code", flat=True)
    )
    if targets:
        desk.move(now, chance.choice(targets), moment + dt.timedelta(days=chance.randrange(10)), day)


def test_the_queries_do_not_grow(desk: Desk) -> None:
    asked = []
    for n in range(3):
        register = save_register(office=desk.office, code=f"r{n}", title=f"台账{n}")
        column = save_column(register=register, code="c", name="列")
        save_count(register=register, code="own", name="自定", basis=CountBasis.STOCK, column=column)
        for key in range(4):
            create_entry(
                register=register,
                unit=desk.units["A"],
                key=f"{key}",
                name="事",
                user=desk.admin,
                opened_on=dt.date(2022, 3, 1),
                at=on(3, 1),
            )
        with CaptureQueriesContext(connection) as queries:
            tally(registers_of(desk.office), MARCH, LATER.date())
        asked.append(len(queries))
    assert asked == [7, 7, 7]


def many(register: Register, user: User, n: int) -> Counter[str]:
    """`n` entries over the office's units with two or three events each; the number done by unit."""
    statuses = {status.code: status for status in register.statuses.all()}
    units = list(register.office.units.filter(code__in="ABC"))
    day, moment = dt.date(2022, 3, 1), on(3, 1)
    entries = Entry.objects.bulk_create(
        (
            Entry(register=register, unit=units[k % 3], key=str(k), name=f"事{k}", type="态度", status=statuses["done" if k % 2 else "answered"], opened_on=day, due_on=day, created_at=moment)
            for k in range(n)
        ),
        batch_size=5000,
    )  # fmt: skip
    done: Counter[str] = Counter()
    events = []
    for k, entry in enumerate(entries):
        path = ("open", "answered", "done") if k % 2 else ("open", "answered")
        done[entry.unit.code] += k % 2
        for step, code in enumerate(path):
            before = statuses[path[step - 1]] if step else None
            events.append(
                EntryEvent(entry=entry, action=EntryAction.MOVE if step else EntryAction.CREATE, from_status=before, to_status=statuses[code], unit=entry.unit, effective_on=day, user=user, at=moment, version=step + 1)
            )  # fmt: skip
    EntryEvent.objects.bulk_create(events, batch_size=5000)
    return done


def test_many_entries_are_counted_like_few(desk: Desk) -> None:
    done = many(desk.register, desk.admin, 20_000)
    [found] = tally(registers_of(desk.office), MARCH, LATER.date())
    units = desk.office.units.filter(code__in="ABC")
    assert {unit.code: found.numbers[unit.pk]["done"] for unit in units} == done
    assert sum(row["total"] for row in found.numbers.values()) == 20_000
