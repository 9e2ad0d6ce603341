"""The head of a large table of figures: which column is the unit, the period, the category, an item, a value.

Two shapes: wide, one column per item; long, one figure a row with the item in a column, as figures are exported.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from departments.models import Item, normal_name
from departments.sheets import Sheet

_HEADS = {
    "unit_code": {"单位代码", "单位编码", "unit code"},
    "unit": {"单位", "填报单位", "部门", "部门名称", "单位名称", "unit"},
    "period": {"期间", "报告期", "期次", "period"},
    "category_code": {"类别代码", "类别编码", "category code"},
    "category": {"类别", "分类", "category"},
    "item_code": {"填报项代码", "填报项编码", "item code"},
    "item": {"填报项", "指标", "项目", "item"},
    "value": {"数值", "数据", "值", "value"},
    "reason": {"不适用", "不适用原因", "not applicable"},
}
# Texts of the catalogue that the export writes over columns which say nothing to an import.
_EXPORTED = ("form", "state", "unit of measure", "submitted by", "submitted at", "decided by", "decided at")


@dataclass(frozen=True)
class Head:
    """Positions by role; for a wide table also (position, head, item) of every item's column."""

    places: dict[str, int]
    items: tuple[tuple[int, str, Item], ...] = ()

    @property
    def is_long(self) -> bool:
        return not self.items

    def text(self, row: Sequence[str], *roles: str) -> str:
        """What the row says in the first of these columns that is filled."""
        for role in roles:
            place = self.places.get(role, -1)
            if 0 <= place < len(row) and row[place]:
                return row[place]
        return ""


def item_names(sheet: Sheet) -> dict[str, set[Item]]:
    """The items a folded name may mean: code, name, section and name."""
    known: dict[str, set[Item]] = {}
    for item in sheet.items:
        labels = {item.code, item.name}
        if item.section:
            labels.add(f"{item.section.name}.{item.name}")
        for label in labels:
            known.setdefault(normal_name(label), set()).add(item)
    return known


def unclear_item(text: str, found: set[Item]) -> str:
    """Why a name can't be taken for an item."""
    if found:
        codes = "、".join(sorted(item.code for item in found))
        return _("“%(name)s” may be several items: write the code (%(codes)s).") % {
            "name": text,
            "codes": codes,
        }
    return _("“%s” is no item of the form: correct or delete it.") % text


def read_head(sheet: Sheet, texts: Sequence[str], fault: Callable[[str, str], None]) -> Head | None:
    """The head, or None after `fault(column, message)` was called for everything that is wrong with it."""
    wrong: list[tuple[str, str]] = []
    roles, ignored = _roles(sheet), {normal_name(_(text)) for text in _EXPORTED}
    known = item_names(sheet)
    places: dict[str, int] = {}
    items: list[tuple[int, str, Item]] = []
    others: list[str] = []
    for place, text in enumerate(texts):
        name = normal_name(text)
        found = known.get(name, set())
        if len(found) == 1:
            items += [(place, text, item) for item in found]
        elif found:
            wrong.append((text, unclear_item(text, found)))
        elif name in roles:
            places.setdefault(roles[name], place)
        elif name and name not in ignored:
            others.append(text)
    is_long = not items and "value" in places and ("item" in places or "item_code" in places)
    wrong += [(text, unclear_item(text, set())) for text in others if not is_long]
    wrong += _missing(sheet, places, items, is_long)
    wrong += _doubled(items)
    for column, message in wrong:
        fault(column, message)
    if wrong:
        return None
    return Head(places, tuple(row for row in items if row[2].is_entered))


def _roles(sheet: Sheet) -> dict[str, str]:
    """Folded head → role; the catalogue's words and the name of the form's category list count too."""
    roles = {normal_name(word): role for role, words in _HEADS.items() for word in words}
    roles |= {
        normal_name(_(word)): role for role, words in _HEADS.items() for word in words if word.isascii()
    }
    if sheet.form.category_list:
        roles[normal_name(sheet.form.category_list.name)] = "category"
    return roles


def _missing(
    sheet: Sheet, places: dict[str, int], items: list[tuple[int, str, Item]], is_long: bool
) -> list[tuple[str, str]]:
    found = []
    if "unit" not in places and "unit_code" not in places:
        found.append(("单位", _("There is no column “%s”.") % "单位"))
    if "period" not in places:
        found.append(("期间", _("There is no column “%s”.") % "期间"))
    if not is_long and not any(item.is_entered for _place, _text, item in items):
        found.append(("", _("No column is an item of the form “%s”.") % sheet.form))
    return found


def _doubled(items: list[tuple[int, str, Item]]) -> list[tuple[str, str]]:
    seen: set[str] = set()
    found = []
    for _place, text, item in items:
        if item.code in seen:
            found.append((text, _("“%s” stands in two columns: keep one.") % item.name))
        seen.add(item.code)
    return found
