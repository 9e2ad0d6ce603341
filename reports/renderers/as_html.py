"""HTML: a page that needs nothing else, or the body alone for a page of the admin. Every text is escaped by lxml."""

from collections.abc import Callable
from importlib import resources
from typing import Any

from lxml import etree

from .annexes import Annex
from .charts import Chart, chart_svg, chart_words
from .content import Content, Document, annex_list, read
from .letter import FigureSpan, Paragraph
from .tables import BodyCell, BodyRow, Table, whole_table

FigureUrl = Callable[[str], str]
CellUrl = Callable[[int, str, str], str | None]

_COUNTED = ("item", "rate")
_FEW = 5
_SVG = "http://www.w3.org/2000/svg"
# The rules that every page has had since the first, and those for what came later: pages without it stay as they were.
_STYLES = ("bulletin.css", "layouts.css")


def stylesheet() -> str:
    """The rules for what `render_html_body` returns; every selector is under `.bulletin`."""
    return "".join(map(_rules, _STYLES))


def render_html(
    document: Document, figure_url: FigureUrl | None = None, cell_url: CellUrl | None = None
) -> bytes:
    """A standalone page in UTF-8: style inside, no script, no request to anywhere."""
    content = read(document)
    page = _element("html", lang="zh-CN")
    head = _element("head", parent=page)
    _element("meta", parent=head, charset="utf-8")
    _element("meta", parent=head, name="viewport", content="width=device-width, initial-scale=1")
    _element("title", content.title, parent=head)
    _element("style", stylesheet() if _is_newer(content) else _rules(_STYLES[0]), parent=head)
    body = _element("body", parent=page)
    body.append(_article(content, figure_url, cell_url))
    return b"<!DOCTYPE html>\n" + etree.tostring(page, method="html", encoding="utf-8") + b"\n"


def render_html_body(
    document: Document, figure_url: FigureUrl | None = None, cell_url: CellUrl | None = None
) -> str:
    """The <article class="bulletin"> alone; the page around it adds `stylesheet()`.

    With `figure_url` each figure is a link to what stands behind it, with `cell_url` (annex number, unit, column code)
    each counted cell is; a cell whose URL is None stays plain.
    """
    article = _article(read(document), figure_url, cell_url)
    return etree.tostring(article, method="html", encoding="unicode")


def _rules(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _is_newer(content: Content) -> bool:
    """Whether the page shows anything that the second stylesheet is about."""
    paragraphs = (paragraph for section in content.sections for paragraph in section.paragraphs)
    return bool(
        content.head
        or content.annotation
        or any(paragraph.chart or paragraph.table for paragraph in paragraphs)
        or any(annex.wrapped or any(row.marks for row in annex.rows) for annex in content.annexes)
    )


def _element(tag: str, text: str = "", *, parent: Any = None, **attributes: str) -> Any:
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value}
    made = etree.Element(tag, names) if parent is None else etree.SubElement(parent, tag, names)
    if text:
        made.text = text
    return made


def _article(content: Content, figure_url: FigureUrl | None, cell_url: CellUrl | None) -> Any:
    article = _element("article", class_="bulletin", lang="zh-CN")
    article.append(_letter(content, figure_url))
    for annex in content.annexes:
        article.append(_annex(annex, cell_url))
    _imprint(article, content)
    return article


def _letter(content: Content, figure_url: FigureUrl | None) -> Any:
    letter = _element("div", class_="letter")
    for mark in content.marks:
        _element("p", mark, parent=letter, class_="mark")
    if content.head:
        head = _element("div", parent=letter, class_="red-head")
        _element("p", content.head, parent=head, class_="head")
        _element("p", content.number, parent=head, class_="number")
    _element("h1", content.title, parent=letter)
    if content.number and not content.head:
        _element("p", content.number, parent=letter, class_="number")
    if content.addressees:
        _element("p", content.addressees, parent=letter, class_="addressees")
    for section in content.sections:
        if section.heading:
            _element(f"h{section.level + 1}", section.heading, parent=letter)
        for paragraph in section.paragraphs:
            letter.append(_block(paragraph, figure_url))
    _annex_list(letter, content)
    if content.signature or content.signed_on:
        signature = _element("div", parent=letter, class_="signature")
        _element("p", content.signature, parent=signature)
        _element("p", content.signed_on, parent=signature)
    if content.annotation:
        _element("p", content.annotation, parent=letter, class_="annotation")
    return letter


def _block(paragraph: Paragraph, figure_url: FigureUrl | None) -> Any:
    if paragraph.chart:
        return _chart(paragraph.chart)
    if paragraph.table:
        frame = _element(
            "div", class_="table-frame", tabindex="0", role="region", aria_label=paragraph.table.title
        )
        frame.append(_table(paragraph.table, whole_table(paragraph.table), None))
        return frame
    return _paragraph(paragraph, figure_url)


