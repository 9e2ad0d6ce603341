"""What may stand in forms/*.yaml, and in the tables of collection that forms refer to."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from departments.choices import (
    ApprovalPath,
    DayBasis,
    EntryMode,
    Frequency,
    ItemKind,
    Measure,
    RestDay,
    Role,
    Severity,
    UnitTotal,
)
from govsvc.packs.fields import (
    T20,
    T60,
    T100,
    T200,
    T300,
    Clock,
    Code,
    Count,
    Formula,
    Number,
    Percent,
    Places,
    Spec,
    Text,
    YesNo,
    field,
)


class CalendarRow(Spec):
    day: dt.date = field("哪一天", "2022-04-02")
    working: YesNo = field("是 上班，否 放假", "是", False)
    name: T60 = field("说明", "清明节调休上班", "")


class CategoryListRow(Spec):
    code: Code = field("分类目录代码", "licences")
    name: T100 = field("分类目录名称", "证照类型")
    units_may_add: YesNo = field("单位可以自己加行", "否", False)


class CategoryRow(Spec):
    list: str = field("分类目录代码", "licences")
    code: Code = field("类别代码，本目录内唯一", "food")
    name: Annotated[str, Field(max_length=120)] = field("类别名称", "食品经营许可证")
    unit: str = field("只有这个单位填：单位代码或名称；不写为各单位都填", "D27", "")
    order: Count | None = field("排列次序；不写按行的先后", "1", None)


class SourceSpec(Spec):
    item: str = field("数从哪里来：报表代码.填报项代码", "cases.done")
    name: T60 = field("来源名称", "部门报送")
    order: Count | None = field("排列次序，第一个来源的数先算数；不写按先后", "1", None)


class ComparisonSpec(Spec):
    code: Code = field("核对项代码", "done")
    name: T100 = field("核对项名称", "办件量")
    tolerance: Number = field("差多少以内算一致：数", "5", Decimal(0))
    tolerance_percent: Percent = field("差多少以内算一致：占最大数的百分比，与上一项取宽的", "2", Decimal(0))
    order: Count | None = field("排列次序；不写按先后", "1", None)
    sources: tuple[SourceSpec, ...] = Field(description="来源，至少两个，见下表", examples=[""], min_length=2)


class ItemSpec(Spec):
    code: Code = field("填报项代码，本表内唯一", "claimed")
    name: Annotated[str, Field(max_length=120)] = field("填报项名称", "认领数")
    kind: ItemKind = field(
        "whole 整数，decimal 小数，percent 百分数，tick 是或否，text 文字，paragraph 多行文字（如月度工作情况，可编入通报），date 日期，choice 选一个，computed 由公式算出",
        "whole",
        ItemKind.WHOLE,
    )
    decimals: Places = field("小数位数", "1", 0)
    measure: Measure = field("flow 流量（各期相加），stock 存量（取最后一期）", "stock", Measure.FLOW)
    unit_total: UnitTotal = field(
        "上级怎样汇总：sum 相加，max 取最大，last 取最后，none 不汇总", "sum", UnitTotal.SUM
    )
    unit_of_measure: T20 = field("计量单位", "项", "")
    part_of: str = field("“其中”项：写它所属填报项的代码", "list_total", "")
    blank: YesNo = field("可以空着不填", "否", False)
    negative: YesNo = field("可以是负数", "否", False)
    not_applicable: YesNo = field("可以答“不适用”并选原因", "是", False)
    options: tuple[T100, ...] = field("可以选的答案，只有 choice 要写", "[已整改, 整改中]", ())
    by_category: YesNo = field("按报表的分类目录，每个类别各填一格；这一项的数是各格之和", "否", False)
    note: T300 = field("填报说明", "截至期末累计", "")
    expression: Formula = field("公式，只有 computed 要写", "100 × 认领数 ÷ 清单总数", "")
    order: Count | None = field("排列次序；不写按先后", "1", None)


class SectionSpec(Spec):
    code: Code = field("栏目代码，本表内唯一", "claim")
    name: T100 = field("栏目名称，印在几个填报项上面", "认领")
    order: Count | None = field("排列次序；不写按先后", "1", None)
    items: tuple[ItemSpec, ...] = field("栏目里的填报项，见下表", "", ())
    sections: tuple["SectionSpec", ...] = field("栏目里的小栏目，写法相同", "", ())


class RuleSpec(Spec):
    code: Code = field("审核公式代码，本表内唯一", "claim_within_list")
    severity: Severity = field(
        "error 不满足就不能提交，warning 要写明理由才能提交", "warning", Severity.ERROR
    )
    expression: Formula = field("必须成立的式子", "认领数 <= 清单总数")
    message: T300 = field("不成立时给填报人看的话", "认领数不能大于清单总数")
    order: Count | None = field("排列次序；不写按先后", "1", None)


class ExpectedSpec(Spec):
    groups: tuple[str, ...] = field("整组都要填：考核组代码", "[depts]", ())
    units: tuple[str, ...] = field("另外单独要填的单位", "[D26]", ())
    exempt: tuple[str, ...] = field("组里不用填的单位", "[D06, D35]", ())


class FormScheduleSpec(Spec):
    valid_from: dt.date = field("从含有这一天的报告期起自动开放", "2022-01-01")
    valid_to: dt.date | None = field("到哪天为止（含当天）", "2022-12-31", None)
    opens_day: Annotated[int, Field(ge=-366, le=366)] | None = field(
        "报告期的第几天开放，1 是第一天；不写为报告期结束后的第一天", "1", None
    )
    due_basis: DayBasis = field(
        "怎样数截止日：working_day 期后第几个工作日，day 期后第几天，month_day 下月几号，weekday 期后第一个星期几",
        "working_day",
        DayBasis.WORKING_DAY,
    )
    due_number: Annotated[int, Field(ge=1, le=366)] = field("第几；星期一写 1，星期日写 7", "5", 5)
    due_time: Clock | None = field("截止时刻；不写则当天全天都算按时", "12:00", None)
    on_rest_day: RestDay = field(
        "截止日放假时：keep 不变，next 顺延到下一个工作日，previous 提前", "next", RestDay.NEXT
    )
    closes_days: Annotated[int, Field(ge=0, le=366)] | None = field(
        "截止后几个工作日关闭，关闭后不能再报；不写为不关闭", "3", None
    )


class ReminderSpec(Spec):
    hours: Annotated[int, Field(ge=-2000, le=2000)] = field(
        "离截止几小时：负数是截止前，0 是截止时，正数是截止后", "-24"
    )
    role: Role = field(
        "提醒谁：clerk 填报员，unit_head 单位负责人，administrator 管理员，或其他角色", "clerk", Role.CLERK
    )
    by_email: YesNo = field("发邮件", "是", True)
    by_robot: YesNo = field("发到群里", "否", False)


class FormFile(Spec):
    title: T200 = field("报表名称", "政务服务事项指标表")
    frequency: Frequency = field(
        "多久填一次：day 日，week 周，split_week 周（月末分两段），ten_days 旬，month 月，quarter 季，half_year 半年，"
        "year 年，span 自定的一段",
        "quarter",
    )
    notes: Text = field("填报说明，显示在表的上方", "截至季末最后一天", "")
    contact: T100 = field("有问题问谁", "管理员 8651xxxx", "")
    order: Count = field("在任务列表里的次序", "1", 0)
    entered_by: EntryMode = field(
        "谁来填：unit 各单位填自己的，office 机构在一张表里替所有单位填", "office", EntryMode.UNIT
    )
    approval: ApprovalPath = field(
        "谁来审：office 机构，parent 上一级单位（最上面由机构审）", "parent", ApprovalPath.OFFICE
    )
    unit_head_step: YesNo = field("先由单位负责人确认", "是", False)
    children_first: YesNo = field("下级单位都审过了才能审上级单位的", "否", False)
    allows_nil: YesNo = field("可以零报送", "是", False)
    category_list: str = field("按哪个分类目录分行：分类目录代码", "licences", "")
    schedules: tuple[FormScheduleSpec, ...] = field("自动开放和截止的规则，见下表；不写为手工开放", "", ())
    reminders: tuple[ReminderSpec, ...] = field("提醒和催报，见下表", "", ())
    expected: ExpectedSpec = field("谁要填，见下表", "", ExpectedSpec())
    items: tuple[ItemSpec, ...] = field("不放在栏目里的填报项", "", ())
    sections: tuple[SectionSpec, ...] = field("栏目，见下表", "", ())
    rules: tuple[RuleSpec, ...] = field("审核公式，见下表", "", ())
