"""What may stand in a pack: one model per file or row. Descriptions and examples are printed in docs/packs.md.

Values arrive as texts (sources.py). A key or cell left empty is the same as one left out: the default holds.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from departments.choices import Frequency, ItemKind, Measure, Severity, UnitTotal
from departments.periods import Period, PeriodError
from indicators.choices import Direction, Operator, Recipe, Ties
from reports.choices import ColumnKind, Layout

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMAT = 1
FIRST_DAY = dt.date(2000, 1, 1)
_YES_NO = {"是": True, "true": True, "yes": True, "否": False, "false": False, "no": False}


def _yes_no(value: Any) -> Any:
    if isinstance(value, str):
        if value.strip().lower() not in _YES_NO:
            raise PydanticCustomError("yes_no", "")
        return _YES_NO[value.strip().lower()]
    return value


def _period(value: str) -> str:
    try:
        return Period.parse(value).code
    except PeriodError as error:
        raise PydanticCustomError("period", "{message}", {"message": str(error)}) from error


def _moment(value: Any) -> Any:
    """`2022-04-18 10:00` in Shanghai's time, or with an offset of its own."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise PydanticCustomError("moment", "") from error
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value.astimezone(SHANGHAI)
    return value


def _written(moment: dt.datetime) -> str:
    """Shanghai's time, as short as it can be said exactly."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ").removesuffix(":00")


def _several(value: Any) -> Any:
    """A cell that holds several names: `大数据局；区大数据局`."""
    if isinstance(value, str):
        return tuple(
            part for part in (piece.strip() for piece in value.replace(";", "；").split("；")) if part
        )
    return value


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
PeriodCode = Annotated[str, Field(max_length=30), AfterValidator(_period)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Moment = Annotated[
    dt.datetime,
    BeforeValidator(_moment),
    PlainSerializer(_written),
]
Number = Annotated[
    Decimal, Field(max_digits=18, decimal_places=6), PlainSerializer(lambda n: f"{n.normalize():f}")
]
Count = Annotated[int, Field(ge=0)]
Places = Annotated[int, Field(ge=0, le=6)]
Formula = Annotated[str, Field(max_length=500)]
Names = Annotated[tuple[str, ...], BeforeValidator(_several), PlainSerializer("；".join)]
Text = Annotated[str, Field(max_length=20_000)]
T20 = Annotated[str, Field(max_length=20)]
T60 = Annotated[str, Field(max_length=60)]
T100 = Annotated[str, Field(max_length=100)]
T200 = Annotated[str, Field(max_length=200)]
T300 = Annotated[str, Field(max_length=300)]


class Spec(BaseModel):
    """Base: unchangeable, no unknown keys, empty means left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value != "" or key not in cls.model_fields}
        return data


def _f(description: str, example: str, default: Any = ...) -> Any:
    return Field(default, description=description, examples=[example])


class OfficeSpec(Spec):
    code: Code = _f("机构代码，全系统唯一；定下后不要改", "wujin")
    name: T100 = _f("机构名称", "武进区")
    phone: T60 = _f("联系电话", "0519-86310000", "")
    synthetic: T100 = _f("数据不是真的时写一句话，印在每一页和每份文件上", "演示数据", "")


class PackFile(Spec):
    format: int = Field(description="本格式的版本，固定写 1", examples=["1"], ge=FORMAT, le=FORMAT)
    office: OfficeSpec = _f("发布机构，见下表", "")


class GroupRow(Spec):
    code: Code = _f("考核组代码", "depts")
    name: T100 = _f("考核组名称", "区级部门")
    order: Count | None = _f("排列次序；不写按行的先后", "1", None)


