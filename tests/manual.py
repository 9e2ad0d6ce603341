"""docs/rules.md: the spec tables that the tests compute, printed for people. `python -m tests.manual` writes it anew."""

from pathlib import Path

from indicators.time_functions import TIME
from reports.statements import FUNCTIONS
from tests.spec.collection import calendar_tables, cell_tables, reconcile_tables, register_tables
from tests.spec.indicators import tables as indicator_tables
from tests.spec.indicators import time_tables
from tests.spec.indicators.tables import Table
from tests.spec.periods.test_spec_periods import SPEC as PERIODS
from tests.spec.schedules import due_tables
from tests.spec.scoring import score_tables
from tests.spec.statements import lists_tables, statement_tables
from tests.spec.statements import time_tables as statement_time_tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """# 数字怎么算

本页由测试用例生成（`python -m tests.manual`）：表中每一行都在 `make test` 里真实计算并核对。

约定：`缺` 是未报，`不适用` 是填报员选择的回答（带理由），`无值` 是分母为 0；三者都不会变成 0，互相也不会转换。
打印时从精确值四舍五入一次（负数按绝对值），比较和排序一律用精确值。
"""


def rules_page() -> str:
    """The page as it should be."""
    periods = Table(
        "报告期的写法",
        ("写法", "第一天", "最后一天", "名称", "上一期", "上年同期"),
        tuple((f"`{row[0]}`", *row[1:]) for row in PERIODS),
    )
    parts = [
        HEAD,
        "## 报告期\n",
        _markdown(periods),
        "## 工作日历与截止时间\n",
        *map(_markdown, calendar_tables.ALL),
        "## 通报的定时任务\n",
        *map(_markdown, due_tables.ALL),
        "## 单元格与异常值\n",
        *map(_markdown, cell_tables.ALL),
        "## 数据核对\n",
        *map(_markdown, reconcile_tables.ALL),
        "## 台账统计\n",
        register_tables.INTRO,
        *map(_markdown, register_tables.ALL),
        "## 指标、汇总、排名\n",
        *map(_markdown, indicator_tables.ALL),
        "## 跨报告期的计算\n",
        *map(_markdown, time_tables.ALL),
        "### 指标可用的函数\n",
        TIME.reference() + "\n",
        "## 目标、得分、等次\n",
        score_tables.INTRO,
        *map(_markdown, score_tables.ALL),
        "## 正文表述\n",
        f"{statement_tables.__doc__ or ''}".split("\n\n", 1)[1],
        *map(_markdown, statement_tables.ALL),
        f"{lists_tables.__doc__ or ''}".split("\n\n", 1)[1],
        *map(_markdown, (*lists_tables.ALL, lists_tables.REPEATED)),
        "## 正文表述：跨报告期、变化、占比\n",
        statement_time_tables.intro(),
        *map(_markdown, statement_time_tables.ALL),
        "### 正文可用的全部函数\n",
        FUNCTIONS.reference() + "\n",
    ]
    return "\n".join(parts)


def _markdown(table: Table) -> str:
    lines = [f"### {table.title}\n", _row(table.columns), _row(("---",) * len(table.columns))]
    return "\n".join([*lines, *map(_row, table.rows)]) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    shown = (cell.replace("|", chr(92) + "|").replace("\r", "").replace("\n", "¶") for cell in cells)
    return f"| {' | '.join(shown)} |"


if __name__ == "__main__":
    PAGE.write_text(rules_page(), encoding="utf-8")
