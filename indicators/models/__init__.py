"""Models of indicators, grouped by subject."""

from indicators.models.definitions import Indicator, IndicatorVersion, Ranking, Target
from indicators.models.exclusions import Exclusion
from indicators.models.leaves import LeafReport, LeafReportEvent, LeafReportFile
from indicators.models.meetings import MeetingRule
from indicators.models.results import Result, Run, Score
from indicators.models.schemes import Scheme, SchemeAdjustment, SchemeGrade, SchemeNode
from indicators.models.sums import Sum

__all__ = [
    "Exclusion",
    "Indicator",
    "IndicatorVersion",
    "LeafReport",
    "LeafReportEvent",
    "LeafReportFile",
    "MeetingRule",
    "Ranking",
    "Result",
    "Run",
    "Scheme",
    "SchemeAdjustment",
    "SchemeGrade",
    "SchemeNode",
    "Score",
    "Sum",
    "Target",
]
