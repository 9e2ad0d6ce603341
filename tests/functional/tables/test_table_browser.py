"""The grid and the wizard under a real browser: keyboard, blocks from Excel, live totals, conflicts, questions, preview."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from departments.choices import Status
from departments.models import Submission
from departments.services.submissions import save_figures
from departments.services.table_entry import cells_by_row, rows_of
from departments.sheets import CellInput, describe_cell
from tests.functional.journey.camera import shoot
from tests.functional.tables.offices import Yindu, build_yindu, wide_form
from tests.unit.tables.annexes import yindu_rows, yindu_workbook

Visit = Callable[..., None]


@pytest.fixture
def yindu(transactional_db: Any) -> Yindu:
    return build_yindu("attendance")


@pytest.fixture
def visit(live_server: Any) -> Visit:
    """Opens a page of a window, logged in."""

    def opened(page: Page, user: Any, name: str, *args: int) -> None:
        client = Client()
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto(live_server.url + reverse(f"admin:departments_window_{name}", args=args))

    return opened


def stored(yindu: Yindu, name: str, code: str = "attendance") -> dict[str, str]:
    window = yindu.window(code)
    unit = yindu.units[name].pk
    cells = cells_by_row(rows_of(window, yindu.people["enters"]))[unit]
    return {key: describe_cell(cell) for key, cell in cells.items()}


def cell(yindu: Yindu, name: str, key: str) -> str:
    return f"#cell-{yindu.units[name].pk}-{key}"


def paste(page: Page, selector: str, text: str) -> None:
    page.focus(selector)
    page.evaluate(
        """([selector, text]) => { const data = new DataTransfer(); data.setData('text', text);
        document.querySelector(selector).dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
        [selector, text],
    )


def printed_row(name: str) -> str:
    """A unit's figures in annex 8, computed column included, as copied from the published table."""
    row = next(row for row in yindu_rows(8) if row["单位"] == name)
    return "\t".join(list(row.values())[2:14])


