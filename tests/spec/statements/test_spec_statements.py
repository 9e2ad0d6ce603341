"""Every construct of bulletin text on a small office, and lists and totals against a plain second reading."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from departments.periods import Period
from expressions import NUMBER, TEXT, ExpressionError, NameTable, Symbol, check
from expressions.numbers import display
from expressions.values import MISSING, Value, not_applicable
from indicators.dataset import Definition, PeriodData, TargetData, UnitData
from indicators.ranking import Direction
from indicators.rollup import Pair
from reports.statements import FactData, Source, compose, names_of
from reports.statements.compose import fill
from tests.spec.statements.statement_tables import ALL

ITEMS = NameTable(
    [
        Symbol("f.due", NUMBER, ("应办数", "表.应办数")),
        Symbol("f.done", NUMBER, ("已办数", "表.已办数")),
        Symbol("f.work", TEXT, ("工作情况", "表.工作情况")),
    ]
)


# What the units of the small office wrote under 工作情况.
TEXTS = {"甲局": "一、接入。\n二、整改。", "乙局": "正常。", "子镇": "已办。"}


def office(units: list[tuple[str, str, Value, Value]]) -> Source:
    numerator, denominator = check("已办数", ITEMS), check("应办数", ITEMS)
    rate = Definition(
        "rate",
        "办结率",
        1,
        numerator,
        denominator,
        Fraction(100),
        1,
        "%",
        Direction.HIGHER,
        "pooled",
        None,
        frozenset({"f"}),
    )
    rows = tuple(
        UnitData(
            index,
            f"U{index}",
            name,
            group,
            None,
            {"f.due": due, "f.done": done} | ({"f.work": TEXTS[name]} if name in TEXTS else {}),
            {"rate": Pair(done, due)},
        )
        for index, (name, group, due, done) in enumerate(units)
    )
    codes = frozenset(row.code for row in rows)
    data = PeriodData(
        Period.parse("2022Q1"),
        rows,
        {"depts": "区级部门", "towns": "镇街道"},
        {"rate": rate},
        {("rate", ""): TargetData("at_least", Fraction(60))},
        {"f": codes},
        {"f": frozenset(row.code for row in rows if row.figures["f.due"] != MISSING)},
        {"f.due": "应办数", "f.done": "已办数"},
    )
    fact = FactData("line", "全区线", Fraction(95), "", "%", "市通报", "编辑")
    return Source(data, ("depts",), {row.code: row.name for row in rows}, {"line": fact})


NA = not_applicable("无此业务")
SMALL = office(
    [
        ("甲局", "depts", Fraction(50), Fraction(0)),
        ("乙局", "depts", Fraction(50), Fraction(40)),
        ("丙局", "depts", Fraction(20), Fraction(19)),
        ("丁局", "depts", NA, NA),
        ("戊局", "depts", MISSING, MISSING),
        ("子镇", "towns", Fraction(40), Fraction(30)),
    ]
)


def names(source: Source):
    return names_of(source.data, ITEMS, source.facts.values())


def printed(text: str, source: Source = SMALL) -> str:
    """The paragraphs of a line that is one hole, their lines parted by ¶."""
    found = compose(f"{{{text}}}", source, names(source))
    return "\n".join(paragraph.text for paragraph in found).replace("\n", "¶")


@pytest.mark.parametrize(("text", "shown"), [row for table in ALL for row in table.rows])
def test_construct(text: str, shown: str):
    assert printed(text) == shown


def test_a_figure_knows_where_it_stands_and_what_it_rests_on():
    (paragraph,) = compose("其中{rate: 比率(办结率)}，{低于(办结率，80)}偏低。", SMALL, names(SMALL), "s1")
    assert paragraph.text == "其中49.2%，甲局偏低。"
    (first, rate, start, end), (second, low, *_place) = paragraph.figures
    assert (first, second, paragraph.text[start:end]) == ("rate", "s1p1f2", "49.2%")
    assert rate.pair == Pair(Fraction(59), Fraction(120))
    assert rate.coverage is not None
    assert (rate.coverage.text(), rate.coverage.missing) == ("5家中4家", ("U4",))
    assert rate.value == Fraction(5900, 120)
    assert ("U0", "f.done") in rate.inputs
    assert (low.units, low.among) == (("U0",), ("U0", "U1", "U2", "U3", "U4"))
    assert "低于 80%" in low.describe


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{合计(应办)}", "没有名为“应办”的项，是不是“应办数”"),
        ("{比率(应办数)}", "应办数"),
        ("{低于(办结率)}", "线"),
        ("{比率(办结率，小数位=9)}", "小数位"),
        ("{合计(应办数，组=丙局)}", "考核组"),
        ("一{比率(办结率)", "花括号"),
        ("{打开(“/etc/passwd”)}", "没有名为“打开”的函数"),
    ],
)
def test_faults_say_where_and_what(text: str, words: str):
    with pytest.raises(ExpressionError) as fault:
        compose(text, SMALL, names(SMALL))
    assert words in str(fault.value)


@pytest.mark.parametrize(
    "text", ["各单位：{各单位文字(工作情况)}", "{各单位文字(工作情况)}。", "{各单位文字(工作情况)}{单位数()}"]
)
def test_the_texts_of_units_stand_on_a_line_of_their_own(text: str):
    with pytest.raises(ExpressionError, match="单独占一行"):
        compose(text, SMALL, names(SMALL))
    with pytest.raises(ExpressionError, match="单独占一行"):
        fill("{各单位文字(工作情况)}", SMALL, names(SMALL))


def test_a_number_is_no_text_of_units():
    with pytest.raises(ExpressionError, match="文字填报项"):
        compose("{各单位文字(应办数)}", SMALL, names(SMALL))


def test_a_units_paragraph_knows_whose_it_is():
    before, first, second = compose("情况：\n{texts: 各单位文字(工作情况)}", SMALL, names(SMALL), "s1")
    assert (before.unit_text, first.text, second.text) == (
        None,
        "甲局：一、接入。\n二、整改。",
        "乙局：正常。",
    )
    assert first.unit_text is not None
    assert (first.unit_text.unit, first.unit_text.item) == ("U0", "f.work")
    ((identity, statement, start, end),) = first.figures
    assert (identity, first.text[start:end], statement.display) == ("texts-U0", TEXTS["甲局"], TEXTS["甲局"])
    assert (statement.kind, statement.inputs) == ("unit_text", (("U0", "f.work"),))


def test_a_brace_in_a_units_text_is_only_a_brace():
    unit = replace(SMALL.data.units[0], figures={"f.work": "{合计(应办数)}｛甲｝=1+1"})
    source = replace(SMALL, data=replace(SMALL.data, units=(unit, *SMALL.data.units[1:])))
    assert printed("各单位文字(工作情况)", source).startswith("甲局：{合计(应办数)}｛甲｝=1+1¶")


def test_all_faults_of_a_text_are_told_at_once():
    with pytest.raises(ExpressionError) as fault:
        compose("{合计(甲)}，{比率(乙)}", SMALL, names(SMALL))
    assert [problem.column for problem in fault.value.problems] == [5, 13]


@pytest.mark.parametrize("seed", range(200))
def test_lists_and_totals_against_a_plain_reading(seed: int):
    chance = random.Random(seed)
    figures: list[tuple[str, str, Value, Value]] = []
    for index in range(chance.randint(1, 12)):
        due: Value = chance.choice([MISSING, NA, Fraction(0), Fraction(chance.randint(1, 9))])
        done: Value = Fraction(chance.randint(0, int(due))) if isinstance(due, Fraction) else due
        figures.append((f"{index}局", "depts", due, done))
    source = office(figures)
    line = chance.randint(0, 100)
    numbers = [(name, due, done) for name, _g, due, done in figures if isinstance(due, Fraction)]
    low = [name for name, due, done in numbers if due and done * 100 < line * due]
    zero = [name for name, due, done in numbers if due and not done]
    total = sum((due for _n, due, _d in numbers), Fraction())
    assert printed(f"低于(办结率，{line})", source) == ("、".join(low) or "无")
    assert printed("零值(办结率)", source) == ("、".join(zero) or "无")
    if numbers:
        assert printed("合计(应办数)", source) == display(total, 0)
        done = sum((d for _n, _due, d in numbers), Fraction())
        assert printed("比率(办结率，小数位=2)", source) == (
            f"{display(100 * done / total, 2)}%" if total else "—"
        )
    else:
        assert printed("合计(应办数)", source) in ("（未报）", "—")
