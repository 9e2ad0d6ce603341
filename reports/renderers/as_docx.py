"""DOCX: the layout of the PDF in Word's own means — styles, sections, fields, repeated table heads — to be edited."""

import io
from collections.abc import Sequence
from functools import partial
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from . import page, word_styles
from .annexes import Annex
from .archive import normalised
from .charts import WIDTH_PT, Chart, chart_png, chart_words
from .content import Content, Document, annex_list, read
from .paging import Part, annex_parts, letter_parts
from .text import em_width, title_lines
from .typeface import WORD, Typefaces
from .word_pages import add_folios, add_imprint
from .word_styles import add_chart, add_red_head, add_styles, set_typography
from .word_tables import annex_table
from .word_xml import element, indents, page_break, paragraph, run, tab, twips
from .wording import Block, body_blocks, goes_with_signature, head_lines, signature_gaps


def render_docx(document: Document, typefaces: Typefaces = WORD) -> bytes:
    """The document as .docx; fonts are named, not embedded."""
    writer = _Writer(read(document), typefaces)
    writer.letter()
    for annex in writer.content.annexes:
        writer.annex(annex)
    writer.close()
    return writer.save()


# Fine enough for print: about 220 dots to the inch.
_CHART_PIXELS = 1350
_indents = partial(indents, page.SIZE_BODY)


