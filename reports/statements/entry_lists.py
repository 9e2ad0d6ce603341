"""Entries of registers in bulletin text: by name with their units, and what happened again."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from reports.statements.joining import Joining
from reports.statements.limits import Uncomputable
from reports.statements.listing import Basis, make_list
from reports.statements.model import REGISTER, EntryData, Group, Source, Statement, chosen_groups
from reports.statements.params import YES

REPEATS = "repeats"


def entries(source: Source, register: str, count: str, n: int, grouped: str, group: Group) -> Statement:
    """The entries of a register that a count counts, unit after unit in protocol order, in each by day of handing out.

    An entry of a unit below one of the groups' stands with that one. After `n` names the list says how many there are.
    """
    register = register.removeprefix(f"{REGISTER.code}.")
    code = _count_code(source, register, count)
    basis, found = _found(source, register, code, group)
    total, left = sum(map(len, found.values())), n
    labels: dict[str, str] = {}
    for unit, rows in found.items():
        shown, left = rows[:left], left - len(rows[:left])
        if shown:
            labels[unit] = _grouped(source, unit, shown) if grouped == YES else _flat(source, shown)
    return make_list(
        source,
        labels,
        basis,
        f"{source.data.register_names[register]}：{source.data.item_names[f'{register}.{code}']}的条目",
        labels=labels,
        joining=Joining(separator="；" if grouped == YES else "、", mark=f"等{total}项" if total > n else ""),
    )


def _flat(source: Source, rows: Sequence[EntryData]) -> str:
    return "、".join(f"{row.name}（{source.names[row.unit]}）" for row in rows)


def _grouped(source: Source, unit: str, rows: Sequence[EntryData]) -> str:
    return f"{source.names[unit]}：{'、'.join(row.name for row in rows)}"


def repeats(source: Source, register: str, group: Group) -> Statement:
    """Units where something of a kind they had before happened again in the period, with the kinds and how often."""
    register = register.removeprefix(f"{REGISTER.code}.")
    basis, found = _found(source, register, REPEATS, group)
    labels = {}
    for unit, rows in found.items():
        kinds = Counter(row.type for row in rows)
        shown = "、".join(f"{kind}{times}次" for kind, times in kinds.items())
        labels[unit] = f"{source.names[unit]}（{shown}）"
    return make_list(
        source, labels, basis, f"{source.data.register_names[register]}：重复发生", labels=labels
    )


def _count_code(source: Source, register: str, count: str) -> str:
    """The code of a register's count, given its code or name."""
    prefix = f"{register}."
    names = {
        item.removeprefix(prefix): name
        for item, name in source.data.item_names.items()
        if item.startswith(prefix)
    }
    for code, name in names.items():
        if count in (code, name):
            return code
    known = "、".join(names.values())
    raise Uncomputable(f"台账“{source.data.register_names[register]}”没有“{count}”这个统计，可以写：{known}")


def _found(
    source: Source, register: str, count: str, group: Group
) -> tuple[Basis, Mapping[str, list[EntryData]]]:
    """The counted entries by unit of the groups, in protocol order."""
    chosen = chosen_groups(source, group)
    among = source.units(chosen)
    members = {unit.code for unit in among}
    parents = {unit.code: unit.parent for unit in source.data.units}
    by_unit: dict[str, list[EntryData]] = defaultdict(list)
    for entry in source.entries(register):
        holder: str | None = entry.unit
        while holder is not None and holder not in members:
            holder = parents.get(holder)
        if holder is not None and count in entry.counts:
            by_unit[holder].append(entry)
    basis = Basis(among, chosen, (f"{register}.{count}",), frozenset())
    return basis, {unit.code: by_unit[unit.code] for unit in among if unit.code in by_unit}
