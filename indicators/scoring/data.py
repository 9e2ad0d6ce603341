"""What a scheme consists of and what a score sheet shows, as plain values."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from expressions.values import NoValue
from indicators.scoring.rules import Rule
from indicators.targets import TargetData

State = Literal["scored", "not_applicable", "missing"]


@dataclass(frozen=True)
class LeafData:
    """A leaf of the tree, known by its `key`; `path` holds the names of the branches above it, from the top.

    `rule.target` None: the indicator's own target of the period. `units`: codes of those it applies to, None for all.
    """

    key: str
    name: str
    path: tuple[str, ...]
    rule: Rule
    indicator: str | None
    veto: bool = False
    deadline: date | None = None
    units: frozenset[str] | None = None
    task: str = ""
    lead: str = ""
    responsible: str = ""


@dataclass(frozen=True)
class AdjustmentData:
    """加分 (points over 0) or 扣分 (under 0) for every entry; `cap` is the most points, 0 or more, either way."""

    name: str
    points: Fraction
    cap: Fraction | None = None
    veto: bool = False


@dataclass(frozen=True)
class GradeData:
    """等次 from a score on; the lowest grade has no limit."""

    name: str
    at_least: Fraction | None


@dataclass(frozen=True)
class SchemeData:
    """A scheme as in force; `not_applicable` is redistribute or lose, `missing` not_ranked or zero, `groups` are codes.

    `bonus_from` is the score of the leaves from which on bonus counts; caps are points, 0 or more.
    """

    id: int
    code: str
    name: str
    groups: frozenset[str]
    leaves: tuple[LeafData, ...]
    adjustments: tuple[AdjustmentData, ...]
    grades: tuple[GradeData, ...]
    not_applicable: str
    missing: str
    bonus_cap: Fraction | None
    bonus_from: Fraction | None
    deduction_cap: Fraction | None
    decimals: int
    version_label: str = ""


@dataclass(frozen=True)
class LeafInput:
    """What is known of one leaf and unit: value and pair, place of `ranked`, confirmed status, the period's target."""

    value: Fraction | NoValue
    numerator: Fraction | NoValue | None = None
    denominator: Fraction | NoValue | None = None
    place: int | None = None
    ranked: int = 0
    status: str | None = None
    target: TargetData | None = None
    note: str = ""


@dataclass(frozen=True)
class LeafLine:
    """A leaf on the sheet: `full` and `points` after what does not apply has been shared out, `words` how they came about.

    `leaf.rule` holds the target it was scored by.
    """

    leaf: LeafData
    input: LeafInput
    state: State
    full: Fraction
    points: Fraction
    words: str


@dataclass(frozen=True)
class AdjustmentLine:
    """`count` entries and the points they are counted for (under 0 for deductions); `capped`: less than they are worth."""

    adjustment: AdjustmentData
    count: int
    points: Fraction
    capped: bool
    words: str = ""


@dataclass(frozen=True)
class Sheet:
    """One unit's score: total = base + bonus − deduction, never under 0; `full` is what the leaves are worth.

    `total` is missing or not applicable where there is no score; `vetoed_by` names what puts the unit into the lowest
    grade whatever its score; `notes` tell what caps of the whole scheme did.
    """

    lines: tuple[LeafLine, ...]
    adjustments: tuple[AdjustmentLine, ...]
    base: Fraction
    bonus: Fraction
    deduction: Fraction
    total: Fraction | NoValue
    full: Fraction
    grade: str
    vetoed_by: tuple[str, ...]
    notes: tuple[str, ...] = ()
