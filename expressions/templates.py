"""Prose with `{…}` holes: cut into text and holes, every part with its place in the whole text.

A hole is `{式子}` or `{编号: 式子}`; `{{` and `}}` print one brace. Full-width braces and colon mean the same. Braces
within a string or a [name] of a hole belong to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from expressions.problems import ExpressionError, Problem


@dataclass(frozen=True)
class TextPart:
    """Text printed as it is, doubled braces already made single."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class HolePart:
    """An expression as written: `check(hole.text, …, line=hole.line, column=hole.column)` reports places of the
    whole text. `id` is what stood before the colon, empty without one."""

    id: str
    text: str
    line: int
    column: int


_PIECE = re.compile(
    r"""(?P<escape>\{\{|\}\}|｛｛|｝｝)
      | [{｛] (?P<inside> (?: "[^"\n]*" | “[^”\n]*” | [\[［](?:[^\[\]［］\n]|[\[［][^\[\]［］\n]*[\]］])*[\]］]
                           | [^{}｛｝"“\[［] )* )
               (?: (?P<end>[}｝]) | ["“\[［][^{}｛｝]*[}｝] )?
      | (?P<stray>[}｝])
      | (?P<text>[^{}｛｝]+)""",
    re.VERBOSE,
)
_ID = re.compile(r"\s*([^\W\d]\w*)\s*[:：]")


def parse_template(text: str) -> tuple[TextPart | HolePart, ...]:
    """The parts of `text` in order; neighbouring text is one part. Raises ExpressionError with every stray or unclosed
    brace, empty hole and repeated id.
    """
    problems: list[Problem] = []
    parts: list[TextPart | HolePart] = []
    ids: set[str] = set()
    for match, part in _pieces(text):
        message = _fault(match, part, ids)
        if message:
            problems.append(Problem(*_place(text, match.start()), len(match[0]), message))
        elif isinstance(part, TextPart) and parts and isinstance(parts[-1], TextPart):
            before = parts.pop()
            parts.append(TextPart(before.text + part.text, before.line, before.column))
        else:
            parts.append(part)
    if problems:
        raise ExpressionError(problems)
    return tuple(parts)


def _pieces(text: str) -> Iterator[tuple[re.Match[str], TextPart | HolePart]]:
    for match in _PIECE.finditer(text):
        if (inside := match["inside"]) is None:
            yield match, TextPart(match[0][:1] if match["escape"] else match[0], *_place(text, match.start()))
        else:
            named = _ID.match(inside)
            written = inside[named.end() :] if named else inside
            start = match.end("inside") - len(written.lstrip())
            yield match, HolePart(named[1] if named else "", written.strip(), *_place(text, start))


def _fault(match: re.Match[str], part: TextPart | HolePart, ids: set[str]) -> str:
    if match["stray"]:
        return "多了一个右花括号；要印出花括号请写两个：}}"
    if isinstance(part, TextPart):
        return ""
    if match["end"] is None:
        return "这个花括号没有正确结束：缺少“}”、里面又有花括号，或者引号、方括号没有成对"
    if not part.text:
        return "花括号里没有式子"
    if part.id and part.id in ids:
        return f"编号“{part.id}”用了两次，每个编号只能用一次"
    ids.add(part.id)
    return ""


def _place(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
