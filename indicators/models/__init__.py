"""Models of indicators, grouped by subject."""

from indicators.models.definitions import Indicator, IndicatorVersion, Ranking, Target
from indicators.models.results import Result, Run
from indicators.models.sums import Sum

__all__ = ["Indicator", "IndicatorVersion", "Ranking", "Result", "Run", "Sum", "Target"]