class _Writer:
    """Appends the parts in print order; the section being written is always the document's last."""

    def __init__(self, content: Content, typefaces: Typefaces) -> None:
        self.content = content
        self.typefaces = typefaces
        self.document = docx.Document()
        self.body = self.document.element.body
        add_styles(self.document, typefaces)
        set_typography(self.document)
        self.document.settings.odd_and_even_pages_header_footer = True
        self._lay_out(self.document.sections[0], landscape=False)

    def letter(self) -> None:
        content = self.content
        if content.head:
            self._red_head()
        self._title(content.title, word_styles.TITLE, landscape=False)
        if content.number and not content.head:
            self._add(word_styles.NUMBER, content.number)
        self._add(word_styles.BLANK)
        if content.addressees:
            self._add(word_styles.ADDRESSEES, content.addressees)
        for block in body_blocks(content):
            self._block(block)
        if goes_with_signature(content):
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        if content.annexes:
            self._annex_list()
        if content.signature or content.signed_on:
            signature_gap, date_gap = signature_gaps(content.signature, content.signed_on)
            self._blank_kept()
            self._add(word_styles.SIGNATURE, content.signature, _indents(right=signature_gap))
            self._add(word_styles.SIGNED_ON, content.signed_on, _indents(right=date_gap))
        if content.annotation:
            self._add(word_styles.BODY, content.annotation)

    def annex(self, annex: Annex) -> None:
        self._lay_out(self._section(WD_SECTION.NEW_PAGE), annex.landscape)
        self._add(word_styles.ANNEX_LABEL, annex.label)
        self._add(word_styles.BLANK)
        self._title(annex.title, word_styles.ANNEX_TITLE, annex.landscape)
        if annex.period_line:
            self._add(word_styles.PERIOD_LINE, annex.period_line)
        self._parts(annex_parts(annex), annex.label)
        # Word wants a paragraph after a table; an empty one must not open a page of its own.
        for note in annex.notes:
            self._add(word_styles.NOTE, note)
        if not annex.notes:
            self._append(paragraph(self._id(word_styles.NOTE), grid=False, pitch=1))

    def close(self) -> None:
        """The imprint: on a side of its own, the back of a leaf, after a turned sheet; else at the foot of the last."""
        if self.content.imprint is None:
            return
        own_side = bool(self.content.annexes) and self.content.annexes[-1].landscape
        if own_side:
            self._lay_out(self._section(WD_SECTION.EVEN_PAGE), landscape=False, numbered=False)
        add_imprint(self.body, self.content.imprint, self._id(word_styles.IMPRINT), own_side)

    def save(self) -> bytes:
        properties = self.document.core_properties
        properties.title, properties.author, properties.last_modified_by = (
            self.content.title,
            self.content.office,
            "",
        )
        properties.comments, properties.language = "", "zh-CN"
        properties.created = properties.modified = self.content.time.replace(tzinfo=None)
        out = io.BytesIO()
        self.document.save(out)
        return normalised(out.getvalue(), self.content.time)

    def _red_head(self) -> None:
        """发文机关标志, 发文字号 two lines below it, the red line (the number's lower border), two blank lines."""
        lines, size = head_lines(self.content.head)
        add_red_head(self.document, self.typefaces, size)
        made = self._add(word_styles.HEAD, lines[0], grid=False)
        for line in lines[1:]:
            made.extend((element("r", element("br")), run(line)))
        self._add(word_styles.BLANK)
        self._add(word_styles.BLANK)
        self._add(word_styles.HEAD_NUMBER, self.content.number)
        self._add(word_styles.BLANK)
        self._add(word_styles.BLANK)

    def _block(self, block: Block) -> None:
        if block.chart:
            self._chart(block.chart)
        elif block.table:
            self._parts(letter_parts(block.table), "")
            self._append(paragraph(self._id(word_styles.NOTE), grid=False, pitch=page.PITCH_PT / 2))
        else:
            self._add(word_styles.HEADINGS.get(block.style, word_styles.BODY), block.text)

    def _chart(self, chart: Chart) -> None:
        """The drawing as a picture; its words are what is read aloud and shown where pictures are not."""
        add_chart(self.document, self.typefaces)
        made = self.document.add_paragraph(style=self.document.styles[word_styles.CHART])
        picture = io.BytesIO(chart_png(chart, _CHART_PIXELS))
        shape = made.add_run().add_picture(picture, width=Pt(WIDTH_PT))
        shape._inline.docPr.set("name", chart.title)
        shape._inline.docPr.set("descr", "；".join((chart.title, *chart_words(chart))))

    def _parts(self, parts: Sequence[Part], label: str) -> None:
        for index, part in enumerate(parts):
            if part.continued:
                self._add(word_styles.PERIOD_LINE, f"{label}（续表{part.continued}）")
                self.document.paragraphs[-1].paragraph_format.page_break_before = True
            elif index:
                self._append(page_break(self._id(word_styles.NOTE)))
            self._append(
                annex_table(part.table, self._id(word_styles.TABLE_HEAD), self._id(word_styles.TABLE_TEXT))
            )

    def _annex_list(self) -> None:
        entries = annex_list(self.content)
        self._blank_kept()
        number_width = max(em_width(number) for number, _ in entries)
        for index, (number, title) in enumerate(entries):
            lead = 3 + number_width if index == 0 else number_width
            made = self._add(word_styles.ANNEX_LIST, indent=_indents(left=5 + number_width, hanging=lead))
            made.append(run(("附件：" if index == 0 else "") + number))
            if number:
                made.append(tab())
            made.append(run(title))

    def _title(self, title: str, style: str, landscape: bool) -> None:
        lines = title_lines(title, page.text_width(landscape) / page.SIZE_TITLE)
        made = self._add(style, lines[0] if lines else "")
        for line in lines[1:]:
            made.extend((element("r", element("br")), run(line)))

    def _blank_kept(self) -> None:
        self._add(word_styles.BLANK)
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def _add(
        self, style: str, text: str | None = None, indent: dict[str, int] | None = None, *, grid: bool = True
    ) -> Any:
        made = paragraph(self._id(style), *([] if text is None else [run(text)]), indent=indent, grid=grid)
        self._append(made)
        return made

    def _append(self, block: Any) -> None:
        self.body.find(qn("w:sectPr")).addprevious(block)

    def _id(self, style: str) -> str:
        return str(self.document.styles[style].style_id)

    def _section(self, start: WD_SECTION) -> Any:
        """A new section, the old one ending in its last paragraph: an empty one after it could open a page."""
        made = self.document.add_section(start)
        break_paragraph = self.body.find(qn("w:sectPr")).getprevious()
        last = break_paragraph.getprevious()
        if last is not None and last.tag == qn("w:p"):
            last.get_or_add_pPr().append(break_paragraph.pPr.find(qn("w:sectPr")))
            self.body.remove(break_paragraph)
        return made

    def _lay_out(self, section: Any, landscape: bool, numbered: bool = True) -> None:
        if landscape:
            size, margins = (page.HEIGHT, page.WIDTH), (
                page.LANDSCAPE_TOP, page.LANDSCAPE_RIGHT, page.LANDSCAPE_BOTTOM, page.LANDSCAPE_LEFT,
            )  # fmt: skip
        else:
            size, margins = (page.WIDTH, page.HEIGHT), (page.TOP, page.RIGHT, page.BOTTOM, page.LEFT)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = map(Mm, size)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(
            Mm, margins
        )
        section.header_distance = Mm(margins[0] - 12)
        section.footer_distance = Mm(page.BOTTOM - page.PAGE_NUMBER_GAP) - Pt(page.SIZE_IMPRINT)
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = section._sectPr.makeelement(qn("w:docGrid"))
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(twips(page.PITCH_PT)))
        grid.attrib.pop(qn("w:charSpace"), None)
        add_folios(section, landscape, numbered, self.content.marks, self.typefaces, self._id)