def test_typing_moves_computes_adds_up_and_saves_itself(page: Page, visit: Visit, yindu: Yindu) -> None:
    visit(page, yindu.people["enters"], "table", yindu.window("attendance").pk)
    page.fill(cell(yindu, "教育局", "staff"), "3")
    page.press(cell(yindu, "教育局", "staff"), "ArrowRight")
    expect(page.locator(cell(yindu, "教育局", "leave"))).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("ArrowRight")
    expect(page.locator(cell(yindu, "教育局", "leave_days"))).to_be_focused()
    line = page.locator(f"tr[data-unit='{yindu.units['教育局'].pk}']")
    expect(line.locator("[data-computed=leave_rate]")).to_have_text("33.33%")
    expect(page.locator("[data-total=staff]")).to_have_text("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(page.locator("#problem-list li")).to_have_count(1)
    expect(page.locator("#save-state")).to_contain_text("1")
    expect(page.locator("td.gs-has-error")).to_have_count(1)
    assert stored(yindu, "教育局") == {"staff": "3", "leave": "1"}


def test_a_block_with_its_computed_column_is_shown_then_pasted(
    page: Page, visit: Visit, yindu: Yindu
) -> None:
    visit(page, yindu.people["enters"], "table", yindu.window("attendance").pk)
    order = [row.unit.name for row in rows_of(yindu.window("attendance"), yindu.people["enters"])]
    top = order.index("市场监管局")
    paste(page, cell(yindu, "市场监管局", "staff"), printed_row("市场监管局") + "\n" + "\t".join("9" * 12))
    expect(page.locator("#paste")).to_be_visible()
    expect(page.locator("#paste [data-computed-too]")).to_be_checked()
    assert stored(yindu, "市场监管局") == {}
    page.click("#paste button[value=apply]")
    expect(page.locator("#save-state")).to_contain_text("自动保存")
    row = next(row for row in yindu_rows(8) if row["单位"] == "市场监管局")
    kept = stored(yindu, "市场监管局")
    assert (kept["staff"], kept["leave_days"], kept["out_hours"]) == (
        row["入驻总人数"],
        row["累计请假天数"],
        row["累计公出（小时）"],
    )
    assert stored(yindu, order[top + 1])["leave_days"] == "9"


def test_a_block_that_does_not_fit_says_so(page: Page, visit: Visit, yindu: Yindu) -> None:
    visit(page, yindu.people["enters"], "table", yindu.window("attendance").pk)
    last = rows_of(yindu.window("attendance"), yindu.people["enters"])[-1].unit.name
    paste(page, cell(yindu, last, "out"), "1\t2\t3\n4\t5\t6")
    expect(page.locator("#paste [data-warning]")).to_contain_text("1")
    page.click("#paste button[value=apply]")
    expect(page.locator("#save-state")).to_contain_text("自动保存")
    assert stored(yindu, last) == {"out": "1", "out_hours": "2"}
    paste(page, cell(yindu, "教育局", "staff"), "教育局\t3\n人社局\t5")
    expect(page.locator("#paste [data-warning]")).to_be_visible()
    page.click("#paste button[value=cancel]")
    assert stored(yindu, "教育局") == {}


@pytest.mark.parametrize(("side", "kept"), [("mine", "3"), ("theirs", "7")])
def test_a_colleagues_figure_is_never_overwritten_silently(
    page: Page, visit: Visit, yindu: Yindu, side: str, kept: str
) -> None:
    window = yindu.window("attendance")
    visit(page, yindu.people["enters"], "table", window.pk)
    row = Submission.objects.get(window=window, unit=yindu.units["教育局"])
    save_figures(submission=row, inputs={"staff": CellInput("7")}, user=yindu.people["approves"])
    page.fill(cell(yindu, "教育局", "staff"), "3")
    page.fill(cell(yindu, "人社局", "staff"), "5")
    page.keyboard.press("Control+s")
    page.check(f"#conflict input[value='{side}']")
    assert stored(yindu, "教育局") == {"staff": "7"}
    page.click("#conflict button")
    expect(page.locator(cell(yindu, "教育局", "staff"))).to_have_value(kept)
    page.fill(cell(yindu, "人社局", "leave"), "1")
    page.keyboard.press("Control+s")
    expect(page.locator(".gs-sheet-dirty")).to_have_count(0)
    assert stored(yindu, "教育局") == {"staff": kept}
    assert stored(yindu, "人社局") == {"staff": "5", "leave": "1"}


def test_the_attendance_of_all_units_from_file_to_submission(
    page: Page, visit: Visit, yindu: Yindu, tmp_path: Path
) -> None:
    window, user = yindu.window("attendance"), yindu.people["enters"]
    file = tmp_path / "附件8 考勤.xlsx"
    file.write_bytes(yindu_workbook(8))
    visit(page, user, "table_upload", window.pk)
    page.set_input_files("#file", file)
    page.click(".gs-wizard-actions button")
    expect(page.locator(".gs-preview-table tbody tr")).to_have_count(29)
    save_figures(
        submission=Submission.objects.get(window=window, unit=yindu.units["交通局"]),
        inputs={"staff": CellInput("8"), "leave": CellInput("4")},
        user=yindu.people["approves"],
    )
    page.reload()
    expect(page.locator(".gs-preview-table del")).to_have_count(2)
    shoot(page, "administrator-table-preview")
    page.locator("button[value=save]").click()
    expect(page.locator("#submit-complete")).to_be_enabled()
    assert stored(yindu, "交通局")["staff"] == "7"
    page.fill(cell(yindu, "人社局", "leave"), "99")
    expect(page.locator("#problem-list li.gs-error")).to_have_count(1)
    shoot(page, "administrator-table")
    page.fill(cell(yindu, "人社局", "leave"), "0")
    expect(page.locator("#problem-list li.gs-error")).to_have_count(0)
    page.click("#submit-complete")
    expect(page.locator("tr.gs-sheet-locked")).to_have_count(29, timeout=60_000)
    states = set(Submission.objects.filter(window=window).values_list("status", flat=True))
    assert states == {Status.SUBMITTED}
    assert page.locator("input[data-key]").count() == 0


def test_three_levels_of_head_and_questions(
    page: Page, visit: Visit, tmp_path: Path, transactional_db: Any
) -> None:
    yindu = build_yindu("supervision")
    window = yindu.window("supervision")
    file = tmp_path / "附件5.xlsx"
    file.write_bytes(yindu_workbook(5))
    visit(page, yindu.people["enters"], "table_upload", window.pk)
    page.set_input_files("#file", file)
    page.click(".gs-wizard-actions button")
    shoot(page, "administrator-table-mapping")
    for name in ("安阳市", "殷都区"):
        page.select_option(f"select[name='unit-{name}']", "skip")
    page.locator("button[value=read]").click()
    expect(page.locator(".gs-preview-table tbody tr")).to_have_count(25)
    page.locator("button[value=save]").click()
    expect(page.locator("[data-total=main]")).to_have_text("383")
    expect(page.locator("[data-total=sub_rate]")).to_have_text("27.46%")
    assert page.locator(".gs-sheet-table thead tr").count() == 3
    assert stored(yindu, "商务局", "supervision")["punish_covered"] == "7"


def test_forty_columns_of_thirty_six_units_stay_usable(
    page: Page, visit: Visit, yindu: Yindu, pages: Any
) -> None:
    window = wide_form(yindu.office, 40, list(yindu.units.values())[:36])
    for view in (page, pages.open((390, 844))):
        visit(view, yindu.people["enters"], "table", window.pk)
        width = view.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], "the table scrolls inside itself"
        view.locator("[data-total=i40]").scroll_into_view_if_needed()
        box = view.locator("tbody th").first.bounding_box()
        assert box is not None
        assert box["x"] >= 0, "the units stay in sight"
    paste(page, "tbody tr:nth-child(1) input[data-key=i1]", "\n".join(["\t".join("1" * 40)] * 36))
    page.click("#paste button[value=apply]")
    expect(page.locator("[data-total=i40]")).to_have_text("36", timeout=60_000)
    expect(page.locator(".gs-sheet-dirty")).to_have_count(0, timeout=60_000)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.gs *')].filter(e => [...e.childNodes].some(
        n => n.nodeType === 3 && /[\\u4e00-\\u9fff]/.test(n.data)) && e.offsetParent && !e.closest('script'))
        .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 14
