"""The one ranking: it serves the table, the sentence, the e-mail and every page, so they cannot disagree. Pure.

Everything compares exact values; "compare as printed" (half up to so many decimals) only where it is declared.
Source of the rules: how figures are counted, Rounding and comparing, and Ranking.
"""

from indicators.ranking.change import Gain, gain, movement, streak
from indicators.ranking.lists import Count, Cut, Place, Threshold, at_least, below, cut, zero_numerator
from indicators.ranking.places import Direction, Entry, Ranking, Reason, Row, Ties, rank
from indicators.ranking.robustness import Neighbour, Neighbours, neighbours, points_apart, to_target

__all__ = [
    "Count",
    "Cut",
    "Direction",
    "Entry",
    "Gain",
    "Neighbour",
    "Neighbours",
    "Place",
    "Ranking",
    "Reason",
    "Row",
    "Threshold",
    "Ties",
    "at_least",
    "below",
    "cut",
    "gain",
    "movement",
    "neighbours",
    "points_apart",
    "rank",
    "streak",
    "to_target",
    "zero_numerator",
]
