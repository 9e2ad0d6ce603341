"""A quarter of weekly filing, generated: what 33 departments, 10 towns with villages and the high-tech zone might have filed.

The published cells of Wujin's annex 3 are real; how they are split over weeks and units, the villages and the people are
synthetic and say so wherever a name is shown. Pure: no database; the same seed gives the same quarter.
"""

SEED = 2022
MARK = "合成数据"
