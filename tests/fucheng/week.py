"""A bulletin of every week: cases and reviews of departments and towns. Its words are ours (合成)."""

import datetime as dt

from govsvc.packs import schema
from reports.choices import ColumnKind, Highlight, TotalPlace
from tests.fucheng.scheme import WEEKLY
from tests.fucheng.work import SHANGHAI

GROUPS = "组=组(depts, towns)"
TEXT = f"""
{{报告期}}，全区受理办件{{accepted: 合计(week.accepted, {GROUPS})}}件，较上周{{accepted_change: 变化(合计(week.accepted, {GROUPS}), 上期(合计(week.accepted, {GROUPS})), 量词="件")}}；按时办结率{{on_time: 比率(l2_2, 2, {GROUPS})}}，较上周{{on_time_change: 变化(比率(l2_2, 2, {GROUPS}), 上期(比率(l2_2, 2, {GROUPS})))}}；主动评价好评率{{good: 比率(l2_4, 2, {GROUPS})}}。
办件和评价得分后三名：区级部门为{{depts_last: 后几名({WEEKLY}, 3, 组=depts)}}，镇街道为{{towns_last: 后几名({WEEKLY}, 3, 组=towns)}}。
""".strip()
COLUMNS = (
    ("accepted", "受理办件数", ColumnKind.ITEM, "week.accepted", {}),
    ("due", "应办结件数", ColumnKind.ITEM, "week.due", {}),
    ("on_time", "按时办结率", ColumnKind.RATE, "l2_2", {"decimals": 2, "highlight": Highlight.TARGET}),
    ("reviewed", "主动评价率", ColumnKind.RATE, "l2_3", {"decimals": 2}),
    ("good", "主动评价好评率", ColumnKind.RATE, "l2_4", {"decimals": 2}),
    ("score", "得分", ColumnKind.ITEM, WEEKLY, {"decimals": 2, "in_totals": False, "total_text": "—"}),
    ("rank", "组内名次", ColumnKind.RANK, WEEKLY, {"in_totals": False}),
)


def weekly_bulletin() -> schema.BulletinFile:
    return schema.BulletinFile(
        name="“一网通办”周通报（合成）",
        title="涪城区“一网通办”周通报（{报告期}）",
        group="depts",
        number_format="涪服务办〔{year}〕{number}号（合成）",
        addressees=("各镇人民政府、街道办事处，区级相关部门",),
        signature="涪城区建设服务型政府领导小组办公室",
        printed_by="涪城区行政审批局",
        sections=(schema.TextSectionSpec(text=f"{TEXT}\n"),),
        annexes=(
            schema.AnnexSpec(
                number=1,
                title="办件和评价情况统计表",
                form="week",
                period_line="统计时段：{报告期}",
                note="备注：数字为合成。",
                total=TotalPlace.BOTTOM,
                groups=(
                    schema.AnnexGroupSpec(group="depts", label="区级部门", subtotal_label="小计"),
                    schema.AnnexGroupSpec(group="towns", label="镇街道", subtotal_label="小计"),
                ),
                columns=(
                    schema.ColumnSpec(code="seq", head="序号", kind=ColumnKind.SEQUENCE),
                    schema.ColumnSpec(code="unit", head="单位", kind=ColumnKind.UNIT),
                    *(
                        schema.ColumnSpec(code=code, head=head, kind=kind, expression=expression, **more)
                        for code, head, kind, expression, more in COLUMNS
                    ),
                ),
            ),
        ),
    )


def week_issue() -> schema.IssueSpec:
    """The last week of April; the week before it has figures to compare with."""
    return schema.IssueSpec(
        bulletin="zhoubao",
        period="2023-W17",
        drafted_by="fucheng-admin1",
        drafted_at=dt.datetime(2023, 5, 5, 9, tzinfo=SHANGHAI),
        accept_reason="数据已逐项核对（合成）",
        reviewed_by="fucheng-reviewer",
        reviewed_at=dt.datetime(2023, 5, 5, 15, tzinfo=SHANGHAI),
        issued_by="fucheng-issuer",
        issued_at=dt.datetime(2023, 5, 5, 16, tzinfo=SHANGHAI),
    )
