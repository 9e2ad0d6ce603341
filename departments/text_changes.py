"""What changed between two texts, piece by piece, so that people see the changed clause and not two long texts."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

KEPT, REMOVED, ADDED = "", "removed", "added"
# A clause with the mark that ends it: what people change at a time.
_CLAUSE = re.compile(r"[^，。；：！？、\n]*[，。；：！？、\n]|[^，。；：！？、\n]+")


def text_changes(old: str, new: str) -> Iterator[tuple[str, str]]:
    """(KEPT, REMOVED or ADDED, piece) in reading order; kept and removed pieces give `old`, kept and added ones `new`."""
    before, after = _CLAUSE.findall(old), _CLAUSE.findall(new)
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield KEPT, "".join(before[first:last])
            continue
        if first < last:
            yield REMOVED, "".join(before[first:last])
        if start < end:
            yield ADDED, "".join(after[start:end])
