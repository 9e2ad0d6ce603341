"""Reading figures for pages: many submissions at once, and the period before."""

from collections.abc import Iterable
from dataclasses import dataclass

from departments.choices import FigureState, Status
from departments.models import Figure, Submission
from departments.sheets import Cell, Sheet, cell_of, cells_of, describe_cell, key_of
from expressions.values import MISSING, Value


@dataclass(frozen=True)
class Previous:
    """The unit's last period on the same form: its label, whether it is approved, cells and values by cell key."""

    label: str
    approved: bool
    cells: dict[str, Cell]
    values: dict[str, Value]


def previous_of(submission: Submission, sheet: Sheet) -> Previous | None:
    """The newest earlier submission of the unit on this form; None when this is the first."""
    earlier = (
        Submission.objects.filter(
            unit=submission.unit_id,
            window__form=submission.window.form_id,
            window__ends_on__lt=submission.window.ends_on,
        )
        .select_related("window")
        .order_by("-window__ends_on", "-window__starts_on")
        .first()
    )
    if earlier is None:
        return None
    cells = cells_of(earlier)
    return Previous(
        earlier.window.when.label, earlier.status == Status.APPROVED, cells, values_of(sheet, cells)
    )


def values_of(sheet: Sheet, cells: dict[str, Cell]) -> dict[str, Value]:
    """Value of every cell by key, totals over categories and computed items included; MISSING where nothing was entered."""
    entered: dict[str, Value] = {
        place.key: cells[place.key].as_value() if place.key in cells else MISSING for place in sheet.places
    }
    totals = {item.code: sheet.total(item, cells) for item in sheet.items if item.by_category}
    return entered | totals | sheet.compute(cells)


def cells_by_submission(submissions: Iterable[Submission]) -> dict[int, dict[str, Cell]]:
    """Cells of several submissions by submission id and cell key (one query)."""
    found: dict[int, dict[str, Cell]] = {submission.pk: {} for submission in submissions}
    for figure in Figure.objects.filter(submission__in=found).select_related("item", "reason", "category"):
        found[figure.submission_id][key_of(figure)] = cell_of(figure)
    return found


def typed(cell: Cell | None) -> tuple[str, str]:
    """A stored cell as a person would type it: the text of the input and the code of the reason."""
    if cell is None:
        return "", ""
    if cell.state == FigureState.NOT_APPLICABLE:
        return "", cell.reason.code if cell.reason else ""
    return describe_cell(cell), ""


def progress(sheet: Sheet, cells: dict[str, Cell]) -> tuple[int, int]:
    """How many of the cells that must be answered are answered, and how many there are."""
    wanted = [place.key for place in sheet.places if not place.item.may_be_blank]
    return sum(key in cells for key in wanted), len(wanted)
