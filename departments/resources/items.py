"""填报项 of an office's forms. Sections must be there; computed items are checked over the whole form at the end."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.choices import ItemKind, Measure, UnitTotal
from departments.models import Form, Item, Section, normal_name
from departments.resources.base import (
    Column,
    Row,
    RowError,
    TableResource,
    Texts,
    code_of,
    read_choice,
    read_number,
    read_yes,
)
from departments.services.forms import check_expressions, save_item

_YES_COLUMNS = ("may_be_blank", "may_be_negative", "may_not_apply", "by_category")


class ItemTable(TableResource):
    """Rows are keyed by form and code. 板块 is a path of names or codes (上级/下级)."""

    key_columns = ("form", "code")
    columns = (
        Column("form", "报表代码", ("报表", "报表编码"), required=True),
        Column("section", "板块"),
        Column("code", "代码", ("编码", "填报项代码", "填报项编码"), required=True),
        Column("name", "名称", ("填报项",), required=True),
        Column("kind", "类型"),
        Column("decimals", "小数位数"),
        Column("measure", "时期或时点"),
        Column("unit_total", "单位汇总"),
        Column("unit_of_measure", "计量单位"),
        Column("part_of", "其中", ("属于",)),
        Column("may_be_blank", "可空"),
        Column("may_be_negative", "可负"),
        Column("may_not_apply", "可不适用"),
        Column("by_category", "按类别"),
        Column("note", "填报说明", ("说明",)),
        Column("expression", "式子"),
        Column("options", "选项"),
        Column("order", "顺序", ("排序",)),
    )

    @classmethod
    def get_display_name(cls) -> str:
        return _("Items, one per row")

    def stored(self) -> Iterable[Model]:
        assert self.office is not None
        self.forms = {form.code: form for form in self.office.forms.all()}
        self.sections = _paths(Section.objects.filter(form__office=self.office))
        self.items = {
            (item.form.code, item.code): item
            for item in _in_order(Item.objects.filter(form__office=self.office))
        }
        self.touched: set[Form] = set()
        return self.items.values()

    def exported(self, queryset: QuerySet[Form]) -> Iterable[Item]:
        """The list is of forms, the rows are their items."""
        items = _in_order(Item.objects.filter(form__in=queryset.order_by()))
        self.sections = _paths(Section.objects.filter(form__in=queryset.order_by()))
        return items

    def texts_of(self, instance: Item) -> Texts:
        yes = {name: "是" if getattr(instance, name) else "" for name in _YES_COLUMNS}
        return {
            "form": instance.form.code,
            "section": self.sections.get(instance.section_id or 0, ("",))[0],
            "code": instance.code,
            "name": instance.name,
            "kind": instance.get_kind_display(),
            "decimals": str(instance.decimals),
            "measure": instance.get_measure_display(),
            "unit_total": instance.get_unit_total_display(),
            "unit_of_measure": instance.unit_of_measure,
            "part_of": instance.part_of.code if instance.part_of else "",
            **yes,
            "note": instance.note,
            "expression": instance.expression,
            "options": "；".join(instance.choices),
            "order": str(instance.order),
        }

    def readers(self) -> dict[str, Callable[[str], str]]:
        heads = {column.name: column.head for column in self.columns}
        whole, flow, total = ItemKind.WHOLE.label, Measure.FLOW.label, UnitTotal.SUM.label
        return {
            "kind": lambda text: read_choice("类型", text, ItemKind.choices, str(whole)),
            "measure": lambda text: read_choice("时期或时点", text, Measure.choices, str(flow)),
            "unit_total": lambda text: read_choice("单位汇总", text, UnitTotal.choices, str(total)),
            "decimals": partial(read_number, "小数位数"),
            "order": partial(read_number, "顺序"),
            "options": lambda text: "；".join(_options(text)),
            **{name: partial(read_yes, heads[name]) for name in _YES_COLUMNS},
        }

    def _wanted(self, row: Row) -> Texts:
        texts = super()._wanted(row)
        if texts["section"]:
            texts["section"] = self._section(texts)[0]
        return texts

    def save(self, row: Row, texts: Texts) -> Item:
        form = self.forms.get(texts["form"])
        if form is None:
            raise RowError("报表代码", _("There is no form “%s” in this office.") % texts["form"])
        item = save_item(
            form=form,
            code=texts["code"],
            name=texts["name"],
            section=self._section(texts)[1] if texts["section"] else None,
            kind=code_of(texts["kind"], ItemKind.choices),
            decimals=int(texts["decimals"]),
            measure=code_of(texts["measure"], Measure.choices),
            unit_total=code_of(texts["unit_total"], UnitTotal.choices),
            unit_of_measure=texts["unit_of_measure"],
            part_of=self._part_of(texts),
            note=texts["note"],
            expression=texts["expression"],
            options="\n".join(_options(texts["options"])),
            order=int(texts["order"]),
            **{name: texts[name] == "是" for name in _YES_COLUMNS},
        )
        self.items[row.key[0], row.key[1]] = item
        self.touched.add(form)
        return item

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """A computed item may refer to one further down, so expressions are judged when every row is in."""
        for form in self.touched:
            faults = check_expressions(form)
            if faults:
                raise ValidationError([f"{form}：{fault}" for fault in faults])

    def _section(self, texts: Texts) -> tuple[str, Section]:
        wanted = [normal_name(part) for part in texts["section"].split("/")]
        for path, section in self.sections.values():
            if section.form.code == texts["form"] and (
                [normal_name(part) for part in path.split("/")] == wanted or section.code == texts["section"]
            ):
                return path, section
        raise RowError(
            "板块", _("There is no section “%s” in this form: create it first.") % texts["section"]
        )

    def _part_of(self, texts: Texts) -> Item | None:
        code = texts["part_of"]
        if not code:
            return None
        row = self.by_key.get((texts["form"], code))
        if row is not None:
            self.ensure(row)
        item = self.items.get((texts["form"], code))
        if item is None:
            raise RowError("其中", _("There is no item “%s” in this form.") % code)
        return item


def _in_order(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.select_related("form", "section", "part_of").order_by("form__order", "form__code", "order")


def _paths(sections: QuerySet[Section]) -> dict[int, tuple[str, Section]]:
    """Section id → (path of names from the top, section)."""
    known = {section.pk: section for section in sections.select_related("form")}
    found = {}
    for section in known.values():
        names, step, seen = [section.name], section.parent_id, {section.pk}
        while step is not None and step in known and step not in seen:
            seen.add(step)
            names.insert(0, known[step].name)
            step = known[step].parent_id
        found[section.pk] = ("/".join(names), section)
    return found


def _options(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", "；").replace("\n", "；").split("；") if part.strip()]