class UnitRow(Spec):
    code: Code = _f("单位代码；同一单位改名、换组时写第二行，代码相同", "D14")
    full_name: T200 = _f("全称", "武进区人力资源和社会保障局")
    short_name: T60 = _f("简称，表格和正文里印这个", "人社局")
    group: str = _f("所在考核组的代码；空着表示不参加考核", "depts", "")
    parent: str = _f("上级单位的代码", "WJ", "")
    order: Count | None = _f("公文排序；不写按行的先后", "14", None)
    opened_on: dt.date = _f("设立日期", "2000-01-01", FIRST_DAY)
    closed_on: dt.date | None = _f("撤销日期（含当天）", "2023-12-31", None)
    valid_from: dt.date | None = _f(
        "这一行的名称、上级、考核组从哪天起有效；不写为设立日期", "2023-03-01", None
    )
    aliases: Names = _f("其他叫法，只用来认名称，用“；”隔开", "大数据局；区大数据局", ())


class NameRow(Spec):
    unit: str = _f("单位代码或名称", "D30")
    usage: Annotated[str, Field(max_length=40)] = _f("用在哪里：通报和附件里 name_set 写的词", "text")
    name: T200 = _f("印成什么", "医保局")


class ReasonRow(Spec):
    code: Code = _f("原因代码", "no_business")
    name: T60 = _f("原因名称，填报人看到的文字", "无此业务")
    order: Count | None = _f("排列次序；不写按行的先后", "1", None)


class ItemSpec(Spec):
    code: Code = _f("填报项代码，本表内唯一", "claimed")
    name: Annotated[str, Field(max_length=120)] = _f("填报项名称", "认领数")
    kind: ItemKind = _f("whole 整数，decimal 小数，text 文字，computed 由公式算出", "whole", ItemKind.WHOLE)
    decimals: Places = _f("小数位数", "1", 0)
    measure: Measure = _f("flow 流量（各期相加），stock 存量（取最后一期）", "stock", Measure.FLOW)
    unit_total: UnitTotal = _f(
        "上级怎样汇总：sum 相加，max 取最大，last 取最后，none 不汇总", "sum", UnitTotal.SUM
    )
    unit_of_measure: T20 = _f("计量单位", "项", "")
    part_of: str = _f("“其中”项：写它所属填报项的代码", "list_total", "")
    blank: YesNo = _f("可以空着不填", "否", False)
    negative: YesNo = _f("可以是负数", "否", False)
    not_applicable: YesNo = _f("可以答“不适用”并选原因", "是", False)
    note: T300 = _f("填报说明", "截至期末累计", "")
    expression: Formula = _f("公式，只有 computed 要写", "100 × 认领数 ÷ 清单总数", "")
    order: Count | None = _f("排列次序；不写按先后", "1", None)


class SectionSpec(Spec):
    code: Code = _f("栏目代码，本表内唯一", "claim")
    name: T100 = _f("栏目名称，印在几个填报项上面", "认领")
    order: Count | None = _f("排列次序；不写按先后", "1", None)
    items: tuple[ItemSpec, ...] = _f("栏目里的填报项，见下表", "", ())
    sections: tuple["SectionSpec", ...] = _f("栏目里的小栏目，写法相同", "", ())


class RuleSpec(Spec):
    code: Code = _f("审核公式代码，本表内唯一", "claim_within_list")
    severity: Severity = _f("error 不满足就不能提交，warning 只提示", "warning", Severity.ERROR)
    expression: Formula = _f("必须成立的式子", "认领数 <= 清单总数")
    message: T300 = _f("不成立时给填报人看的话", "认领数不能大于清单总数")
    order: Count | None = _f("排列次序；不写按先后", "1", None)


class ExpectedSpec(Spec):
    groups: tuple[str, ...] = _f("整组都要填：考核组代码", "[depts]", ())
    units: tuple[str, ...] = _f("另外单独要填的单位", "[D26]", ())
    exempt: tuple[str, ...] = _f("组里不用填的单位", "[D06, D35]", ())


