"""Bad files change nothing and say where: sheet, row, column, content, what to do."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest

from departments.choices import BatchState, Meaning
from departments.models import Entry, EntryBatch, EntryBatchPersonal
from departments.services.organisation import save_alias
from departments.services.registers import closing, definitions, life
from tests.functional.registers.batch_office import (
    FIRST,
    HEAD,
    TELEPHONE,
    Problems,
    answer,
    at,
    everything,
    problems,
    row,
    workbook,
)

pytestmark = pytest.mark.django_db
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def yindu(db: None) -> Problems:
    """With P0001 open, P0002 done, P0003 answered, closed through 1 June."""
    found = problems()
    found.load(row(1), row(2, 状态="已完成"), row(3), row(4, 交办日期="2023-06-05"))
    answer(found.entry("P0003"), found.people["clerk"], at(10, 11))
    closing.close_register(register=found.register, through=FIRST, user=found.administrator, at=at(10))
    found.register.refresh_from_db()
    return found


def faults(batch: EntryBatch) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["content"]) for one in batch.plan["faults"]]


# What is wrong with a row → the row, the column and the content that are named.
BAD_ROWS: dict[str, tuple[list[Any], tuple[int, str, str]]] = {
    "no key": (row(9, 编号=""), (2, "编号", "")),
    "no title": (row(9, 问题名称="", 交办日期="2023-06-05"), (2, "问题名称", "")),
    "no unit": (row(9, ""), (2, "责任单位", "")),
    "unknown unit": (row(9, "卫健"), (2, "责任单位", "卫健")),
    "no date": (row(9, 交办日期="六月一日"), (2, "交办日期", "六月一日")),
    "no such day": (row(9, 交办日期="2023-06-31"), (2, "交办日期", "2023-06-31")),
    "not yet": (row(9, 交办日期="2023-06-11"), (2, "交办日期", "2023-06-11")),
    "due before handed out": (
        row(9, 交办日期="2023-06-05", 整改时限="2023-06-04"),
        (2, "整改时限", "2023-06-04"),
    ),
    "unknown type": (row(9, 类型="不知道", 交办日期="2023-06-05"), (2, "类型", "不知道")),
    "unknown level": (row(9, 级别="省级", 交办日期="2023-06-05"), (2, "级别", "省级")),
    "unknown status": (row(9, 状态="完成"), (2, "状态", "完成")),
    "unknown choice": (row(9, 来源="媒体", 交办日期="2023-06-05"), (2, "来源", "媒体")),
    "too long": (row(9, 编号="长" * 101, 交办日期="2023-06-05"), (2, "编号", "长" * 100)),
    "title too long": (row(9, 问题名称="长" * 301, 交办日期="2023-06-05"), (2, "问题名称", "长" * 100)),
    "closed time": (row(9, 交办日期="2023-06-01"), (2, "交办日期", "2023-06-01")),
    "counted in closed time": (row(1, 类型="态度生硬"), (2, "类型", "态度生硬")),
    "finished": (row(2, 来源="群众投诉"), (2, "来源", "群众投诉")),
    "finished, other unit": (row(2, "公安分局"), (2, "责任单位", "公安分局")),
    "no such move": (row(3, 状态="已撤销"), (2, "状态", "已撤销")),
    "unit's move": (row(4, 交办日期="2023-06-05", 状态="待核查"), (2, "状态", "待核查")),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_one_bad_row_among_good_ones_is_named_and_nothing_is_saved(yindu: Problems, what: str) -> None:
    before = everything(yindu.register)
    bad, place = BAD_ROWS[what]
    good = row(20, 交办日期="2023-06-05")
    batch = yindu.check(bad, good)
    assert (batch.state, faults(batch), batch.plan["sheet"]) == (BatchState.FAULTY, [place], "清单")
    assert batch.plan["faults"][0]["message"]
    assert (batch.plan["new"], batch.n_new) == ([], 0)
    assert everything(yindu.register) == before


def test_all_faults_are_listed_in_the_order_of_the_rows(yindu: Problems) -> None:
    batch = yindu.check(
        row(30, "没有的局", 交办日期="某天", 来源="媒体"),
        row(31, 交办日期="2023-06-05"),
        row(31, 交办日期="2023-06-05"),
        row(32, 编号="", 级别="省级"),
    )
    assert faults(batch) == [
        (2, "责任单位", "没有的局"),
        (2, "交办日期", "某天"),
        (2, "来源", "媒体"),
        (4, "编号", "P0031"),
        (5, "编号", ""),
        (5, "级别", "省级"),
    ]
    assert "3" in batch.plan["faults"][3]["message"]


def test_unknown_and_ambiguous_units_are_told_with_what_may_be_meant(yindu: Problems) -> None:
    for unit in ("公安分局", "城管局"):
        save_alias(unit=yindu.units[unit], name="分局")
    batch = yindu.check(row(9, "市场监督局"), row(10, "分局"))
    near, several = (one["message"] for one in batch.plan["faults"])
    assert "市场监管局" in near
    assert "公安分局" in several
    assert "城管局" in several


def test_an_older_file_does_not_turn_back_what_the_unit_did_since(yindu: Problems) -> None:
    batch = yindu.check(row(3, 状态="待整改"), opened_on=dt.date(2023, 6, 9), is_complete=False)
    assert faults(batch) == [(2, "状态", "待整改")]
    assert yindu.entry("P0003").status.meaning == Meaning.ANSWERED


def test_evidence_that_a_move_wants_is_not_in_a_file(yindu: Problems) -> None:
    source, target = yindu.status("answered"), yindu.status("done")
    definitions.save_move(source=source, target=target, by="office", name="核查通过", needs_file=True)
    batch = yindu.check(row(3, 状态="已完成"), is_complete=False)
    assert faults(batch) == [(2, "状态", "已完成")]


def test_a_required_column_is_wanted_of_new_entries(yindu: Problems) -> None:
    definitions.save_column(register=yindu.register, code="times", required=True)
    assert faults(yindu.check(row(9, 交办日期="2023-06-05"), is_complete=False)) == [(2, "反映次数", "")]
    assert yindu.check(row(1), is_complete=False).state == BatchState.CHECKED


def test_personal_contents_are_in_no_fault_and_no_plan(yindu: Problems) -> None:
    definitions.save_column(register=yindu.register, code="telephone", kind="whole")
    number = f"电话{TELEPHONE}"
    batch = yindu.check(row(9, 交办日期="2023-06-05", 申请人电话=number))
    assert faults(batch) == [(2, "申请人电话", "•••")]
    good = yindu.check(row(9, 交办日期="2023-06-05", 申请人电话=TELEPHONE))
    assert good.state == BatchState.CHECKED
    assert TELEPHONE not in str([batch.plan, good.plan])
    assert EntryBatchPersonal.objects.get().batch == good


WRONG_SHEETS = {
    "another table": (("序号", "姓名", "电话"), ["1", "张三", "123"]),
    "no key": (HEAD[1:], row(9)[1:]),
    "no unit": (("编号", "问题名称"), ["P1", "某问题"]),
    "two units": (("编号", "问题名称", "责任单位", "单位"), ["P1", "某问题", "卫健委", "公安分局"]),
    "head alone": (HEAD, [""] * len(HEAD)),
}


@pytest.mark.parametrize("what", WRONG_SHEETS)
def test_a_sheet_that_is_none_of_the_registers_is_refused(yindu: Problems, what: str) -> None:
    head, cells = WRONG_SHEETS[what]
    before = everything(yindu.register)
    batch = yindu.check(cells, head=head)
    assert (batch.state, len(faults(batch))) == (BatchState.FAULTY, 1)
    assert everything(yindu.register) == before


def test_the_template_of_another_register_is_refused(yindu: Problems) -> None:
    definitions.save_register(office=yindu.office, code="reviews", title="差评整改台账")
    assert yindu.check(row(1), sheet="差评整改台账").state == BatchState.FAULTY
    assert yindu.check(row(1), sheet="问题整改台账").state == BatchState.CHECKED


def bomb() -> bytes:
    """A workbook whose sheet unpacks to 200 MB of blanks."""
    plain = workbook(HEAD, [row(1)])
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in source.namelist():
            extra = b" " * 200 * 1024**2 if name == "xl/worksheets/sheet1.xml" else b""
            packed.writestr(name, source.read(name) + extra)
    return stream.getvalue()


BAD_FILES = {
    "old xls": lambda: OLE + b"\0" * 1000,
    "encrypted": lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000,
    "zip bomb": bomb,
    "20 MB": lambda: b"PK" + b"x" * 20 * 1024**2,
    "damaged": lambda: workbook(HEAD, [row(1)])[:500],
    "wrong encoding": lambda: "編號,責任單位\nP1,衛健委\n".encode("big5"),
    "binary": lambda: bytes(range(256)) * 10,
    "pdf": lambda: b"%PDF-1.7",
    "empty": lambda: b"",
    "too many rows": lambda: workbook(("编号", "责任单位"), [(n, "卫健委") for n in range(20_100)]),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_no_table_is_refused_as_a_whole(yindu: Problems, what: str) -> None:
    before = everything(yindu.register)
    batch = yindu.check(data=BAD_FILES[what](), name="清单.xlsx")
    assert (batch.state, batch.plan["new"]) == (BatchState.FAULTY, [])
    [fault] = batch.plan["faults"]
    assert (fault["row"], bool(fault["message"])) == (0, True)
    assert everything(yindu.register) == before


def test_formulas_stay_texts(yindu: Problems) -> None:
    risky = ['=HYPERLINK("http://x")', "+1", "@SUM(A1)", "-2+3"]
    rows = [row(40 + n, 问题名称=text, 交办日期="2023-06-05") for n, text in enumerate(risky)]
    yindu.load(*rows, is_complete=False)
    assert [yindu.entry(f"P{40 + n:04}").name for n in range(4)] == risky


def test_a_thousand_faults_are_enough(yindu: Problems) -> None:
    batch = yindu.check(*(row(n, "没有的局") for n in range(100, 1300)))
    assert len(batch.plan["faults"]) == 1000


def test_what_a_checked_file_says_of_entries_is_not_said_before_it_is_saved(yindu: Problems) -> None:
    life.edit_entry(
        entry=yindu.entry("P0001"), user=yindu.administrator, fields={"name": "另改"}, at=at(10, 12)
    )
    batch = yindu.check(row(1), is_complete=False)
    assert [line["changes"] for line in batch.plan["changed"]] == [{"name": ["另改", "第1号问题"]}]
    assert Entry.objects.get(key="P0001").name == "另改"
