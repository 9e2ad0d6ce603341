"""Every further list on the small office, what a statement tells of where it comes from, and what a template can't ask."""

import random
from fractions import Fraction

import pytest

from expressions import ExpressionError
from expressions.values import MISSING, Value, not_applicable
from reports.statements import Statement, compose
from reports.statements.compose import check_template
from tests.spec.statements.lists_office import CODES, NAMES, OFFICE
from tests.spec.statements.lists_tables import ALL, REPEATED
from tests.spec.statements.test_spec_statements import office, printed


def statement(text: str) -> Statement:
    (paragraph,) = compose(f"{{{text}}}", OFFICE, NAMES)
    return paragraph.figures[0][1]


def codes(*names: str) -> tuple[str, ...]:
    return tuple(CODES[name] for name in names)


@pytest.mark.parametrize(("text", "shown"), [row for table in ALL for row in table.rows])
def test_construct(text: str, shown: str):
    assert statement(text).display == shown


@pytest.mark.parametrize(("text", "shown"), REPEATED.rows)
def test_a_section_repeated_for_every_unit(text: str, shown: str):
    found = compose(text, OFFICE, NAMES, repeat="towns")
    assert "¶".join(paragraph.text for paragraph in found) == shown


@pytest.mark.parametrize("text", [text for table in ALL for text, _shown in table.rows])
def test_what_is_printed_joins_the_labels_of_its_units(text: str):
    found = statement(text)
    if found.kind == "list":
        shown = found.labels or [OFFICE.names[code] for code in found.units]
        assert found.joining.join(shown) == found.display


def test_the_exempted_stand_beside_the_list_and_in_neither_half():
    found = statement("低于平均(办结率，除外=名单(应办数 = 50)，理由=“系统改造”)")
    assert found.units == ()
    assert CODES["甲局"] not in found.among
    assert found.describe == "办结率低于区级部门平均 58.2%（合并计算），不计甲局：系统改造（区级部门）"
    assert found.joining.mark == "（甲局系统改造）"


def test_the_average_says_its_recipe_and_its_scope():
    found = statement("低于平均(办结率，平均范围=全市，算法=“简单平均”)")
    assert found.describe == "办结率低于全市平均 90.0%（简单平均）（区级部门）"


def test_a_list_of_lists_opens_to_the_cells_of_both():
    found = statement("同时(低于(办结率，95)，名单(部门报送 > 0))")
    items = {item for _unit, item in found.inputs}
    assert items == {"f.done", "f.due", "f.reported"}
    assert len(found.inputs) == len(set(found.inputs))
    assert found.coverage is not None
    assert found.coverage.missing == codes("戊局")
    assert found.describe.startswith("办结率低于 95%（区级部门） 且 部门报送 > 0")


def test_counts_hold_their_exact_sum_and_their_units_in_the_order_printed():
    found = statement("名单带数(已办数，单位词=“件”)")
    assert (found.value, found.units) == (Fraction(99), codes("乙局", "己局", "丙局"))
    assert found.labels == ("乙局（40件）", "己局（40件）", "丙局（19件）")
    assert (CODES["乙局"], "f.done") in found.inputs
    assert found.describe == "已办数 > 0，按已办数从大到小（区级部门）"


def test_a_ratio_to_nothing_is_told_in_the_description_too():
    found = statement("差距最大(部门报送，电子监察，2，比法=“比”)")
    assert found.units == codes("乙局", "己局")
    assert "另有甲局的电子监察为0" in found.describe


def test_late_ones_open_to_their_counts():
    found = statement("迟报单位(月报)")
    assert (CODES["丙局"], "f.duty_late") in found.inputs
    assert found.describe == "迟报“月报”（区级部门）"


def test_entries_open_to_the_count_of_their_units():
    found = statement("条目(问题台账)")
    assert found.units == codes("甲局", "丙局")
    assert (CODES["丙局"], "hot.pending") in found.inputs
    assert found.describe == "问题台账：待办的条目（区级部门）"


def test_a_place_is_an_exact_number_and_says_of_how_many():
    found = statement("名次(办结率，己局)")
    assert (found.value, found.kind, found.scope) == (Fraction(2), "place", "己局")
    assert found.describe == "办结率在区级部门的名次（参加排名4个）"


