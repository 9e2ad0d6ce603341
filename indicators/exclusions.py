"""核减 as figures are computed with it, and what a bulletin says of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from expressions.numbers import exact_text


@dataclass(frozen=True)
class ExclusionData:
    """An approved exclusion: so much of one unit's own figure, in the item's measure."""

    unit_id: int
    form_code: str
    item_code: str
    amount: Fraction
    period: str
    reason: str
    item_name: str
    unit_of_measure: str


def exclusion_note(rows: Iterable[ExclusionData], names: Mapping[int, str]) -> str:
    """What a bulletin says of exclusions: 已核减区住建局1项：不在本单位权限内。 Empty without any.

    `names` by unit id; the item is named where the words would leave it open.
    """
    rows = list(rows)
    times = Counter(row.unit_id for row in rows)
    notes = []
    for row in rows:
        of_which = "" if row.unit_of_measure and times[row.unit_id] == 1 else row.item_name
        measured = f"{of_which}{exact_text(row.amount)}{row.unit_of_measure}"
        notes.append(f"已核减{names.get(row.unit_id, '')}{measured}：{row.reason}")
    return f"{'；'.join(notes)}。" if notes else ""
