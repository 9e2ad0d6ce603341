"""Rule: a name is a code, a label or the end of a dotted one; when it can mean two things the writer must choose."""

import pytest

from expressions import NUMBER, ExpressionError, NameTable, Symbol, Type, check

INDICATOR = Type("indicator", "指标", by_code=True)
LONG = "“苏政50条”及“小微企业和个体工商户”咨询量"
NAMES = NameTable(
    [
        Symbol("items.claimed", NUMBER, ("认领数", "指标表.认领.认领数")),
        Symbol("items.total", NUMBER, ("清单总数",)),
        Symbol("items.instant", NUMBER, ("即办件数", "指标表.即办件.事项数")),
        Symbol("items.online", NUMBER, ("在线办理数", "指标表.在线办理.事项数")),
        Symbol("daily.advice", NUMBER, (LONG,)),
        Symbol("daily.visits", NUMBER, ("窗口/网上（合计）",)),
        Symbol("daily.brackets", NUMBER, ("受理[当日]",)),
        Symbol("y2022", NUMBER, ("2022年事项",)),
        Symbol("instant", INDICATOR, ("即办件率",)),
        Symbol("claim", INDICATOR, ("认领数",)),
        Symbol("other.total", NUMBER, ("他表.清单总数",)),
    ]
)

# text, code it means
FOUND = [
    ("认领数", "items.claimed"),
    ("认领.认领数", "items.claimed"),
    ("指标表.认领.认领数", "items.claimed"),
    ("items.claimed", "items.claimed"),
    ("claimed", "items.claimed"),
    ("[指标表 . 认领 . 认领数]", "items.claimed"),
    ("[ 认 领 数 ]", "items.claimed"),
    ("即办件.事项数", "items.instant"),
    ("[在线办理.事项数]", "items.online"),
    (f"[{LONG}]", "daily.advice"),
    ("[窗口/网上（合计）]", "daily.visits"),
    ("[窗口／网上(合计)]", "daily.visits"),
    ("［受理[当日]］", "daily.brackets"),
    ("2022年事项", "y2022"),
    ("２０２２年事项", "y2022"),
    ("清单总数", "items.total"),
    ("他表.清单总数", "other.total"),
]


@pytest.mark.parametrize(("text", "code"), FOUND)
def test_found(text, code):
    assert check(text, NAMES, want=NUMBER).references == (code,)


# text, wanted type, message, suggestions
REFUSED = [
    ("事项数", NUMBER, "“事项数”有2个同名的，请写明是“即办件数”或“在线办理数”", ("即办件数", "在线办理数")),
    (
        "total",
        NUMBER,
        "“total”有2个同名的，请写明是“清单总数”或“他表.清单总数”",
        ("清单总数", "他表.清单总数"),
    ),
    ("认领数量", NUMBER, "没有名为“认领数量”的项，是不是“认领数”？", ("认领数",)),
    ("清单数", NUMBER, "没有名为“清单数”的项，是不是“清单总数”", ("清单总数", "他表.清单总数")),
    ("[苏政50条咨询量]", NUMBER, "没有名为“苏政50条咨询量”的项，是不是", (f"[{LONG}]",)),
    ("即办件比率", INDICATOR, "没有名为“即办件比率”的指标，是不是“即办件率”？", ("即办件率",)),
    ("满意度", NUMBER, "没有名为“满意度”的项", ()),
    ("即办件率", NUMBER, "“即办件率”是指标，这里要的是数", ()),
]


@pytest.mark.parametrize(("text", "want", "message", "suggestions"), REFUSED)
def test_refused(text, want, message, suggestions):
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES, want=want)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert problem.suggestions == suggestions


@pytest.mark.parametrize("text", [row[0] for row in REFUSED])
def test_every_suggestion_can_be_written(text):
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES, want=NUMBER)
    for suggestion in caught.value.problems[0].suggestions:
        assert len(check(suggestion, NAMES, want=NUMBER).references) == 1


def test_the_wanted_type_chooses_between_equal_names():
    assert check("认领数", NAMES, want=NUMBER).references == ("items.claimed",)
    assert check("认领数", NAMES, want=INDICATOR).references == ("claim",)
    assert check("认领数 + 1", NAMES).references == ("items.claimed",)
    with pytest.raises(ExpressionError, match="有2个同名的，请写明是"):
        check("认领数", NAMES)


def test_a_name_of_a_by_code_type_stands_for_its_code():
    assert check("即办件率", NAMES).evaluate({}) == "instant"


def test_codes_are_unique_in_a_scope():
    with pytest.raises(ValueError, match="same code"):
        NameTable([Symbol("a", NUMBER), Symbol("a", INDICATOR)])
