"""Figures that stand beside the filed ones in indicators: what comparing sources decided, how punctually units filed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from expressions.values import Value


@dataclass(frozen=True)
class Beside:
    """Further figures of an office for a period: by unit id and name (`form.item`), alone and with the units below.

    `expected` and `reported` are unit codes by the name coverage is counted by, `names` what people call each figure.
    """

    own: Mapping[int, Mapping[str, Value]] = field(default_factory=dict)
    whole: Mapping[int, Mapping[str, Value]] = field(default_factory=dict)
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reported: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: "Beside") -> "Beside":
        """Both; they never have a name in common."""
        return Beside(
            _rows(self.own, other.own),
            _rows(self.whole, other.whole),
            {**self.expected, **other.expected},
            {**self.reported, **other.reported},
            {**self.names, **other.names},
        )


def _rows(left: Mapping[int, Mapping[str, Any]], right: Mapping[int, Mapping[str, Any]]) -> dict[int, Any]:
    return {unit: {**left.get(unit, {}), **right.get(unit, {})} for unit in {**left, **right}}
