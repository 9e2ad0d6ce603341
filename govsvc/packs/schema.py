"""What may stand in a pack: one model per file or row. Descriptions and examples are printed in docs/packs.md."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from govsvc.packs.fields import (
    FIRST_DAY,
    FORMAT,
    T20,
    T60,
    T100,
    T200,
    T300,
    Code,
    Count,
    Moment,
    Names,
    Number,
    PeriodCode,
    Spec,
    field,
)
from govsvc.packs.schema_bulletins import (
    AnnexGroupSpec,
    AnnexSpec,
    BulletinFile,
    ColumnSpec,
    ConsistencySpec,
    MailingSpec,
    ScheduleSpec,
    SubscriptionSpec,
    TextSectionSpec,
)
from govsvc.packs.schema_forms import (
    CalendarRow,
    CategoryListRow,
    CategoryRow,
    ComparisonSpec,
    ExpectedSpec,
    FormFile,
    FormScheduleSpec,
    ItemSpec,
    ReminderSpec,
    RuleSpec,
    SectionSpec,
    SourceSpec,
)
from govsvc.packs.schema_indicators import (
    IndicatorSpec,
    MeetingRuleSpec,
    RankingSpec,
    TargetSpec,
    VersionSpec,
)
from govsvc.packs.schema_registers import (
    ContactRow,
    EntryRow,
    MoveSpec,
    RegisterColumnSpec,
    RegisterCountSpec,
    RegisterFile,
    RequestSpec,
    StatusSpec,
)
from govsvc.packs.schema_schemes import (
    AdjustmentSpec,
    ExclusionRow,
    GradeSpec,
    LeafReportRow,
    NodeSpec,
    SchemeFile,
)

__all__ = [
    "FORMAT",
    "AccountRow",
    "AdjustmentSpec",
    "AnnexGroupSpec",
    "AnnexSpec",
    "BulletinFile",
    "CalendarRow",
    "CategoryListRow",
    "CategoryRow",
    "ColumnSpec",
    "ComparisonSpec",
    "ConsistencySpec",
    "ContactRow",
    "EntryRow",
    "ExclusionRow",
    "ExpectedSpec",
    "FactRow",
    "FormFile",
    "FormScheduleSpec",
    "GradeSpec",
    "GroupRow",
    "IndicatorSpec",
    "IssueSpec",
    "ItemSpec",
    "LeafReportRow",
    "MailingSpec",
    "MeetingRuleSpec",
    "MoveSpec",
    "NameRow",
    "NodeSpec",
    "OfficeSpec",
    "PackFile",
    "PublishedRow",
    "RankingSpec",
    "ReasonRow",
    "RegisterColumnSpec",
    "RegisterCountSpec",
    "RegisterFile",
    "ReminderSpec",
    "RequestSpec",
    "RuleSpec",
    "ScheduleSpec",
    "SchemeFile",
    "SectionSpec",
    "SourceSpec",
    "Spec",
    "StatusSpec",
    "SubscriptionSpec",
    "TargetSpec",
    "TextSectionSpec",
    "UnitRow",
    "VersionSpec",
    "WindowSpec",
]


class OfficeSpec(Spec):
    code: Code = field("机构代码，全系统唯一；定下后不要改", "wujin")
    name: T100 = field("机构名称", "武进区")
    phone: T60 = field("联系电话", "0519-86310000", "")
    synthetic: T100 = field("数据不是真的时写一句话，印在每一页和每份文件上", "演示数据", "")


class PackFile(Spec):
    format: int = Field(description="本格式的版本，固定写 1", examples=["1"], ge=FORMAT, le=FORMAT)
    office: OfficeSpec = field("发布机构，见下表", "")
    extends: Annotated[str, Field(max_length=40)] = field(
        "以同一目录下的另一个配置包为底：本包有的文件用本包的，没有的用它的；底包自己不能再有底", "yindu", ""
    )


class GroupRow(Spec):
    code: Code = field("考核组代码", "depts")
    name: T100 = field("考核组名称", "区级部门")
    order: Count | None = field("排列次序；不写按行的先后", "1", None)


class UnitRow(Spec):
    code: Code = field("单位代码；同一单位改名、换组时写第二行，代码相同", "D14")
    full_name: T200 = field("全称", "武进区人力资源和社会保障局")
    short_name: T60 = field("简称，表格和正文里印这个", "人社局")
    group: str = field("所在考核组的代码；空着表示不参加考核", "depts", "")
    parent: str = field("上级单位的代码", "WJ", "")
    order: Count | None = field("公文排序；不写按行的先后", "14", None)
    opened_on: dt.date = field("设立日期", "2000-01-01", FIRST_DAY)
    closed_on: dt.date | None = field("撤销日期（含当天）", "2023-12-31", None)
    valid_from: dt.date | None = field(
        "这一行的名称、上级、考核组从哪天起有效；不写为设立日期", "2023-03-01", None
    )
    aliases: Names = field("其他叫法，只用来认名称，用“；”隔开", "大数据局；区大数据局", ())


class NameRow(Spec):
    unit: str = field("单位代码或名称", "D30")
    usage: Annotated[str, Field(max_length=40)] = field("用在哪里：通报和附件里 name_set 写的词", "text")
    name: T200 = field("印成什么", "医保局")


class ReasonRow(Spec):
    code: Code = field("原因代码", "no_business")
    name: T60 = field("原因名称，填报人看到的文字", "无此业务")
    order: Count | None = field("排列次序；不写按行的先后", "1", None)


class AccountRow(Spec):
    username: Annotated[str, Field(max_length=150, pattern=r"^[\w.@+-]+$")] = field(
        "登录名，全系统唯一，建议以机构代码开头", "wujin-d14"
    )
    name: T100 = field("姓名或称呼", "人社局填报员")
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] = field(
        "电子邮箱", "d14@wujin.example", ""
    )
    role: str = field(
        "clerk 填报员，unit_head 单位负责人，administrator 管理员，reviewer 复核员，issuer 签发员，viewer 查看，"
        "operator 系统管理员（可以看到所有机构，可以改周期任务）",
        "clerk",
    )
    unit: str = field("单位代码或名称；填报员、单位负责人必写，机构的角色不写", "D14", "")
    valid_from: dt.date | None = field("从哪天起有这个角色；不写为一直有", "2022-03-01", None)
    valid_to: dt.date | None = field("到哪天为止（含当天）", "2022-06-30", None)
    acting_for: str = field("代岗：代替谁，写登录名；要写起止日期", "wujin-d13", "")


class FactRow(Spec):
    bulletin: str = field("通报代码", "wujin")
    period: PeriodCode = field("报告期", "2022Q1")
    code: Code = field("事实代码，式子里用 事实(代码)", "news_items")
    name: T100 = field("名称", "动态信息报送条数")
    number: Number | None = field("数；数和文字写一样", "26", None)
    text: Annotated[str, Field(max_length=500)] = field("文字", "800多", "")
    unit_of_measure: T20 = field("计量单位", "%", "")
    as_of: dt.date | None = field("截至日期", "2022-03-31", None)
    source: T300 = field("出处", "原通报一（一）")
    typed_by: str = field("录入人的登录名；不写为第一位管理员", "wujin-admin1", "")
    typed_at: Moment | None = field("录入时间；不写为载入时", "2022-04-12 09:00", None)


class PublishedRow(Spec):
    claim: Annotated[str, Field(max_length=40)] = field("编号，同一通报同一期内唯一", "WJ006")
    figure: Annotated[str, Field(max_length=80)] = field(
        "与哪个数比：正文 {编号: 式子} 里的编号", "list_total"
    )
    value: Annotated[str, Field(max_length=500)] = field("别处公布的值；名单用“、”隔开", "1508")
    source: T300 = field("出处", "原通报一（一）")
    bulletin: str = field("通报代码", "wujin")
    period: PeriodCode = field("报告期", "2022Q1")
    typed_by: str = field("录入人的登录名；不写为第一位管理员", "wujin-admin1", "")


class WindowSpec(Spec):
    form: str = field("报表代码", "items")
    period: PeriodCode = field("报告期", "2022Q1")
    opens_at: Moment = field("开放时间（北京时间）", "2022-04-01 08:30")
    due_at: Moment = field("截止时间", "2022-04-08 17:00")
    closes_at: Moment | None = field("关闭时间", "2022-04-15 17:00", None)
    default_reason: str = field("数据里“—”表示哪个原因：原因代码", "no_business", "")
    entered_at: Moment | None = field("演示：各单位填报员填数的时间；不写就不填", "2022-04-06 09:30", None)
    entered_by: str = field(
        "演示：机构替各单位填的表由谁填，管理员的登录名；不写为第一位管理员", "wujin-admin2", ""
    )
    submitted_at: Moment | None = field("演示：提交时间", "2022-04-06 16:00", None)
    explanation: Annotated[str, Field(max_length=500)] = field(
        "演示：数据里有 warning 时填报人写的说明", "已核实，数据无误", ""
    )
    confirmed_at: Moment | None = field(
        "演示：单位负责人确认的时间，unit_head_step 的表要写", "2022-04-07 09:00", None
    )
    approved_at: Moment | None = field("演示：审批时间", "2022-04-08 10:00", None)
    approved_by: str = field("演示：审批人的登录名", "wujin-admin1", "")


class IssueSpec(Spec):
    bulletin: str = field("通报代码", "wujin")
    period: PeriodCode = field("报告期", "2022Q1")
    drafted_by: str = field("拟稿人的登录名", "wujin-admin1")
    drafted_at: Moment = field("拟稿时间", "2022-04-12 09:00")
    accept_reason: Annotated[str, Field(max_length=500)] = field(
        "复核员接受矛盾的理由；不写则有矛盾就停下", "以附件为准", ""
    )
    reviewed_by: str = field("复核人的登录名", "wujin-reviewer")
    reviewed_at: Moment = field("复核时间", "2022-04-15 15:00")
    issued_by: str = field("签发人的登录名", "wujin-issuer")
    issued_at: Moment = field("签发时间，也是成文日期", "2022-04-18 10:00")