class FormFile(Spec):
    title: T200 = _f("报表名称", "政务服务事项指标表")
    frequency: Frequency = _f(
        "多久填一次：day 日，week 周，ten_days 旬，month 月，quarter 季，half_year 半年，year 年，span 自定的一段",
        "quarter",
    )
    notes: Text = _f("填报说明，显示在表的上方", "截至季末最后一天", "")
    contact: T100 = _f("有问题问谁", "审核员 8651xxxx", "")
    order: Count = _f("在任务列表里的次序", "1", 0)
    expected: ExpectedSpec = _f("谁要填，见下表", "", ExpectedSpec())
    items: tuple[ItemSpec, ...] = _f("不放在栏目里的填报项", "", ())
    sections: tuple[SectionSpec, ...] = _f("栏目，见下表", "", ())
    rules: tuple[RuleSpec, ...] = _f("审核公式，见下表", "", ())


class VersionSpec(Spec):
    valid_from: dt.date = _f("这个口径从哪天起有效；改口径就再写一段，不改旧的", "2022-01-01")
    valid_to: dt.date | None = _f("到哪天为止（含当天）；不写到下一个口径的前一天", "2022-12-31", None)
    numerator: Formula = _f("分子：填报项的式子", "items.claimed")
    denominator: Formula = _f("分母：填报项的式子", "items.list_total")
    factor: Annotated[
        Decimal, Field(gt=0, max_digits=12, decimal_places=4), PlainSerializer(lambda n: f"{n.normalize():f}")
    ] = _f("值 ＝ 系数 × 分子 ÷ 分母", "100", Decimal(100))
    unit_of_measure: T20 = _f("计量单位", "%", "%")
    decimals: Places = _f("印几位小数", "1", 1)
    direction: Direction = _f("higher 越高越好，lower 越低越好，neutral 只列不排", "higher", Direction.HIGHER)
    recipe: Recipe = _f(
        "多个单位合起来：pooled 分子之和÷分母之和，mean 各单位的平均", "pooled", Recipe.POOLED
    )
    minimum_denominator: Count | None = _f("分母小于这个数的单位不排名", "5", None)
    note: T300 = _f("口径说明", "只计依申请六类事项", "")


class IndicatorSpec(Spec):
    code: Code = _f("指标代码", "claim")
    name: T100 = _f("指标名称", "认领率")
    order: Count | None = _f("排列次序；不写按先后", "1", None)
    versions: tuple[VersionSpec, ...] = Field(
        description="口径，至少一段，见下表", examples=[""], min_length=1
    )


class TargetSpec(Spec):
    indicator: str = _f("指标代码", "supervise")
    group: str = _f("考核组代码；不写对全部", "depts", "")
    period: PeriodCode = _f("报告期", "2022Q1")
    operator: Operator = _f("at_least 不低于，at_most 不高于", "at_least", Operator.AT_LEAST)
    value: Number = _f("目标值", "25")
    floor: Number | None = _f("底线", "20", None)
    aim: Number | None = _f("力争", "50", None)
    source: T200 = _f("依据", "《江苏省营商环境评价方案》", "")


class RankingSpec(Spec):
    code: Code = _f("排名代码", "supervision")
    name: T100 = _f("排名名称", "监管行为覆盖率排名")
    indicator: str = _f("指标代码", "supervise")
    group: str = _f("在哪个考核组里排：考核组代码", "depts")
    ties: Ties = _f(
        "并列：competition 占名次（1-2-2-4），dense 不占（1-2-2-3）", "competition", Ties.COMPETITION
    )
    last: Count = _f("“后几名”列几名；并列的都列", "3", 3)
    compare_decimals: Places | None = _f("按印出的几位小数比较；不写按精确值", "2", None)


class TextSectionSpec(Spec):
    heading: T200 = _f("标题；开头一段可以没有", "一、工作推进情况", "")
    text: Text = _f(
        "正文，一行一段；{…} 里写式子，系统代入算出的数或名单", "共计认领{claimed: 合计(items.claimed)}项", ""
    )


