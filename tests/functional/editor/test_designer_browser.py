"""附件设计 in a browser, on the real tables of Wujin: columns added from the palette, moved, faulty, drawn and saved."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reports.models import Annex, Bulletin
from tests.functional.editor.desk import Seat, enter, person, wujin
from tests.functional.journey.camera import shoot
from tests.functional.reports.scene import Scene, make
from tests.services.browser import DESKTOP, PHONE, Pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def real(transactional_db: Any) -> Bulletin:
    return wujin()


@pytest.fixture
def small(transactional_db: Any) -> Scene:
    return make()


@pytest.fixture
def seat(pages: Pages, live_server: Any) -> Seat:
    def opened(user: Any, path: str, size: tuple[int, int] = DESKTOP) -> Page:
        return enter(pages.open(size), live_server.url, user, path)

    return opened


def of(annex: Annex) -> str:
    return reverse("admin:reports_annex_design", args=[annex.pk])


def row(page: Page, number: int) -> Any:
    return page.locator("#columns [data-column]").nth(number - 1)


def test_a_column_comes_from_the_palette_is_drawn_and_saved(seat: Seat, real: Bulletin) -> None:
    annex = real.annexes.get(number=1)
    count = annex.columns.count()
    page = seat(person("admin1"), of(annex))
    expect(page.locator("#paper tbody tr")).not_to_have_count(0)
    page.click("#palette-open")
    page.fill("#palette-search", "即办件率")
    page.locator("#palette-list .gt-pair button", has_text="作为一列").first.click()
    expect(row(page, count + 1).locator("[name=column-expression]")).to_have_value("即办件率")
    page.keyboard.press("Escape")
    row(page, count + 1).locator("[name=column-head]").fill("核对|即办|即办件率")
    expect(page.locator("#paper thead")).to_contain_text("核对")
    expect(page.locator("#faults")).to_be_hidden()
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("已保存")
    assert annex.columns.count() == count + 1
    page.evaluate("window.scrollTo(0, 0)")
    shoot(page, "administrator-annex-designer")
    _fault(page)


def _fault(page: Page) -> None:
    """A faulty column is marked and led to; the head is drawn all the same."""
    row(page, 4).locator("[name=column-expression]").fill("没有这一项 +")
    expect(page.locator("#faults li")).to_have_count(1)
    expect(row(page, 4).locator("[data-fault]")).to_be_visible()
    page.locator("#faults li button").click()
    expect(row(page, 4).locator("[name=column-expression]")).to_be_focused()
    expect(page.locator("#paper thead")).to_contain_text("核对")
    shoot(page, "administrator-annex-errors")


def test_columns_move_by_keys_and_go_after_asking(seat: Seat, small: Scene) -> None:
    annex = small.bulletin.annexes.get()
    page = seat(small.people["admin"], of(annex))
    page.on("dialog", lambda dialog: dialog.accept())
    row(page, 4).locator("[name=column-head]").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(row(page, 3).locator("[name=column-code]")).to_have_value("rate")
    row(page, 1).locator("[data-delete]").click()
    page.click("#add-group")
    page.locator("#groups select").select_option(label=small.bulletin.group.name)
    page.locator("#groups [name=group-subtotal_label]").fill("小计")
    expect(page.locator("#paper")).to_contain_text("小计")
    page.click("#save")
    expect(page.locator("#state")).to_have_text("已保存")
    assert list(annex.columns.values_list("code", flat=True)) == ["unit", "rate", "done"]
    assert annex.groups.get().subtotal_label == "小计"


def test_a_new_table_is_designed_from_nothing(seat: Seat, small: Scene) -> None:
    page = seat(small.people["admin"], reverse("admin:reports_bulletin_newannex", args=[small.bulletin.pk]))
    expect(page.locator("#faults li")).not_to_have_count(0)
    page.fill("[name=title]", "应办情况表")
    page.locator("[name=source]").select_option(index=1)
    page.click("#add")
    row(page, 3).locator("[name=column-head]").fill("应办")
    row(page, 3).locator("[name=column-expression]").fill("应办数")
    expect(page.locator("#paper tbody tr")).to_have_count(4)
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("已保存")
    made = Annex.objects.get(number=2)
    assert page.url.endswith(of(made))
    row(page, 3).locator("[name=column-head]").fill("应办件数")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("已保存")
    assert made.columns.get(order=3).head == "应办件数"
    assert Annex.objects.count() == 2


def test_a_phone_reads_it_and_nothing_runs_off_the_page(seat: Seat, real: Bulletin) -> None:
    page = seat(person("viewer"), of(real.annexes.get(number=1)), PHONE)
    expect(page.locator("#paper tbody tr")).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "administrator-annex-phone")
