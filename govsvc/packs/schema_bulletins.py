"""What may stand in bulletins/*.yaml."""

from typing import Annotated

from pydantic import Field

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
    Places,
    Spec,
    Text,
    YesNo,
    field,
)
from reports.choices import AnnexRows, ColumnKind, Highlight, Layout, ScheduleAction, ScheduleRule, TotalPlace

Level = Annotated[int, Field(ge=1, le=3)]


class TextSectionSpec(Spec):
    heading: T200 = field("标题；开头一段可以没有", "一、工作推进情况", "")
    level: Level = field("标题是第几级：1、2 或 3", "2", 1)
    repeat: str = field("考核组代码：正文给组里每个单位各写一遍，“本单位”指这个单位", "towns", "")
    text: Text = field(
        "正文，一行一段；{…} 里写式子，系统代入算出的数或名单", "共计认领{claimed: 合计(items.claimed)}项", ""
    )


class ColumnSpec(Spec):
    code: Code = field("列代码，本表内唯一", "claim_rate")
    head: T200 = field("表头；几层用“|”隔开，相邻相同的上层合并", "认领|认领率")
    kind: ColumnKind = field("seq 序号，unit 单位名，item 数，rate 率，text 文字，rank 名次", "rate")
    expression: Formula = field(
        "对每一行算的式子；seq、unit 不写，rank 写一个指标。text 列：一行一单位时写文字填报项，一行一类别时可写 category；"
        "一行一条目时写 key、name、type、level、status、opened_on、due_on、done_on 或台账的列代码；一行一任务时写 level1 到 "
        "level5、key、name、task、target、lead、responsible、deadline",
        "claim",
        "",
    )
    decimals: Places = field("小数位数；直接印填报数的 item 列不印末尾多余的 0", "1", 0)
    merge: YesNo = field("上下相同的格合并；seq 列写“是”时按合并后的行编号", "是", False)
    in_totals: YesNo = field("合计、小计行里印这一列的合计", "否", True)
    total_text: T20 = field("合计、小计行里不印数时印的文字", "/", "")
    highlight: Highlight = field(
        "突出哪些格：none 不突出，target 未达到目标的，last 各考核组的后几名；式子要是一个指标",
        "target",
        Highlight.NONE,
    )
    highlight_count: Count = field("last 突出后几名，并列的都算", "2", 3)


class AnnexGroupSpec(Spec):
    group: str = field("考核组代码：组里应填这张表的单位是行", "windows")
    label: T60 = field("这些行上面的一行；不写就没有", "公共服务单位", "")
    subtotal_label: T20 = field("小计行的名称；不写就没有小计", "小计", "")


class AnnexSpec(Spec):
    number: Count = field("附件几", "1")
    title: T200 = field("附件标题", "事项运行情况统计表")
    form: str = field(
        "报表代码：行是应填这张表的单位或它们的类别；form、entries_of、scheme 写一个", "items", ""
    )
    entries_of: str = field("台账代码：行是有条目的单位，或条目", "wangban", "")
    scheme: str = field("考核方案代码：行是方案的各项任务，要写 rows: leaves", "ywtb2023", "")
    rows: AnnexRows = field(
        "一行是什么：units 一个单位，categories 单位的一个类别，entries 台账的一个条目，leaves 方案的一项任务",
        "categories",
        AnnexRows.UNITS,
    )
    count: Annotated[str, Field(max_length=40)] = field(
        "按台账的哪个计数取条目：计数代码；不写时 units 取 total，entries 取 pending", "overdue", ""
    )
    name_set: Annotated[str, Field(max_length=40)] = field("单位名按 names.csv 的哪一套印", "annex1", "")
    order_by: tuple[Formula, ...] = field(
        "行序：对每个单位算的式子，先按第一个从大到小排，相同的按下一个；前面写“升序：”的从小到大",
        "[claim, items.total]",
        (),
    )
    row_order: tuple[str, ...] = field(
        "固定的行序：单位代码，order_by 都相同时用；没写到的按公文排序跟在后面", "[D01, D03, D02]", ()
    )
    groups: tuple[AnnexGroupSpec, ...] = field(
        "行按考核组分段，见下表；序号接着往下编，上一段没有小计、这一段没有 label 的并成一段排；不在这些组里的单位没有行",
        "",
        (),
    )
    comparison_units: tuple[str, ...] = field(
        "只供比较的单位：印在合计行上面，不计入合计，不编序号", "[CITY]", ()
    )
    total: TotalPlace = field("合计行：none 没有，top 在最上，bottom 在最下", "bottom", TotalPlace.NONE)
    total_label: T20 = field("合计行的名称", "总计", "合计")
    period_line: T200 = field("标题下的一行；可写 {月份范围}、{报告期}、{年}", "统计时段：{月份范围}", "")
    note: Text = field("表后的备注", "备注：不含公共服务事项。", "")
    landscape: YesNo = field("横排", "是", True)
    columns: tuple[ColumnSpec, ...] = Field(description="列，见下表", examples=[""], min_length=1)


