"""The sheet of GB/T 9704-2012, in one place for every paged format. Lengths are millimetres, type sizes points.

The type area (版心) is 156 × 225 mm: 22 lines of 28 characters. Traditional 三号 type is 15.75 pt, and 28 × 15.75 pt
is the 156 mm the standard asks for; with 16 pt the 28th character would not fit.
"""

from typing import Final

PT_PER_MM: Final = 72 / 25.4

WIDTH: Final = 210
HEIGHT: Final = 297
TOP: Final = 37
LEFT: Final = 28
RIGHT: Final = 26
BOTTOM: Final = 35

# A wide table is the upright sheet turned by a quarter, its head to the physical left of odd and even sides alike.
LANDSCAPE_TOP: Final = LEFT
LANDSCAPE_RIGHT: Final = TOP
LANDSCAPE_BOTTOM: Final = RIGHT
LANDSCAPE_LEFT: Final = BOTTOM

LINES: Final = 22
CHARACTERS: Final = 28
# Down to a whole twip, or the last of the 22 lines would not fit by a hair.
PITCH_PT: Final = int(225 * PT_PER_MM / LINES * 20) / 20

SIZE_TITLE: Final = 22.0  # 二号
SIZE_BODY: Final = 15.75  # 三号
SIZE_IMPRINT: Final = 14.0  # 四号
SIZE_TABLE_NOTE: Final = 12.0  # 小四
SIZE_MARK: Final = 10.5  # 五号

PAGE_NUMBER_GAP: Final = 7
# The red head: the top of the 发文机关标志 below the top of the type area, the red line below the 发文字号 (7.2.4, 7.2.7).
HEAD_DROP: Final = 35
RED_LINE_GAP: Final = 4
RED: Final = "#ff0000"
RULE_THICK: Final = 0.35
RULE_THIN: Final = 0.25


def text_width(landscape: bool) -> float:
    """Width of the type area in points."""
    if landscape:
        return (HEIGHT - LANDSCAPE_LEFT - LANDSCAPE_RIGHT) * PT_PER_MM
    return (WIDTH - LEFT - RIGHT) * PT_PER_MM


def text_height(landscape: bool) -> float:
    """Height of the type area in points."""
    if landscape:
        return (WIDTH - LANDSCAPE_TOP - LANDSCAPE_BOTTOM) * PT_PER_MM
    return (HEIGHT - TOP - BOTTOM) * PT_PER_MM
