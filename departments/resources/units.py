"""填报单位: code, names, group, parent and days, as of the version in force last."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from departments.models import Group, Unit, normal_name
from departments.resources.base import (
    Column,
    Row,
    RowError,
    TableResource,
    Texts,
    day_of,
    read_date,
    read_number,
    text_of,
)
from departments.services.organisation import save_alias, save_unit

_SEPARATORS = str.maketrans({";": "；", "，": "；", ",": "；", "、": "；", "\n": "；"})


class UnitTable(TableResource):
    """A change of name, parent or group holds from 生效日期 on; the day of the present version corrects that version.

    Aliases are added, never taken away. A parent may stand further down in the same file.
    """

    columns = (
        Column("code", "代码", ("编码", "单位代码", "单位编码"), required=True),
        Column("full_name", "全称", ("单位全称",)),
        Column("short_name", "简称", ("单位", "单位简称", "名称"), required=True),
        Column("group", "考核组", ("组",)),
        Column("parent", "上级", ("上级单位", "上级代码")),
        Column("order", "顺序", ("排序",)),
        Column("opened_on", "成立日期"),
        Column("closed_on", "撤销日期"),
        Column("valid_from", "生效日期"),
        Column("aliases", "别名"),
    )

    @classmethod
    def get_display_name(cls) -> str:
        return _("Units, one per row")

    def stored(self) -> Iterable[Model]:
        assert self.office is not None
        self.units = {unit.code: unit for unit in _with_versions(Unit.objects.filter(office=self.office))}
        self.groups = {group.code: group for group in Group.objects.filter(office=self.office)}
        return self.units.values()

    def exported(self, queryset: QuerySet[Unit]) -> Iterable[Unit]:
        return _with_versions(queryset)

    def texts_of(self, instance: Unit) -> Texts:
        version = max(instance.versions.all(), key=lambda v: v.valid_from, default=None)
        return {
            "code": instance.code,
            "full_name": version.full_name if version else "",
            "short_name": version.short_name if version else instance.name,
            "group": version.group.code if version and version.group else "",
            "parent": version.parent.code if version and version.parent else "",
            "order": str(instance.protocol_order),
            "opened_on": text_of(instance.opened_on),
            "closed_on": text_of(instance.closed_on),
            "valid_from": text_of(version.valid_from) if version else "",
            "aliases": "；".join(sorted({alias.name for alias in instance.aliases.all() if not alias.usage})),
        }

    def readers(self) -> dict[str, Callable[[str], str]]:
        return {
            "group": self._group,
            "order": partial(read_number, "顺序"),
            "opened_on": partial(read_date, "成立日期"),
            "closed_on": partial(read_date, "撤销日期"),
            "valid_from": partial(read_date, "生效日期"),
            "aliases": lambda text: "；".join(sorted(_names(text))),
        }

    def _wanted(self, row: Row) -> Texts:
        texts = super()._wanted(row)
        before = self.before.get(row.key)
        texts["full_name"] = texts["full_name"] or texts["short_name"]
        texts["opened_on"] = texts["opened_on"] or (before or {}).get("opened_on") or "2000-01-01"
        texts["valid_from"] = texts["valid_from"] or (before or {}).get("valid_from") or texts["opened_on"]
        texts["aliases"] = "；".join(
            sorted({*_names(texts["aliases"]), *_names((before or {}).get("aliases", ""))})
        )
        if texts["parent"]:
            texts["parent"] = self._parent_code(texts["parent"])
        return texts

    def save(self, row: Row, texts: Texts) -> Unit:
        assert self.office is not None
        opened = day_of(texts["opened_on"]) or dt.date(2000, 1, 1)
        unit = save_unit(
            office=self.office,
            code=texts["code"],
            full_name=texts["full_name"],
            short_name=texts["short_name"],
            protocol_order=int(texts["order"]),
            group=self.groups.get(texts["group"]),
            parent=self._parent(texts["parent"]),
            opened_on=opened,
            closed_on=day_of(texts["closed_on"]),
            valid_from=day_of(texts["valid_from"]),
        )
        for name in _names(texts["aliases"]):
            save_alias(unit=unit, name=name)
        self.units[unit.code] = unit
        return unit

    def _group(self, text: str) -> str:
        """The group's code, from its code or name."""
        if not text or text in self.groups:
            return text
        named = [group.code for group in self.groups.values() if normal_name(group.name) == normal_name(text)]
        if len(named) != 1:
            raise RowError("考核组", _("There is no group “%s”: create it first.") % text)
        return named[0]

    def _parent_code(self, text: str) -> str:
        """The parent's code, from its code or short name, of a stored unit or one in the file."""
        if text in self.units or (text,) in self.by_key:
            return text
        codes = {unit.code for unit in self.units.values() if normal_name(unit.name) == normal_name(text)}
        codes |= {
            row.texts["code"]
            for row in self.by_key.values()
            if normal_name(row.texts.get("short_name", "")) == normal_name(text)
        }
        if len(codes) != 1:
            raise RowError("上级", _("There is no unit “%s” in this office: write its code.") % text)
        return codes.pop()

    def _parent(self, code: str) -> Unit | None:
        if not code:
            return None
        row = self.by_key.get((code,))
        if row is not None:
            self.ensure(row)
        if code not in self.units:
            raise RowError("上级", _("The unit “%s” could not be saved: see its row.") % code)
        return self.units[code]


def _with_versions(units: QuerySet[Any]) -> QuerySet[Any]:
    return units.prefetch_related("versions__group", "versions__parent", "aliases").order_by(
        "protocol_order", "code"
    )


def _names(text: str) -> set[str]:
    return {name.strip() for name in text.translate(_SEPARATORS).split("；") if name.strip()}