class ColumnSpec(Spec):
    code: Code = _f("列代码，本表内唯一", "claim_rate")
    head: T200 = _f("表头；几层用“|”隔开，相邻相同的上层合并", "认领|认领率")
    kind: ColumnKind = _f("seq 序号，unit 单位名，item 数，rate 率", "rate")
    expression: Formula = _f("对每个单位算的式子；seq、unit 不写", "claim", "")
    decimals: Places = _f("小数位数", "1", 0)


class AnnexSpec(Spec):
    number: Count = _f("附件几", "1")
    title: T200 = _f("附件标题", "事项运行情况统计表")
    form: str = _f("报表代码：应填这张表的单位，一个单位一行", "items")
    name_set: Annotated[str, Field(max_length=40)] = _f("单位名按 names.csv 的哪一套印", "annex1", "")
    row_order: tuple[str, ...] = _f("固定的行序：单位代码；没写到的按公文排序跟在后面", "[D01, D03, D02]", ())
    period_line: T200 = _f("标题下的一行；可写 {月份范围}、{报告期}、{年}", "统计时段：{月份范围}", "")
    note: Text = _f("表后的备注", "备注：不含公共服务事项。", "")
    landscape: YesNo = _f("横排", "是", True)
    columns: tuple[ColumnSpec, ...] = Field(description="列，见下表", examples=[""], min_length=1)


class ConsistencySpec(Spec):
    code: Code = _f("代码", "parts_add_up")
    expression: Formula = _f(
        "整期通报里必须成立的式子", "数值(合计(daily.personal)) <= 数值(合计(daily.total))"
    )
    message: T300 = _f("不成立时的说明；要由复核员写明理由才能签发", "个人办件量大于总量")


class ScheduleSpec(Spec):
    name: T200 = _f("周期任务名称，后台可改时间、停用；改过的不会被再次载入覆盖", "每月排名邮件")
    cron: T100 = _f("分 时 日 月 星期，北京时间", "0 9 5 * *")
    enabled: YesNo = _f("载入后就启用", "否", True)


class MailingSpec(Spec):
    ranking: str = _f("排名代码：把它发给考核组的每个单位", "supervision")
    enabled: YesNo = _f("启用", "是", True)
    at_issue: YesNo = _f("签发时就发；否则由周期任务发", "是", True)
    schedule: ScheduleSpec | None = _f("周期任务，见下表；不写就没有", "", None)


class BulletinFile(Spec):
    name: T100 = _f("通报的名称", "一网通办推进情况通报")
    title: T200 = _f("印出的标题", "武进区“一网通办”1-3月份推进情况通报")
    layout: Layout = _f("版式：ordinary 普通通报", "ordinary", Layout.ORDINARY)
    group: str = _f("正文没写明时说的是哪个考核组：代码", "depts")
    name_set: Annotated[str, Field(max_length=40)] = _f("正文里单位名按 names.csv 的哪一套印", "text", "")
    number_format: T60 = _f("文号的写法，{year} 是年，{number} 是号", "武政管通〔{year}〕{number}号")
    addressees: tuple[T200, ...] = _f("主送", "[区各有关部门]", ())
    copies: tuple[T200, ...] = _f("抄送", "[各区长]", ())
    copies_label: Annotated[str, Field(max_length=10)] = _f("抄送前印的词", "抄报", "抄送")
    signature: T100 = _f("落款", "常州市武进区政务服务管理办公室")
    printed_by: T100 = _f("印发机关", "常州市武进区行政审批局办公室")
    sections: tuple[TextSectionSpec, ...] = _f("正文各部分，见下表", "", ())
    annexes: tuple[AnnexSpec, ...] = _f("附件，见下表", "", ())
    consistency: tuple[ConsistencySpec, ...] = _f("一致性公式，见下表", "", ())
    mailings: tuple[MailingSpec, ...] = _f("签发后发给各单位的排名邮件，见下表", "", ())


