"""What can go wrong with a bulletin, said in words that tell the reader what to do next."""

from collections.abc import Sequence


class ReportsError(Exception):
    """Base of refusals that are shown to people as they are."""


class Refused(ReportsError):
    """The person or the state does not allow this; nothing has changed."""


class Held(ReportsError):
    """The gate is shut; `reasons` say all that stands in the way."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("；".join(reasons))
