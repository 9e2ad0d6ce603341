"""How a data cell is written in a pack."""

from collections.abc import Mapping

from departments.models import Item, NotApplicableReason
from departments.sheets import CellInput

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
