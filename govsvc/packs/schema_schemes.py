"""What may stand in schemes/*.yaml, and in the tables of leaf reports and exclusions that a demonstration enters."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from expressions.numbers import parse_exact
from govsvc.packs.fields import (
    T60,
    T100,
    T200,
    T300,
    Moment,
    Number,
    PeriodCode,
    Spec,
    Text,
    YesNo,
    field,
)
from indicators.choices import LeafStatus, MissingLeaf, NotApplicable, Operator, ScoreRule


def _row(value: str) -> str:
    """`95 18`: a limit or status, a blank, the points."""
    parts = value.split()
    try:
        limit, points = parts
        parse_exact(points)
        if limit not in LeafStatus.values:
            parse_exact(limit)
    except ValueError as error:
        raise PydanticCustomError("table_row", "") from error
    return " ".join(parts)


Points = Annotated[Number, Field(ge=0, max_digits=8, decimal_places=2)]
TableRow = Annotated[str, Field(max_length=60), AfterValidator(_row)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=20)]


class NodeSpec(Spec):
    key: Key = field("编号，本方案内唯一，定下后不要改；名称可以相同，编号不可以", "1.2")
    name: T100 = field("名称", "按时办结率")
    task: Text = field("重点任务：叶子要做什么", "所有办件均应按时办结。", "")
    lead: T200 = field("牵头单位，照原文写", "区行政审批局", "")
    responsible: Annotated[str, Field(max_length=500)] = field("责任单位，照原文写", "各街道、镇", "")
    groups: tuple[str, ...] = field(
        "只考核这些考核组：代码；与 units 都不写为方案的全部单位", "[streets]", ()
    )
    units: tuple[str, ...] = field("只考核这些单位：代码或名称", "[S1, 河口镇]", ())
    deadline: dt.date | None = field("完成时限；不写为长期坚持", "2024-12-31", None)
    points: Points | None = field("满分；只有叶子写，上层是各叶子之和", "20", None)
    rule: ScoreRule | None = field(
        "叶子的计分规则：proportional 按完成比例，steps 分档，per_point 每差1个单位扣几分，full_or_none 达标得满分、"
        "否则最低分，place 按名次，status 按确认的办理状态；上层不写",
        "per_point",
        None,
    )
    indicator: str = field(
        "叶子按哪个指标计分：指标代码；不写为文字描述、由机构确认状态的叶子", "on_time", ""
    )
    operator: Operator = field("目标和档次的比法，写法与 targets.yaml 相同", "at_most", Operator.AT_LEAST)
    target: Number | None = field("计分的目标；不写用指标自己的目标", "95", None)
    per_point: Annotated[Number, Field(ge=0, max_digits=8, decimal_places=4)] | None = field(
        "per_point：每差1个单位扣几分", "1", None
    )
    floor: Points = field("最少得几分", "0", Decimal(0))
    table: tuple[TableRow, ...] = field(
        "steps、place、status 的分值表，从最好的写起，每格“界限 分值”或“状态 分值”；状态有 done 已完成、on_track "
        "按计划推进、behind 进度滞后、not_started 未启动",
        "[100 2, 90 1]",
        (),
    )
    veto: YesNo = field("一票否决：没有达到目标的单位定为最低等次", "是", False)
    nodes: tuple["NodeSpec", ...] = field("下一级，写法相同；总共最多五级", "", ())


class AdjustmentSpec(Spec):
    name: T100 = field("名称，本方案内唯一", "信息被采用")
    entries_of: str = field("按哪个台账里已完成的条目计：台账代码", "praise")
    type: T60 = field("只计这个类型；不写为全部", "表扬信", "")
    level: T60 = field("只计这个级别；不写为全部", "市级", "")
    points: Annotated[Number, Field(max_digits=8, decimal_places=2)] = field("每条加几分；扣分写负数", "-0.5")
    cap: Points | None = field("最多加（扣）几分", "3", None)
    veto: YesNo = field("一票否决：有一条就定为最低等次", "是", False)


class GradeSpec(Spec):
    name: Annotated[str, Field(max_length=40)] = field("等次名称", "优秀")
    at_least: Points | None = field("从几分起；最低的一等不写", "90", None)


class SchemeFile(Spec):
    name: T100 = field("考核方案的名称", "热线办理考核方案（2024年）")
    groups: tuple[str, ...] = Field(description="考核哪些考核组：代码", examples=["[streets]"], min_length=1)
    valid_from: dt.date = field("从哪天起有效", "2024-01-01")
    valid_to: dt.date | None = field("到哪天为止（含当天）", "2024-12-31", None)
    decimals: Annotated[int, Field(ge=0, le=6)] = field("得分印几位小数", "1", 2)
    not_applicable: NotApplicable = field(
        "不适用的叶子：redistribute 分数按比例分给其余叶子，lose 不得分", "lose", NotApplicable.REDISTRIBUTE
    )
    missing: MissingLeaf = field(
        "没有数的叶子：not_ranked 不计总分、不排名，zero 记 0 分", "zero", MissingLeaf.NOT_RANKED
    )
    bonus_cap: Points | None = field("加分合计最多几分", "5", None)
    bonus_from: Points | None = field("基础分到几分才加分", "60", None)
    deduction_cap: Points | None = field("扣分合计最多几分", "5", None)
    note: T300 = field("说明", "权重为演示", "")
    nodes: tuple[NodeSpec, ...] = Field(description="指标树，最上一级，见下表", examples=[""], min_length=1)
    adjustments: tuple[AdjustmentSpec, ...] = field("加分、扣分，见下表", "", ())
    grades: tuple[GradeSpec, ...] = field("等次，见下表", "", ())


class LeafReportRow(Spec):
    scheme: str = field("考核方案代码", "hotline2024")
    key: str = field("文字描述的叶子的编号", "2.1")
    unit: str = field("单位代码或名称", "S1")
    period: PeriodCode = field("报告期", "2024-03")
    status: LeafStatus = field(
        "done 已完成，on_track 按计划推进，behind 进度滞后，not_started 未启动，not_applicable 不适用", "done"
    )
    text: Text = field("情况说明", "已全部接入（演示）", "")
    reported_at: Moment = field("填报员报送的时间", "2024-04-02 10:00")
    confirmed: LeafStatus | None = field("机构确认的状态；不写为待确认", "on_track", None)
    decided_at: Moment | None = field("确认（退回）的时间", "2024-04-03 15:00", None)
    decided_by: str = field("确认（退回）人的登录名；不写为第一位管理员", "xinghe-admin", "")
    reason: Annotated[str, Field(max_length=500)] = field(
        "确认的状态与报送的不同时的理由；没有 confirmed 而有理由的是退回", "有两个入口打不开（演示）", ""
    )


class ExclusionRow(Spec):
    item: str = field("核减哪个数：报表代码.填报项代码", "hotline.received")
    unit: str = field("单位代码或名称", "S1")
    period: PeriodCode = field("报告期", "2024-03")
    amount: Annotated[Number, Field(gt=0)] = field("核减多少", "1")
    reason: T300 = field("理由", "不属本单位职权（演示）")
    asked_by: str = field("谁提出：登录名", "xinghe-admin2")
    asked_at: Moment = field("提出时间，要在数据审批之后", "2024-04-04 09:00")
    decided_by: str = field("谁批准：登录名，不能是提出的人；不写为还没有批", "xinghe-admin", "")
    decided_at: Moment | None = field("批准时间", "2024-04-04 10:00", None)
