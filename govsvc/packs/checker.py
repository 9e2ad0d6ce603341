"""What the checks between entries share: who is known, and how a fault is worded."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from typing import Any

from departments.choices import Role
from expressions.names import normalise
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Pack, Placed

# Who runs the installation: not a role of an office, but Django's superuser.
OPERATOR = "operator"
ROLES = frozenset({*Role.values, OPERATOR})
_WORDS = {
    "groups": "考核组",
    "reasons": "原因",
    "category_lists": "分类目录",
    "forms": "报表",
    "registers": "台账",
    "indicators": "指标",
    "schemes": "考核方案",
    "rankings": "排名",
    "bulletins": "通报",
    "accounts": "账号",
}


class Checker:
    def __init__(self, pack: Pack, written: Mapping[str, set[str]], broken: Set[str]) -> None:
        self.pack = pack
        self.broken = broken
        self.codes = {kind: written.get(kind, set()) for kind in _WORDS}
        self.units = pack.unit_names()
        self.unit_codes = written.get("units", set())
        self.roles: dict[str, set[str]] = {}
        for row in pack.accounts:
            self.roles.setdefault(row.spec.username, set()).add(row.spec.role)

    def known(self, kind: str, row: Placed[Any], *path: str | int) -> Iterator[Fault]:
        """The code at `path` must be written in the files of that kind; empty is fine."""
        value = _at(row.spec, path)
        if value and value not in self.codes[kind] and kind not in self.broken:
            message = f"没有代码为“{value}”的{_WORDS[kind]}{did_you_mean(value, self.codes[kind])}"
            yield row.fault(message, *path)

    def unit(self, row: Placed[Any], *path: str | int) -> Iterator[Fault]:
        """The unit at `path` must be known by code or name."""
        value = _at(row.spec, path)
        if not value or value in self.unit_codes or "units" in self.broken:
            return
        found = self.units.get(normalise(value), set())
        if not found:
            yield row.fault(f"没有叫“{value}”的单位{did_you_mean(normalise(value), self.units)}", *path)
        elif len(found) > 1:
            yield row.fault(f"“{value}”可能是几个单位（{'、'.join(sorted(found))}），请写单位代码", *path)

    def person(self, row: Placed[Any], key: str, role: Role | None = None) -> Iterator[Fault]:
        """The account at `key` must exist and, with `role`, hold it."""
        yield from self.known("accounts", row, key)
        held = self.roles.get(getattr(row.spec, key))
        if role and held and role not in held and held <= ROLES:
            yield row.fault(f"账号“{getattr(row.spec, key)}”没有 {role.value} 角色", key)


def _at(spec: Any, path: Iterable[str | int]) -> Any:
    for key in path:
        spec = spec[key] if isinstance(key, int) or isinstance(spec, Mapping) else getattr(spec, key)
    return spec


def once(
    rows: Iterable[Placed[Any]], key: Callable[[Any], Hashable], what: str, *path: str
) -> Iterator[Fault]:
    first: dict[Hashable, Placed[Any]] = {}
    for row in rows:
        if (earlier := first.setdefault(key(row.spec), row)) is not row:
            yield row.fault(f"{what}重复：第{earlier.source.line(earlier.path)}行已经有了", *path)


def inside(row: Placed[Any], key: str, specs: Iterable[Any]) -> list[Placed[Any]]:
    return [Placed(spec, row.source, (*row.path, key, place)) for place, spec in enumerate(specs)]
