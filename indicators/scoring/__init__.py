"""Scores of a scheme (考核方案): how values become points, and the sheet that explains every point. Pure.

Source of the rules: how figures are counted, Targets and scores.
"""

from indicators.scoring.data import (
    AdjustmentData,
    AdjustmentLine,
    GradeData,
    LeafData,
    LeafInput,
    LeafLine,
    SchemeData,
    Sheet,
)
from indicators.scoring.rules import Kind, Rule, points, words
from indicators.scoring.sheets import score_sheet, sheet_json

__all__ = [
    "AdjustmentData",
    "AdjustmentLine",
    "GradeData",
    "Kind",
    "LeafData",
    "LeafInput",
    "LeafLine",
    "Rule",
    "SchemeData",
    "Sheet",
    "points",
    "score_sheet",
    "sheet_json",
    "words",
]
