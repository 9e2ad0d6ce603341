"""Rule: an expression is shown in one readable way, however it was written, and means the same when read again."""

import pytest

from expressions import BOOLEAN, NUMBER, NameTable, Symbol, check

NAMES = NameTable(
    [
        Symbol("claimed", NUMBER, ("认领数",)),
        Symbol("total", NUMBER, ("清单总数",)),
        Symbol("a.x", NUMBER, ("件数", "一表.件数")),
        Symbol("b.x", NUMBER, ("件数", "二表.件数")),
        Symbol("long", NUMBER, ("“苏政50条”咨询量",)),
        Symbol("ok", BOOLEAN, ("已接入",)),
    ]
)

# as written, as shown
SPEC = [
    ("claimed/total", "认领数 ÷ 清单总数"),
    ("100*claimed/total", "100 × 认领数 ÷ 清单总数"),
    ("(claimed+1)*2-total", "(认领数 + 1) × 2 - 清单总数"),
    ("claimed-(total-1)", "认领数 - (清单总数 - 1)"),
    ("-claimed*-(1+2)", "-认领数 × -(1 + 2)"),
    ("（claimed＋２５％）", "认领数 + 25%"),
    ("[一表.件数]+二表.件数", "一表.件数 + 二表.件数"),
    ("[“苏政50条”咨询量] >= 1", "[“苏政50条”咨询量] ≥ 1"),
    ("0<=claimed<=100", "0 ≤ 认领数 ≤ 100"),
    ("claimed!=total", "认领数 ≠ 清单总数"),
    ("claimed==total", "认领数 = 清单总数"),
    ("ok and not (claimed<1 or total<1)", "已接入 且 非 (认领数 < 1 或 清单总数 < 1)"),
    ("(ok and ok) or ok", "已接入 且 已接入 或 已接入"),
    ("if(ok,1,abs(claimed))", "如果(已接入，1，绝对值(认领数))"),
    ("round(x=claimed, decimals=2)", "四舍五入(认领数，2)"),
    ("MAX(1,2,claimed)", "最大值(1，2，认领数)"),
    ('"甲" = “乙”', '"甲" = “乙”'),
]


@pytest.mark.parametrize(("text", "shown"), SPEC)
def test_describe(text, shown):
    expression = check(text, NAMES)
    assert expression.describe() == shown
    assert expression.text == text
    assert check(shown, NAMES) == expression
