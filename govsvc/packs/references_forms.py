"""What forms, categories, calendar and comparisons of a pack say about each other and about the rest."""

from collections.abc import Iterator
from typing import Any

from departments.choices import MAX_SLOTS, ApprovalPath, ItemKind
from departments.models import Item
from govsvc.packs.checker import Checker, inside, once
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Placed, items_of, sections_of
from govsvc.packs.schema import ItemSpec


def _tables(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.calendar, lambda row: row.day, "这一天", "day")
    yield from once(c.pack.category_lists, lambda row: row.code, "分类目录代码", "code")
    yield from once(c.pack.categories, lambda row: (row.list, row.code), "本目录的类别代码", "code")
    yield from once(c.pack.categories, lambda row: (row.list, row.unit, row.name), "本目录的类别名称", "name")
    for row in c.pack.categories:
        yield from c.known("category_lists", row, "list")
        yield from c.unit(row, "unit")


def _forms(c: Checker) -> Iterator[Fault]:
    for form in c.pack.forms.values():
        items = [Placed(item, form.source, path) for item, _section, path in items_of(form.spec)]
        sections = [Placed(section, form.source, path) for section, _parent, path in sections_of(form.spec)]
        yield from once(items, lambda item: item.code, "填报项代码", "code")
        yield from once(sections, lambda section: section.code, "栏目代码", "code")
        yield from once(
            inside(form, "rules", form.spec.rules), lambda rule: rule.code, "审核公式代码", "code"
        )
        yield from _category_items(c, form, items)
        yield from _duties(form)
        codes = {item.spec.code for item in items}
        for item in items:
            yield from _item(item, codes)
        if sum(_is_number(item.spec) for item in items) > MAX_SLOTS:
            yield form.fault(f"一张表最多{MAX_SLOTS}个数字填报项，请分成几张表")
        for place, _group in enumerate(form.spec.expected.groups):
            yield from c.known("groups", form, "expected", "groups", place)
        for key in ("units", "exempt"):
            for place, _unit in enumerate(getattr(form.spec.expected, key)):
                yield from c.unit(form, "expected", key, place)


def _is_number(spec: ItemSpec) -> bool:
    return Item(kind=spec.kind).is_number


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
    if spec.kind not in (ItemKind.DECIMAL, ItemKind.PERCENT, ItemKind.COMPUTED) and spec.decimals:
        yield item.fault("有小数的填报项，kind 要写 decimal 或 percent", "decimals")
    if spec.kind == ItemKind.CHOICE and not spec.options:
        yield item.fault("kind 是 choice，缺少“options”（可以选的答案）")
    if spec.kind != ItemKind.CHOICE and spec.options:
        yield item.fault("有选项的填报项，kind 要写 choice", "options")
    if len(set(spec.options)) < len(spec.options):
        yield item.fault("选项重复", "options")


def _category_items(c: Checker, form: Placed[Any], items: list[Placed[Any]]) -> Iterator[Fault]:
    yield from c.known("category_lists", form, "category_list")
    split = [item for item in items if item.spec.by_category]
    if form.spec.category_list and not split:
        yield form.fault("写了 category_list，却没有一项写 by_category", "category_list")
    for item in split:
        if item.spec.kind == ItemKind.PARAGRAPH:
            yield item.fault("多行文字（paragraph）每张表只填一份，不能按类别填", "by_category")
        if not form.spec.category_list:
            yield item.fault("按类别填的项，报表要写“category_list”（分类目录）", "by_category")


def _duties(form: Placed[Any]) -> Iterator[Fault]:
    schedules = inside(form, "schedules", form.spec.schedules)
    yield from once(schedules, lambda row: row.valid_from, "开放规则的起始日期", "valid_from")
    for row in schedules:
        if row.spec.valid_to and row.spec.valid_to < row.spec.valid_from:
            yield row.fault("截止日期早于起始日期", "valid_to")
        if row.spec.due_basis == "weekday" and row.spec.due_number > 7:
            yield row.fault("星期几写 1（星期一）到 7（星期日）", "due_number")
        if row.spec.due_basis == "month_day" and row.spec.due_number > 31:
            yield row.fault("几号写 1 到 31", "due_number")
    reminders = inside(form, "reminders", form.spec.reminders)
    yield from once(reminders, lambda row: (row.hours, row.role), "这个时刻对这个角色的提醒", "hours")
    if form.spec.entered_by == "office" and form.spec.approval == ApprovalPath.PARENT:
        yield form.fault("机构替各单位填的表由机构审批，approval 不写 parent", "approval")
    if form.spec.entered_by == "office" and form.spec.unit_head_step:
        yield form.fault("机构替各单位填的表没有单位负责人确认", "unit_head_step")


def _comparisons(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.comparisons, lambda row: row.code, "核对项代码", "code")
    numbers = {
        f"{code}.{item.code}": _is_number(item)
        for code, form in c.pack.forms.items()
        for item, _section, _path in items_of(form.spec)
    }
    for row in c.pack.comparisons:
        sources = inside(row, "sources", row.spec.sources)
        yield from once(sources, lambda source: source.item, "这个核对项的来源", "item")
        for source in sources:
            code = source.spec.item
            if code not in numbers and "forms" not in c.broken:
                yield source.fault(f"没有代码为“{code}”的填报项{did_you_mean(code, numbers)}", "item")
            elif not numbers.get(code, True):
                yield source.fault(f"“{code}”不是填报的数，不能核对", "item")


FORM_CHECKS = (_tables, _forms, _comparisons)
