"""Reading a pack: files, then their shape, then what they say about each other. Every fault is reported at once."""

import re
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from govsvc.packs import schema
from govsvc.packs.explain import validated
from govsvc.packs.faults import Fault, PackError, did_you_mean
from govsvc.packs.files import PackFiles
from govsvc.packs.meanings import check_expressions
from govsvc.packs.pack import DataRow, Pack, Placed, Rows
from govsvc.packs.references import check_references
from govsvc.packs.sources import Source, read_csv, read_yaml

M = TypeVar("M", bound=BaseModel)


def read_pack(directory: Path) -> Pack:
    """The pack in a directory. PackError lists every fault of shape, reference, expression and data."""
    reader = _Reader(PackFiles(directory))
    pack = reader.pack()
    faults = list(reader.faults)
    if pack is None:
        raise PackError(faults)
    broken = frozenset(re.split(r"[./]", fault.file)[0] for fault in faults)
    faults += check_references(pack, reader.written, broken)
    faults += check_expressions(pack, broken)
    if faults:
        raise PackError(faults)
    return pack


class _Reader:
    """`written`: the codes that stand in each file, also in rows with faults, so that one slip is reported once."""

    def __init__(self, files: PackFiles) -> None:
        self.files = files
        self.faults: list[Fault] = list(files.faults)
        self.written: dict[str, set[str]] = {}

    def pack(self) -> Pack | None:
        file = self._file("pack.yaml", schema.PackFile)
        parts: dict[str, Any] = {
            name: self._table(f"{name}.csv", model)
            for name, model in (
                ("groups", schema.GroupRow),
                ("units", schema.UnitRow),
                ("names", schema.NameRow),
                ("reasons", schema.ReasonRow),
                ("calendar", schema.CalendarRow),
                ("category_lists", schema.CategoryListRow),
                ("categories", schema.CategoryRow),
                ("accounts", schema.AccountRow),
                ("contacts", schema.ContactRow),
                ("facts", schema.FactRow),
                ("published", schema.PublishedRow),
                ("leaf_reports", schema.LeafReportRow),
                ("exclusions", schema.ExclusionRow),
            )
        }
        parts |= {
            name: self._list(f"{name}.yaml", model)
            for name, model in (
                ("comparisons", schema.ComparisonSpec),
                ("requests", schema.RequestSpec),
                ("indicators", schema.IndicatorSpec),
                ("targets", schema.TargetSpec),
                ("rankings", schema.RankingSpec),
                ("meetings", schema.MeetingRuleSpec),
                ("windows", schema.WindowSpec),
                ("issues", schema.IssueSpec),
            )
        }
        parts["forms"] = self._folder("forms", schema.FormFile)
        parts["registers"] = self._folder("registers", schema.RegisterFile)
        parts["entries"] = self._entries()
        parts["schemes"] = self._folder("schemes", schema.SchemeFile)
        parts["bulletins"] = self._folder("bulletins", schema.BulletinFile)
        parts["data"] = self._data()
        if "pack.yaml" not in self.files.texts and self.files.directory.is_dir():
            self.faults.append(Fault("pack.yaml", 0, "缺少这个文件：配置包从它开始"))
        return Pack(file=file, **parts) if file else None

    def _source(self, name: str) -> Source | None:
        if name not in self.files.texts:
            return None
        read = read_csv if name.endswith(".csv") else read_yaml
        source, faults = read(name, self.files.texts[name])
        self.faults += faults
        return source

    def _one(self, model: type[M], data: Any, source: Source, path: tuple) -> Placed[M] | None:
        spec, faults = validated(model, data, source, path)
        self.faults += faults
        return Placed(spec, source, path) if spec is not None else None

    def _file(self, name: str, model: type[M]) -> Placed[M] | None:
        source = self._source(name)
        return self._one(model, source.data, source, ()) if source else None

    def _folder(self, folder: str, model: type[M]) -> dict[str, Placed[M]]:
        found = {}
        for name in self.files.matching(f"{folder}/*.yaml"):
            code = name.removeprefix(f"{folder}/").removesuffix(".yaml")
            self.written.setdefault(folder, set()).add(code)
            if not _is_code(code):
                self.faults.append(Fault(name, 0, "文件名就是代码：只能用英文字母、数字、“-”和“_”"))
            elif spec := self._file(name, model):
                found[code] = spec
        return found

    def _list(self, name: str, model: type[M]) -> Rows[M]:
        source = self._source(name)
        if source is None:
            return ()
        if not isinstance(source.data, list):
            self.faults.append(source.fault((), "这个文件要写成列表：每一项以“- ”开头"))
            return ()
        return self._rows(source, source.data, model)

    def _table(self, name: str, model: type[M]) -> Rows[M]:
        source = self._source(name)
        if source is None:
            return ()
        known = model.model_fields
        for column in source.columns:
            if column and column not in known:
                self.faults.append(source.fault((), f"没有叫“{column}”的列{did_you_mean(column, known)}"))
        if self._missing(source, model):
            self._remember(source)
            return ()
        rows = [{key: cell for key, cell in row.items() if key in known} for row in source.data]
        return self._rows(source, rows, model)

    def _rows(self, source: Source, entries: list[Any], model: type[M]) -> Rows[M]:
        self._remember(source)
        found = (self._one(model, entry, source, (place,)) for place, entry in enumerate(entries))
        return tuple(row for row in found if row is not None)

    def _remember(self, source: Source) -> None:
        kind = source.name.split(".")[0]
        keys = {"accounts": "username"}
        for entry in source.data:
            if isinstance(entry, dict) and isinstance(code := entry.get(keys.get(kind, "code")), str):
                self.written.setdefault(kind, set()).add(code)

    def _entries(self) -> dict[str, Rows[schema.EntryRow]]:
        """Register code → its entries; columns that are not an entry's own are the register's."""
        found = {}
        for name in self.files.matching("registers/*.csv"):
            source = self._source(name)
            if source is None:
                continue
            missing = self._missing(source, schema.EntryRow)
            rows = [{key: cell for key, cell in row.items() if cell} for row in source.data]
            found[name.removeprefix("registers/").removesuffix(".csv")] = (
                () if missing else self._rows(source, rows, schema.EntryRow)
            )
        return found

    def _missing(self, source: Source, model: type[BaseModel]) -> bool:
        """Whether the table lacks a column it must have."""
        missing = [
            source.fault((), f"缺少“{column}”列（{field.description}）")
            for column, field in model.model_fields.items()
            if field.is_required() and column not in source.columns
        ]
        self.faults += missing
        return bool(missing)

    def _data(self) -> dict[tuple[str, str], Rows[DataRow]]:
        found: dict[tuple[str, str], Rows[DataRow]] = {}
        for name in self.files.matching("data/*/*.csv"):
            _folder, form, file = name.split("/")
            source = self._source(name)
            if source is None:
                continue
            if "unit" not in source.columns:
                self.faults.append(source.fault((), "缺少“unit”列（单位代码或名称）"))
                continue
            found[form, file.removesuffix(".csv")] = tuple(
                Placed(row, source, (place,)) for place, row in enumerate(source.data)
            )
        return found


def _is_code(text: str) -> bool:
    return (
        text.isascii()
        and text.replace("-", "").replace("_", "").isalnum()
        and text[0].isalnum()
        and len(text) <= 40
    )
