"""WordprocessingML that python-docx has no words for: tables by row cells, fields, sections, frames."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TWIPS = 20


def element(tag: str, *children: Any, **attributes: Any) -> Any:
    """<w:tag w:attribute="value">children</w:tag>."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def run(text: str, *, face: str = "", bold: bool = False, half_points: int = 0) -> Any:
    """A run; with a face, the East Asian font is named beside the Latin one."""
    properties = element("rPr")
    if face:
        properties.append(element("rFonts", ascii=face, hAnsi=face, eastAsia=face, cs=face))
    if bold:
        properties.append(element("b"))
    if half_points:
        properties.extend((element("sz", val=half_points), element("szCs", val=half_points)))
    words = element("t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    return element("r", properties, words)


def tab() -> Any:
    return element("r", element("tab"))


def page_number(face: str) -> list[Any]:
    """— n — with the PAGE field."""
    instruction = element("instrText")
    instruction.text = " PAGE "
    instruction.set(qn("xml:space"), "preserve")
    field = [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", instruction),
        element("r", element("fldChar", fldCharType="separate")),
        run("1", face=face),
        element("r", element("fldChar", fldCharType="end")),
    ]
    return [run("— ", face=face), *field, run(" —", face=face)]


def paragraph(
    style_id: str,
    *runs: Any,
    align: str = "",
    grid: bool = True,
    pitch: float = 0,
    indent: Mapping[str, int] | None = None,
) -> Any:
    """A paragraph of a style; `pitch` is an exact line height in points, `indent` comes from `indents`."""
    properties = element("pPr", element("pStyle", val=style_id))
    if not grid:
        properties.append(element("snapToGrid", val=0))
    if pitch:
        properties.append(element("spacing", line=twips(pitch), lineRule="exact"))
    if indent:
        properties.append(element("ind", **indent))
    if align:
        properties.append(element("jc", val=align))
    return element("p", properties, *runs)


def page_break(style_id: str) -> Any:
    """The lowest paragraph there can be, at the top of a new page: two tables would grow together without one."""
    return element(
        "p",
        element(
            "pPr",
            element("pStyle", val=style_id),
            element("pageBreakBefore"),
            element("snapToGrid", val=0),
            element("spacing", line=TWIPS, lineRule="exact"),
            element("rPr", element("sz", val=2), element("szCs", val=2)),
        ),
    )


def cell(
    width: float,
    content: Any,
    *,
    span: int = 1,
    merge: str = "",
    direction: str = "",
    borders: Any = None,
    shade: str = "",
) -> Any:
    """A table cell `width` points wide. `merge` is restart or continue for a cell reaching over rows; `shade` is #rrggbb."""
    properties = element("tcPr", element("tcW", w=twips(width), type="dxa"))
    if span > 1:
        properties.append(element("gridSpan", val=span))
    if merge:
        properties.append(element("vMerge", val=merge))
    if borders is not None:
        properties.append(borders)
    if shade:
        properties.append(element("shd", val="clear", color="auto", fill=shade.lstrip("#")))
    if direction:
        properties.append(element("textDirection", val=direction))
    properties.append(element("vAlign", val="center"))
    return element("tc", properties, content)


def row(cells: Iterable[Any], *, head: bool = False, height: float = 0, whole: bool = True) -> Any:
    """A row at least `height` points high; `whole`: never broken over pages; a head row is repeated on each page."""
    properties = element("trPr")
    if whole:
        properties.append(element("cantSplit"))
    if height:
        properties.append(element("trHeight", val=twips(height), hRule="atLeast"))
    if head:
        properties.append(element("tblHeader"))
    return element("tr", properties, *cells)


def table(
    widths: Sequence[float],
    rows: Iterable[Any],
    *,
    inset: float,
    padding: float = 0,
    lines: bool = True,
    place: Any = None,
) -> Any:
    """A table of fixed column widths (points), exactly as wide as their sum. `place` makes it float."""
    edges = element("tblBorders")
    if lines:
        edges.extend(
            element(side, val="single", sz=4, space=0, color="000000")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
    margins = element(
        "tblCellMar",
        *(
            element(side, w=twips(inset if side in ("left", "right") else padding), type="dxa")
            for side in ("top", "left", "bottom", "right")
        ),
    )
    properties = element("tblPr")
    if place is not None:
        properties.append(place)
    properties.extend(
        (
            element("tblW", w=twips(sum(widths)), type="dxa"),
            element("jc", val="left"),
            element("tblInd", w=0, type="dxa"),
            edges,
            element("tblLayout", type="fixed"),
            margins,
        )
    )
    grid = element("tblGrid", *(element("gridCol", w=twips(width)) for width in widths))
    return element("tbl", properties, grid, *rows)


def indents(size: float, **characters: float) -> dict[str, int]:
    """Indents (left, right, hanging) in characters for Word, and in twips for readers that do not count characters."""
    made = {}
    for side, count in characters.items():
        made[f"{side}Chars"] = round(count * 100)
        made[side] = twips(count * size)
    return made


def twips(points: float) -> int:
    return round(points * TWIPS)
