"""What registers of a pack say about themselves and the rest, and their entries judged as the register will judge them."""

from collections.abc import Iterator, Mapping
from typing import Any

from departments.cells import CellError
from departments.choices import ItemKind, Meaning, RegisterKind
from departments.models import RegisterColumn
from departments.models.registers import COLUMN_KINDS
from departments.services.registers.definitions import read_column, usual_statuses
from expressions.names import normalise
from govsvc.packs.checker import Checker, inside, once
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Placed
from govsvc.packs.schema import EntryRow, RegisterColumnSpec, RegisterFile


def statuses_of(register: RegisterFile) -> dict[str, Meaning]:
    """Every status by code and by name, its own or the usual ones of its kind; the first one first."""
    rows = [
        (s.code, s.name, s.meaning, place if s.order is None else s.order)
        for place, s in enumerate(register.statuses, 1)
    ]
    if not rows:
        rows = [(*row, place) for place, row in enumerate(usual_statuses(register.kind), 1)]
    rows.sort(key=lambda row: row[3])
    return {name: Meaning(meaning) for code, label, meaning, _order in rows for name in (code, label)}


def _registers(c: Checker) -> Iterator[Fault]:
    for code, register in c.pack.registers.items():
        spec = register.spec
        if code in c.codes["forms"]:
            yield Fault(register.source.name, 0, f"已有代码为“{code}”的报表：报表和台账的代码不能相同")
        for place, _group in enumerate(spec.groups):
            yield from c.known("groups", register, "groups", place)
        if spec.least_times and not spec.groups:
            yield register.fault("写了 least_times，缺少“groups”（哪些考核组要登记）", "least_times")
        yield from _statuses(register)
        columns = inside(register, "columns", spec.columns)
        yield from once(columns, lambda column: column.code, "列代码", "code")
        yield from once(columns, lambda column: column.name, "列名", "name")
        for column in columns:
            yield from _column(column)
        counts = inside(register, "counts", spec.counts)
        yield from once(counts, lambda count: count.code, "计数代码", "code")
        yield from once(counts, lambda count: count.name, "计数名称", "name")
        for count in counts:
            yield from _count(count, spec)


def _statuses(register: Placed[RegisterFile]) -> Iterator[Fault]:
    spec = register.spec
    statuses = inside(register, "statuses", spec.statuses)
    moves = inside(register, "moves", spec.moves)
    if bool(statuses) != bool(moves):
        yield register.fault(
            "statuses（状态）和 moves（变动）要么都写，要么都不写", *(["statuses"] if statuses else ["moves"])
        )
        return
    yield from once(statuses, lambda status: status.code, "状态代码", "code")
    yield from once(statuses, lambda status: status.name, "状态名称", "name")
    yield from once(moves, lambda move: (move.source, move.target, move.by), "这个变动")
    codes = {status.spec.code for status in statuses}
    for move in moves:
        for key in ("source", "target"):
            if (code := getattr(move.spec, key)) not in codes:
                yield move.fault(f"没有代码为“{code}”的状态{did_you_mean(code, codes)}", key)
        if move.spec.source == move.spec.target:
            yield move.fault("变动前后不能是同一个状态", "target")


def _column(column: Placed[RegisterColumnSpec]) -> Iterator[Fault]:
    spec = column.spec
    if spec.code in EntryRow.model_fields:
        yield column.fault(f"列代码不能用“{spec.code}”：它是每个台账都有的列", "code")
    if spec.kind not in COLUMN_KINDS:
        known = [kind.value for kind in COLUMN_KINDS]
        yield column.fault(f"台账的列不能是“{spec.kind.value}”{did_you_mean(spec.kind.value, known)}", "kind")
    if spec.kind == ItemKind.CHOICE and not spec.options:
        yield column.fault("kind 是 choice，缺少“options”（可以选的答案）")
    if spec.kind != ItemKind.CHOICE and spec.options:
        yield column.fault("有选项的列，kind 要写 choice", "options")


def _count(count: Placed[Any], register: RegisterFile) -> Iterator[Fault]:
    columns = {column.code: column for column in register.columns}
    statuses = {status.code for status in register.statuses} or {
        code for code, _name, _meaning in usual_statuses(register.kind)
    }
    for key, word, known in (
        ("statuses", "状态", statuses),
        ("types", "类型", set(register.types)),
        ("levels", "级别", set(register.levels)),
    ):
        for place, content in enumerate(getattr(count.spec, key)):
            if known and content not in known:
                yield count.fault(
                    f"本台账没有“{content}”这个{word}{did_you_mean(content, known)}", key, place
                )
    column = columns.get(count.spec.column)
    if count.spec.column and column is None:
        yield count.fault(
            f"本台账没有代码为“{count.spec.column}”的列{did_you_mean(count.spec.column, columns)}", "column"
        )
    elif column and column.personal:
        yield count.fault("个人信息的列不能用来计数", "column")
    elif column and column.options and count.spec.equals and count.spec.equals not in column.options:
        yield count.fault(
            f"“{column.name}”不能选“{count.spec.equals}”{did_you_mean(count.spec.equals, column.options)}",
            "equals",
        )
    if count.spec.equals and not count.spec.column:
        yield count.fault("写了 equals，缺少“column”（哪一列）", "equals")


