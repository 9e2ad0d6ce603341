"""What may stand in indicators.yaml, targets.yaml, rankings.yaml and meetings.yaml."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from govsvc.packs.fields import (
    T20,
    T100,
    T200,
    T300,
    Code,
    Count,
    Formula,
    Number,
    PeriodCode,
    Places,
    Spec,
    YesNo,
    field,
)
from indicators.choices import Direction, LatePolicy, Operator, Recipe, Ties

Several = Annotated[int, Field(ge=1)]


class VersionSpec(Spec):
    valid_from: dt.date = field("这个口径从哪天起有效；改口径就再写一段，不改旧的", "2022-01-01")
    valid_to: dt.date | None = field("到哪天为止（含当天）；不写到下一个口径的前一天", "2022-12-31", None)
    numerator: Formula = field("分子：填报项的式子", "items.claimed")
    denominator: Formula = field("分母：填报项的式子；不是比率的写 1", "items.list_total")
    factor: Annotated[
        Decimal, Field(gt=0, max_digits=12, decimal_places=4), PlainSerializer(lambda n: f"{n.normalize():f}")
    ] = field("值 ＝ 系数 × 分子 ÷ 分母", "100", Decimal(100))
    unit_of_measure: T20 = field("计量单位", "%", "%")
    decimals: Places = field("印几位小数", "1", 1)
    direction: Direction = field(
        "higher 越高越好，lower 越低越好，neutral 只列不排", "higher", Direction.HIGHER
    )
    recipe: Recipe = field(
        "多个单位合起来：pooled 分子之和÷分母之和，mean 各单位的平均", "pooled", Recipe.POOLED
    )
    minimum_denominator: Count | None = field("分母小于这个数的单位不排名", "5", None)
    late: LatePolicy = field(
        "迟报的数：include 计入并注明，exclude 本期不计，carry 沿用上期并注明", "exclude", LatePolicy.INCLUDE
    )
    groups: tuple[str, ...] = field("只用于这些考核组：代码；不写为凡要填报的组", "[depts]", ())
    lead: str = field("牵头单位：代码或名称", "D02", "")
    responsible: tuple[str, ...] = field("责任单位：代码或名称", "[D14, 医保局]", ())
    note: T300 = field("口径说明", "只计依申请六类事项", "")


class IndicatorSpec(Spec):
    code: Code = field("指标代码；指标和考核方案的代码不能相同", "claim")
    name: T100 = field("指标名称", "认领率")
    order: Count | None = field("排列次序；不写按先后", "1", None)
    versions: tuple[VersionSpec, ...] = Field(
        description="口径，至少一段，见下表", examples=[""], min_length=1
    )


class TargetSpec(Spec):
    indicator: str = field("指标代码", "supervise")
    group: str = field("考核组代码；不写对全部", "depts", "")
    unit: str = field("只给这个单位的目标（分配的任务数）：单位代码或名称", "D14", "")
    period: PeriodCode = field("报告期；一年的目标，没有另定的各月、各周也用它", "2022Q1")
    operator: Operator = field(
        "at_least 不低于，at_most 不高于，equal 等于，between 在两数之间，place 名次不低于，yes 是或否（1 是，0 否）",
        "at_least",
        Operator.AT_LEAST,
    )
    value: Number = field("目标值", "25")
    upper: Number | None = field("between 的上限", "40", None)
    floor: Number | None = field("底线", "20", None)
    aim: Number | None = field("力争", "50", None)
    cumulative: YesNo = field("到期末累计达到；期间按时间进度比", "是", False)
    source: T200 = field("依据", "《江苏省营商环境评价方案》", "")


class RankingSpec(Spec):
    code: Code = field("排名代码", "supervision")
    name: T100 = field("排名名称", "监管行为覆盖率排名")
    indicator: str = field("按哪个指标排：指标代码", "supervise", "")
    scheme: str = field(
        "按哪个考核方案的得分排：方案代码；与 indicator 写一个，也只写一个", "hotline2024", ""
    )
    group: str = field("在哪个考核组里排：考核组代码", "depts")
    ties: Ties = field(
        "并列：competition 占名次（1-2-2-4），dense 不占（1-2-2-3）", "competition", Ties.COMPETITION
    )
    last: Count = field("“后几名”列几名；并列的都列", "3", 3)
    compare_decimals: Places | None = field("按印出的几位小数比较；不写按精确值", "2", None)


class MeetingRuleSpec(Spec):
    ranking: str = field("按哪个排名：排名代码", "supervision")
    last: Several = field("后几名上会发言；并列的都列", "3", 1)
    streak: Several = field("连续几期在后几名才列", "2", 1)
    missing_breaks: YesNo = field("没有参加排名的一期：是 不再算连续，否 跳过不看", "否", True)
    opens_in: str = field("整改条目开在哪个台账：台账代码", "mending", "")
