"""A paragraph in a form (月度工作情况): typed, kept line by line, copied, reviewed, printed, and through workbooks and files."""

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from departments.models import Submission, SubmissionEvent
from departments.services import forms, submissions
from departments.services.bulk import import_table
from departments.sheets import check_expression
from departments.table_files import read_rows
from departments.tables import read_pasted_table
from departments.text_changes import REMOVED, text_changes
from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.entry.scene import PARAGRAPH, USUAL, WRITTEN, EntryScene, build_scene
from tests.functional.journey.camera import shoot
from tests.functional.transfer.files import csv_bytes, xlsx_bytes

pytestmark = pytest.mark.django_db
TYPED = "　　一、接入省平台。\r\n\r\n  二、=1+1 <b>整改</b>。\r\n"
KEPT = "一、接入省平台。\n二、=1+1 <b>整改</b>。"
LONG = "\n".join(
    (
        "一、总体情况。3月全区市场监管系统办理证照电子化 12640 份，电子化率 98.8%，较上月提高 0.4 个百分点；新增“一照通行”改革事项 6 项。",
        "二、主要做法。对存量证照分三批清洗，建立“日清周结”台账；与大数据管理局联合核对，退回问题数据 127 条，当月全部更正。",
        "三、存在问题。部分许可证历史数据缺少统一社会信用代码，需向省局申请批量补录。",
        "四、下步打算。4月底前完成特种设备使用登记证的存量数据治理，并开展窗口人员培训两期。",
    )
)


@pytest.fixture
def scene(db: Any) -> EntryScene:
    return build_scene(1, 2, more=PARAGRAPH, usual=USUAL | {"report": WRITTEN})


