"""Page numbers, draft marks and the imprint in Word."""

from collections.abc import Callable, Sequence
from typing import Any

from docx.oxml.ns import qn

from . import page, word_styles
from .content import Imprint
from .text import em_width
from .typeface import Typefaces
from .word_xml import cell, element, indents, page_number, paragraph, row, run, tab, table, twips

_TURNED_HEIGHT = 90.0
# The paragraph Word wants after a table, as low as it can be.
_LAST_LINE = 1.0
# Left free below the imprint for that paragraph and the widths of the lines, or it would open another page.
_SLACK = 6.0
_IMPRINT_LINE = page.SIZE_IMPRINT * 1.9


def add_folios(
    section: Any,
    landscape: bool,
    numbered: bool,
    marks: Sequence[str],
    typefaces: Typefaces,
    style_id: Callable[[str], str],
) -> None:
    """Marks and — n — of a section: at the outer side below the text, on turned sheets at the left, turned."""
    face = typefaces.table[0]
    for even, header, footer in (
        (False, section.header, section.footer),
        (True, section.even_page_header, section.even_page_footer),
    ):
        header.is_linked_to_previous = footer.is_linked_to_previous = False
        below = [] if landscape or not numbered else page_number(face)
        outer = "left" if even else "right"
        _replace(
            footer,
            paragraph(
                style_id(word_styles.FOLIO),
                *below,
                align=outer,
                grid=False,
                indent=indents(page.SIZE_IMPRINT, **{outer: 1}),
            ),
        )
        words = [run("　".join(f"【{mark}】" for mark in marks))] if marks else []
        parts = [paragraph(style_id(word_styles.MARK), *words, grid=False)]
        if landscape and numbered:
            parts.insert(0, _turned_folio(even, face, style_id(word_styles.FOLIO)))
        _replace(header, *parts)


def add_imprint(body: Any, imprint: Imprint, style: str, own_side: bool) -> None:
    """版记 at the foot of the type area.

    On a side of its own a blank line fills the page above it, which every word processor obeys; below text it floats
    (LibreOffice sets a floating table of full width right under the text instead).
    """
    width = page.text_width(False)
    lines = []
    if imprint.copies:
        lines.append(_copies(imprint.copies, style, width))
    if imprint.office or imprint.date:
        lines.append((_printed(imprint, style, width), _IMPRINT_LINE))
    rows = [
        row(
            [cell(width, words, borders=_rules(first=index == 0, last=index == len(lines) - 1))],
            height=height,
        )
        for index, (words, height) in enumerate(lines)
    ]
    height = sum(height for _, height in lines)
    end, place = body.find(qn("w:sectPr")), None
    if own_side:
        room = (page.HEIGHT - page.TOP - page.BOTTOM) * page.PT_PER_MM
        end.addprevious(paragraph(style, grid=False, pitch=room - height - _SLACK))
    else:
        foot = (page.HEIGHT - page.BOTTOM) * page.PT_PER_MM - height
        place = element("tblpPr", vertAnchor="page", horzAnchor="margin", tblpX=0, tblpY=twips(foot))
    end.addprevious(table([width], rows, inset=0, lines=False, place=place))
    end.addprevious(paragraph(style, grid=False, pitch=_LAST_LINE))


def _copies(copies: str, style: str, width: float) -> tuple[Any, float]:
    """抄送 with its names wrapping after the colon, and the height of its row."""
    lead = copies.index("：") + 1
    room = width / page.SIZE_IMPRINT - 2 - lead
    lines = max(1, -(-round(em_width(copies[lead:]) * 100) // round(room * 100)))
    words = paragraph(
        style,
        run(copies),
        grid=False,
        pitch=page.SIZE_IMPRINT * 1.4,
        indent=indents(page.SIZE_IMPRINT, left=lead + 1, right=1, hanging=lead),
    )
    return words, _IMPRINT_LINE + (lines - 1) * page.SIZE_IMPRINT * 1.4


def _printed(imprint: Imprint, style: str, width: float) -> Any:
    """印发机关 at the left, date at the right, one character free on either side."""
    words = paragraph(
        style,
        run(imprint.office),
        tab(),
        run(f"{imprint.date}印发" if imprint.date else ""),
        grid=False,
        indent=indents(page.SIZE_IMPRINT, left=1),
    )
    stop = element("tab", val="right", pos=twips(width - page.SIZE_IMPRINT))
    words.find(qn("w:pPr")).find(qn("w:snapToGrid")).addprevious(element("tabs", stop))
    return words


def _rules(first: bool, last: bool) -> Any:
    """Thick first and last lines (0.35 mm), thin between (0.25 mm), in eighths of a point."""
    thick, thin = (round(width * page.PT_PER_MM * 8) for width in (page.RULE_THICK, page.RULE_THIN))
    return element(
        "tcBorders",
        element("top", val="single", sz=thick if first else thin, space=0, color="000000"),
        element("bottom", val="single", sz=thick if last else thin, space=0, color="000000"),
    )


def _turned_folio(even: bool, face: str, style: str) -> Any:
    """The number where the upright sheet has it: lower left on odd sides, upper left on even ones, read from the right."""
    width = page.SIZE_IMPRINT * 1.5
    x = (page.LANDSCAPE_LEFT - page.PAGE_NUMBER_GAP) * page.PT_PER_MM - width
    if even:
        y = page.LANDSCAPE_TOP * page.PT_PER_MM + page.SIZE_IMPRINT
    else:
        y = (page.WIDTH - page.LANDSCAPE_BOTTOM) * page.PT_PER_MM - page.SIZE_IMPRINT - _TURNED_HEIGHT
    words = paragraph(style, *page_number(face), align="left" if even else "right", grid=False)
    place = element("tblpPr", vertAnchor="page", horzAnchor="page", tblpX=twips(x), tblpY=twips(y))
    only = row([cell(width, words, direction="tbRl")], height=_TURNED_HEIGHT)
    return table([width], [only], inset=0, lines=False, place=place)


def _replace(part: Any, *blocks: Any) -> None:
    container = part._element
    for child in list(container):
        container.remove(child)
    container.extend(blocks)
