"""What may stand in registers/*.yaml, registers/*.csv, contacts.csv and requests.yaml."""

import datetime as dt
from typing import Annotated

from pydantic import ConfigDict, Field

from departments.choices import ContactKind, CountBasis, Frequency, ItemKind, Meaning, MoveBy, RegisterKind
from govsvc.packs.fields import T60, T100, T200, T300, Code, Count, Moment, Spec, Text, YesNo, field

Days = Annotated[int, Field(ge=0, le=366)]


class StatusSpec(Spec):
    code: Code = field("状态代码，本台账内唯一", "exempt")
    name: T60 = field("状态名称，用本台账的说法", "无需排查")
    meaning: Meaning = field(
        "算作什么：open 未办，answered 已办待核查，done 已完成，exempt 无需办理，void 作废（哪里都不计）",
        "exempt",
    )
    order: Count | None = field("排列次序，第一个是新条目的状态；不写按先后", "1", None)


class MoveSpec(Spec):
    source: str = field("从哪个状态：状态代码", "answered")
    target: str = field("到哪个状态：状态代码", "done")
    by: MoveBy = field("谁来做：owner 承办单位，office 机构", "office")
    name: Annotated[str, Field(max_length=30)] = field("按钮上的字", "核查通过")
    needs_text: YesNo = field("要写一段文字", "否", False)
    needs_file: YesNo = field("要有佐证材料", "是", False)
    order: Count | None = field("排列次序；不写按先后", "1", None)


class RegisterColumnSpec(Spec):
    code: Code = field("列代码，本台账内唯一，也是 CSV 里的列名", "satisfied")
    name: T60 = field("列名", "群众是否满意")
    kind: ItemKind = field(
        "text 文字，whole 整数，decimal 小数，date 日期，choice 选一个，tick 是或否", "choice", ItemKind.TEXT
    )
    options: tuple[T100, ...] = field("可以选的答案，只有 choice 要写", "[满意, 不满意]", ())
    required: YesNo = field("必须填写", "否", False)
    personal: YesNo = field("个人信息：只有承办单位和管理员能看，不进通报、邮件和导出", "是", False)
    by: MoveBy = field("谁填：owner 承办单位，office 机构", "owner", MoveBy.OFFICE)
    order: Count | None = field("排列次序；不写按先后", "1", None)


class RegisterCountSpec(Spec):
    code: Code = field("计数代码，式子里写 台账代码.计数代码", "revisited")
    name: T60 = field("计数名称", "已回访")
    basis: CountBasis = field(
        "数哪些：stock 期末在册的，opened 本期交办的，due 本期到期的，done 本期完成的，on_time 本期到期且按期完成的，"
        "overdue 期末逾期未完成的，repeats 本期交办、该单位以前有过同类的",
        "due",
        CountBasis.STOCK,
    )
    statuses: tuple[str, ...] = field("只数这些状态：状态代码", "[done]", ())
    types: tuple[str, ...] = field("只数这些类型", "[差评]", ())
    levels: tuple[str, ...] = field("只数这些级别", "[市级]", ())
    column: str = field("只数这一列有内容的：列代码", "revisited", "")
    equals: T100 = field("这一列要等于什么；不写则填了就算", "是", "")
    order: Count | None = field("排列次序；不写按先后", "1", None)