def test_lines_are_kept_and_layout_is_not(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    answer = clerk.post(
        address(scene.submission, "save"),
        json.dumps({"version": None, "cells": {"report": {"text": TYPED}}}),
        content_type="application/json",
    ).json()
    assert answer["cells"]["report"]["text"] == KEPT == scene.stored["report"]
    clerk.post(address(scene.submission), {"cell-report": TYPED, "action": "save"})
    assert SubmissionEvent.objects.filter(submission=scene.submission).count() == 1, "the same text again"
    page = clerk.get(address(scene.submission)).content.decode()
    assert "&lt;b&gt;整改&lt;/b&gt;" in page
    assert "<b>整改</b>" not in page


def test_at_most_5000_characters_and_no_control_characters(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    def save(text: str) -> dict[str, Any]:
        body = json.dumps({"version": None, "cells": {"report": {"text": text}}})
        return clerk.post(address(scene.submission, "save"), body, content_type="application/json").json()

    assert save("字" * 5000)["rejected"] == []
    assert save("字" * 5001)["rejected"] == ["report"]
    assert len(scene.stored["report"]) == 5000
    assert save("甲\x00乙\x07")["cells"]["report"]["text"] == "甲乙"


def test_last_periods_text_is_offered_but_never_taken_over_with_the_stocks(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    shown = clerk.get(address(scene.submission))
    [cell] = [cell for block in shown.context["blocks"] for cell in block.cells if cell.key == "report"]
    assert cell.copies == WRITTEN
    clerk.post(address(scene.submission), {"action": "copy"})
    assert "report" not in scene.stored
    assert scene.stored["total"] == "420"


def test_nothing_numeric_takes_it_for_a_number(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    item = scene.form.items.get(code="report")
    assert (item.slot, item.is_number) == (None, False)
    assert check_expression(scene.form, "月度工作情况 + 1", boolean=False)
    assert check_expression(scene.form, "月度工作情况 = “无”", boolean=True) is None
    submissions.save_figures(submission=scene.submission, inputs={}, user=scene.clerk)
    scene.submit(report="12")
    submissions.approve(submission=scene.submission, user=scene.administrator)
    assert scene.stored["report"] == "12"


def test_it_is_not_asked_per_category(scene: EntryScene) -> None:
    with pytest.raises(ValidationError):
        forms.save_item(form=scene.form, code="report", by_category=True)


def test_review_print_and_history_show_it_readably(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    scene.save(report=LONG)
    scene.submit(report=LONG.replace("127 条", "128 条"))
    office = Client()
    office.force_login(scene.administrator)
    page = office.get(address(scene.submission)).content.decode()
    assert "<ins>退回问题数据 128 条，</ins>" in page, "the changed clause alone is marked"
    assert page.count("三、存在问题") >= 2
    printed = clerk.get(address(scene.submission, "print")).content.decode()
    assert "<p>三、存在问题。" in printed


def test_the_workbook_brings_the_lines_back(
    scene: EntryScene, clerk: Client, address: Callable[..., str]
) -> None:
    scene.save(report=LONG)
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(address(scene.submission, "workbook")).content))
    page = book["填报"]
    [row] = [row for row in range(1, page.max_row + 1) if page.cell(row, 1).value == "report"]
    cell = page.cell(row, 6)
    assert (cell.value, cell.data_type, cell.number_format) == (LONG, "s", "@")
    assert 60 <= page.row_dimensions[row].height <= 409
    cell.value = "=SUM(1)\n第二行"
    cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "form.xlsx"
    answer = clerk.post(address(scene.submission, "upload"), {"file": stream})
    [difference] = answer.context["differences"]
    assert (difference.old, difference.new, difference.is_paragraph) == (LONG, "=SUM(1)\n第二行", True)


def test_files_and_pasted_tables_keep_the_lines(scene: EntryScene) -> None:
    head, row = ["单位", "期间", "月度工作情况"], ["D14", "2022-03", KEPT]
    for content in (csv_bytes([head, row]), xlsx_bytes([head, row])):
        rows = [tuple(cells) for cells in read_rows(content)]
        assert rows[1][2] == KEPT
    assert import_table(form=scene.form, rows=rows, user=scene.clerk).faults == ()
    assert scene.stored == {"report": KEPT}
    pasted = read_pasted_table(f'单位\t事项总数\t月度工作情况\n市场监督管理局\t420\t"{KEPT}"')
    assert pasted.rows[0].cells[2] == KEPT


def test_text_changes_give_both_texts_back() -> None:
    new = LONG.replace("三批", "四批").replace("。\n四、", "。\n五、") + "\n六、其他。"
    pieces = list(text_changes(LONG, new))
    assert "".join(piece for kind, piece in pieces if kind != "added") == LONG
    assert "".join(piece for kind, piece in pieces if kind != REMOVED) == new
    assert ("", "建立“日清周结”台账；") in [
        (kind, piece) for kind, piece in text_changes("建立“日清周结”台账；", "建立“日清周结”台账；")
    ]


def test_a_clerk_writes_a_paragraph(page: Page, live_server: Any, transactional_db: Any) -> None:
    scene = build_scene(1, 2, more=PARAGRAPH, usual=USUAL | {"report": WRITTEN})
    log_in(page, live_server, scene.clerk)
    page.goto(live_server.url + reverse("admin:departments_submission_change", args=[scene.submission.pk]))
    field = page.locator("#cell-report")
    field.fill(LONG)
    expect(page.locator("#length-report")).to_contain_text(str(len(LONG)))
    field.press("Enter")
    expect(field).to_be_focused()
    page.locator("#cell-accepted").focus()
    page.wait_for_function("document.querySelector('#version').value !== '0'")
    assert scene.stored["report"] == LONG
    page.locator("#before-report summary").click()
    page.locator("#before-report [data-copy]").click()
    expect(field).to_have_value(f"{LONG}\n{WRITTEN}")
    field.fill(LONG)
    field.scroll_into_view_if_needed()
    assert fits(page)
    shoot(page, "clerk-paragraph")
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    field.scroll_into_view_if_needed()
    shoot(page, "phone-paragraph")
    field.fill("字" * 5001)
    page.locator("#cell-accepted").focus()
    expect(page.locator("#problem-report")).not_to_be_empty()
    expect(page.locator("#length-report")).to_have_class("gs-length gs-error")
    assert Submission.objects.get(pk=scene.submission.pk).status == "draft"
