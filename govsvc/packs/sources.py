"""YAML and CSV as plain lists, dictionaries and texts that know the line of every part.

Every scalar stays the text it was written as: `no`, `010` and `2022-04-18` mean what the writer sees. The schema turns
texts into numbers and dates. YAML nodes are composed by SafeLoader, never constructed; aliases, tags and deep nesting
are refused.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from govsvc.packs.faults import Fault

MAX_DEPTH = 20
MAX_ROWS = 20_000
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """One file read. `lines`: the line (from 1) where each part begins; `blocks`: the texts written after `|`."""

    name: str
    data: Any
    lines: Mapping[Path, int] = field(repr=False)
    blocks: frozenset[Path] = field(default_factory=frozenset, repr=False)
    # The head of a table.
    columns: tuple[str, ...] = ()

    def line(self, path: Path) -> int:
        """The line of the part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str, text_line: int = 1) -> Fault:
        """A fault at a part; `text_line` counts inside a block text."""
        return Fault(self.name, self.line(path) + (text_line - 1 if path in self.blocks else 0), message)


class _Refused(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line, self.message = line, message
        super().__init__(message)


class _Loader(yaml.SafeLoader):
    """Composes only, and only what a pack needs."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(line, "不支持“&”“*”引用；文字以这两个符号开头时请加引号")
        if getattr(event, "tag", None):
            raise _Refused(line, "不支持“!”标签；文字以“!”开头时请加引号")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Refused(line, f"层次太深：最多{MAX_DEPTH}层")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(name: str, text: str) -> tuple[Source | None, list[Fault]]:
    """The content of a YAML file; None when it can't be read at all."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except _Refused as refused:
        return None, [Fault(name, refused.line, refused.message)]
    except yaml.YAMLError as error:
        return None, [_yaml_fault(name, text, error)]
    if node is None:
        return None, [Fault(name, 0, "文件是空的")]
    tree = _Tree(name)
    return Source(name, tree.take(node, ()), tree.lines, frozenset(tree.blocks)), tree.faults


class _Tree:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.blocks: set[Path] = set()
        self.faults: list[Fault] = []

    def take(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            if node.style == "|":
                self.blocks.add(path)
                self.lines[path] = node.start_mark.line + 2
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.take(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not key:
                self.faults.append(Fault(self.name, line, "键必须是一个词；文字以“{”或“[”开头时请加引号"))
            elif key in found:
                first = self.lines[(*path, key)]
                self.faults.append(Fault(self.name, line, f"“{key}”写了两次（第{first}行已经写过）"))
            else:
                self.lines[(*path, key)] = line
                found[key] = self.take(value_node, (*path, key))
        return found


def _yaml_fault(name: str, text: str, error: yaml.YAMLError) -> Fault:
    """Where the slip is, which is sometimes the line before the one that no longer fits, and what to write."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
    lines = ["", *text.splitlines(), ""]
    problem = str(getattr(error, "problem", "") or error)
    for place in (line, line - 1):
        if "：" in lines[place].split(":")[0]:
            return Fault(name, place, "这里要用英文冒号加一个空格（“键: 值”），不能用中文冒号“：”")
    if "\\t" in problem or lines[line].startswith("\t"):
        return Fault(name, line, "缩进里有制表符（Tab）：请改用空格")
    if "special characters are not allowed" in problem:
        return Fault(name, line, "有不可见的控制字符，请删去")
    if "mapping values are not allowed" in problem:
        return Fault(name, line, "这一行的缩进或冒号不对；文字里有“: ”时请给整段文字加引号")
    if "while scanning a quoted scalar" in str(error):
        return Fault(name, line, "引号没有成对")
    advice = "检查缩进是否对齐、“键: 值”的冒号后是否有空格、列表的“-”后是否有空格"
    return Fault(name, line, f"这里不符合 YAML 的写法：{advice}")


def read_csv(name: str, text: str) -> tuple[Source | None, list[Fault]]:
    """The rows of a CSV table as dictionaries of its head; blank rows are left out, cells lose outer blanks."""
    try:
        rows = list(_rows(text))
    except csv.Error:
        return None, [Fault(name, 0, "不是逗号分隔的表格：检查引号是否成对")]
    if not rows:
        return None, [Fault(name, 0, "文件是空的：第一行要写列名")]
    head_line, head = rows[0]
    faults = [
        Fault(name, head_line, f"列名“{column}”写了两次" if column else f"第{place}列没有列名")
        for place, column in enumerate(head, 1)
        if not column or head.index(column) < place - 1
    ]
    if len(head) == 1 and any(mark in head[0] for mark in ";\t，"):
        faults.append(Fault(name, head_line, "列与列之间要用英文逗号“,”分隔"))
    if len(rows) > MAX_ROWS:
        faults.append(Fault(name, 0, f"行数太多：最多{MAX_ROWS}行"))
    data: list[dict[str, str]] = []
    lines: dict[Path, int] = {(): head_line}
    for line, cells in rows[1:]:
        if len(cells) > len(head):
            faults.append(
                Fault(name, line, f"这一行有{len(cells)}格，列名只有{len(head)}个；文字里有逗号时请加引号")
            )
        lines[(len(data),)] = line
        data.append(dict(zip(head, [*cells, *[""] * (len(head) - len(cells))], strict=False)))
    return Source(name, data, lines, columns=tuple(head)), faults


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    line = 1
    for row in reader:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1] and line > 1:
            cells.pop()
        if any(cells):
            yield line, cells
        line = reader.line_num + 1
