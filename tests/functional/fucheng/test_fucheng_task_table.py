"""The table of 59 tasks of 涪城区 as the annex of a 通知: rows of leaves against the transcribed cells."""

from pathlib import Path

import pytest

from govsvc.packs.loading import apply_pack
from govsvc.packs.reading import read_pack
from reports.models import Bulletin
from reports.services.document import build_document
from reports.services.source import faults_of
from reports.services.templates import AnnexSpec, ColumnSpec, save_bulletin
from tests.fucheng.truth import leaves

ROOT = Path(__file__).resolve().parents[3]
PERIOD = "2023-05"
# Column of the public table → what the annex's column says; the number is the first level's.
HEADS = {
    "一级指标": "level1",
    "二级指标": "level2",
    "三级指标": "level3",
    "重点任务": "task",
    "牵头单位": "牵头单位",
    "责任单位": "responsible",
    "完成时限": "deadline",
}
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def notice(*columns: ColumnSpec) -> Bulletin:
    office = apply_pack(read_pack(ROOT / "packs" / "fucheng"))
    scheme = office.schemes.get(code="ywtb2023")
    annex = AnnexSpec(1, "重点任务清单", None, columns, scheme=scheme, rows="leaves")
    return save_bulletin(
        office=office, code="tasks", group=office.groups.get(code="depts"), name="通知", title="通知",
        number_format="某〔{year}〕{number}号", signature="某办", printed_by="某办", sections=[], annexes=[annex],
    )  # fmt: skip


def test_59_rows_are_the_published_ones_cell_by_cell() -> None:
    seq = ColumnSpec("seq", "序号", "seq", merge=True)
    texts = [
        ColumnSpec(f"c{n}", head, "text", code, merge=code.startswith("level"))
        for n, (head, code) in enumerate(HEADS.items())
    ]
    bulletin = notice(seq, *texts)
    assert faults_of(bulletin, PERIOD) == []
    document, _source, _names = build_document(bulletin, PERIOD)
    [annex] = document["annexes"]
    assert [row["cells"] for row in annex["rows"]] == [[row[h] for h in ("序号", *HEADS)] for row in leaves()]
    assert [row["leaf"] for row in annex["rows"]] == [row["id"] for row in leaves()]
    assert [column["merge"] for column in annex["columns"]] == [True, True, True, True, *[False] * 4]


def test_numbers_run_on_and_targets_and_deadlines_are_words() -> None:
    columns = (
        ColumnSpec("seq", "序号", "seq"),
        ColumnSpec("key", "编号", "text", "key"),
        ColumnSpec("target", "目标", "text", "target"),
        ColumnSpec("deadline", "完成时限", "text", "deadline"),
    )
    bulletin = notice(*columns)
    node = bulletin.office.schemes.get(code="ywtb2023").nodes.get(key="1.2")
    node.deadline = "2023-12-31"
    node.save()
    document, _source, _names = build_document(bulletin, PERIOD)
    rows = [row["cells"] for row in document["annexes"][0]["rows"]]
    assert rows[0] == ["1", "1.1", "≥100%", "长期坚持"]
    assert rows[1] == ["2", "1.2", "≥100%", "2023年12月31日"]
    assert rows[-1][0] == "59"


def test_what_a_leaf_has_not_is_a_fault() -> None:
    bulletin = notice(
        ColumnSpec("unit", "单位", "unit"),
        ColumnSpec("who", "谁", "text", "whom"),
        ColumnSpec("n", "数", "item", "l1_1"),
    )
    bulletin.annexes.update(total="bottom")
    assert [fault.where for fault in faults_of(bulletin, PERIOD)] == [
        "附件1", "附件1第1列（unit）", "附件1第2列（who）", "附件1第3列（n）",
    ]  # fmt: skip
