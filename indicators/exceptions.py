"""What is wrong with definitions beyond one text."""

from collections.abc import Sequence

from expressions import ExpressionError
from expressions.problems import Problem


class DefinitionError(ExpressionError):
    """An indicator or scheme can't be computed with; the message is complete for the reader."""

    def __init__(self, message: str) -> None:
        super().__init__([Problem(1, 1, 1, message)])

    def __str__(self) -> str:
        return self.problems[0].message


class CycleError(DefinitionError):
    """Definitions that build on each other in a circle; `codes` in the order met."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        super().__init__("指标互相引用，成了循环：" + " → ".join(self.codes))
