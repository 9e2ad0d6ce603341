"""Plain text: the letter as paragraphs, each annex as tab-separated lines that paste into a spreadsheet."""

from .content import Annex, Content, Document, annex_list, read
from .tables import EMPTY

_INDENT = "　　"


def render_text(document: Document) -> bytes:
    """The document as UTF-8 text with \\n line ends; a table cell is one tab-separated field, heads joined by ·."""
    content = read(document)
    parts = [_letter(content), *(_annex(annex) for annex in content.annexes), _imprint(content)]
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _letter(content: Content) -> str:
    lines = [f"【{mark}】" for mark in content.marks]
    lines += [content.title, content.number, "", content.addressees]
    for section in content.sections:
        lines += [_INDENT + section.heading] if section.heading else []
        lines += [_INDENT + paragraph.text for paragraph in section.paragraphs]
    for index, (number, title) in enumerate(annex_list(content)):
        lines.append(f"{_INDENT}{'附件：' if index == 0 else '　　　'}{number}{title}")
    lines += ["", content.signature, content.signed_on]
    return "\n".join(lines).strip("\n")


def _annex(annex: Annex) -> str:
    lines = [annex.label, annex.title]
    lines += [annex.period_line] if annex.period_line else []
    lines.append("\t".join("·".join(column.path) for column in annex.columns))
    lines += ["\t".join(row.cells) for row in annex.rows] or [EMPTY]
    lines += [annex.note] if annex.note else []
    return "\n".join(lines)


def _imprint(content: Content) -> str:
    if content.imprint is None:
        return ""
    printed = "　".join(
        filter(None, (content.imprint.office, content.imprint.date and content.imprint.date + "印发"))
    )
    return "\n".join(filter(None, (content.imprint.copies, printed)))
