"""Rule: prose with {…} holes; doubled braces print one; every hole knows its place in the whole text."""

import pytest

from expressions import NUMBER, ExpressionError, HolePart, NameTable, Symbol, TextPart, check, parse_template

# text, parts: a string is text, (id, text, line, column) a hole
SPEC = [
    ("", []),
    ("没有数字。", ["没有数字。"]),
    ("共{总数}项", ["共", ("", "总数", 1, 3), "项"]),
    ("共{ total: 总数 }项", ["共", ("total", "总数", 1, 11), "项"]),
    ("共{total：总数}项", ["共", ("total", "总数", 1, 9), "项"]),
    ("共｛总数｝项", ["共", ("", "总数", 1, 3), "项"]),
    ("{甲}{乙}", [("", "甲", 1, 2), ("", "乙", 1, 5)]),
    ("写作{{甲}}", ["写作{甲}"]),
    ("写作｛｛甲｝｝", ["写作｛甲｝"]),
    ("{甲}}}", [("", "甲", 1, 2), "}"]),
    ('{f("}", “{”)}', [("", 'f("}", “{”)', 1, 2)]),
    ("{[甲{乙}]}", [("", "[甲{乙}]", 1, 2)]),
    ('{f("a: b")}', [("", 'f("a: b")', 1, 2)]),
    ("第一行\n第二行{甲}\n{x: \n 乙}", ["第一行\n第二行", ("", "甲", 2, 5), "\n", ("x", "乙", 4, 2)]),
]


@pytest.mark.parametrize(("text", "expected"), SPEC)
def test_parts(text, expected):
    parts = parse_template(text)
    shown = [p.text if isinstance(p, TextPart) else (p.id, p.text, p.line, p.column) for p in parts]
    assert shown == expected


def test_text_parts_know_their_place():
    places = [(p.line, p.column) for p in parse_template("甲{乙}丙\n丁{戊}己")]
    assert places == [(1, 1), (1, 3), (1, 5), (2, 3), (2, 5)]


# text, then per problem: line, column, beginning of the message
REFUSED = [
    ("共{总数项", [(1, 2, "这个花括号没有正确结束")]),
    ("共{总{数}项", [(1, 2, "这个花括号没有正确结束")]),
    ("共{“总数}项", [(1, 2, "这个花括号没有正确结束")]),
    ("共总数}项", [(1, 4, "多了一个右花括号")]),
    ("{甲}\n}{}", [(2, 1, "多了一个右花括号"), (2, 2, "花括号里没有式子")]),
    ("{x: }", [(1, 1, "花括号里没有式子")]),
    ("{x: 甲}\n{x: 乙}", [(2, 1, "编号“x”用了两次")]),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_refused(text, expected):
    with pytest.raises(ExpressionError) as caught:
        parse_template(text)
    problems = caught.value.problems
    assert [(p.line, p.column) for p in problems] == [row[:2] for row in expected]
    assert all(p.message.startswith(row[2]) for p, row in zip(problems, expected, strict=True))


def test_an_error_in_a_hole_has_its_place_in_the_whole_text():
    text = "一、总体情况\n共认领{n: 认领数}项，\n占{rate: 100 *\n 认领数量}%"
    hole = [part for part in parse_template(text) if isinstance(part, HolePart)][1]
    with pytest.raises(ExpressionError) as caught:
        check(hole.text, NameTable([Symbol("n", NUMBER, ("认领数",))]), line=hole.line, column=hole.column)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (4, 2)
    assert text.splitlines()[3][problem.column - 1 :][: problem.length] == "认领数量"
