"""Where the parts of the letter stand, in characters, and how large its head is: what DOCX and PDF share."""

from dataclasses import dataclass

from . import page
from .annexes import Annex
from .charts import Chart
from .content import Content
from .text import em_width, title_lines

_SHORT_LINES = 10
_HEADING_STYLES = {1: "heading", 2: "subheading", 3: "subsubheading"}
BODY, CHART, TABLE = "body", "chart", "table"
# The red head: as large as it can be, never larger than its greatest size, on as few lines as keep its least size.
_HEAD_SIZES = ((60.0, 31.0), (40.0, 26.0))
_HEAD_LEAST = 24.0
# Free on either side, so that a head never touches the edges of the type area.
_HEAD_SLACK_PT = 4.0


@dataclass(frozen=True)
class Block:
    """A block of the letter; `style` is one of the heading styles, body, chart or table."""

    style: str
    text: str
    chart: Chart | None = None
    table: Annex | None = None


def body_blocks(content: Content) -> list[Block]:
    """Everything between the addressees and the list of annexes."""
    blocks = []
    for section in content.sections:
        if section.heading:
            blocks.append(Block(_HEADING_STYLES[section.level], section.heading))
        for paragraph in section.paragraphs:
            style = CHART if paragraph.chart else TABLE if paragraph.table else BODY
            blocks.append(Block(style, paragraph.text, paragraph.chart, paragraph.table))
    return blocks


def goes_with_signature(content: Content) -> bool:
    """Whether the last paragraph moves along when the signature would stand on a side alone.

    Long ones do not: they would leave too much of the side before empty.
    """
    blocks = body_blocks(content)
    short = _SHORT_LINES * page.CHARACTERS
    return bool(blocks) and blocks[-1].style == BODY and em_width(blocks[-1].text) <= short


def head_lines(head: str) -> tuple[tuple[str, ...], float]:
    """The lines of the 发文机关标志 and their type size in points.

    The standard leaves the size to the issuer; it must be larger than the title and fit the type area.
    """
    room = page.text_width(False) - 2 * _HEAD_SLACK_PT
    for count, (greatest, least) in enumerate(_HEAD_SIZES, 1):
        lines = title_lines(head, em_width(head) / count + (1.5 if count > 1 else 0.0))
        size = min(greatest, int(room / max(map(em_width, lines)) * 2) / 2)
        if len(lines) <= count and size >= least:
            return lines, size
    return title_lines(head, room / _HEAD_LEAST), _HEAD_LEAST


def signature_gaps(name: str, date: str) -> tuple[float, float]:
    """Characters left free to the right of the signature and of the date, for a document without a seal.

    The signature keeps two free and the date starts two characters after it; a date reaching further than the
    signature keeps two free itself and pushes the signature to the left (GB/T 9704 7.3.5.2).
    """
    # A name of more than a line starts at the left edge.
    name_width, date_width = min(_characters(name), page.CHARACTERS - 2.0), _characters(date)
    if date_width + 2 > name_width:
        return 2 + date_width + 2 - name_width, 2.0
    return 2.0, name_width - date_width


def _characters(text: str) -> float:
    """Width in characters as typists count them: two digits to a character."""
    return sum(0.5 if character.isascii() else em_width(character) for character in text)
