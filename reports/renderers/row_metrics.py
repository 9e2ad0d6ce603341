"""How high the rows of tables are, in ems of their type: in the PDF and, as near as may be, in Word."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class RowMetrics:
    """PDF: the lead between lines and the padding above and below; Word: the exact line pitch and the padding."""

    leading: float
    padding: float
    word_pitch: float
    word_padding: float

    def height(self, lines: int) -> float:
        """Height of a row of so many lines in the PDF."""
        return lines + (lines - 1) * self.leading + 2 * self.padding


# In Word a hair less than in the PDF, the half point of each row's line counted in: what fits a page there fits it here.
EVEN: Final = RowMetrics(leading=0.25, padding=0.16, word_pitch=1.24, word_padding=0.0)
# Long texts need air above and below.
ROOMY: Final = RowMetrics(leading=0.25, padding=0.32, word_pitch=1.24, word_padding=0.12)
# Documents frozen before there were editions print as they did.
FIRST: Final = RowMetrics(leading=0.25, padding=0.26, word_pitch=1.15, word_padding=0.08)
