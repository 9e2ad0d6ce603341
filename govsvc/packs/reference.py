"""The tables of docs/packs.md, made from the schema itself: a key can't be added without the manual noticing."""

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from govsvc.packs import schema

# Heading in the manual → what its table lists.
TABLES: dict[str, type[BaseModel]] = {
    "pack.yaml": schema.PackFile,
    "pack.yaml · office": schema.OfficeSpec,
    "groups.csv": schema.GroupRow,
    "units.csv": schema.UnitRow,
    "names.csv": schema.NameRow,
    "reasons.csv": schema.ReasonRow,
    "calendar.csv": schema.CalendarRow,
    "category_lists.csv": schema.CategoryListRow,
    "categories.csv": schema.CategoryRow,
    "forms/代码.yaml": schema.FormFile,
    "forms · expected": schema.ExpectedSpec,
    "forms · sections": schema.SectionSpec,
    "forms · items": schema.ItemSpec,
    "forms · rules": schema.RuleSpec,
    "forms · schedules": schema.FormScheduleSpec,
    "forms · reminders": schema.ReminderSpec,
    "comparisons.yaml": schema.ComparisonSpec,
    "comparisons · sources": schema.SourceSpec,
    "registers/代码.yaml": schema.RegisterFile,
    "registers · statuses": schema.StatusSpec,
    "registers · moves": schema.MoveSpec,
    "registers · columns": schema.RegisterColumnSpec,
    "registers · counts": schema.RegisterCountSpec,
    "registers/代码.csv": schema.EntryRow,
    "requests.yaml": schema.RequestSpec,
    "indicators.yaml": schema.IndicatorSpec,
    "indicators · versions": schema.VersionSpec,
    "targets.yaml": schema.TargetSpec,
    "schemes/代码.yaml": schema.SchemeFile,
    "schemes · nodes": schema.NodeSpec,
    "schemes · adjustments": schema.AdjustmentSpec,
    "schemes · grades": schema.GradeSpec,
    "rankings.yaml": schema.RankingSpec,
    "meetings.yaml": schema.MeetingRuleSpec,
    "bulletins/代码.yaml": schema.BulletinFile,
    "bulletins · sections": schema.TextSectionSpec,
    "bulletins · annexes": schema.AnnexSpec,
    "bulletins · annexes · groups": schema.AnnexGroupSpec,
    "bulletins · annexes · columns": schema.ColumnSpec,
    "bulletins · consistency": schema.ConsistencySpec,
    "bulletins · mailings": schema.MailingSpec,
    "bulletins · subscriptions": schema.SubscriptionSpec,
    "bulletins · schedules": schema.ScheduleSpec,
    "accounts.csv": schema.AccountRow,
    "contacts.csv": schema.ContactRow,
    "facts.csv": schema.FactRow,
    "published.csv": schema.PublishedRow,
    "windows.yaml": schema.WindowSpec,
    "leaf_reports.csv": schema.LeafReportRow,
    "exclusions.csv": schema.ExclusionRow,
    "issues.yaml": schema.IssueSpec,
}
_WORDS = {
    str: "文字",
    int: "整数",
    Decimal: "数",
    bool: "是/否",
    dt.date: "日期",
    dt.datetime: "时间",
    dt.time: "时刻",
}


def table(model: type[BaseModel]) -> str:
    """Markdown: one row per key with type, default, meaning and example."""
    rows = ["| 写法 | 类型 | 不写时 | 意思 | 例 |", "|---|---|---|---|---|"]
    rows += [_row(name, field) for name, field in model.model_fields.items()]
    return "\n".join(rows)


def _row(name: str, field: FieldInfo) -> str:
    example = (field.examples or [""])[0]
    shown = f"`{example}`".replace("|", "\\|") if example else ""
    cells = (f"`{name}`", kind(field.annotation), _default(field), field.description or "", shown)
    return f"| {' | '.join(cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "必写"
    value = field.default
    if value in (None, "", ()) or isinstance(value, BaseModel):
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return str(value.value if isinstance(value, Enum) else value)


def kind(annotation: Any) -> str:
    """The type of a key in a word."""
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        return f"列表（{kind(inner)}）"
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if parts and not isinstance(annotation, type):
        return kind(parts[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "选一个：" + "、".join(f"`{member.value}`" for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "下一层"
    return _WORDS[annotation]
