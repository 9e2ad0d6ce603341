"""What the files of a pack say about each other: every code meant must exist, every code given must be the only one."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from departments.choices import OFFICE_ROLES, UNIT_ROLES, ApprovalPath, EntryMode, Role
from departments.periods import Period
from expressions.names import normalise
from govsvc.packs.checker import OPERATOR, ROLES, Checker, inside, once
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Pack, Placed
from govsvc.packs.references_forms import FORM_CHECKS
from govsvc.packs.references_indicators import INDICATOR_CHECKS
from govsvc.packs.references_mails import mail_faults
from govsvc.packs.references_registers import REGISTER_CHECKS
from reports.choices import AnnexRows, ColumnKind, TotalPlace
from reports.models.templates import is_number_format


def check_references(pack: Pack, written: Mapping[str, set[str]], broken: Set[str]) -> list[Fault]:
    """Every fault between entries. `written`: codes per kind, those of entries with other faults included; what a
    `broken` kind of file does not hold is not missed, so that one slip is told once."""
    checker = Checker(pack, written, broken)
    return [fault for check in CHECKS for fault in check(checker)]


def _units(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.groups, lambda g: g.code, "考核组代码", "code")
    yield from once(c.pack.reasons, lambda r: r.code, "原因代码", "code")
    yield from once(
        c.pack.units, lambda u: (u.code, u.valid_from or u.opened_on), "单位代码（同一天）", "code"
    )
    yield from once(c.pack.names, lambda n: (normalise(n.unit), n.usage), "这个单位在这一处的名称")
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


def _bulletins(c: Checker) -> Iterator[Fault]:
    for bulletin in c.pack.bulletins.values():
        yield from c.known("groups", bulletin, "group")
        if not is_number_format(bulletin.spec.number_format):
            yield bulletin.fault("文号里只能用 {year} 和 {number}", "number_format")
        for section in inside(bulletin, "sections", bulletin.spec.sections):
            yield from c.known("groups", section, "repeat")
        annexes = inside(bulletin, "annexes", bulletin.spec.annexes)
        yield from once(annexes, lambda annex: annex.number, "附件号", "number")
        yield from once(
            inside(bulletin, "consistency", bulletin.spec.consistency),
            lambda rule: rule.code,
            "一致性公式代码",
            "code",
        )
        for annex in annexes:
            yield from _annex(c, annex)
        yield from mail_faults(c, bulletin)


# What each kind of rows is made from: the key that names it, and the word for it.
_SOURCES = {
    AnnexRows.UNITS: ("form", "entries_of"),
    AnnexRows.CATEGORIES: ("form",),
    AnnexRows.ENTRIES: ("entries_of",),
    AnnexRows.LEAVES: ("scheme",),
}


def _annex(c: Checker, annex: Placed[Any]) -> Iterator[Fault]:
    yield from c.known("forms", annex, "form")
    yield from c.known("registers", annex, "entries_of")
    yield from c.known("schemes", annex, "scheme")
    yield from _annex_source(annex)
    columns = inside(annex, "columns", annex.spec.columns)
    yield from once(columns, lambda column: column.code, "列代码", "code")
    for column in columns:
        computed = column.spec.kind not in (ColumnKind.SEQUENCE, ColumnKind.UNIT)
        if computed and not column.spec.expression:
            yield column.fault("缺少“expression”（对每个单位算的式子）")
        if not computed and column.spec.expression:
            yield column.fault("序号列、单位名列不写式子", "expression")
    groups = inside(annex, "groups", annex.spec.groups)
    yield from once(groups, lambda part: part.group, "这个附件的考核组", "group")
    for part in groups:
        yield from c.known("groups", part, "group")
    for key in ("row_order", "comparison_units"):
        for place, code in enumerate(getattr(annex.spec, key)):
            if code not in c.unit_codes and "units" not in c.broken:
                yield annex.fault(f"没有代码为“{code}”的单位{did_you_mean(code, c.unit_codes)}", key, place)


def _annex_source(annex: Placed[Any]) -> Iterator[Fault]:
    """One source, the one its rows are made from; totals and groups only of units."""
    spec = annex.spec
    named = [key for key in ("form", "entries_of", "scheme") if getattr(spec, key)]
    if len(named) != 1:
        yield annex.fault("form（报表）、entries_of（台账）、scheme（考核方案）要写一个，也只写一个")
    elif named[0] not in _SOURCES[spec.rows]:
        wanted = "或".join(_SOURCES[spec.rows])
        yield annex.fault(f"rows 是 {spec.rows.value} 的附件要写 {wanted}，不写 {named[0]}", "rows")
    if spec.count and not spec.entries_of:
        yield annex.fault("count 只有台账的附件才写", "count")
    if spec.rows in (AnnexRows.ENTRIES, AnnexRows.LEAVES):
        for key in ("groups", "comparison_units"):
            if getattr(spec, key):
                yield annex.fault(f"{key} 只有一行是一个单位或一个类别的附件才写", key)
        if spec.total != TotalPlace.NONE:
            yield annex.fault("合计行只有一行是一个单位或一个类别的附件才有", "total")


def _accounts(c: Checker) -> Iterator[Fault]:
    yield from once(
        c.pack.accounts,
        lambda a: (a.username, a.role, a.unit, a.acting_for, a.acting_for and a.valid_from),
        "账号的这个角色",
        "username",
    )
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
        yield from c.known("accounts", row, "acting_for")
        if account.acting_for and not (account.valid_from and account.valid_to):
            yield row.fault("代岗要写起止日期（valid_from、valid_to）", "acting_for")
        if account.valid_from and account.valid_to and account.valid_to < account.valid_from:
            yield row.fault("截止日期早于起始日期", "valid_to")
        if account.role == OPERATOR and (account.valid_from or account.valid_to or account.acting_for):
            yield row.fault("系统管理员不写起止日期和代岗", "role")
        if people.setdefault(account.username, (account.name, account.email)) != (
            account.name,
            account.email,
        ):
            yield row.fault(f"账号“{account.username}”前面写的姓名或邮箱不同", "username")


def _typed(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.facts, lambda f: (f.bulletin, f.period, f.code), "这一期的事实代码", "code")
    yield from once(c.pack.published, lambda p: (p.bulletin, p.period, p.claim), "这一期的编号", "claim")
    typed: list[Placed[Any]] = [*c.pack.facts, *c.pack.published]
    for row in typed:
        yield from c.known("bulletins", row, "bulletin")
        yield from c.person(row, "typed_by")
        if not row.spec.typed_by and not c.pack.first_administrator and "accounts" not in c.broken:
            yield row.fault("没有写录入人（typed_by），accounts.csv 里也没有管理员（administrator）")
    for fact in c.pack.facts:
        if (fact.spec.number is None) == (not fact.spec.text):
            yield fact.fault("number（数）和 text（文字）要写一样，也只写一样")


def _steps(c: Checker, window: Placed[Any], form: Placed[Any]) -> Iterator[Fault]:
    """What the form's own path asks of its demonstration."""
    spec = window.spec
    if form.spec.unit_head_step and spec.approved_at and not spec.confirmed_at:
        yield window.fault("这张表要单位负责人确认，缺少“confirmed_at”（确认时间）")
    if form.spec.entered_by == EntryMode.OFFICE:
        yield from c.person(window, "entered_by", Role.ADMINISTRATOR)
        if spec.approved_by and spec.approved_by == (spec.entered_by or c.pack.first_administrator):
            yield window.fault("审批人不能是填报人", "approved_by")
    elif spec.entered_by:
        yield window.fault("各单位自己填的表不写 entered_by", "entered_by")
    if form.spec.approval == ApprovalPath.PARENT and spec.approved_at:
        yield window.fault("由上级单位审批的表，演示不能审批：不写 approved_at", "approved_at")


