"""The published 通知 that hands out the tasks: its words as published, its annex the tree itself."""

import datetime as dt
from pathlib import Path

from govsvc.packs import schema
from reports.choices import AnnexRows, ColumnKind, Layout
from tests.fucheng.scheme import MONTHLY
from tests.fucheng.work import SHANGHAI

# Punctuation is full width; the web page had lost it.
TEXT = Path(__file__).with_name("notice.txt")
# Code, head, what it prints, whether equal ones are merged.
COLUMNS = (
    ("section", "一级指标", "level1", True),
    ("heading", "二级指标", "level2", True),
    ("leaf", "三级指标", "level3", False),
    ("task", "重点任务", "task", False),
    ("lead", "牵头单位", "lead", False),
    ("responsible", "责任单位", "responsible", False),
    ("deadline", "完成时限", "deadline", False),
)


def sections() -> tuple[schema.TextSectionSpec, ...]:
    """A heading is a line of its own that begins 一、; everything else is a paragraph."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in TEXT.read_text(encoding="utf-8").splitlines():
        if line[1:2] == "、" and len(line) < 20:
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return tuple(
        schema.TextSectionSpec(heading=heading, text="".join(f"{line}\n" for line in lines))
        for heading, lines in found
    )


def notice() -> schema.BulletinFile:
    return schema.BulletinFile(
        name="“一网通办”工作重点任务通知",
        title="关于印发《涪城区2023年“一网通办”工作重点任务》的通知",
        layout=Layout.NOTICE,
        group="depts",
        number_format="涪服务办〔{year}〕{number}号（合成）",
        addressees=("各镇人民政府、街道办事处，区级相关部门",),
        signature="涪城区建设服务型政府领导小组办公室",
        printed_by="涪城区行政审批局",
        sections=sections(),
        annexes=(
            schema.AnnexSpec(
                number=1,
                title="涪城区2023年“一网通办”能力巩固提升重点任务清单",
                scheme=MONTHLY,
                rows=AnnexRows.LEAVES,
                columns=(
                    schema.ColumnSpec(code="seq", head="序号", kind=ColumnKind.SEQUENCE, merge=True),
                    *(
                        schema.ColumnSpec(
                            code=code, head=head, kind=ColumnKind.TEXT, expression=printed, merge=merge
                        )
                        for code, head, printed, merge in COLUMNS
                    ),
                ),
            ),
        ),
    )


def issue() -> schema.IssueSpec:
    """Of the whole year; the day is the published one."""
    return schema.IssueSpec(
        bulletin="renwu",
        period="2023",
        drafted_by="fucheng-admin1",
        drafted_at=dt.datetime(2023, 4, 17, 9, tzinfo=SHANGHAI),
        reviewed_by="fucheng-reviewer",
        reviewed_at=dt.datetime(2023, 4, 17, 15, tzinfo=SHANGHAI),
        issued_by="fucheng-issuer",
        issued_at=dt.datetime(2023, 4, 18, 10, tzinfo=SHANGHAI),
    )
