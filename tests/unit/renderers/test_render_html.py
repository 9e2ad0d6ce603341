from html.parser import HTMLParser

import pytest
from lxml import html

from reports.renderers import render_html, render_html_body, stylesheet
from reports.renderers.text import printable
from tests.documents.errata import NAMES, bars, chart_document, erratum_document
from tests.documents.hostile import PAYLOADS, bare_document, payload_document
from tests.documents.wujin import wujin_document
from tests.documents.yindu import yindu_document

TAGS = {
    "html", "head", "meta", "title", "style", "body", "article", "section", "header", "footer", "div", "p", "span", "a",
    "h1", "h2", "h3", "h4", "figure", "svg", "desc", "g", "path", "use", "defs", "symbol", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "class", "id", "href", "title", "data-figure", "data-kind", "rowspan", "colspan",
    "scope", "tabindex", "role", "aria-label",
    "viewbox", "xmlns", "xmlns:xlink", "xmlns:h5", "xlink:href", "fill", "fill-rule", "stroke", "stroke-width",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "d", "transform", "overflow", "x", "y",
}  # fmt: skip


class Inventory(HTMLParser):
    """All tags, attributes and links of a page, read by another parser than the one that wrote it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_the_document_becomes_markup(payload: str) -> None:
    document = payload_document(payload)
    page = render_html(document, lambda figure: "/f", lambda number, unit, column: "/c").decode()
    found = Inventory(page)
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert found.links == {"/f", "/c", "#annex-1"}
    tree = html.fromstring(page.encode())
    assert tree.xpath("string(//h1)") == printable(payload)
    assert tree.xpath("string(//a[@class='figure'])") == printable(payload)
    assert printable(payload) in [cell.text_content() for cell in tree.iter("td", "th")]


def test_page_needs_nothing_else() -> None:
    page = render_html(wujin_document()).decode()
    assert {link[0] for link in Inventory(page).links} == {"#"}
    assert "url(" not in page
    assert "@import" not in page
    assert "<script" not in page
    assert stylesheet().startswith(html.fromstring(page).xpath("string(//style)"))
    assert stylesheet() in render_html(yindu_document()).decode()


def test_figures_are_spans_without_and_links_with_a_url() -> None:
    plain = html.fromstring(render_html(wujin_document()))
    linked = html.fromstring(render_html_body(wujin_document(), lambda figure: f"/figures/{figure}/"))
    count = sum(len(p["figures"]) for section in wujin_document()["sections"] for p in section["paragraphs"])
    assert (
        len(plain.xpath("//span[@class='figure']"))
        == len(linked.xpath("//a[@class='figure']"))
        == count
        == 27
    )
    (instant,) = linked.xpath("//a[@data-figure='instant_rate']")
    assert (instant.text, instant.get("href"), instant.tail[:7]) == (
        "46.8%",
        "/figures/instant_rate/",
        "，不见面办理率",
    )
    for tree in (plain, linked):
        texts = [p.text_content() for p in tree.xpath("//div[@class='letter']/p[not(@class)]")]
        assert texts == [p["text"] for section in wujin_document()["sections"] for p in section["paragraphs"]]


def test_counted_cells_are_links_where_the_caller_has_one() -> None:
    def cell_url(number: int, unit: str, column: str) -> str | None:
        return f"/{number}/{unit}/{column}" if column != "claim_rate" else None

    tree = html.fromstring(render_html_body(wujin_document(), None, cell_url))
    links = {link.get("href"): link.text for link in tree.xpath("//a[@class='cell']")}
    assert links["/1/D14/claimed"] == "41"
    assert links["/1/D02/supervision_rate"] == "—"
    assert "/1/D14/claim_rate" not in links
    assert len(links) == 36 * 20 + 33 * 13 + 11 * 9


def test_heads_are_merged_and_marked_up_for_reading_aloud() -> None:
    tree = html.fromstring(render_html(wujin_document()))
    head = tree.xpath("//section[@id='annex-1']//thead/tr")
    assert [(cell.text, cell.get("colspan"), cell.get("rowspan"), cell.get("scope")) for cell in head[0]][
        :3
    ] == [
        ("序号", None, "2", "col"),
        ("部门", None, "2", "col"),
        ("认领", "3", None, "colgroup"),
    ]
    assert len(head[1]) == 21
    assert tree.xpath("string(//section[@id='annex-1']//tbody/tr[14]/th[@scope='row'])") == "人社局"


def test_bare_document() -> None:
    tree = html.fromstring(render_html(bare_document()))
    assert "（无）" in tree.xpath("string(//section[@id='annex-1']//tbody)")
    assert not tree.xpath("//footer")


def test_merged_cells_and_marks() -> None:
    tree = html.fromstring(render_html(yindu_document()))
    (name,) = tree.xpath("//section[@id='annex-3']//th[text()='卫健委']")
    assert (name.get("rowspan"), name.get("scope")) == ("10", "rowgroup")
    rows = tree.xpath("//section[@id='annex-3']//tbody/tr")
    assert len(rows) == 64
    assert (
        sum(int(cell.get("rowspan", "1")) for cell in tree.xpath("//section[@id='annex-3']//tbody//th")) == 63
    )
    marked = tree.xpath("//section[@id='annex-5']//td[contains(@class, 'marked')]")
    assert len(marked) == 18
    assert all(float(cell.text.rstrip("%")) < 47.66 for cell in marked)
    notes = [note.text for note in tree.xpath("//section[@id='annex-5']/p[@class='note']")]
    assert notes == ["注：加粗并加底纹的，主项覆盖率低于全市水平。"]


def test_a_chart_is_a_picture_with_its_words() -> None:
    page = render_html(chart_document())
    drawings = html.fromstring(page).xpath("//figure[@class='drawing']/*[local-name()='svg']")
    assert [drawing.get("role") for drawing in drawings] == ["img", "img"]
    title, words = (drawings[0].xpath(f"string(*[local-name()='{tag}'])") for tag in ("title", "desc"))
    assert title == bars()["title"]
    assert all(name in words for name in NAMES)
    assert "公安局武进分局交通警察大队：未报" in words
    assert "审计局：56.3%（末位）" in words
    assert words.endswith("全区平均：94.3%；目标：25%")
    # Drawn, not fetched, and as wide as the page lets it.
    assert b"<image" not in page
    assert "width" not in drawings[0].attrib


def test_the_correction_stands_before_the_text() -> None:
    tree = html.fromstring(render_html(erratum_document()))
    assert [heading.text for heading in tree.xpath("//div[@class='letter']/h2")][:3] == [
        "更正说明", "更正后的通报", "一、工作推进情况",
    ]  # fmt: skip
    tables = tree.xpath("//div[@class='letter']//table")
    assert [[cell.text for cell in table.xpath(".//thead//th")] for table in tables] == [
        ["位置", "原为", "更正为"],
        ["排名", "单位", "原名次", "更正后名次"],
    ]
    assert [[cell.text for cell in row] for row in tables[1].xpath(".//tbody/tr")] == [
        ["即办件率", "人社局", "12", "9"],
        ["即办件率", "统计局", "不排名", "10"],
    ]
    # Who holds the wrong issue is the office's own business.
    assert "zhou@example.gov.cn" not in html.tostring(tree, encoding="unicode")


def test_a_section_that_an_editor_changed_is_marked_in_the_preview_alone() -> None:
    document = wujin_document()
    document["sections"][1]["edit"] = {
        "heading": "一、原题",
        "text": "原文",
        "edited_by": "周文静",
        "edited_at": "2022-04-12T09:30:00+08:00",
        "reason": "压缩",
    }
    preview = html.fromstring(render_html_body(document, lambda figure: "/f"))
    assert len(preview.xpath("//p[@class='edited']")) == 3
    assert b"edited" not in html.tostring(html.fromstring(render_html(document)).body)
