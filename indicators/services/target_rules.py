"""Which parts of a target fit together."""

from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.choices import Operator

# Targets that add up over units and over time.
QUANTITIES = (Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL)
# Targets with an easier and a harder side.
SIDED = (*QUANTITIES, Operator.PLACE)


def target_faults(
    *,
    operator: str,
    value: Decimal,
    upper: Decimal | None = None,
    floor: Decimal | None = None,
    aim: Decimal | None = None,
    cumulative: bool = False,
) -> dict[str, str]:
    """What does not fit, by part; all numbers in the indicator's unit of measure (a place, or 1 for yes)."""
    faults: dict[str, str] = {}
    if operator == Operator.BETWEEN:
        if upper is None or upper < value:
            faults["upper"] = _("A range needs an upper limit that is not below its lower one.")
    elif upper is not None:
        faults["upper"] = _("Only a range has an upper limit: choose “between”, or leave this blank.")
    if operator == Operator.PLACE and (value < 1 or value != int(value)):
        faults["value"] = _("A place is a whole number from 1 on.")
    if operator == Operator.YES and value not in (0, 1):
        faults["value"] = _("Write 1 for yes or 0 for no.")
    if cumulative and operator not in QUANTITIES:
        faults["cumulative"] = _("Only a number to be reached (≥, ≤ or =) can be cumulative.")
    return faults | _floor_and_aim(operator, value, floor, aim)


def _floor_and_aim(
    operator: str, value: Decimal, floor: Decimal | None, aim: Decimal | None
) -> dict[str, str]:
    """The floor is easier than the target, the aim is harder."""
    if operator not in SIDED:
        words = _("Only a target with ≥, ≤, = or a place has a floor and an aim.")
        return {name: words for name, limit in (("floor", floor), ("aim", aim)) if limit is not None}
    sign = -1 if operator in (Operator.AT_MOST, Operator.PLACE) else 1
    faults = {}
    if floor is not None and sign * floor > sign * value:
        faults["floor"] = _("The floor must be easier to reach than the target.")
    if aim is not None and sign * aim < sign * value:
        faults["aim"] = _("The aim must be harder to reach than the target.")
    return faults