def test_ids_of_a_repeated_section_end_with_the_unit():
    text = (
        "{本单位名}{合计(已办数，单位=本单位)}和{n: 个数(名单())}。\n{t: 各单位文字(工作情况，单位=本单位)}"
    )
    found = compose(text, OFFICE, NAMES, "s2", repeat="towns")
    identities = [identity for paragraph in found for identity, *_rest in paragraph.figures]
    one, other = codes("子镇", "丑镇")
    assert identities == [f"s2p1f1-{one}", f"n-{one}", f"t-{one}", f"s2p1f1-{other}", f"n-{other}"]


def test_the_unit_of_a_section_is_known_only_in_a_repeated_one():
    with pytest.raises(ExpressionError, match="没有名为“本单位”的单位"):
        check_template("{合计(已办数，单位=本单位)}", NAMES)
    check_template("{合计(已办数，单位=本单位)}{本单位名}", NAMES, repeat=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("名单合计(名单())", "这个名单不带数"),
        ("条目(问题台账，“坏的”)", "没有“坏的”这个统计，可以写：总数、待办、已完成、重复发生"),
        ("条目(月报)", "“月报”是报表，这里要的是台账"),
        ("未报单位(问题台账)", "“问题台账”是台账，这里要的是报表"),
        ("名单带数(已办数，个数=1000)", "从1到999"),
        ("差距最大(部门报送，电子监察，0)", "从1到999"),
        ("差距最大(部门报送，电子监察，2，比法=“倍”)", "“差”或“比”"),
        ("各单位值(办结率，样式=“表”)", "“括号”"),
        ("低于平均(办结率，算法=“加权”)", "“合并计算”"),
        ("比率(办结率，算法=“加权”)", "“合并计算”"),
        ("依次(名单())", "缺少参数"),
        ("用名(名单()，“没有的”)", "没有名为“没有的”的单位名称集"),
    ],
)
def test_faults_say_what_to_write_instead(text: str, words: str):
    with pytest.raises(ExpressionError) as fault:
        statement(text)
    assert words in str(fault.value)
    assert fault.value.problems[0].line == 1


@pytest.mark.parametrize("seed", range(150))
def test_lists_against_a_plain_reading(seed: int):
    chance = random.Random(seed)
    rows: list[tuple[str, str, Value, Value]] = []
    for index in range(chance.randint(1, 12)):
        due: Value = chance.choice(
            [MISSING, not_applicable("无"), Fraction(0), Fraction(chance.randint(1, 9))]
        )
        done: Value = Fraction(chance.randint(0, int(due))) if isinstance(due, Fraction) else due
        rows.append((f"{index}局", "depts", due, done))
    source = office(rows)
    whole = [
        (name, due, done)
        for name, _g, due, done in rows
        if isinstance(due, Fraction) and isinstance(done, Fraction)
    ]
    rates = {name: 100 * done / due for name, due, done in whole if due}
    mean = sum(rates.values(), Fraction()) / len(rates) if rates else None
    low = [name for name, rate in rates.items() if mean is not None and rate < mean]
    some = [(name, done) for name, _due, done in whole if done > 0]
    some.sort(key=lambda row: -row[1])
    most = [row for row in some if row[1] >= some[min(2, len(some)) - 1][1]] if some else []

    def shown(listed: list[str]) -> str:
        return "、".join(listed) or "无"

    assert printed("低于平均(办结率，算法=“简单平均”)", source) == shown(low)
    assert printed("名单带数(已办数)", source) == shown([f"{name}（{int(done)}）" for name, done in some])
    tied = "（并列）" if len(most) > 2 else ""
    assert (
        printed("名单带数(已办数，个数=2)", source)
        == shown([f"{name}（{int(done)}）" for name, done in most]) + tied
    )
    assert printed("名单合计(名单带数(已办数))", source) == str(
        int(sum((done for _n, done in some), Fraction()))
    )
    begun = [name for name, _due, done in whole if done > 0]
    full = [name for name, rate in rates.items() if rate == 100]
    lists = "名单(已办数 > 0)，不低于(办结率，100)"
    assert printed(f"同时({lists})", source) == shown([name for name in begun if name in full])
    assert printed(f"或者({lists})", source) == shown(begun)
    assert printed(f"除去({lists})", source) == shown([name for name in begun if name not in full])
    gaps = {name: due - done for name, due, done in whole if due > done}
    widest = [name for name, gap in gaps.items() if gap == max(gaps.values())]
    tied = "（并列）" if len(widest) > 1 else ""
    assert printed("差距最大(应办数，已办数，1)", source) == shown(widest) + tied
