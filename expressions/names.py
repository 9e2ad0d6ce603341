"""Which name means what: codes, labels and dotted endings of the things an expression may use."""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from expressions.grammar import name_in
from expressions.types import Type

MAIN = "main"


def normalise(name: str) -> str:
    """The form in which names are compared: NFKC (full-width = half-width), without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


@dataclass(frozen=True)
class Symbol:
    """Something with a value: an item, an indicator, a group.

    `labels` are its Chinese names, the one to print first; a label or the code may be dotted, from the widest to the
    narrowest (`表.栏.项`), and is then also known by its endings, unless `by_endings` is false: a name made of a word
    that many things share must not take the short form from another. `scope` is the set of names it belongs to.
    """

    code: str
    type: Type
    labels: tuple[str, ...] = ()
    scope: str = MAIN
    by_endings: bool = True

    @property
    def label(self) -> str:
        return self.labels[0] if self.labels else self.code


class NameTable:
    """The names of one scope.

    A written name is first compared with the codes, then with whole labels, then with dotted endings; the first of
    these three that knows the name decides.
    """

    def __init__(self, symbols: Iterable[Symbol]) -> None:
        self.symbols = tuple(symbols)
        self._tiers: tuple[dict[str, list[Symbol]], ...] = (
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
        )
        for symbol in self.symbols:
            for tier, spelling in _spellings(symbol):
                known = self._tiers[tier][normalise(spelling)]
                if symbol not in known:
                    known.append(symbol)
        if any(len(symbols) > 1 for symbols in self._tiers[0].values()):
            raise ValueError("two symbols of one scope have the same code")

    def find(self, name: str, wanted: tuple[Type, ...] = ()) -> tuple[Symbol, ...]:
        """The symbols that `name` can mean: none, one, or several when it is ambiguous.

        With `wanted`, symbols of other types are looked at only when none of these types has the name.
        """
        for types in (wanted, ()) if wanted else ((),):
            for tier in self._tiers:
                found = [s for s in tier.get(normalise(name), ()) if not types or s.type in types]
                if found:
                    return tuple(found)
        return ()

    def written(self, symbol: Symbol, wanted: tuple[Type, ...] = ()) -> str:
        """The shortest-to-read spelling which means just this symbol: a label, a dotted ending, or the code."""
        for spelling in (*symbol.labels, *(spelling for _, spelling in _spellings(symbol))):
            if self.find(spelling, wanted) == (symbol,):
                for form in (spelling, f"[{spelling}]"):
                    if name_in(form) == spelling:
                        return form
        return symbol.code

    def suggestions(self, name: str, wanted: tuple[Type, ...] = ()) -> tuple[str, ...]:
        """How to write up to three symbols with a spelling close to `name`, of the wanted types when there are any."""
        known = {
            spelling
            for tier in self._tiers
            for spelling, symbols in tier.items()
            if not wanted or any(symbol.type in wanted for symbol in symbols)
        }
        close = difflib.get_close_matches(normalise(name), sorted(known), n=3, cutoff=0.5)
        meant = (symbol for spelling in close for symbol in self.find(spelling, wanted))
        return tuple(dict.fromkeys(self.written(symbol, wanted) for symbol in meant))[:3]


def _spellings(symbol: Symbol) -> Iterator[tuple[int, str]]:
    yield 0, symbol.code
    for label in symbol.labels:
        yield 1, label
    if not symbol.by_endings:
        return
    for spelling in (*symbol.labels, symbol.code):
        parts = spelling.split(".")
        for start in range(1, len(parts)):
            yield 2, ".".join(parts[start:])
