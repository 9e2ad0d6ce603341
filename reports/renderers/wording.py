"""Where the parts of the letter stand, in characters: what DOCX and PDF share."""

from . import page
from .content import Content
from .text import em_width

_SHORT_LINES = 10
_HEADING_STYLES = {1: "heading", 2: "subheading", 3: "subsubheading"}


def body_blocks(content: Content) -> list[tuple[str, str]]:
    """(style, text) of everything between the addressees and the list of annexes."""
    blocks = []
    for section in content.sections:
        if section.heading:
            blocks.append((_HEADING_STYLES[section.level], section.heading))
        blocks += [("body", paragraph.text) for paragraph in section.paragraphs]
    return blocks


def goes_with_signature(content: Content) -> bool:
    """Whether the last paragraph moves along when the signature would stand on a side alone.

    Long ones do not: they would leave too much of the side before empty.
    """
    paragraphs = [paragraph for section in content.sections for paragraph in section.paragraphs]
    return bool(paragraphs) and em_width(paragraphs[-1].text) <= _SHORT_LINES * page.CHARACTERS


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
