"""What may stand in bulletins/*.yaml."""

from typing import Annotated

from pydantic import Field

from govsvc.packs.fields import (
    T60,
    T100,
    T200,
    T300,
    Code,
    Count,
    Formula,
    Places,
    Spec,
    Text,
    YesNo,
    field,
)
from reports.choices import AnnexRows, ColumnKind, Layout, TotalPlace


class TextSectionSpec(Spec):
    heading: T200 = field("标题；开头一段可以没有", "一、工作推进情况", "")
    text: Text = field(
        "正文，一行一段；{…} 里写式子，系统代入算出的数或名单", "共计认领{claimed: 合计(items.claimed)}项", ""
    )


class ColumnSpec(Spec):
    code: Code = field("列代码，本表内唯一", "claim_rate")
    head: T200 = field("表头；几层用“|”隔开，相邻相同的上层合并", "认领|认领率")
    kind: ColumnKind = field("seq 序号，unit 单位名，item 数，rate 率，text 文字", "rate")
    expression: Formula = field(
        "对每个单位算的式子；seq、unit 不写。一行一条目时 text 列写印什么：key、name、type、level、status、opened_on、due_on、"
        "done_on 或台账的列代码",
        "claim",
        "",
    )
    decimals: Places = field("小数位数", "1", 0)


class AnnexSpec(Spec):
    number: Count = field("附件几", "1")
    title: T200 = field("附件标题", "事项运行情况统计表")
    form: str = field("报表代码：应填这张表的单位，一个单位一行；与 entries_of 写一个", "items", "")
    entries_of: str = field("台账代码：有条目的单位，一个单位一行；或一条目一行", "wangban", "")
    rows: AnnexRows = field(
        "台账的附件一行是什么：units 一个单位，entries 一个条目", "entries", AnnexRows.UNITS
    )
    count: Annotated[str, Field(max_length=40)] = field(
        "按台账的哪个计数取条目：计数代码；不写时 units 取 total，entries 取 pending", "overdue", ""
    )
    name_set: Annotated[str, Field(max_length=40)] = field("单位名按 names.csv 的哪一套印", "annex1", "")
    row_order: tuple[str, ...] = field(
        "固定的行序：单位代码；没写到的按公文排序跟在后面", "[D01, D03, D02]", ()
    )
    order_by: Formula = field("按对每个单位算的式子从大到小排；相同的按固定的行序", "wangban.done", "")
    total: TotalPlace = field("合计行：none 没有，top 在最上，bottom 在最下", "bottom", TotalPlace.NONE)
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
    name: T200 = field("周期任务名称，后台可改时间、停用；改过的不会被再次载入覆盖", "每月排名邮件")
    cron: T100 = field("分 时 日 月 星期，北京时间", "0 9 5 * *")
    enabled: YesNo = field("载入后就启用", "否", True)


class MailingSpec(Spec):
    ranking: str = field("排名代码：把它发给考核组的每个单位", "supervision")
    enabled: YesNo = field("启用", "是", True)
    at_issue: YesNo = field("签发时就发；否则由周期任务发", "是", True)
    schedule: ScheduleSpec | None = field("周期任务，见下表；不写就没有", "", None)


class BulletinFile(Spec):
    name: T100 = field("通报的名称", "一网通办推进情况通报")
    title: T200 = field("印出的标题", "武进区“一网通办”1-3月份推进情况通报")
    layout: Layout = field("版式：ordinary 普通通报", "ordinary", Layout.ORDINARY)
    group: str = field("正文没写明时说的是哪个考核组：代码", "depts")
    name_set: Annotated[str, Field(max_length=40)] = field("正文里单位名按 names.csv 的哪一套印", "text", "")
    number_format: T60 = field("文号的写法，{year} 是年，{number} 是号", "武政管通〔{year}〕{number}号")
    addressees: tuple[T200, ...] = field("主送", "[区各有关部门]", ())
    copies: tuple[T200, ...] = field("抄送", "[各区长]", ())
    copies_label: Annotated[str, Field(max_length=10)] = field("抄送前印的词", "抄报", "抄送")
    signature: T100 = field("落款", "常州市武进区政务服务管理办公室")
    printed_by: T100 = field("印发机关", "常州市武进区行政审批局办公室")
    sections: tuple[TextSectionSpec, ...] = field("正文各部分，见下表", "", ())
    annexes: tuple[AnnexSpec, ...] = field("附件，见下表", "", ())
    consistency: tuple[ConsistencySpec, ...] = field("一致性公式，见下表", "", ())
    mailings: tuple[MailingSpec, ...] = field("签发后发给各单位的排名邮件，见下表", "", ())
