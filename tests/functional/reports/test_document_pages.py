"""The pages of documents as a browser shows them, on a desk and on a telephone: nothing but tables and charts scrolls sideways."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from reports.renderers import render_html
from tests.documents.errata import chart_document, erratum_document
from tests.documents.fucheng import notice_document
from tests.documents.yindu import yindu_document
from tests.functional.journey.camera import shoot
from tests.services.browser import DESKTOP, PHONE, Pages

DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "red-head": yindu_document,
    "notice": notice_document,
    "erratum": erratum_document,
    "chart": lambda: chart_document(40),
}
# What the picture is of; the top of the page where nothing is named.
PARTS = {"notice": "#annex-1", "chart": "figure.drawing"}
# Those of the manual.
PICTURES = (("red-head", DESKTOP), ("notice", DESKTOP), ("chart", DESKTOP), ("erratum", PHONE))


@pytest.fixture
def shown(pages: Pages, tmp_path: Path) -> Callable[[str, tuple[int, int]], Page]:
    def show(name: str, size: tuple[int, int]) -> Page:
        file = tmp_path / f"{name}.html"
        file.write_bytes(render_html(DOCUMENTS[name]()))
        page = pages.open(size)
        page.goto(file.as_uri())
        if name in PARTS:
            page.evaluate("part => document.querySelector(part).scrollIntoView()", PARTS[name])
        return page

    return show


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_page_is_as_wide_as_the_window(
    shown: Callable[..., Page], name: str, size: tuple[int, int]
) -> None:
    page = shown(name, size)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if (name, size) in PICTURES:
        shoot(page, f"editor-document-{name}{'-phone' if size == PHONE else ''}")


def test_a_chart_is_found_and_read_as_a_picture(shown: Callable[..., Page]) -> None:
    page = shown("chart", DESKTOP)
    picture = page.get_by_role("img").first
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 400
    assert "公安局武进分局交通警察大队：未报" in (picture.get_attribute("aria-label") or "")


def test_a_merged_name_reaches_over_its_rows(shown: Callable[..., Page]) -> None:
    page = shown("red-head", DESKTOP)
    name = page.locator("#annex-3 th", has_text="卫健委").bounding_box()
    first = page.locator("#annex-3 td", has_text="母婴保健技术服务执业许可证").bounding_box()
    last = page.locator("#annex-3 td", has_text="老年人证").bounding_box()
    assert name is not None
    assert first is not None
    assert last is not None
    assert name["y"] == pytest.approx(first["y"], abs=1)
    assert name["y"] + name["height"] == pytest.approx(last["y"] + last["height"], abs=1)
