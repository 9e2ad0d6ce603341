"""Two texts side by side: which paragraph belongs to which, and which words of it differ. Pure.

Paragraphs that are equal but for their numbers belong together; between those, paragraphs are paired in order where they
share enough pairs of characters (Dice's coefficient), so that a new sentence does not shift all that follow.
"""

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# Below this two paragraphs are different ones: half of their pairs of characters.
ALIKE = 0.5
# Two runs longer than this are paired in order without weighing each pair.
_MOST = 150
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*[%％]?|[A-Za-z]+|\s+|.", re.DOTALL)

# A text in pieces, each with whether it differs from the other side.
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Pair:
    """One line of the comparison; a side is () where the other text has nothing of the kind."""

    before: Pieces
    after: Pieces

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def align(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """The paragraphs of both texts in order, paired."""
    found = []
    plain = [[_NUMBER.sub("#", text) for text in side] for side in (before, after)]
    matcher = difflib.SequenceMatcher(None, plain[0], plain[1], False)
    for kind, b0, b1, a0, a1 in matcher.get_opcodes():
        if kind == "equal":
            places: list[tuple[int | None, int | None]] = [(b0 + n, a0 + n) for n in range(b1 - b0)]
        else:
            inner = _pair(before[b0:b1], after[a0:a1])
            places = [(None if b is None else b0 + b, None if a is None else a0 + a) for b, a in inner]
        found += [
            changed_words(before[b] if b is not None else None, after[a] if a is not None else None)
            for b, a in places
        ]
    return found


def changed_words(before: str | None, after: str | None) -> Pair:
    """Both texts in pieces; a number is one piece, of Chinese each character. None: the side has no such text."""
    if before is None or after is None:
        return Pair(((before, True),) if before else (), ((after, True),) if after else ())
    tokens = _TOKEN.findall(before), _TOKEN.findall(after)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, b0, b1, a0, a1 in difflib.SequenceMatcher(None, *tokens, False).get_opcodes():
        for pieces, text in ((left, tokens[0][b0:b1]), (right, tokens[1][a0:a1])):
            if text:
                pieces.append(("".join(text), kind != "equal"))
    return Pair(tuple(left), tuple(right))


def _pair(before: Sequence[str], after: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """The pairing in order with the greatest likeness in all; what is not alike stands alone."""
    if not before or not after or len(before) > _MOST or len(after) > _MOST:
        return [(b, None) for b in range(len(before))] + [(None, a) for a in range(len(after))]
    likeness = _likeness(before, after)
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for b in reversed(range(len(before))):
        for a in reversed(range(len(after))):
            together = likeness[b][a] + best[b + 1][a + 1] if likeness[b][a] >= ALIKE else 0.0
            best[b][a] = max(together, best[b + 1][a], best[b][a + 1])
    places: list[tuple[int | None, int | None]] = []
    b = a = 0
    while b < len(before) or a < len(after):
        if (
            b < len(before)
            and a < len(after)
            and likeness[b][a] >= ALIKE
            and best[b][a] == likeness[b][a] + best[b + 1][a + 1]
        ):
            places.append((b, a))
            b, a = b + 1, a + 1
        elif b < len(before) and (a == len(after) or best[b][a] == best[b + 1][a]):
            places.append((b, None))
            b += 1
        else:
            places.append((None, a))
            a += 1
    return places


def _likeness(before: Sequence[str], after: Sequence[str]) -> list[list[float]]:
    """Dice's coefficient of the pairs of characters, numbers left out of account: 0 nothing in common, 1 the same."""
    left, right = ([_bigrams(text) for text in side] for side in (before, after))
    return [
        [2 * (one & other).total() / max(one.total() + other.total(), 1) for other in right] for one in left
    ]


def _bigrams(text: str) -> Counter[str]:
    plain = _NUMBER.sub("#", text)
    return Counter(plain[n : n + 2] for n in range(len(plain) - 1)) or Counter([plain])
