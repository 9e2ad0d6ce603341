"""The paragraph styles of the .docx: an office changes one style, not every paragraph.

The names are what a typist looks for. Word shows its own Normal as 正文 and Title as 标题, so ours carry 公文 before
those two words and never collide with a built-in style of a Chinese Word.
"""

from dataclasses import dataclass
from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from . import page
from .typeface import Typefaces

# Word's 三号 is 16 pt; drawn together by a quarter point, 28 of them make the 156 mm of a line.
_BODY_PT: Final = 16.0
_BODY_SPACING: Final = "-5"
# Line height of the red head, and the free top of a hanzi, in ems of its type.
_HEAD_PITCH: Final = 1.2
_HEAD_INK: Final = 0.06

BODY: Final = "公文正文"
TITLE: Final = "公文标题"
NUMBER: Final = "发文字号"
ADDRESSEES: Final = "主送机关"
HEADINGS: Final = {"heading": "一级标题", "subheading": "二级标题", "subsubheading": "三级标题"}
ANNEX_LIST: Final = "附件说明"
SIGNATURE: Final = "署名"
SIGNED_ON: Final = "成文日期"
ANNEX_LABEL: Final = "附件序号"
ANNEX_TITLE: Final = "附件标题"
PERIOD_LINE: Final = "统计时段"
TABLE_HEAD: Final = "表头"
TABLE_TEXT: Final = "表格文字"
NOTE: Final = "备注"
IMPRINT: Final = "版记"
FOLIO: Final = "页码"
MARK: Final = "草稿标记"
BLANK: Final = "空行"
# Only in documents that have them.
HEAD: Final = "发文机关标志"
HEAD_NUMBER: Final = "红头文号"
CHART: Final = "统计图"


@dataclass(frozen=True)
class _Style:
    name: str
    face: str
    size: float = _BODY_PT
    align: int = ALIGN.LEFT
    indent: float = 0.0
    outline: int | None = None
    bold: bool = False
    keep_next: bool = False
    pitch: bool = True
    colour: str = ""
    before: float = 0.0


_STYLES: Final = (
    _Style(BODY, "body", align=ALIGN.JUSTIFY, indent=2),
    _Style(TITLE, "title", page.SIZE_TITLE, ALIGN.CENTER, outline=0, keep_next=True),
    _Style(NUMBER, "body", align=ALIGN.CENTER),
    _Style(ADDRESSEES, "body"),
    _Style(HEADINGS["heading"], "heading", indent=2, outline=0, keep_next=True),
    _Style(HEADINGS["subheading"], "subheading", indent=2, outline=1, keep_next=True),
    _Style(HEADINGS["subsubheading"], "body", indent=2, outline=2, keep_next=True),
    _Style(ANNEX_LIST, "body", keep_next=True),
    _Style(SIGNATURE, "body", align=ALIGN.RIGHT, keep_next=True),
    _Style(SIGNED_ON, "body", align=ALIGN.RIGHT),
    _Style(ANNEX_LABEL, "heading"),
    _Style(ANNEX_TITLE, "title", page.SIZE_TITLE, ALIGN.CENTER, outline=0, keep_next=True),
    _Style(PERIOD_LINE, "body", page.SIZE_TABLE_NOTE, ALIGN.RIGHT, keep_next=True),
    _Style(TABLE_HEAD, "heading", page.SIZE_MARK, ALIGN.CENTER, pitch=False),
    _Style(TABLE_TEXT, "table", page.SIZE_MARK, pitch=False),
    _Style(NOTE, "body", page.SIZE_TABLE_NOTE, pitch=False),
    _Style(IMPRINT, "body", page.SIZE_IMPRINT, pitch=False),
    _Style(FOLIO, "table", page.SIZE_IMPRINT, pitch=False),
    _Style(MARK, "heading", page.SIZE_MARK, pitch=False),
    _Style(BLANK, "body"),
)


def add_styles(document: Any, typefaces: Typefaces) -> None:
    """Add the styles to a python-docx document and make Word's own Normal agree with them."""
    _set_face(document.styles["Normal"], typefaces.body[0])
    _set_language(document)
    for style in _STYLES:
        _add(document, style, getattr(typefaces, style.face)[0])


def add_red_head(document: Any, typefaces: Typefaces, size: float) -> None:
    """The styles of a red head whose type has `size` points: its top edge and the red line stand where the standard says."""
    # An exact line puts a fifth of the space that letters leave free below them, the rest above.
    pitch = size * _HEAD_PITCH
    above = (pitch - size) * 0.8 + size * _HEAD_INK
    drop = page.HEAD_DROP * page.PT_PER_MM - above
    head = _Style(HEAD, "title", size, ALIGN.CENTER, pitch=False, colour=page.RED, before=drop)
    _add(document, head, typefaces.title[0])
    layout = document.styles[HEAD].paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    _add(document, _Style(HEAD_NUMBER, "body", align=ALIGN.CENTER), typefaces.body[0])
    line = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    gap = round(page.RED_LINE_GAP * page.PT_PER_MM - (page.PITCH_PT - _BODY_PT) / 2)
    for name, value in (
        ("val", "single"),
        ("sz", "16"),
        ("space", str(gap)),
        ("color", page.RED.lstrip("#")),
    ):
        bottom.set(qn(f"w:{name}"), value)
    line.append(bottom)
    document.styles[HEAD_NUMBER].element.get_or_add_pPr().insert_element_before(
        line, "w:tabs", "w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
    )


def add_chart(document: Any, typefaces: Typefaces) -> None:
    """The style of a paragraph that is a picture, if it is not there yet."""
    if CHART not in document.styles:
        _add(document, _Style(CHART, "body", align=ALIGN.CENTER, pitch=False), typefaces.body[0])


def _add(document: Any, style: _Style, face: str) -> None:
    made = document.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    made.quick_style = True
    _set_face(made, face)
    made.font.size = Pt(style.size)
    made.font.bold = style.bold
    if style.colour:
        made.font.color.rgb = RGBColor.from_string(style.colour.lstrip("#"))
    if style.size == _BODY_PT:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), _BODY_SPACING)
        # The schema fixes the order of run properties: spacing stands before the size.
        made.element.rPr.find(qn("w:sz")).addprevious(spacing)
    layout = made.paragraph_format
    layout.alignment = style.align
    layout.space_before, layout.space_after = Pt(style.before), Pt(0)
    layout.keep_with_next = style.keep_next
    if style.pitch:
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        layout.line_spacing = Pt(page.PITCH_PT)
    else:
        layout.line_spacing = 1.0
    properties = made.element.get_or_add_pPr()
    if style.indent:
        indent = properties.get_or_add_ind()
        indent.set(qn("w:firstLineChars"), str(round(style.indent * 100)))
        indent.set(qn("w:firstLine"), str(round(style.indent * page.SIZE_BODY * 20)))
    if style.outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(style.outline))
        properties.append(level)
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        switch = OxmlElement(tag)
        switch.set(qn("w:val"), "0")
        properties.insert_element_before(
            switch, "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )


def _set_face(style: Any, face: str) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)


def _set_language(document: Any) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def set_typography(document: Any) -> None:
    """Chinese punctuation, and the layout of Word 2013: older modes hang the edges of tables into the margin."""
    settings = document.settings.element
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
