"""What the files of a pack say about each other: every code meant must exist, every code given must be the only one."""

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from typing import Any

from departments.choices import MAX_SLOTS, OFFICE_ROLES, UNIT_ROLES, ItemKind, Role
from departments.periods import Period
from expressions.names import normalise
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Pack, Placed, items_of, sections_of

# Who runs the installation: not a role of an office, but Django's superuser.
OPERATOR = "operator"
ROLES = frozenset({*Role.values, OPERATOR})
_WORDS = {
    "groups": "考核组",
    "reasons": "原因",
    "forms": "报表",
    "indicators": "指标",
    "rankings": "排名",
    "bulletins": "通报",
    "accounts": "账号",
}


def check_references(pack: Pack, written: Mapping[str, set[str]], broken: Set[str]) -> list[Fault]:
    """Every fault between entries. `written`: codes per kind, those of entries with other faults included; what a
    `broken` kind of file does not hold is not missed, so that one slip is told once."""
    checker = _Checker(pack, written, broken)
    return [fault for check in CHECKS for fault in check(checker)]


class _Checker:
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


def _once(
    rows: Iterable[Placed[Any]], key: Callable[[Any], Hashable], what: str, *path: str
) -> Iterator[Fault]:
    first: dict[Hashable, Placed[Any]] = {}
    for row in rows:
        if (earlier := first.setdefault(key(row.spec), row)) is not row:
            yield row.fault(f"{what}重复：第{earlier.source.line(earlier.path)}行已经有了", *path)


def _inside(row: Placed[Any], key: str, specs: Iterable[Any]) -> list[Placed[Any]]:
    return [Placed(spec, row.source, (*row.path, key, place)) for place, spec in enumerate(specs)]


def _units(c: _Checker) -> Iterator[Fault]:
    yield from _once(c.pack.groups, lambda g: g.code, "考核组代码", "code")
    yield from _once(c.pack.reasons, lambda r: r.code, "原因代码", "code")
    yield from _once(
        c.pack.units, lambda u: (u.code, u.valid_from or u.opened_on), "单位代码（同一天）", "code"
    )
    yield from _once(c.pack.names, lambda n: (normalise(n.unit), n.usage), "这个单位在这一处的名称")
    parents: dict[str, str] = {}
    for row in c.pack.units:
        yield from c.known("groups", row, "group")
        unit = row.spec
        if unit.parent and unit.parent not in c.unit_codes and "units" not in c.broken:
            yield row.fault(
                f"没有代码为“{unit.parent}”的上级单位{did_you_mean(unit.parent, c.unit_codes)}", "parent"
            )
        if unit.closed_on and unit.closed_on < unit.opened_on:
            yield row.fault("撤销日期早于设立日期", "closed_on")
        if unit.code in parents and (unit.order is not None or unit.closed_on or unit.aliases):
            yield row.fault("order、closed_on、aliases 只写在这个单位的第一行")
        parents[unit.code] = unit.parent
    for row in c.pack.units:
        chain = [row.spec.code]
        while (above := parents.get(chain[-1], "")) and above not in chain:
            chain.append(above)
        if above == row.spec.code:
            yield row.fault(f"上级单位绕成了一圈：{' → '.join([*chain, above])}", "parent")
    for name in c.pack.names:
        yield from c.unit(name, "unit")


def _forms(c: _Checker) -> Iterator[Fault]:
    for form in c.pack.forms.values():
        items = [Placed(item, form.source, path) for item, _section, path in items_of(form.spec)]
        sections = [Placed(section, form.source, path) for section, _parent, path in sections_of(form.spec)]
        yield from _once(items, lambda item: item.code, "填报项代码", "code")
        yield from _once(sections, lambda section: section.code, "栏目代码", "code")
        yield from _once(
            _inside(form, "rules", form.spec.rules), lambda rule: rule.code, "审核公式代码", "code"
        )
        codes = {item.spec.code for item in items}
        for item in items:
            yield from _item(item, codes)
        if sum(item.spec.kind in (ItemKind.WHOLE, ItemKind.DECIMAL) for item in items) > MAX_SLOTS:
            yield form.fault(f"一张表最多{MAX_SLOTS}个数字填报项，请分成几张表")
        for place, _group in enumerate(form.spec.expected.groups):
            yield from c.known("groups", form, "expected", "groups", place)
        for key in ("units", "exempt"):
            for place, _unit in enumerate(getattr(form.spec.expected, key)):
                yield from c.unit(form, "expected", key, place)


