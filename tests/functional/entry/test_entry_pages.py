"""The entry page in a real browser, by a clerk with 63 rows to fill; with GOVSVC_SCREENSHOTS it takes the manual's pictures."""

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from departments.choices import ItemKind, Status
from departments.services import forms, reopenings, submissions
from tests.functional.entry.scene import USUAL, EntryScene, build_scene
from tests.functional.journey.camera import shoot

A4 = (595, 842)
Opens = Callable[..., None]


@pytest.fixture
def full(transactional_db: Any, settings: Any, tmp_path: Any) -> EntryScene:
    """The scene with its 63 rows and a year behind it."""
    settings.MEDIA_ROOT = tmp_path
    return build_scene(months=12, allows_nil=True)


@pytest.fixture
def opens(live_server: Any, full: EntryScene) -> Opens:
    """Opens a page of the form in a browser page, logged in as the clerk or somebody else."""

    def made(page: Page, name: str = "change", user: Any = None) -> None:
        client = Client()
        client.force_login(user or full.clerk)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto(
            live_server.url + reverse(f"admin:departments_submission_{name}", args=[full.submission.pk])
        )

    return made


def cell(page: Page, key: str, prefix: str = "cell") -> Any:
    return page.locator(f'[id="{prefix}-{key}"]')


def paste(page: Page, key: str, text: str) -> None:
    page.evaluate(
        """([id, text]) => { const data = new DataTransfer(); data.setData('text', text);
        document.getElementById(id).dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
        [f"cell-{key}", text],
    )


def is_saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("自动保存")


def fits(page: Page) -> None:
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window


def test_a_block_is_pasted_into_the_rows_told_and_undone(page: Page, full: EntryScene, opens: Opens) -> None:
    opens(page)
    assert page.locator("#category-rows tr").count() == 63
    paste(page, "stock@c62", '300\t"1,20"\n200\t100\n"7"\t8')
    expect(page.locator("#told [data-text]")).to_contain_text("7、8")
    expect(cell(page, "digital@c62", "problem")).not_to_be_empty()
    paste(page, "stock@c62", "300\t120\r\n200\t系统未对接\r\n")
    expect(cell(page, "share@c62", "computed")).to_have_text("40.0%")
    expect(cell(page, "stock", "total")).to_have_text("500")
    is_saved(page)
    assert (full.stored["stock@c63"], full.stored["digital@c63"]) == ("200", "—（系统未对接）")
    page.click("#told [data-undo]")
    expect(cell(page, "stock@c63")).to_have_value("200")
    expect(cell(page, "digital@c62")).to_have_value("1,20")
    page.click("#told [data-undo]")
    expect(cell(page, "stock@c63")).to_have_value("")
    expect(page.locator("#told")).to_be_hidden()
    is_saved(page)
    expect(cell(page, "stock", "total")).not_to_have_text("500")
    assert "digital@c63" not in full.stored


def test_rows_are_found_added_and_filled(page: Page, full: EntryScene, opens: Opens) -> None:
    opens(page)
    page.click("#copy-stocks")
    expect(cell(page, "stock@c01")).to_have_value("12800")
    expect(cell(page, "accepted")).to_have_value("")
    cell(page, "issued@c01").fill("325")
    cell(page, "issued@c01").press("ArrowDown")
    expect(cell(page, "issued@c02")).to_be_focused()
    cell(page, "issued@c02").press("Enter")
    expect(cell(page, "cancelled@c02")).to_be_focused()
    is_saved(page)
    shoot(page, "clerk-categories", page.locator("#category-table"))
    page.fill("#row-name", "烟草专卖零售许可证")
    page.press("#row-name", "Enter")
    expect(page.locator("#category-rows tr")).to_have_count(64)
    new = page.locator("#category-rows tr").last.locator(".gs-input").first
    expect(new).to_be_focused()
    with page.expect_response("**/save/"):
        new.fill("12")
        new.press("Tab")
    assert [text for key, text in full.stored.items() if key.startswith("issued@u")] == ["12"]
    page.fill("#row-find", "药品")
    expect(page.locator("#category-rows tr:visible")).to_have_count(3)
    fits(page)


def test_the_table_on_a_phone(phone: Page, full: EntryScene, opens: Opens) -> None:
    full.save(**USUAL)
    opens(phone)
    fits(phone)
    phone.locator("#category-table").scroll_into_view_if_needed()
    phone.evaluate("document.getElementById('category-table').scrollIntoView()")
    shoot(phone, "phone-categories")
    field = cell(phone, "issued@c01")
    box = field.bounding_box()
    assert box is not None
    assert box["height"] >= 28
    with phone.expect_response("**/save/"):
        field.fill("7")
        field.press("Tab")
    assert full.stored["issued@c01"] == "7"


def test_every_kind_is_typed_and_saves_itself(page: Page, full: EntryScene, opens: Opens) -> None:
    opens(page)
    cell(page, "connected").select_option("否")
    cell(page, "channel").select_option("网上")
    cell(page, "since").fill("2022年3月5日")
    cell(page, "satisfied").fill("98.5%")
    cell(page, "remark").fill("已核对")
    is_saved(page)
    expect(cell(page, "satisfied")).to_have_value("98.5")
    expect(cell(page, "since")).to_have_value("2022-03-05")
    assert {key: full.stored[key] for key in ("connected", "channel", "since", "satisfied")} == {
        "connected": "0",
        "channel": "网上",
        "since": "2022-03-05",
        "satisfied": "98.5",
    }
    cell(page, "connected").select_option("")
    page.keyboard.press("Control+s")
    is_saved(page)
    paste(page, "connected", "√\t2022/3/6")
    expect(cell(page, "connected")).to_have_value("是")
    expect(cell(page, "since")).to_have_value("2022-03-06")


def test_a_warning_is_explained_where_it_stands(page: Page, full: EntryScene, opens: Opens) -> None:
    full.save(**USUAL)
    opens(page)
    cell(page, "accepted").fill("9000")
    box = page.locator('[id="explain-jump-accepted"]')
    expect(box).to_be_visible()
    is_saved(page)
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/change/" in answer.url):
        page.click("#submit")
    page.wait_for_load_state()
    expect(page.locator(".gs-state-draft")).to_be_visible()
    box.fill("3月为企业年报集中期，受理量翻了近十倍，已与窗口台账核对。")
    cell(page, "total").fill("421")
    is_saved(page)
    expect(box).to_have_value("3月为企业年报集中期，受理量翻了近十倍，已与窗口台账核对。")
    page.locator("#problems").scroll_into_view_if_needed()
    shoot(page, "clerk-explanation-warning")
    page.reload()
    expect(box).to_have_value("3月为企业年报集中期，受理量翻了近十倍，已与窗口台账核对。")
    page.click("#submit")
    expect(page.locator(".gs-state-submitted")).to_be_visible()
    assert full.submission.remarks.get(rule="jump").text.startswith("3月为企业年报")


def test_a_nil_return_in_two_clicks(page: Page, full: EntryScene, opens: Opens) -> None:
    opens(page)
    page.click("#nil")
    expect(page.locator("#nil-text")).to_contain_text("6")
    shoot(page, "clerk-nil")
    page.click("#nil-sure")
    expect(page.locator(".gs-state-submitted")).to_be_visible()
    assert full.submission.nil_return
    assert full.stored["accepted"] == "0"


def test_a_comment_by_keyboard_and_the_reason_of_a_return(page: Page, full: EntryScene, opens: Opens) -> None:
    submissions.return_submission(
        submission=full.submit(), user=full.administrator, cells={"online": "与省平台数据不符，请核实"}
    )
    opens(page)
    expect(cell(page, "online", "problem")).to_contain_text("与省平台数据不符")
    cell(page, "online").focus()
    page.keyboard.press("Alt+m")
    expect(page.locator("#remark-box textarea")).to_be_focused()
    page.keyboard.type("省平台3月25日起才计入公积金事项，本表按全部网办事项填报。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#remark-box li")).to_contain_text("填报员甲")
    shoot(page, "clerk-comment")
    page.keyboard.press("Escape")
    expect(cell(page, "online")).to_be_focused()
    assert full.submission.remarks.get(kind="comment").cell == "online"
    assert full.submission.status == Status.RETURNED


def test_files_are_attached_and_told_of(page: Page, full: EntryScene, opens: Opens) -> None:
    opens(page)
    cell(page, "total").fill("77")
    page.set_input_files(
        "#file", {"name": "盖章扫描件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n"}
    )
    page.locator("[name=file-kind]").select_option("signed")
    page.click("#attach")
    expect(page.locator(".gs-files")).to_contain_text("盖章扫描件.pdf")
    page.set_input_files("#file", {"name": "台账.exe", "mimeType": "application/pdf", "buffer": b"MZ"})
    page.click("#attach")
    expect(page.locator(".gs-files li")).to_have_count(1)
    assert full.stored["total"] == "77"
    page.locator("#files").scroll_into_view_if_needed()
    shoot(page, "clerk-attachments")
    with page.expect_download() as fetched:
        page.click(".gs-files a")
    assert fetched.value.suggested_filename == "盖章扫描件.pdf"


def test_the_workbook_comes_back_and_shows_what_it_changes(
    page: Page, full: EntryScene, opens: Opens, tmp_path: Any
) -> None:
    full.save(**USUAL)
    opens(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载 Excel").click()
    path = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(path)
    book = load_workbook(io.BytesIO(path.read_bytes()))
    rows = {row[0].value: row for row in book["填报"].iter_rows()}
    rows["total"][5].value, rows["accepted"][5].value, rows["days"][5].value = 421, 905, "两天半"
    table = {row[0].value: row for row in book["分类"].iter_rows()}
    table["c02"][2].value, table["c02"][4].value = 88, 5160
    book.save(path)
    page.get_by_role("link", name="上传 Excel").click()
    page.set_input_files("input[type=file]", path)
    page.locator(".gs-write button").click()
    expect(page.locator(".gs-difference tbody tr")).to_have_count(5)
    shoot(page, "clerk-xlsx-difference")
    page.click("#take")
    expect(cell(page, "total")).to_have_value("421")
    assert (full.stored["stock@c02"], full.stored["days"]) == ("5160", "2.5")


def test_a_locked_form_says_why_and_takes_the_request(
    page: Page, full: EntryScene, opens: Opens, live_server: Any
) -> None:
    submissions.approve(submission=full.submit(), user=full.administrator)
    opens(page)
    expect(page.locator("#locked")).to_be_visible()
    expect(page.locator("input[id^=cell-]")).to_have_count(0)
    page.click("#reopening-ask summary")
    page.fill("#reopening-ask input[name=reason]", "存量证照数漏计3月底换发的12份，需更正。")
    shoot(page, "clerk-locked")
    page.click("#reopening-ask form button")
    expect(page.locator("#reopening-asked")).to_contain_text("漏计3月底")
    asked = reopenings.pending(full.submission)
    assert asked is not None
    reopenings.grant(reopening=asked, user=full.colleague)
    page.reload()
    expect(page.locator("#reopening-since")).to_be_visible()
    cell(page, "stock@c01").fill("12812")
    is_saved(page)
    page.reload()
    expect(page.locator("#reopening-since del")).to_have_text("12800")


def test_the_printed_form_is_a4_with_forty_items_and_63_rows(
    page: Page, full: EntryScene, opens: Opens
) -> None:
    section = full.form.sections.get(code="quality")
    for number in range(32):
        forms.save_item(
            form=full.form, code=f"x{number}", name=f"第{number + 1}项办理质量指标数", order=number + 20,
            kind=ItemKind.WHOLE, section=section, may_be_blank=True,
        )  # fmt: skip
    full.save(**USUAL)
    opens(page, "print")
    shoot(page, "clerk-print")
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    sizes = [tuple(round(side) for side in paper[number].get_size()) for number in range(len(paper))]
    assert set(sizes) <= {A4, (596, 842), (595, 843)}
    assert len(sizes) <= 4
    text = "".join(paper[number].get_textpage().get_text_range() for number in range(len(paper)))
    assert "第32项办理质量指标数" in text.replace("\r\n", "")
    assert "动物防疫条件合格证（注销）" in text.replace("\r\n", "")
    assert "填报员甲" in text, "who printed it"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})
    fits(page)
