"""How the names of a list are joined into print: in one place, so that an edited list reads like a computed one."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Joining:
    """`separator` stands between two names, `last` before the last one where it differs (和), `none` for an empty list.

    `mark` follows the whole list, e.g. （并列）.
    """

    separator: str = "、"
    last: str = ""
    none: str = "无"
    mark: str = ""

    def join(self, names: Sequence[str]) -> str:
        """The names as printed."""
        if not names:
            return self.none + self.mark
        if self.last and len(names) > 1:
            return self.separator.join(names[:-1]) + self.last + names[-1] + self.mark
        return self.separator.join(names) + self.mark


PLAIN = Joining()