def _item(item: Placed[Any], codes: set[str]) -> Iterator[Fault]:
    spec = item.spec
    if spec.part_of and (spec.part_of not in codes or spec.part_of == spec.code):
        yield item.fault(
            f"本表没有代码为“{spec.part_of}”的填报项{did_you_mean(spec.part_of, codes)}", "part_of"
        )
    if spec.kind == ItemKind.COMPUTED and not spec.expression:
        yield item.fault("kind 是 computed，缺少“expression”（公式）")
    if spec.kind != ItemKind.COMPUTED and spec.expression:
        yield item.fault("有公式的填报项，kind 要写 computed", "expression")
    if spec.kind in (ItemKind.WHOLE, ItemKind.TEXT) and spec.decimals:
        yield item.fault("有小数的填报项，kind 要写 decimal", "decimals")


def _indicators(c: _Checker) -> Iterator[Fault]:
    yield from _once(c.pack.indicators, lambda i: i.code, "指标代码", "code")
    yield from _once(c.pack.targets, lambda t: (t.indicator, t.group, t.period), "这个指标在这一期的目标")
    yield from _once(c.pack.rankings, lambda r: r.code, "排名代码", "code")
    for indicator in c.pack.indicators:
        versions = _inside(indicator, "versions", indicator.spec.versions)
        for earlier, later in itertools.pairwise(versions):
            if later.spec.valid_from <= earlier.spec.valid_from:
                yield later.fault("口径要按日期先后写，日期不能相同", "valid_from")
            if earlier.spec.valid_to and earlier.spec.valid_to >= later.spec.valid_from:
                yield earlier.fault("口径的有效期重叠", "valid_to")
    measured: list[Placed[Any]] = [*c.pack.targets, *c.pack.rankings]
    for row in measured:
        yield from c.known("indicators", row, "indicator")
        yield from c.known("groups", row, "group")


def _bulletins(c: _Checker) -> Iterator[Fault]:
    for bulletin in c.pack.bulletins.values():
        yield from c.known("groups", bulletin, "group")
        try:
            bulletin.spec.number_format.format(year=2000, number=1)
        except (KeyError, IndexError, ValueError, AttributeError):
            yield bulletin.fault("文号里只能用 {year} 和 {number}", "number_format")
        annexes = _inside(bulletin, "annexes", bulletin.spec.annexes)
        yield from _once(annexes, lambda annex: annex.number, "附件号", "number")
        yield from _once(
            _inside(bulletin, "consistency", bulletin.spec.consistency),
            lambda rule: rule.code,
            "一致性公式代码",
            "code",
        )
        for annex in annexes:
            yield from _annex(c, annex)
        for mailing in _inside(bulletin, "mailings", bulletin.spec.mailings):
            yield from c.known("rankings", mailing, "ranking")
            if mailing.spec.schedule and len(mailing.spec.schedule.cron.split()) != 5:
                yield mailing.fault("要写五段：分 时 日 月 星期，例如 0 9 5 * *", "schedule", "cron")


def _annex(c: _Checker, annex: Placed[Any]) -> Iterator[Fault]:
    yield from c.known("forms", annex, "form")
    columns = _inside(annex, "columns", annex.spec.columns)
    yield from _once(columns, lambda column: column.code, "列代码", "code")
    for column in columns:
        computed = column.spec.kind in ("item", "rate")
        if computed and not column.spec.expression:
            yield column.fault("缺少“expression”（对每个单位算的式子）")
        if not computed and column.spec.expression:
            yield column.fault("序号列、单位名列不写式子", "expression")
    for place, code in enumerate(annex.spec.row_order):
        if code not in c.unit_codes and "units" not in c.broken:
            yield annex.fault(
                f"没有代码为“{code}”的单位{did_you_mean(code, c.unit_codes)}", "row_order", place
            )


