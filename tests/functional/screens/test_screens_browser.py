"""Three of the annexes in a real browser: licences pasted into a unit's form, a column pasted into the office's grid, a file uploaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from departments.choices import EntryMode, Status
from tests.functional.journey.camera import shoot
from tests.functional.screens.acts import approve_all, decided, submission_of
from tests.functional.screens.offices import account, clerk_of, open_office, window_of
from tests.functional.screens.published import differences
from tests.functional.screens.published import yindu as published
from tests.unit.tables.annexes import yindu_workbook

Opens = Callable[[Page, User, str], None]


@pytest.fixture
def opens(live_server: Any) -> Opens:
    """A page of the site, logged in."""

    def opened(page: Page, user: User, address: str) -> None:
        client = Client()
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto(live_server.url + address)

    return opened


def paste(page: Page, selector: str, text: str) -> None:
    """A block from the clipboard into a cell."""
    page.focus(selector)
    page.evaluate(
        """([selector, text]) => { const data = new DataTransfer(); data.setData('text', text);
        document.querySelector(selector).dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
        [selector, text],
    )


def test_licences_of_one_unit_pasted_as_a_block(transactional_db: None, page: Page, opens: Opens) -> None:
    yindu = open_office("yindu", "licences")
    window, annex = window_of(yindu, "licences"), published(3, "licences").of("U26")
    submission = submission_of(window, "U26")
    opens(page, clerk_of(yindu, "U26"), "/admin/")
    page.click(f"a.gs-button[href='{reverse('admin:departments_submission_change', args=[submission.pk])}']")
    expect(page.locator("#category-rows tr")).to_have_count(len(annex.lines))
    assert len(annex.lines) == 17
    block = "\n".join("\t".join(line.cells.values()) for line in annex.lines)
    first = submission.unit.categories.order_by("order").first()
    assert first is not None
    paste(page, f"[id='cell-signed@{first.code}']", block)
    for item in ("signed", "unsigned"):
        total = sum(int(line.cells[item]) for line in annex.lines)
        expect(page.locator(f"#total-{item}")).to_have_text(f"{total:,}")
    expect(page.locator("#save-state")).to_contain_text("自动保存")
    shoot(page, "clerk-annex3-categories")
    page.click("#submit")
    expect(page.locator(".gs-state-submitted")).to_be_visible()
    assert differences(window, annex) == {}


def test_a_column_pasted_into_the_office_s_grid(transactional_db: None, page: Page, opens: Opens) -> None:
    yindu = open_office("yindu", "cases_window")
    window, annex = window_of(yindu, "cases_window"), published(6, "cases_window")
    opens(page, account(yindu, "admin2"), reverse("admin:departments_window_changelist"))
    page.click(f"a[href='{reverse('admin:departments_window_table', args=[window.pk])}']")
    figures = {line.unit: line.cells["handled"] for line in annex.lines}
    order = list(window.submissions.order_by("unit__protocol_order").values_list("unit__code", flat=True))
    paste(page, "tbody tr:first-child input[data-key=handled]", "\n".join(figures[unit] for unit in order))
    page.click("#paste button[value=apply]")
    expect(page.locator("[data-total=handled]")).to_have_text("1,816")
    expect(page.locator(".gs-sheet-dirty")).to_have_count(0)
    page.click("#submit-complete")
    expect(page.locator("tr.gs-sheet-locked")).to_have_count(31, timeout=60_000)
    approve_all(account(yindu, "admin1"), window)
    assert decided(window) == []
    assert differences(window, annex) == {}


def test_a_file_with_three_levels_of_head_and_a_city_s_row(
    transactional_db: None, page: Page, opens: Opens, tmp_path: Path
) -> None:
    yindu = open_office("yindu", "supervision")
    window, annex = window_of(yindu, "supervision"), published(5, "supervision")
    window.form.entered_by = EntryMode.OFFICE
    window.form.save()
    file = tmp_path / "附件5 “互联网+监管”数据汇集情况统计表.xlsx"
    file.write_bytes(yindu_workbook(5))
    opens(page, account(yindu, "admin2"), reverse("admin:departments_window_table", args=[window.pk]))
    page.click(f"a[href='{reverse('admin:departments_window_table_upload', args=[window.pk])}']")
    page.set_input_files("#file", file)
    page.click(".gs-wizard-actions button")
    expect(page.locator("select[name^='unit-']")).to_have_count(1)
    shoot(page, "administrator-annex5-upload")
    page.select_option("select[name='unit-殷都区']", "skip")
    page.locator("button[value=read]").click()
    expect(page.locator(".gs-preview-table tbody tr")).to_have_count(26)
    page.locator("button[value=save]").click()
    # The city's row is entered too; only the bulletin's total leaves it out.
    expect(page.locator("[data-total=main]")).to_have_text("4,617")
    page.click("#submit-complete")
    expect(page.locator("tr.gs-sheet-locked")).to_have_count(26, timeout=60_000)
    assert set(window.submissions.values_list("status", flat=True)) == {Status.SUBMITTED}
    assert differences(window, annex) == {}
