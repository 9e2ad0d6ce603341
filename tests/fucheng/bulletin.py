"""A short bulletin of the month: averages, first and last units, one table. Its words are ours (合成)."""

import datetime as dt

from govsvc.packs import schema
from reports.choices import ColumnKind
from tests.fucheng.scheme import MONTHLY
from tests.fucheng.work import SHANGHAI

OVERALL = f"""
{{年}}年{{起月}}月，区级部门“一网通办”考核平均得分{{depts_score: 比率({MONTHLY}, 2, 组=depts)}}，镇街道平均得分{{towns_score: 比率({MONTHLY}, 2, 组=towns)}}（合成数据）。
全区受理办件{{accepted: 合计(week.accepted, 组=组(depts, towns))}}件，按时办结率{{on_time: 比率(l2_2, 2, 组=组(depts, towns))}}，主动评价好评率{{good: 比率(l2_4, 2, 组=组(depts, towns))}}，电子证照实时生产率{{live: 比率(l3_1, 2, 组=组(depts, towns))}}。
""".strip()
PLACES = f"""
区级部门得分前三名：{{depts_first: 前几名({MONTHLY}, 3, 组=depts)}}；后三名：{{depts_last: 后几名({MONTHLY}, 3, 组=depts)}}。
镇街道得分前三名：{{towns_first: 前几名({MONTHLY}, 3, 组=towns)}}；后三名：{{towns_last: 后几名({MONTHLY}, 3, 组=towns)}}。
每月排名靠后的单位在区政府常务会议上作表态发言，名单另发。
""".strip()
COLUMNS = (
    ("score", "考核得分", ColumnKind.ITEM, MONTHLY),
    ("on_time", "按时办结率", ColumnKind.RATE, "l2_2"),
    ("reviewed", "主动评价率", ColumnKind.RATE, "l2_3"),
    ("good", "主动评价好评率", ColumnKind.RATE, "l2_4"),
    ("live", "电子证照实时生产率", ColumnKind.RATE, "l3_1"),
)


def bulletin() -> schema.BulletinFile:
    return schema.BulletinFile(
        name="“一网通办”月排名通报（合成）",
        title="涪城区{年}年{起月}月“一网通办”重点任务排名通报",
        group="depts",
        number_format="涪服务办〔{year}〕{number}号（合成）",
        addressees=("各镇人民政府、街道办事处，区级相关部门",),
        signature="涪城区建设服务型政府领导小组办公室",
        printed_by="涪城区行政审批局",
        sections=(
            schema.TextSectionSpec(heading="一、总体情况", text=f"{OVERALL}\n"),
            schema.TextSectionSpec(heading="二、排名情况", text=f"{PLACES}\n"),
        ),
        annexes=(
            schema.AnnexSpec(
                number=1,
                title="“一网通办”考核得分表",
                form="items",
                period_line="统计时段：{月份范围}",
                note="备注：数字、权重和计分规则为合成。",
                columns=(
                    schema.ColumnSpec(code="seq", head="序号", kind=ColumnKind.SEQUENCE),
                    schema.ColumnSpec(code="unit", head="单位", kind=ColumnKind.UNIT),
                    *(
                        schema.ColumnSpec(
                            code=code,
                            head=head,
                            kind=kind,
                            expression=indicator,
                            decimals=2,
                        )
                        for code, head, kind, indicator in COLUMNS
                    ),
                ),
            ),
        ),
        mailings=(
            schema.MailingSpec(ranking="ywtb_depts"),
            schema.MailingSpec(ranking="ywtb_towns"),
        ),
    )


def issues() -> list[schema.IssueSpec]:
    """April is issued; May is still being worked on."""
    return [
        schema.IssueSpec(
            bulletin="paiming",
            period="2023-04",
            drafted_by="fucheng-admin1",
            drafted_at=dt.datetime(2023, 5, 9, 9, tzinfo=SHANGHAI),
            accept_reason="数据已逐项核对（合成）",
            reviewed_by="fucheng-reviewer",
            reviewed_at=dt.datetime(2023, 5, 9, 15, tzinfo=SHANGHAI),
            issued_by="fucheng-issuer",
            issued_at=dt.datetime(2023, 5, 10, 10, tzinfo=SHANGHAI),
        )
    ]