def _filing(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.windows, lambda w: (w.form, w.period), "这张表这一期")
    yield from once(c.pack.issues, lambda i: (i.bulletin, i.period), "这份通报这一期")
    for window in c.pack.windows:
        spec = window.spec
        yield from c.known("forms", window, "form")
        yield from c.known("reasons", window, "default_reason")
        yield from c.person(window, "approved_by", Role.ADMINISTRATOR)
        if spec.due_at <= spec.opens_at:
            yield window.fault("截止时间要晚于开放时间", "due_at")
        form = c.pack.forms.get(spec.form)
        period = Period.parse(spec.period)
        if form and not period.fits(form.spec.frequency):
            yield window.fault(
                f"报表“{spec.form}”按 {form.spec.frequency.value} 填报，“{spec.period}”是 {period.frequency}",
                "period",
            )
        moments = (spec.entered_at, spec.submitted_at, spec.confirmed_at, spec.approved_at)
        told = [moment for moment in moments if moment]
        if told != sorted(told):
            yield window.fault("填报、提交、确认、审批的时间要依次往后")
        if (spec.submitted_at and not spec.entered_at) or (spec.approved_at and not spec.submitted_at):
            yield window.fault("先有 entered_at，再有 submitted_at，再有 approved_at")
        if spec.approved_at and not spec.approved_by:
            yield window.fault("有 approved_at，缺少“approved_by”（审批人）")
        if told and not spec.opens_at <= told[0]:
            yield window.fault("填报的时间早于开放时间", "entered_at")
        if form:
            yield from _steps(c, window, form)
    for issue in c.pack.issues:
        yield from c.known("bulletins", issue, "bulletin")
        yield from c.person(issue, "drafted_by", Role.ADMINISTRATOR)
        yield from c.person(issue, "reviewed_by", Role.REVIEWER)
        yield from c.person(issue, "issued_by", Role.ISSUER)
        if not issue.spec.drafted_at <= issue.spec.reviewed_at <= issue.spec.issued_at:
            yield issue.fault("拟稿、复核、签发的时间要依次往后")
        if issue.spec.drafted_by == issue.spec.reviewed_by:
            yield issue.fault("复核人不能是拟稿人", "reviewed_by")


CHECKS = (_units, *FORM_CHECKS, *REGISTER_CHECKS, *INDICATOR_CHECKS, _bulletins, _accounts, _typed, _filing)
