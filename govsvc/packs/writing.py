"""Writing a pack's files so that a person likes to read them: no quotes without need, long texts as blocks, 是 and 否."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from govsvc.packs.dumping import Files
from govsvc.packs.schema import Spec


class _Dumper(yaml.SafeDumper):
    """Every scalar is a text, as it is when it is read."""

    yaml_implicit_resolvers: dict = {}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_files(files: Files, directory: Path) -> list[Path]:
    """Writes the files that say something; the paths written, in order."""
    written = []
    for name, content in files.items():
        if content == []:
            continue
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _table(content) if name.endswith(".csv") else _yaml(content)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _yaml(content: Spec | Sequence[Spec]) -> str:
    rows = [content] if isinstance(content, Spec) else content
    plain = [_plain(row.model_dump(mode="json", exclude_defaults=True)) for row in rows]
    return yaml.dump(
        plain[0] if isinstance(content, Spec) else plain,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=1_000_000,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _table(content: Spec | Sequence[Spec]) -> str:
    rows = [content] if isinstance(content, Spec) else content
    fields = type(rows[0]).model_fields
    told = [row.model_dump(mode="json", exclude_defaults=True) for row in rows]
    columns = [
        name for name, field in fields.items() if field.is_required() or any(name in row for row in told)
    ]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(row.get(column, "")) for column in columns] for row in told)
    return table.getvalue()