def _entries(c: Checker) -> Iterator[Fault]:
    for code, rows in c.pack.entries.items():
        if code not in c.codes["registers"]:
            name = f"registers/{code}.csv"
            yield Fault(
                name, 0, f"缺少 registers/{code}.yaml（台账的写法）{did_you_mean(code, c.codes['registers'])}"
            )
        register = c.pack.registers.get(code)
        if register is None or not rows:
            continue
        yield from _administrator(c, Placed(None, rows[0].source), "条目没有登记人")
        yield from once(rows, lambda row: row.key, "编号", "key")
        head = list(_head(c, register.spec, rows[0]))
        yield from head
        if not head:
            judge = _Judge(register.spec)
            for row in rows:
                yield from c.unit(row, "unit")
                yield from judge.faults(row)


def _head(c: Checker, register: RegisterFile, row: Placed[EntryRow]) -> Iterator[Fault]:
    """The columns of the table."""
    columns = {column.code: column for column in register.columns}
    head = Placed(None, row.source)
    for name in row.source.columns:
        if not name or name in EntryRow.model_fields:
            continue
        if name not in columns:
            yield head.fault(
                f"台账没有代码为“{name}”的列{did_you_mean(name, {*columns, *EntryRow.model_fields})}"
            )
        elif columns[name].personal and not c.pack.office.synthetic:
            yield head.fault(
                f"“{columns[name].name}”是个人信息，不能写在配置包里（数据不是真的，才写 office.synthetic）"
            )


class _Judge:
    """One register's entries."""

    def __init__(self, register: RegisterFile) -> None:
        self.register = register
        self.statuses = statuses_of(register)
        self.first = tuple(self.statuses)[:2]
        self.columns: Mapping[str, RegisterColumn] = {
            spec.code: RegisterColumn(
                code=spec.code,
                name=spec.name,
                kind=spec.kind,
                options="\n".join(spec.options),
                required=spec.required,
                by=spec.by,
            )
            for spec in register.columns
        }

    def faults(self, row: Placed[EntryRow]) -> Iterator[Fault]:
        spec, register = row.spec, self.register
        for key, word, known in (("type", "类型", register.types), ("level", "级别", register.levels)):
            content = getattr(spec, key)
            if known and content and content not in known:
                yield row.fault(f"本台账没有“{content}”这个{word}{did_you_mean(content, known)}", key)
        if spec.status and spec.status not in self.statuses:
            yield row.fault(
                f"本台账没有“{spec.status}”这个状态{did_you_mean(spec.status, self.statuses)}", "status"
            )
        elif (
            spec.status
            and spec.status not in self.first
            and spec.since is None
            and register.kind == RegisterKind.WORK
        ):
            yield row.fault(f"{spec.key} 的状态是“{spec.status}”，缺少“since”（从哪天起）", "status")
        if spec.since and spec.since < spec.opened_on:
            yield row.fault("since（从哪天起）早于 opened_on（交办日期）", "since")
        if spec.due_on and spec.due_on < spec.opened_on:
            yield row.fault("due_on（期限）早于 opened_on（交办日期）", "due_on")
        for code, column in self.columns.items():
            content = (spec.model_extra or {}).get(code, "")
            try:
                read_column(column, content)
            except CellError as error:
                if content or column.by == "office":
                    yield row.fault(f"{spec.key}，{column.name}：{error}", code)


def _requests(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.requests, lambda row: row.code, "报送要求的代码", "code")
    for row in c.pack.requests:
        spec = row.spec
        for kind, word in (("forms", "报表"), ("registers", "台账")):
            if spec.code in c.codes[kind]:
                yield row.fault(f"已有代码为“{spec.code}”的{word}：代码不能相同", "code")
        for place, _group in enumerate(spec.groups):
            yield from c.known("groups", row, "groups", place)
        for key in ("units", "exempt"):
            for place, _unit in enumerate(getattr(spec, key)):
                yield from c.unit(row, key, place)
        if not (spec.groups or spec.units):
            yield row.fault("没有写向谁要：缺少“groups”或“units”")
        if not (spec.takes_file or spec.takes_text or spec.takes_no_comment):
            yield row.fault("takes_file、takes_text、takes_no_comment 至少要有一个“是”", "takes_file")
        if spec.handed_out_at and spec.due_at <= spec.handed_out_at:
            yield row.fault("截止时间要晚于下发时间", "due_at")
        yield from _administrator(c, row, "报送要求没有下发人")


def _contacts(c: Checker) -> Iterator[Fault]:
    yield from once(
        c.pack.contacts,
        lambda row: (tuple(sorted(c.units.get(normalise(row.unit), {row.unit}))), row.kind, row.valid_from),
        "这个单位这一类从这天起的联系人",
    )
    for row in c.pack.contacts:
        yield from c.unit(row, "unit")
        if not row.spec.name and (row.spec.post or row.spec.phone or row.spec.mobile):
            yield row.fault("没有姓名，却写了职务或电话", "name")
    if c.pack.contacts and len(c.pack.administrators) < 2 and "accounts" not in c.broken:
        yield c.pack.contacts[0].fault("联系人由一位管理员登记、另一位批准，accounts.csv 里要有两位管理员")


def _administrator(c: Checker, row: Placed[Any], lack: str) -> Iterator[Fault]:
    """Who enters what the file brings along."""
    if not c.pack.first_administrator and "accounts" not in c.broken:
        yield row.fault(f"accounts.csv 里没有管理员（administrator），{lack}")


REGISTER_CHECKS = (_registers, _entries, _requests, _contacts)
