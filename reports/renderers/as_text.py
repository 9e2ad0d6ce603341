"""Plain text: the letter as paragraphs, each annex as tab-separated lines that paste into a spreadsheet."""

from .annexes import Annex
from .charts import chart_words
from .content import Content, Document, annex_list, read
from .tables import EMPTY
from .wording import Block, body_blocks

_INDENT = "　　"


def render_text(document: Document) -> bytes:
    """The document as UTF-8 text with \\n line ends; a table cell is one tab-separated field, heads joined by ·."""
    content = read(document)
    parts = [_letter(content), *(_annex(annex) for annex in content.annexes), _imprint(content)]
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _letter(content: Content) -> str:
    lines = [f"【{mark}】" for mark in content.marks]
    lines += (
        [content.head, content.number, "", content.title, ""]
        if content.head
        else [content.title, content.number, ""]
    )
    lines.append(content.addressees)
    for block in body_blocks(content):
        lines += _block(block)
    for index, (number, title) in enumerate(annex_list(content)):
        lines.append(f"{_INDENT}{'附件：' if index == 0 else '　　　'}{number}{title}")
    lines += ["", content.signature, content.signed_on]
    lines += [_INDENT + content.annotation] if content.annotation else []
    return "\n".join(lines).strip("\n")


def _block(block: Block) -> list[str]:
    if block.table:
        return _table(block.table)
    words = chart_words(block.chart) if block.chart else ()
    return [_INDENT + line for line in (block.text, *words)]


def _annex(annex: Annex) -> str:
    lines = [annex.label, annex.title]
    lines += [annex.period_line] if annex.period_line else []
    lines += _table(annex)
    lines += [annex.legend, *_marked(annex)] if annex.legend else []
    lines += [annex.note] if annex.note else []
    return "\n".join(lines)


def _table(annex: Annex) -> list[str]:
    heads = "\t".join("·".join(column.path) for column in annex.columns)
    return [heads, *(["\t".join(row.cells) for row in annex.rows] or [EMPTY])]


def _marked(annex: Annex) -> list[str]:
    """The cells that are set off in other formats, named: in plain text they look like all others."""
    key = next((index for index, column in enumerate(annex.columns) if column.kind == "unit"), 0)
    return [
        f"{_INDENT}{row.cells[key]}：{'·'.join(column.path)} {cell}"
        for row in annex.rows
        if row.marks
        for column, cell, mark in zip(annex.columns, row.cells, row.marks, strict=True)
        if mark
    ]


def _imprint(content: Content) -> str:
    if content.imprint is None:
        return ""
    printed = "　".join(
        filter(None, (content.imprint.office, content.imprint.date and content.imprint.date + "印发"))
    )
    return "\n".join(filter(None, (content.imprint.copies, printed)))
