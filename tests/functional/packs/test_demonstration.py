"""The demonstration takes a form's own path: unit heads, the office's own tables by category, explained warnings."""

from decimal import Decimal
from pathlib import Path

import pytest

from departments.choices import Action, RemarkKind, Status
from departments.models import Figure, Remark, Submission, SubmissionEvent
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.faults import PackError
from govsvc.packs.reading import read_pack
from tests.unit.packs.manual_pack import example_files, write_example

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WINDOW = """
- form: platform
  period: 2024-03
  opens_at: 2024-04-01 08:30
  due_at: 2024-04-03 12:00
  entered_at: 2024-04-02 09:00
  entered_by: xinghe-second
  submitted_at: 2024-04-02 09:30
  explanation: 已与平台核对
  approved_at: 2024-04-03 10:00
  approved_by: xinghe-admin
"""
DATA = """unit,category,assigned
S1,property,12
S1,供暖,20
城西街道,物业管理,15
城西街道,heating,0
S3,property,1
S3,heating,2
S3,码头扬尘,7
"""
RULE = """rules:
  - code: mostly_property
    severity: warning
    expression: 转办量 > 0
    message: 没有转办
"""
HEADS = """xinghe-second,区热线办管理员乙,second@xinghe.example,administrator,
xinghe-h1,城东街道负责人,,unit_head,S1
xinghe-h2,城西街道负责人,,unit_head,S2
xinghe-h3,河口镇负责人,,unit_head,S3
"""


def changes() -> dict[str, str | bytes | None]:
    """The manual's example with unit heads in the one form and the office's table in the other."""
    files = example_files()
    hotline = files["forms/hotline.yaml"].replace(
        "frequency: month\n", "frequency: month\nunit_head_step: 是\n"
    )
    confirmed = "  confirmed_at: 2024-04-02 14:00\n  approved_at: 2024-04-03"
    return {
        "forms/hotline.yaml": hotline,
        "forms/platform.yaml": files["forms/platform.yaml"] + RULE,
        "accounts.csv": files["accounts.csv"] + HEADS,
        "windows.yaml": files["windows.yaml"].replace("  approved_at: 2024-04-03", confirmed) + WINDOW,
        "data/platform/2024-03.csv": DATA,
    }


def filled(directory: Path) -> None:
    demonstration = Demonstration(read_pack(directory), lambda line: None, lambda *args: None, worker=False)
    demonstration.prepare()
    demonstration.fill()


def test_every_form_takes_its_own_path(tmp_path: Path) -> None:
    filled(write_example(tmp_path, changes()))
    assert list(Submission.objects.values_list("status", flat=True)) == [Status.APPROVED] * 6
    heads = SubmissionEvent.objects.filter(action=Action.CONFIRM).order_by("user__username")
    assert [(event.user.username, event.submission.unit.code) for event in heads] == [
        ("xinghe-h1", "S1"),
        ("xinghe-h2", "S2"),
        ("xinghe-h3", "S3"),
    ]
    table = Submission.objects.filter(window__form__code="platform")
    assert {(row.submitted_by.username, row.decided_by.username) for row in table} == {
        ("xinghe-second", "xinghe-admin")
    }
    dust = Figure.objects.get(category__code="dust")
    assert (dust.submission.unit.code, dust.value) == ("S3", Decimal(7))
    assert Figure.objects.filter(category__code="heating").count() == 3
    explained = Remark.objects.get(kind=RemarkKind.EXPLANATION)
    assert (explained.submission.unit.code, explained.cell, explained.text) == (
        "S2",
        "assigned@heating",
        "已与平台核对",
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("data/platform/2024-03.csv", "S3,码头扬尘,7", "城西街道,码头扬尘,7", "没有叫“码头扬尘”的类别"),
        ("data/platform/2024-03.csv", "S1,供暖,20", "S1,property,20", "“S1，物业管理”写了两行"),
        ("data/platform/2024-03.csv", "S1,供暖,20", "S1,,20", "转办量：按类别填，要写“category”（类别）"),
        ("data/platform/2024-03.csv", "S3,heating,2\n", "", "“供暖·转办量”尚未填写"),
        ("accounts.csv", "xinghe-h3,河口镇负责人,,unit_head,S3\n", "", "没有“S3”的单位负责人，无人确认"),
        ("windows.yaml", "  confirmed_at: 2024-04-02 14:00\n", "", "缺少“confirmed_at”（确认时间）"),
        ("windows.yaml", "xinghe-second", "xinghe-admin", "审批人不能是填报人"),
        ("windows.yaml", "  explanation: 已与平台核对\n", "", "没有写 explanation（说明）"),
    ],
)
def test_what_would_stop_it_is_told_before(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    files = changes()
    text = files[file]
    assert isinstance(text, str)
    assert text.count(old) == 1
    files[file] = text.replace(old, new)
    with pytest.raises(PackError) as error:
        read_pack(write_example(tmp_path, files))
    assert told in str(error.value)
