"""Measuring printed pages: what leaves the type area, what text a table's lines run through. Lengths are points."""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from reports.renderers import page

Box = tuple[float, float, float, float]
FOLIO = re.compile(r"[—\s\d]*")
# One millimetre: what GB/T 9704 itself allows.
TOLERANCE = page.PT_PER_MM
# A stroke is thinner than this, in either direction.
_THIN = 2.5
# A line less than this inside a letter's box only touches it.
_TOUCH = 0.6


@dataclass(frozen=True)
class Letter:
    """A printed character and its box (left, bottom, right, top), from the lower left corner of the sheet."""

    text: str
    box: Box


def letters(sheet: pypdfium2.PdfPage) -> Iterator[Letter]:
    """The visible characters: the blank at a line's end may hang out unseen."""
    words = sheet.get_textpage()
    for index, character in enumerate(words.get_text_range(0, words.count_chars())):
        if character.strip():
            yield Letter(character, words.get_charbox(index))


def lines(sheet: pypdfium2.PdfPage) -> Iterator[Box]:
    """The boxes of everything drawn."""
    for thing in sheet.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH]):
        yield thing.get_bounds()


def is_turned(sheet: pypdfium2.PdfPage) -> bool:
    width, height = sheet.get_size()
    return bool(width > height)


def type_area(sheet: pypdfium2.PdfPage) -> Box:
    """版心 of an upright or a turned sheet, a millimetre larger on each side."""
    width, height = sheet.get_size()
    sides = (
        (page.LANDSCAPE_LEFT, page.LANDSCAPE_BOTTOM, page.LANDSCAPE_RIGHT, page.LANDSCAPE_TOP)
        if is_turned(sheet)
        else (page.LEFT, page.BOTTOM, page.RIGHT, page.TOP)
    )
    left, bottom, right, top = (side * page.PT_PER_MM - TOLERANCE for side in sides)
    return left, bottom, width - right, height - top


def inside(box: Box, area: Box) -> bool:
    return box[0] >= area[0] and box[1] >= area[1] and box[2] <= area[2] and box[3] <= area[3]


def strays(pdf: pypdfium2.PdfDocument) -> Iterator[tuple[int, str, Box]]:
    """What stands neither in the type area nor, as a mark, above it; page numbers left out."""
    for number, sheet in enumerate(pdf, 1):
        area = type_area(sheet)
        above = (area[0], area[3] - TOLERANCE, area[2], sheet.get_height())
        for letter in letters(sheet):
            if (
                not FOLIO.fullmatch(letter.text)
                and not inside(letter.box, area)
                and not inside(letter.box, above)
            ):
                yield number, letter.text, letter.box
        for box in lines(sheet):
            if not inside(box, area) and not inside(box, above):
                yield number, "line", box


def crossed(pdf: pypdfium2.PdfDocument) -> Iterator[tuple[int, str, Box]]:
    """Characters that a straight line runs through: text that has left its cell."""
    for number, sheet in enumerate(pdf, 1):
        drawn = list(lines(sheet))
        upright = _Rules([box for box in drawn if box[2] - box[0] < _THIN < box[3] - box[1]], 0)
        level = _Rules([box for box in drawn if box[3] - box[1] < _THIN < box[2] - box[0]], 1)
        for letter in letters(sheet):
            if upright.run_through(letter.box) or level.run_through(letter.box):
                yield number, letter.text, letter.box


class _Rules:
    """Thin boxes ordered by their place along one axis (0: upright lines by x, 1: level ones by y)."""

    def __init__(self, boxes: list[Box], axis: int) -> None:
        self.axis = axis
        self.boxes = sorted(boxes, key=self._place)
        self.places = [self._place(box) for box in self.boxes]

    def _place(self, box: Box) -> float:
        return (box[self.axis] + box[self.axis + 2]) / 2

    def run_through(self, box: Box) -> bool:
        across = 1 - self.axis
        first = bisect.bisect_left(self.places, box[self.axis] + _TOUCH)
        last = bisect.bisect_right(self.places, box[self.axis + 2] - _TOUCH)
        return any(
            rule[across] < box[across + 2] - _TOUCH and rule[across + 2] > box[across] + _TOUCH
            for rule in self.boxes[first:last]
        )


def is_blank(sheet: pypdfium2.PdfPage) -> bool:
    return not any(True for _ in letters(sheet))


def squeezed(text: str) -> str:
    """Text as extracted, without the blanks and breaks a reader of PDF puts in."""
    return re.sub(r"[\s\u200b]", "", text)


def texts(pdf: pypdfium2.PdfDocument) -> list[str]:
    return [sheet.get_textpage().get_text_bounded() for sheet in pdf]