class RegisterFile(Spec):
    title: T200 = field("台账名称", "差评整改台账")
    kind: RegisterKind = field(
        "work 交办并要办结的事，event 只记下发生了什么（表扬、投诉、巡查）", "event", RegisterKind.WORK
    )
    notes: Text = field("填写说明，显示在台账上方", "差评应在5个工作日内整改", "")
    contact: T100 = field("有问题问谁", "管理员 8651xxxx", "")
    order: Count = field("在台账列表里的次序", "1", 0)
    key_label: T60 = field("编号列叫什么；编号是各次文件里始终不变的号", "工单编号", "编号")
    name_label: T60 = field("名称列叫什么", "差评内容", "名称")
    types: tuple[T60, ...] = field("类型；不写则类型随意写", "[窗口差评, 网上差评]", ())
    levels: tuple[T60, ...] = field("级别，高的在前；不写则级别随意写", "[省级, 市级, 区级]", ())
    due_days: Days | None = field("交办后几个工作日内办结；不写则只看每条自己的期限", "5", None)
    escalate_days: Days | None = field("逾期几个工作日后报单位负责人和机构；不写为不报", "3", None)
    units_may_add: YesNo = field("单位可以自己登记", "是", False)
    least_times: Annotated[int, Field(ge=1, le=1000)] | None = field("每个单位至少要有几条", "2", None)
    least_per: Frequency = field("上一项按什么算：day、week、month 等", "week", Frequency.WEEK)
    groups: tuple[str, ...] = field("哪些考核组要登记：考核组代码", "[depts]", ())
    statuses: tuple[StatusSpec, ...] = field("状态，见下表；不写用这一类台账通常的状态", "", ())
    moves: tuple[MoveSpec, ...] = field("允许的状态变动，见下表；与 statuses 要么都写，要么都不写", "", ())
    columns: tuple[RegisterColumnSpec, ...] = field(
        "编号、名称、单位、类型、级别、状态、日期以外的列，见下表", "", ()
    )
    counts: tuple[RegisterCountSpec, ...] = field("另外的计数，见下表", "", ())


class EntryRow(Spec):
    """One entry; the other columns of its row are columns of its register (`model_extra`)."""

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)

    key: T100 = field("编号，本台账内唯一；库里已有这个编号的，不改动", "WB-0001")
    name: T300 = field("名称", "某事项网上办理入口打不开")
    unit: str = field("承办单位：代码或名称", "D14")
    type: T60 = field("类型", "窗口差评", "")
    level: T60 = field("级别", "区级", "")
    opened_on: dt.date = field("交办（发生）日期", "2023-06-05")
    due_on: dt.date | None = field("期限；不写按台账的工作日数算", "2023-06-12", None)
    status: str = field("现在的状态：代码或名称；不写为第一个状态", "done", "")
    since: dt.date | None = field("从哪天起是这个状态；event 类台账不写为 opened_on", "2023-06-09", None)
    text: T300 = field("这次状态变动的说明，留在记录里", "已更正办事指南", "")


class RequestSpec(Spec):
    code: Code = field("报送要求的代码，不能与报表、台账相同", "drill")
    title: T200 = field("要什么", "报送应急演练总结")
    text: Text = field("具体要求", "附照片三张", "")
    contact: T100 = field("有问题问谁", "管理员 8651xxxx", "")
    groups: tuple[str, ...] = field("向整组要：考核组代码", "[depts]", ())
    units: tuple[str, ...] = field("另外单独要的单位", "[D26]", ())
    exempt: tuple[str, ...] = field("组里不用答复的单位", "[D06]", ())
    takes_file: YesNo = field("可以用文件答复", "是", True)
    takes_text: YesNo = field("可以用文字答复", "是", True)
    takes_no_comment: YesNo = field("可以答“无意见”", "是", False)
    handed_out_at: Moment | None = field(
        "下发时间，各单位随即收到通知；不写则留作草稿", "2023-06-05 09:00", None
    )
    due_at: Moment = field("截止时间", "2023-06-12 12:00")


class ContactRow(Spec):
    unit: str = field("单位代码或名称", "D14")
    kind: ContactKind = field("leader 分管领导，section 责任科室，contact 联系人", "contact")
    name: T60 = field("姓名或科室名称；空着表示从这天起没有人", "张三", "")
    post: T60 = field("职务", "副局长", "")
    phone: Annotated[str, Field(max_length=40)] = field("电话", "0519-86310000", "")
    mobile: Annotated[str, Field(max_length=40)] = field(
        "手机，只有本单位和机构的人看得到", "13800000000", ""
    )
    valid_from: dt.date = field("从哪天起；到下一位的前一天为止", "2023-01-01")