def _accounts(c: _Checker) -> Iterator[Fault]:
    yield from _once(c.pack.accounts, lambda a: (a.username, a.role, a.unit), "账号的这个角色", "username")
    people: dict[str, tuple[str, str]] = {}
    for row in c.pack.accounts:
        account = row.spec
        yield from c.unit(row, "unit")
        if account.role not in ROLES:
            yield row.fault(f"没有“{account.role}”这个角色{did_you_mean(account.role, ROLES)}", "role")
        elif account.role in UNIT_ROLES and not account.unit:
            yield row.fault("填报员和单位负责人要写单位", "unit")
        elif account.role in {*OFFICE_ROLES, OPERATOR} and account.unit:
            yield row.fault("机构的角色不写单位", "unit")
        if people.setdefault(account.username, (account.name, account.email)) != (
            account.name,
            account.email,
        ):
            yield row.fault(f"账号“{account.username}”前面写的姓名或邮箱不同", "username")


def _typed(c: _Checker) -> Iterator[Fault]:
    yield from _once(c.pack.facts, lambda f: (f.bulletin, f.period, f.code), "这一期的事实代码", "code")
    yield from _once(c.pack.published, lambda p: (p.bulletin, p.period, p.claim), "这一期的编号", "claim")
    typed: list[Placed[Any]] = [*c.pack.facts, *c.pack.published]
    for row in typed:
        yield from c.known("bulletins", row, "bulletin")
        yield from c.person(row, "typed_by")
        if not row.spec.typed_by and not c.pack.first_administrator and "accounts" not in c.broken:
            yield row.fault("没有写录入人（typed_by），accounts.csv 里也没有管理员（administrator）")
    for fact in c.pack.facts:
        if (fact.spec.number is None) == (not fact.spec.text):
            yield fact.fault("number（数）和 text（文字）要写一样，也只写一样")


def _filing(c: _Checker) -> Iterator[Fault]:
    yield from _once(c.pack.windows, lambda w: (w.form, w.period), "这张表这一期")
    yield from _once(c.pack.issues, lambda i: (i.bulletin, i.period), "这份通报这一期")
    for window in c.pack.windows:
        spec = window.spec
        yield from c.known("forms", window, "form")
        yield from c.known("reasons", window, "default_reason")
        yield from c.person(window, "approved_by", Role.ADMINISTRATOR)
        if spec.due_at <= spec.opens_at:
            yield window.fault("截止时间要晚于开放时间", "due_at")
        form = c.pack.forms.get(spec.form)
        frequency = Period.parse(spec.period).frequency
        if form and form.spec.frequency != frequency:
            yield window.fault(
                f"报表“{spec.form}”按 {form.spec.frequency.value} 填报，“{spec.period}”是 {frequency}",
                "period",
            )
        moments = [moment for moment in (spec.entered_at, spec.submitted_at, spec.approved_at) if moment]
        if moments != sorted(moments):
            yield window.fault("填报、提交、审批的时间要依次往后")
        if (spec.submitted_at and not spec.entered_at) or (spec.approved_at and not spec.submitted_at):
            yield window.fault("先有 entered_at，再有 submitted_at，再有 approved_at")
        if spec.approved_at and not spec.approved_by:
            yield window.fault("有 approved_at，缺少“approved_by”（审批人）")
    for issue in c.pack.issues:
        yield from c.known("bulletins", issue, "bulletin")
        yield from c.person(issue, "drafted_by", Role.ADMINISTRATOR)
        yield from c.person(issue, "reviewed_by", Role.REVIEWER)
        yield from c.person(issue, "issued_by", Role.ISSUER)
        if not issue.spec.drafted_at <= issue.spec.reviewed_at <= issue.spec.issued_at:
            yield issue.fault("拟稿、复核、签发的时间要依次往后")
        if issue.spec.drafted_by == issue.spec.reviewed_by:
            yield issue.fault("复核人不能是拟稿人", "reviewed_by")


CHECKS = (_units, _forms, _indicators, _bulletins, _accounts, _typed, _filing)
