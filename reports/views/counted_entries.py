"""The entries of registers behind a printed number, read from the frozen document alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

# Entries a panel lists; whoever wants more looks into the register.
MOST = 300


@dataclass(frozen=True)
class EntryShown:
    """A counted entry as it stood: its frozen JSON, register and unit by name, and what it is counted as."""

    entry: Mapping[str, Any]
    key: str
    register: str
    unit: str
    counts: tuple[str, ...]


@dataclass(frozen=True)
class EntryList:
    """The entries behind a number; `rest` is how many more there are than are listed."""

    rows: tuple[EntryShown, ...]
    rest: int

    @property
    def size(self) -> int:
        return len(self.rows) + self.rest


def entries_behind(
    document: Mapping[str, Any], keys: Iterable[str], names: Mapping[str, str], most: int = MOST
) -> EntryList:
    """The entries counted in the cells, each once, in the order of the cells; `names` of units by code."""
    counted: dict[tuple[str, str], list[str]] = {}
    for cell in filter(None, map(document["cells"].get, keys)):
        for key in cell.get("counted", ()):
            counted.setdefault((cell["form"], key), []).append(cell["label"])
    rows = []
    for (register, key), labels in islice(counted.items(), most):
        frozen = document["registers"][register]
        entry = frozen["entries"][key]
        unit = names.get(entry["unit"], entry["unit"])
        rows.append(EntryShown(entry, key, frozen["title"], unit, tuple(dict.fromkeys(labels))))
    return EntryList(tuple(rows), len(counted) - len(rows))
