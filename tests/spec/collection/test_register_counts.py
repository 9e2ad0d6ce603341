"""The worked examples of counting entries, and a plain second computation for whatever else there may be."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from departments.choices import CountBasis, Meaning
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
from tests.spec.collection import register_tables as tables

LATER = dt.date(2022, 12, 31)
WORDS = {
    "交办": Meaning.OPEN,
    "退回": Meaning.OPEN,
    "重开": Meaning.OPEN,
    "恢复": Meaning.OPEN,
    "待核查": Meaning.ANSWERED,
    "完成": Meaning.DONE,
    "无需办理": Meaning.EXEMPT,
    "撤销": Meaning.VOID,
}
# Every meaning is a status of its own, its place the id.
STATUS = {meaning: place for place, meaning in enumerate(Meaning)}
MEANINGS = {place: meaning for meaning, place in STATUS.items()}
UNITS = ("甲", "乙")
BASES = {
    "期末": CountBasis.STOCK,
    "本期新增": CountBasis.OPENED,
    "本期完成": CountBasis.DONE,
    "本期到期": CountBasis.DUE,
    "按期完成": CountBasis.ON_TIME,
}


def day_of(text: str) -> dt.date:
    month, day = text.split(".")
    return dt.date(2022, int(month), int(day))


def entry(text: str) -> tuple[Content, list[Step]]:
    """An entry written as the tables say, of type 差评 and level 一般, its column 回访 filled with 是."""
    steps: list[Step] = []
    due = re.search(r" ([\d.]+)到期", text)
    for part in re.sub(r" [\d.]+到期", "", text).split("；"):
        match = re.fullmatch(r"([\d.]+)(.+)", part)
        assert match, part
        on, word = day_of(match[1]), match[2]
        if word.startswith("转"):
            steps.append(Step(on, steps[-1].status, UNITS.index(word[1:])))
        else:
            steps.append(Step(on, STATUS[WORDS[word]], steps[-1].unit if steps else 0))
    content = Content(
        1, "1", "某事", "差评", "一般", steps[0].on, day_of(due[1]) if due else None, {"回访": "是"}
    )
    return content, steps


def counted(one: Standing, span: Span, countings: Sequence[Counting]) -> list[str]:
    mask = bases_of(one, span, is_repeat=False)
    return [counting.name for counting in countings if counts(counting, one, mask)]


@pytest.mark.parametrize(("history", "period", "today", "unit", "names"), tables.COUNTS.rows)
def test_counts(history: str, period: str, today: str, unit: str, names: str) -> None:
    span = Span.of(Period.parse(period), day_of(today) if today else LATER)
    one = standing(*entry(history), MEANINGS, span.day)
    assert (UNITS[one.unit] if one else "") == unit
    assert (counted(one, span, BUILT_IN) if one else []) == names.split()


@pytest.mark.parametrize(("entries", "period", "expected"), tables.REPEATS.rows)
def test_repeats(entries: str, period: str, expected: str) -> None:
    span = Span.of(Period.parse(period), LATER)
    standings = []
    for place, text in enumerate(entries.split("；")):
        match = re.fullmatch(r"([\d.]+)([甲乙])(.*?)(作废)?", text)
        assert match
        on = day_of(match[1])
        content = Content(place, str(place), "某事", match[3], "", on, None)
        meaning = Meaning.VOID if match[4] else Meaning.OPEN
        one = standing(content, [Step(on, STATUS[meaning], UNITS.index(match[2]))], MEANINGS, span.day)
        standings += [one] if one else []
    found = repeats(standings)
    [counting] = [counting for counting in BUILT_IN if counting.basis == CountBasis.REPEATS]
    times = Counter(
        UNITS[one.unit]
        for one in standings
        if counts(counting, one, bases_of(one, span, one.content.id in found))
    )
    assert "".join(f"{unit}{n}" for unit, n in sorted(times.items())) == expected


def counting_of(basis: str, condition: str) -> Counting:
    field, _equals, content = condition.partition("=")
    return Counting(
        "own",
        "自定义",
        BASES[basis],
        statuses=frozenset({STATUS[WORDS.get(content, Meaning.OPEN)]}) if field == "状态" else None,
        types=frozenset({content} if field == "类型" else ()),
        levels=frozenset({content} if field == "等级" else ()),
        column=field if field in ("回访", "满意") else "",
        equals=content if field in ("回访", "满意") else "",
    )


@pytest.mark.parametrize(("basis", "condition", "history", "expected"), tables.OWN_COUNTS.rows)
def test_own_counts(basis: str, condition: str, history: str, expected: str) -> None:
    span = Span.of(Period.parse("2022-03"), LATER)
    one = standing(*entry(history), MEANINGS, span.day)
    assert one
    assert bool(counted(one, span, [counting_of(basis, condition)])) == (expected == "是")


days = st.dates(dt.date(2022, 1, 1), dt.date(2022, 6, 30))
moves = st.tuples(days, st.sampled_from(list(Meaning)), st.sampled_from(range(len(UNITS))))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Content, list[Step]]:
    """An entry that may begin in any status, with up to six steps, often several on one day."""
    chosen = sorted(draw(st.lists(moves, min_size=1, max_size=7)), key=lambda move: move[0])
    steps = [Step(on, STATUS[meaning], unit) for on, meaning, unit in chosen]
    # A day of handing out that was changed afterwards: the first step counts from the new one.
    opened_on = draw(st.sampled_from([steps[0].on, steps[0].on - dt.timedelta(days=9)]))
    due_on = draw(st.one_of(st.none(), days.filter(lambda day: day >= opened_on)))
    kind = draw(st.sampled_from(["", "甲类", "乙类"]))
    return Content(draw(st.integers(0, 10**6)), "k", "某事", kind, "", opened_on, due_on), steps


periods = st.sampled_from(["2022-01", "2022-03", "2022Q1", "2022Q2", "2022-W10", "2022"])


def plainly(content: Content, steps: list[Step], period: Period, today: dt.date) -> set[str]:
    """Codes of the built-in counts (but repeats) by walking through the days one by one."""
    last = period.end if period.end < today else today
    state: Meaning | None = None
    answered = done = None
    day = min(content.opened_on, steps[0].on)
    while day <= last:
        for place, step in enumerate(steps):
            if day != (content.opened_on if place == 0 else step.on):
                continue
            state = MEANINGS[step.status]
            if state in (Meaning.OPEN, Meaning.EXEMPT, Meaning.VOID):
                answered = done = None
            elif answered is None:
                answered = day
            if state == Meaning.ANSWERED:
                done = None
            if state == Meaning.DONE and done is None:
                done = day
        day += dt.timedelta(days=1)
    if content.opened_on > last or state in (None, Meaning.VOID):
        return set()
    words = {
        Meaning.OPEN: "pending",
        Meaning.ANSWERED: "answered",
        Meaning.DONE: "done",
        Meaning.EXEMPT: "exempt",
    }
    found = {"total", words[state]}
    if state == Meaning.ANSWERED:
        found.add("pending")
    if state != Meaning.DONE:
        found.add("open")
    if period.start <= content.opened_on <= period.end:
        found.add("opened")
    if done is not None and period.start <= done <= period.end:
        found.add("done_in")
    if content.due_on is None or state == Meaning.EXEMPT:
        return found
    gone_by = content.due_on < today and content.due_on <= period.end
    punctual = answered is not None and answered <= content.due_on
    if period.start <= content.due_on <= period.end and (gone_by or answered is not None):
        found |= {"due"} | ({"on_time"} if punctual else set())
    if gone_by and not punctual and state != Meaning.DONE:
        found.add("overdue")
    return found  # fmt: skip


@given(histories(), periods, st.dates(dt.date(2022, 1, 1), dt.date(2023, 1, 31)))
@example(entry("3.01交办 3.31到期；3.31待核查"), "2022Q1", dt.date(2022, 3, 31))
def test_a_second_computation_agrees(history: tuple[Content, list[Step]], code: str, today: dt.date) -> None:
    content, steps = history
    period = Period.parse(code)
    span = Span.of(period, today)
    one = standing(content, steps, MEANINGS, span.day)
    mask = bases_of(one, span, is_repeat=False) if one else 0
    found = {counting.code for counting in BUILT_IN if one and counts(counting, one, mask)}
    assert found == plainly(content, steps, period, today)


@given(histories(), days, st.data())
def test_what_happens_later_changes_nothing(
    history: tuple[Content, list[Step]], day: dt.date, data: st.DataObject
) -> None:
    content, steps = history
    after = st.dates(max(day, steps[-1].on) + dt.timedelta(days=1), dt.date(2022, 12, 31))
    later = data.draw(st.lists(st.tuples(after, st.sampled_from(list(Meaning))), max_size=4))
    more = [Step(on, STATUS[meaning], 1) for on, meaning in sorted(later)]
    assert standing(content, steps + more, MEANINGS, day) == standing(content, steps, MEANINGS, day)


@given(st.lists(histories(), max_size=8))
def test_every_type_of_a_unit_is_new_once(all_of_them: list[tuple[Content, list[Step]]]) -> None:
    entries = [
        one
        for place, (content, steps) in enumerate(all_of_them)
        if (one := standing(content._replace(id=place), steps, MEANINGS, LATER))
    ]
    found = repeats(entries)
    new = [
        (one.unit, one.content.type) for one in entries if one.content.type and one.content.id not in found
    ]
    assert len(new) == len(set(new)) == len({(o.unit, o.content.type) for o in entries if o.content.type})
    for one in entries:
        earlier = [o for o in entries if (o.unit, o.content.type) == (one.unit, one.content.type)
                   and (o.content.opened_on, o.content.id) < (one.content.opened_on, one.content.id)]  # fmt: skip
        assert (one.content.id in found) == bool(earlier and one.content.type)


def test_the_months_add_up_to_the_quarter() -> None:
    """What is done, handed out or falls due belongs to one month only."""
    content, steps = entry("1.10交办 2.20到期；2.03待核查；3.02完成")
    months = [Period.parse(f"2022-0{month}") for month in (1, 2, 3)]
    assert all(one.end < other.start for one, other in pairwise(months))
    for code in ("opened", "due", "done_in"):
        [counting] = [counting for counting in BUILT_IN if counting.code == code]
        times = 0
        for month in months:
            span = Span.of(month, LATER)
            one = standing(content, steps, MEANINGS, span.day)
            assert one
            times += counts(counting, one, bases_of(one, span, is_repeat=False))
        assert times == 1, code
