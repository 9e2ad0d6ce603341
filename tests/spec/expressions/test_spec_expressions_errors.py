"""Rule: an error names line, column and length in the text as the user sees it, in Chinese, with what to do."""

import re
from pathlib import Path

import pytest

from expressions import NUMBER, TEXT, ExpressionError, NameTable, Symbol, check

NAMES = NameTable(
    [Symbol("n", NUMBER, ("认领数",)), Symbol("d", NUMBER, ("清单总数",)), Symbol("t", TEXT, ("备注",))]
)

# text, then per problem: line, column, length, beginning of the message
SPEC = [
    ("", [(1, 1, 0, "这里还没有写式子")]),
    (" \n ", [(1, 1, 3, "这里还没有写式子")]),
    ("100 * 认领数量 / 清单总数", [(1, 7, 4, "没有名为“认领数量”的项，是不是“认领数”？")]),
    ("甲项 + 乙项", [(1, 1, 2, "没有名为“甲项”的项"), (1, 6, 2, "没有名为“乙项”的项")]),
    ("认领数 >\n　清单数", [(2, 2, 3, "没有名为“清单数”的项，是不是“清单总数”？")]),
    ("认领数 +", [(1, 6, 0, "式子没有写完")]),
    ("认领数 清单总数", [(1, 5, 4, "“清单总数”与前面的内容之间缺少运算符")]),
    ("认领数（一）", [(1, 1, 3, "没有名为“认领数”的函数")]),
    ("* 3", [(1, 1, 1, "“*”前面缺少一个数")]),
    ("1 ＋＋ 2", [(1, 4, 1, "“＋”前面缺少一个数")]),
    ("(1 + 2", [(1, 1, 1, "这个左括号“（”没有配对的右括号")]),
    ("1 + 2）", [(1, 6, 1, "多了一个右括号“）”")]),
    ("认领数 @ 2", [(1, 5, 1, "不认识的符号“@”")]),
    ("认领数、清单总数", [(1, 4, 1, "不认识的符号“、”")]),
    ("认领\u200b数", [(1, 3, 1, "不认识的符号“U+200B（看不见的字符）”")]),
    ("1.5倍", [(1, 1, 1, "数字写得不对")]),
    ("1.2.3", [(1, 1, 1, "数字写得不对")]),
    ("“甲", [(1, 1, 1, "引号没有成对")]),
    ("[认领数", [(1, 1, 1, "方括号没有成对")]),
    ("1,000", [(1, 2, 1, "“,”前面缺少一个数、名称或函数，或者它不应写在这里")]),
    ("备注 + 1", [(1, 1, 2, "“备注”是文字，这里要的是数")]),
    ("备注 > 1", [(1, 1, 2, "“备注”是文字，这里要的是数")]),
    ("备注 = 1", [(1, 6, 1, "文字不能与数相比较")]),
    ("认领数 且 清单总数 > 1", [(1, 1, 3, "“认领数”是数，这里要的是判断")]),
    ("(认领数 > 1) + 1", [(1, 2, 7, "“认领数 > 1”是判断，这里要的是数")]),
    (
        "认领数且清单总数 > 1",
        [(1, 1, 8, "没有名为“认领数且清单总数”的项（“且”“或”用来连接条件时，两边要留空格）")],
    ),
    ("求和(认领数)", [(1, 1, 2, "没有名为“求和”的函数")]),
    ("四舍五人(认领数)", [(1, 1, 4, "没有名为“四舍五人”的函数，是不是“四舍五入”？")]),
    ("round()", [(1, 1, 7, "缺少参数“数”，应写成 四舍五入(数，[位数])")]),
    ("round(1, 2, 3)", [(1, 13, 1, "参数太多，应写成 四舍五入(数，[位数])")]),
    ("round(1, 认领数)", [(1, 10, 3, "参数“位数”要直接写一个整数，从0到12")]),
    ("round(1, 1.5)", [(1, 10, 3, "参数“位数”要直接写一个整数")]),
    ("round(1, 13)", [(1, 10, 2, "参数“位数”要直接写一个整数")]),
    ("round(1, 数=2)", [(1, 10, 3, "参数“数”写了两次")]),
    ("round(数=2, 1)", [(1, 12, 1, "写了名称的参数后面，其余参数也要写名称")]),
    ("round(1, (位数=2))", [(1, 10, 6, "参数“位数”要直接写一个整数")]),
    ("if(认领数 > 1, 2)", [(1, 1, 14, "“如果”要写三个参数")]),
    ("if(认领数, 1, 2)", [(1, 4, 3, "“认领数”是数，这里要的是判断")]),
    ("if(认领数 > 1, 1, 备注)", [(1, 16, 2, "“如果”的两个结果要同类：前一个是数，这一个是文字")]),
    (
        "甲 + 备注 + round(乙, 99)",
        [
            (1, 1, 1, "没有名为“甲”的项"),
            (1, 5, 2, "“备注”是文字"),
            (1, 16, 1, "没有名为“乙”的项"),
            (1, 19, 2, "参数“位数”要直接写一个整数"),
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SPEC)
def test_errors(text, expected):
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES)
    found = caught.value.problems
    assert [(p.line, p.column, p.length) for p in found] == [row[:3] for row in expected]
    for problem, row in zip(found, expected, strict=True):
        assert problem.message.startswith(row[3])


def test_the_message_begins_with_the_place():
    with pytest.raises(ExpressionError) as caught:
        check("100 * 认领数量", NAMES)
    assert str(caught.value) == "第1行第7列：没有名为“认领数量”的项，是不是“认领数”？"


# An expression inside a longer text reports its place there.
OFFSETS = [("甲", 3, 8, (3, 8)), ("1 + 甲", 3, 8, (3, 12)), ("1 +\n甲", 3, 8, (4, 1)), ("1 +", 3, 8, (3, 11))]


@pytest.mark.parametrize(("text", "line", "column", "place"), OFFSETS)
def test_offsets(text, line, column, place):
    with pytest.raises(ExpressionError) as caught:
        check(text, NAMES, line=line, column=column)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == place


def test_only_the_wanted_type_fits():
    assert check("认领数", NAMES, want=NUMBER).type is NUMBER
    assert check("备注", NAMES, want=(NUMBER, TEXT)).type is TEXT
    with pytest.raises(ExpressionError, match="“认领数 > 1”是判断，这里要的是数或文字"):
        check("认领数 > 1", NAMES, want=(NUMBER, TEXT))


def test_the_messages_quoted_in_the_manual_are_the_real_ones():
    manual = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` \| (第.+?) \|$", manual, re.MULTILINE)
    assert len(rows) == 5
    for text, message in rows:
        with pytest.raises(ExpressionError) as caught:
            check(text, NAMES)
        assert str(caught.value) == message
