"""How a data cell is written in a pack, and which cell of the form it is."""

from collections.abc import Iterable, Iterator, Mapping

from departments.models import Category, Item, NotApplicableReason
from departments.sheets import CellInput, Place, Sheet
from expressions.names import normalise

NOT_APPLICABLE = frozenset({"—", "－", "-", "–"})


def as_input(
    item: Item, text: str, reasons: Mapping[str, NotApplicableReason], default_reason: str
) -> CellInput:
    """What a cell says: `—` is not applicable for the window's default reason, a reason's code or name for that reason,
    anything else is what a clerk would type; blank is not reported."""
    if text in NOT_APPLICABLE:
        # Without a default the dash stays what it is, and reading it says that it is no number.
        return CellInput(reason=default_reason) if default_reason else CellInput(text=text)
    if item.is_number:
        for code, reason in reasons.items():
            if text in (code, reason.name):
                return CellInput(reason=code)
    return CellInput(text=text)


def category_of(sheet: Sheet, written: str) -> Category | None:
    """The row of the sheet's category list by code or name; None when there is none or more than one."""
    wanted = normalise(written)
    found = [row for row in sheet.categories if wanted in (normalise(row.code), normalise(row.name))]
    return found[0] if len(found) == 1 else None


def places_of(sheet: Sheet, row: Mapping[str, str]) -> Iterator[tuple[Place, str]]:
    """The cells a data row fills, with what stands there; a row with a category fills the items asked per category."""
    category = category_of(sheet, row["category"]) if row.get("category") else None
    for place in sheet.places:
        if place.category == category and row.get(place.item.code):
            yield place, row[place.item.code]


def inputs_of(sheet: Sheet, rows: Iterable[Mapping[str, str]], default_reason: str) -> dict[str, CellInput]:
    """Cell key → input for all the rows of one unit; `sheet` is the unit's own."""
    return {
        place.key: as_input(place.item, text, sheet.reasons, default_reason)
        for row in rows
        for place, text in places_of(sheet, row)
    }
