"""docs/transitions.md: the table that decides what may happen to a submission, drawn for people.

`python -m tests.spec.manual.transition_page` writes it anew.
"""

import os
from pathlib import Path

import django
from django.utils import translation

PAGE = Path(__file__).resolve().parents[3] / "docs" / "transitions.md"
HEAD = """# 填报单的状态和流转

本页由 `departments/transitions.py` 的流转表生成（`python -m tests.spec.manual.transition_page`），测试核对它与代码一致。
页面上的按钮、服务里的检查、“状态 × 角色”穷举测试用的都是这一张表。
"""
CONDITIONS = """
- 填报的人：本单位填报员和负责人；办公室统一填报的报表（如电子监察、考勤）是管理员，由另一名管理员通过。
- 决定的人：发布机构的管理员；声明逐级审核的报表，下级单位的由上级单位负责人决定，最上一级由管理员决定。
- 声明“先下后上”的报表，下级单位全部通过以后上级单位才能通过。
- 重新开放要先申请并写明理由，由申请人以外的人同意并定下截止时间；到时没有重新上报的，恢复原来通过的数据。
- 不能办理自己的：本人填过其中任何一格，或者是本人提交的，就不能由本人退回、通过或重新开放。
- 只有提交的人能撤回；管理员已经作出决定后不能撤回。
- 只有“已通过”的填报单计入汇总、指标和通报；重新开放后立即不再计入，直到再次通过。
- 两个人同时办理：先办的生效，后办的看到提示，不会重复生效。
"""


def transition_page() -> str:
    """The page as it should be, in Chinese; Django must be set up."""
    with translation.override("zh-hans"):
        return "\n".join([HEAD, _diagram(), _table(), CONDITIONS.strip(), ""])


def _diagram() -> str:
    from departments.choices import Status
    from departments.transitions import TRANSITIONS

    lines = ["```mermaid", "stateDiagram-v2", "    direction LR"]
    lines += [f"    state {_quoted(status.label)} as {status.value}" for status in Status]
    lines.append("    [*] --> draft: 期次开放")
    for row in TRANSITIONS:
        if row.target is not None:
            lines += [f"    {source} --> {row.target}: {row.label}" for source in sorted(row.sources)]
    return "\n".join([*lines, "```", ""])


def _table() -> str:
    from departments.transitions import TRANSITIONS

    lines = ["| 操作 | 从 | 到 | 谁可以 | 条件 |", "|---|---|---|---|---|"]
    for row in TRANSITIONS:
        conditions = {
            "必须写理由": row.needs_reason,
            "不能办理自己填报或提交的": row.not_own,
            "只能由提交的人": row.own_only,
            "期次没有关闭，或在重新开放的时限内": row.needs_open_window,
            f"须本单位负责人确认的报表先到“{row.target_by_head.label if row.target_by_head else ''}”": row.target_by_head,
        }
        cells = (
            str(row.label),
            "、".join(str(source.label) for source in sorted(row.sources)),
            "（不变）" if row.target is None else str(row.target.label),
            str(row.actor.label),
            "；".join(text for text, holds in conditions.items() if holds) or "—",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _quoted(label: object) -> str:
    return f'"{label}"'


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
    django.setup()
    PAGE.write_text(transition_page(), encoding="utf-8")