class ConsistencySpec(Spec):
    code: Code = field("代码", "parts_add_up")
    expression: Formula = field(
        "整期通报里必须成立的式子", "数值(合计(daily.personal)) <= 数值(合计(daily.total))"
    )
    message: T300 = field("不成立时的说明；要由复核员写明理由才能签发", "个人办件量大于总量")


class ScheduleSpec(Spec):
    name: T60 = field(
        "定时任务名称，本通报内唯一；后台可改时间、停用，改过的不会被再次载入覆盖", "每月排名邮件"
    )
    action: ScheduleAction = field("draft 起草上一期，mail 发送应发的邮件", "mail")
    rule: ScheduleRule = field(
        "day 每月几日（没有这一日的月份为最后一日），last_day 每月最后一日，working_day 每月第几个工作日，last_working_day 每月最后一个工作日，"
        "weekday 每周星期几",
        "working_day",
    )
    number: Count = field("几日、第几个工作日、星期几（1 为星期一）；last_day、last_working_day 不写", "3", 1)
    time: Clock = field("时间，北京时间", "09:00")
    enabled: YesNo = field("载入后就启用", "否", True)


class SubscriptionSpec(Spec):
    name: T60 = field("订阅人", "王副区长")
    address: Annotated[str, Field(max_length=254)] = field("邮箱，本通报内唯一", "wang@wujin.example")
    attachments: tuple[str, ...] = field("附件格式：pdf、docx、xlsx", "[pdf, docx]", ("pdf",))
    enabled: YesNo = field("启用", "是", True)


class MailingSpec(Spec):
    ranking: str = field("排名代码：把它发给考核组的每个单位", "supervision")
    enabled: YesNo = field("启用", "是", True)
    at_issue: YesNo = field("签发时就发；否则由定时任务发", "是", True)
    roles: tuple[str, ...] = field("发给单位里的哪些角色：clerk、unit_head；不写为全部", "[unit_head]", ())
    attachments: tuple[str, ...] = field(
        "附件格式：pdf、docx、xlsx；合计超过 200 kB 时只附 PDF", "[pdf, xlsx]", ("pdf",)
    )
    chart: YesNo = field("邮件里带排名图", "是", True)


class BulletinFile(Spec):
    name: T100 = field("通报的名称", "一网通办推进情况通报")
    title: T200 = field("印出的标题", "武进区“一网通办”1-3月份推进情况通报")
    layout: Layout = field(
        "版式：ordinary 普通通报，red_head 红头文件，notice 带任务表的通知", "red_head", Layout.ORDINARY
    )
    head: T100 = field("发文机关标志；只有红头文件印", "某某区推进政府职能转变领导小组办公室文件", "")
    group: str = field("正文没写明时说的是哪个考核组：代码", "depts")
    name_set: Annotated[str, Field(max_length=40)] = field("正文里单位名按 names.csv 的哪一套印", "text", "")
    number_format: T60 = field("文号的写法，{year} 是年，{number} 是号", "武政管通〔{year}〕{number}号")
    addressees: tuple[T200, ...] = field("主送", "[区各有关部门]", ())
    copies: tuple[T200, ...] = field("抄送", "[各区长]", ())
    copies_label: Annotated[str, Field(max_length=10)] = field("抄送前印的词", "抄报", "抄送")
    signature: T100 = field("落款", "常州市武进区政务服务管理办公室")
    printed_by: T100 = field("印发机关", "常州市武进区行政审批局办公室")
    annotation: T100 = field("附注，印在成文日期下面", "（此件公开发布）", "")
    sections: tuple[TextSectionSpec, ...] = field("正文各部分，见下表", "", ())
    annexes: tuple[AnnexSpec, ...] = field("附件，见下表", "", ())
    consistency: tuple[ConsistencySpec, ...] = field("一致性公式，见下表", "", ())
    mailings: tuple[MailingSpec, ...] = field("签发后发给各单位的排名邮件，见下表", "", ())
    subscriptions: tuple[SubscriptionSpec, ...] = field("签发后收整份通报的人，见下表", "", ())
    schedules: tuple[ScheduleSpec, ...] = field("定时任务，见下表", "", ())