class AccountRow(Spec):
    username: Annotated[str, Field(max_length=150, pattern=r"^[\w.@+-]+$")] = _f(
        "登录名，全系统唯一，建议以机构代码开头", "wujin-d14"
    )
    name: T100 = _f("姓名或称呼", "人社局填报员")
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] = _f(
        "电子邮箱", "d14@wujin.example", ""
    )
    role: str = _f(
        "clerk 填报员，unit_head 单位负责人，administrator 审核员，reviewer 复核员，issuer 签发员，viewer 查看，"
        "operator 系统管理员（可以看到所有机构，可以改周期任务）",
        "clerk",
    )
    unit: str = _f("单位代码或名称；填报员、单位负责人必写，机构的角色不写", "D14", "")


class FactRow(Spec):
    bulletin: str = _f("通报代码", "wujin")
    period: PeriodCode = _f("报告期", "2022Q1")
    code: Code = _f("事实代码，式子里用 事实(代码)", "news_items")
    name: T100 = _f("名称", "动态信息报送条数")
    number: Number | None = _f("数；数和文字写一样", "26", None)
    text: Annotated[str, Field(max_length=500)] = _f("文字", "800多", "")
    unit_of_measure: T20 = _f("计量单位", "%", "")
    as_of: dt.date | None = _f("截至日期", "2022-03-31", None)
    source: T300 = _f("出处", "原通报一（一）")
    typed_by: str = _f("录入人的登录名；不写为第一位审核员", "wujin-admin1", "")
    typed_at: Moment | None = _f("录入时间；不写为载入时", "2022-04-12 09:00", None)


class PublishedRow(Spec):
    claim: Annotated[str, Field(max_length=40)] = _f("编号，同一通报同一期内唯一", "WJ006")
    figure: Annotated[str, Field(max_length=80)] = _f("与哪个数比：正文 {编号: 式子} 里的编号", "list_total")
    value: Annotated[str, Field(max_length=500)] = _f("别处公布的值；名单用“、”隔开", "1508")
    source: T300 = _f("出处", "原通报一（一）")
    bulletin: str = _f("通报代码", "wujin")
    period: PeriodCode = _f("报告期", "2022Q1")
    typed_by: str = _f("录入人的登录名；不写为第一位审核员", "wujin-admin1", "")


class WindowSpec(Spec):
    form: str = _f("报表代码", "items")
    period: PeriodCode = _f("报告期", "2022Q1")
    opens_at: Moment = _f("开放时间（北京时间）", "2022-04-01 08:30")
    due_at: Moment = _f("截止时间", "2022-04-08 17:00")
    closes_at: Moment | None = _f("关闭时间", "2022-04-15 17:00", None)
    default_reason: str = _f("数据里“—”表示哪个原因：原因代码", "no_business", "")
    entered_at: Moment | None = _f("演示：各单位填报员填数的时间；不写就不填", "2022-04-06 09:30", None)
    submitted_at: Moment | None = _f("演示：提交时间", "2022-04-06 16:00", None)
    approved_at: Moment | None = _f("演示：审批时间", "2022-04-08 10:00", None)
    approved_by: str = _f("演示：审批人的登录名", "wujin-admin1", "")


class IssueSpec(Spec):
    bulletin: str = _f("通报代码", "wujin")
    period: PeriodCode = _f("报告期", "2022Q1")
    drafted_by: str = _f("拟稿人的登录名", "wujin-admin1")
    drafted_at: Moment = _f("拟稿时间", "2022-04-12 09:00")
    accept_reason: Annotated[str, Field(max_length=500)] = _f(
        "复核员接受矛盾的理由；不写则有矛盾就停下", "以附件为准", ""
    )
    reviewed_by: str = _f("复核人的登录名", "wujin-reviewer")
    reviewed_at: Moment = _f("复核时间", "2022-04-15 15:00")
    issued_by: str = _f("签发人的登录名", "wujin-issuer")
    issued_at: Moment = _f("签发时间，也是成文日期", "2022-04-18 10:00")