def _chart(chart: Chart) -> Any:
    """The drawing inside the page, with its words for those who cannot see it."""
    figure = _element("figure", class_="drawing", tabindex="0")
    drawing = etree.fromstring(chart_svg(chart))
    for name in ("width", "height"):
        del drawing.attrib[name]
    words = "；".join((chart.title, *chart_words(chart)))
    drawing.set("role", "img")
    drawing.set("aria-label", words)
    for place, (tag, text) in enumerate((("title", chart.title), ("desc", words))):
        made = etree.Element(f"{{{_SVG}}}{tag}")
        made.text = text
        drawing.insert(place, made)
    figure.append(drawing)
    return figure


def _paragraph(paragraph: Paragraph, figure_url: FigureUrl | None) -> Any:
    # Readers of the issued document are not told: that an editor changed it stands in the record.
    made = _element("p", class_="edited" if paragraph.edited and figure_url is not None else "")
    before, last, end = "", None, 0
    for figure in paragraph.figures:
        before = paragraph.text[end : figure.start]
        made_figure = _figure(figure, paragraph.text[figure.start : figure.end], figure_url)
        _follow(made, last, before)
        made.append(made_figure)
        last, end = made_figure, figure.end
    _follow(made, last, paragraph.text[end:])
    return made


def _follow(parent: Any, last: Any, text: str) -> None:
    """Text after the child `last`, or at the parent's start."""
    if last is None:
        parent.text = text
    else:
        last.tail = text


def _figure(figure: FigureSpan, text: str, figure_url: FigureUrl | None) -> Any:
    if figure_url is None:
        return _element("span", text, class_="figure", data_figure=figure.id)
    return _element(
        "a",
        text,
        class_="figure",
        data_figure=figure.id,
        data_kind=figure.kind,
        href=figure_url(figure.id),
        title=figure.describe,
    )


def _annex_list(letter: Any, content: Content) -> None:
    if not content.annexes:
        return
    box = _element("div", parent=letter, class_="annex-list")
    _element("span", "附件：", parent=box)
    titles = _element("div", parent=box)
    for (number, title), annex in zip(annex_list(content), content.annexes, strict=True):
        _element("a", number + title, parent=_element("p", parent=titles), href=f"#annex-{annex.number}")


def _annex(annex: Annex, cell_url: CellUrl | None) -> Any:
    section = _element("section", class_="annex", id=f"annex-{annex.number}")
    _element("p", annex.label, parent=section, class_="annex-label")
    _element("h2", annex.title, parent=section)
    if annex.period_line:
        _element("p", annex.period_line, parent=section, class_="period")
    if annex.columns:
        # Focusable, or the keyboard could not scroll a wide table.
        frame = _element(
            "div", parent=section, class_="table-frame", tabindex="0", role="region", aria_label=annex.title
        )
        frame.append(_table(annex, whole_table(annex), cell_url))
    for note in annex.notes:
        _element("p", note, parent=section, class_="note")
    return section


def _table(annex: Annex, drawn: Table, cell_url: CellUrl | None) -> Any:
    made = _element("table", class_=_layout(annex))
    head = _element("thead", parent=made)
    lines = [_element("tr", parent=head) for _ in range(drawn.head_rows)]
    for cell in drawn.head:
        _element(
            "th",
            cell.text,
            parent=lines[cell.row],
            scope="colgroup" if cell.columns > 1 else "col",
            rowspan=_span(cell.rows),
            colspan=_span(cell.columns),
        )
    body = _element("tbody", parent=made)
    for row in drawn.rows:
        line = _element("tr", parent=body, class_=row.kind)
        for placed in row.cells:
            line.append(_cell(annex, row, placed, cell_url))
    return made


def _layout(annex: Annex) -> str:
    """How a table of long texts is laid out; with many columns it keeps a width at which they can be read."""
    if not annex.wrapped:
        return ""
    return "wrapped many" if len(annex.columns) > _FEW else "wrapped"


def _cell(annex: Annex, row: BodyRow, placed: BodyCell, cell_url: CellUrl | None) -> Any:
    column = annex.columns[placed.source]
    name = column.kind == "unit" and placed.columns == 1
    made = _element(
        "th" if name else "td",
        class_=f"{placed.align} marked" if placed.mark else placed.align,
        colspan=_span(placed.columns),
        rowspan=_span(placed.rows),
        scope=("rowgroup" if placed.rows > 1 else "row") if name else "",
    )
    url = None
    if cell_url is not None and row.unit and column.kind in _COUNTED and placed.text and placed.columns == 1:
        url = cell_url(annex.number, row.unit, column.code)
    if url is None:
        made.text = placed.text
    else:
        _element("a", placed.text, parent=made, class_="cell", href=url)
    return made


def _span(count: int) -> str:
    return str(count) if count > 1 else ""


def _imprint(article: Any, content: Content) -> None:
    if content.imprint is None:
        return
    footer = _element("footer", parent=article, class_="imprint")
    if content.imprint.copies:
        _element("p", content.imprint.copies, parent=footer)
    if content.imprint.office or content.imprint.date:
        line = _element("p", parent=footer, class_="printed")
        _element("span", content.imprint.office, parent=line)
        _element("span", f"{content.imprint.date}印发" if content.imprint.date else "", parent=line)
