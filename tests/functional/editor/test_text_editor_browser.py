"""模板编辑 in a browser, on the real quarter of Wujin: written, computed, inserted, moved, saved, and by two at once."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from reports.models import Bulletin, BulletinSection
from tests.functional.editor.desk import enter, person, wujin
from tests.functional.journey.camera import shoot
from tests.functional.reports.scene import make
from tests.services.browser import DESKTOP, PHONE, Pages

pytestmark = pytest.mark.django_db(transaction=True)


class Office(NamedTuple):
    """A bulletin and a way to its editor: open(who, size)."""

    bulletin: Bulletin
    open: Callable[..., Page]


@pytest.fixture
def real(transactional_db: Any, pages: Pages, live_server: Any) -> Office:
    return _office(wujin(), person, pages, live_server.url)


@pytest.fixture
def small(transactional_db: Any, pages: Pages, live_server: Any) -> Office:
    """Two sections, the second without a hole."""
    scene = make()
    BulletinSection.objects.create(
        bulletin=scene.bulletin, order=2, heading="二、要求", text="各部门抓紧办理。"
    )
    return _office(scene.bulletin, scene.people.__getitem__, pages, live_server.url)


def _office(bulletin: Bulletin, people: Callable[[str], User], pages: Pages, server: str) -> Office:
    address = reverse("admin:reports_bulletin_editor", args=[bulletin.pk])

    def opened(who: str = "admin", size: tuple[int, int] = DESKTOP) -> Page:
        return enter(pages.open(size), server, people(who), address)

    return Office(bulletin, opened)


def block(page: Page, number: int) -> Any:
    return page.locator("#blocks [data-block]").nth(number - 1)


def text(page: Page, number: int) -> Any:
    return block(page, number).locator("textarea")


def test_a_sentence_is_written_with_the_palette_computed_and_saved(real: Office) -> None:
    bulletin, page = real.bulletin, real.open("admin1")
    expect(page.locator("#paper")).to_contain_text("46.8%")
    text(page, 1).press("Control+End")
    page.keyboard.insert_text("本期共有")
    page.click("#palette-open")
    page.fill("#palette-search", "单位数")
    shoot(page, "administrator-template-palette")
    page.click("#palette-list .gt-entry >> nth=0")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(text(page, 1)).to_be_focused()
    page.keyboard.insert_text("个单位。")
    first = bulletin.sections.get(order=1)
    expect(text(page, 1)).to_have_value(first.text + "本期共有{单位数()}个单位。")
    expect(page.locator("#faults")).to_be_hidden()
    expect(page.locator("#paper [data-section='1']")).to_contain_text("本期共有36个单位。")
    expect(page.locator("#state")).to_have_text("尚未保存")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("已保存")
    first.refresh_from_db()
    assert first.text.endswith("{单位数()}个单位。")
    page.evaluate("window.scrollTo(0, 0)")
    shoot(page, "administrator-template-editor")
    _faults(page)


def _faults(page: Page) -> None:
    """A fault is marked at its block, listed, and led to."""
    text(page, 2).fill("第一行\n办结率{比率(即办件律)}，{合计(}")
    expect(page.locator("#faults li")).to_have_count(2)
    expect(block(page, 2)).to_have_class("gt-block gt-faulty")
    page.locator("#faults li button").first.click()
    expect(text(page, 2)).to_be_focused()
    chosen = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text(page, 2).evaluate(chosen) == "即办件律"
    shoot(page, "administrator-template-errors")


def test_blocks_are_added_moved_by_keys_and_deleted(small: Office) -> None:
    bulletin, page = small.bulletin, small.open()
    count = bulletin.sections.count()
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#add")
    text(page, count + 1).fill("新的一节。")
    page.keyboard.press("Alt+ArrowUp")
    expect(text(page, count)).to_have_value("新的一节。")
    expect(text(page, count)).to_be_focused()
    block(page, 1).locator("[data-delete]").click()
    page.click("#save")
    expect(page.locator("#state")).to_have_text("已保存")
    texts = list(bulletin.sections.values_list("text", flat=True))
    assert len(texts) == count
    assert texts[-2] == "新的一节。"


def test_the_second_of_two_people_chooses_and_loses_nothing(small: Office, pages: Pages) -> None:
    """What only the other one changed is taken over; where both wrote, the second one chooses."""
    BulletinSection.objects.create(bulletin=small.bulletin, order=3, heading="三、其他", text="无。")
    mine, theirs = small.open(), small.open("approver")
    pages.watch.allow("409")
    text(theirs, 1).fill("对方改的第一节。")
    text(theirs, 2).fill("对方改的第二节。")
    theirs.keyboard.press("Control+s")
    expect(theirs.locator("#state")).to_have_text("已保存")
    text(mine, 2).fill("我改的第二节。")
    text(mine, 3).fill("我改的第三节。")
    mine.keyboard.press("Control+s")
    expect(mine.locator("#conflict")).to_be_visible()
    expect(mine.locator("#conflict .gt-choice")).to_have_count(1)
    shoot(mine, "administrator-template-conflict")
    expect(text(mine, 1)).to_have_value("对方改的第一节。")
    mine.click("#conflict [data-keep]")
    expect(mine.locator("#state")).to_have_text("已保存")
    stored = [section.text for section in small.bulletin.sections.all()]
    assert stored == ["对方改的第一节。", "我改的第二节。", "我改的第三节。"]
    text(theirs, 2).fill("又一版。")
    theirs.keyboard.press("Control+s")
    theirs.locator("#conflict .gt-choice button").click()
    theirs.click("#conflict [data-keep]")
    expect(theirs.locator("#state")).to_have_text("已保存")
    stored = [section.text for section in small.bulletin.sections.all()]
    assert stored == ["对方改的第一节。", "我改的第二节。", "我改的第三节。"]


def test_text_of_anybody_is_text_never_markup(small: Office) -> None:
    page = small.open()
    text(page, 1).fill("<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>")
    expect(page.locator("#paper [data-section='1']")).to_contain_text("<script>window.broken")
    assert page.evaluate("window.broken") is None


def test_a_phone_reads_it_and_nothing_runs_off_the_page(real: Office) -> None:
    page = real.open("viewer", PHONE)
    expect(page.locator("#paper")).to_contain_text("46.8%")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "administrator-template-phone")
