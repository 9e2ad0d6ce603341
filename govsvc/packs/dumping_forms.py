"""Forms, categories and comparisons as the content of their files; the inverse of loading/forms.py and collection.py."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from departments.models import Comparison, Form, Item, Office, Section
from govsvc.packs import schema
from govsvc.packs.loading.forms import expected_of

S = TypeVar("S", bound=schema.Spec)


def fields_of(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def order_of(row: Any, place: int) -> int | None:
    """Written only where it is not the place in the file."""
    return None if row.order == place else row.order


def in_order(rows: Iterable[Any], spec: Callable[[Any, int | None], S]) -> list[S]:
    return [spec(row, order_of(row, place)) for place, row in enumerate(rows, 1)]


class FormDump:
    """One form; counts sections and items in the order in which loading counts them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.sections = 0
        self.items = 0

    def spec(self) -> schema.FormFile:
        expected = list(expected_of(self.form))
        return schema.FormFile(
            **fields_of(self.form, "title", "frequency", "notes", "contact", "order"),
            **fields_of(
                self.form, "entered_by", "approval", "unit_head_step", "children_first", "allows_nil"
            ),
            category_list=self.form.category_list.code if self.form.category_list else "",
            schedules=tuple(
                _like(schema.FormScheduleSpec, row) for row in self._rows("schedules", "valid_from")
            ),
            reminders=tuple(
                _like(schema.ReminderSpec, row) for row in self._rows("reminder_rules", "hours", "role")
            ),
            expected=schema.ExpectedSpec(
                groups=tuple(code for kind, code, exempt in expected if kind == "group" and not exempt),
                units=tuple(code for kind, code, exempt in expected if kind == "unit" and not exempt),
                exempt=tuple(code for kind, code, exempt in expected if kind == "unit" and exempt),
            ),
            items=self._items(None),
            sections=self._sections(None),
            rules=tuple(in_order(self.form.rules.order_by("order", "code"), _rule)),
        )

    def _rows(self, name: str, *order: str) -> Iterable[Any]:
        return getattr(self.form, name).order_by(*order)

    def _sections(self, parent: Section | None) -> tuple[schema.SectionSpec, ...]:
        rows = self.form.sections.filter(parent=parent).order_by("order", "code")
        return tuple(self._section(row) for row in rows)

    def _section(self, row: Section) -> schema.SectionSpec:
        self.sections += 1
        order = order_of(row, self.sections)
        items = self._items(row)
        return schema.SectionSpec(
            code=row.code, name=row.name, order=order, items=items, sections=self._sections(row)
        )

    def _items(self, section: Section | None) -> tuple[schema.ItemSpec, ...]:
        rows = self.form.items.filter(section=section).select_related("part_of").order_by("order", "code")
        return tuple(self._item(row) for row in rows)

    def _item(self, row: Item) -> schema.ItemSpec:
        self.items += 1
        return schema.ItemSpec(
            **fields_of(
                row, "code", "name", "kind", "decimals", "measure", "unit_total", "unit_of_measure", "note"
            ),
            part_of=row.part_of.code if row.part_of else "",
            blank=row.may_be_blank,
            negative=row.may_be_negative,
            not_applicable=row.may_not_apply,
            expression=row.expression,
            options=row.choices,
            by_category=row.by_category,
            order=order_of(row, self.items),
        )


def _rule(row: Any, order: int | None) -> schema.RuleSpec:
    return schema.RuleSpec(order=order, **fields_of(row, "code", "severity", "expression", "message"))


def _like(model: type[S], row: Any) -> S:
    """The spec whose keys are the row's own fields."""
    return model(**fields_of(row, *model.model_fields))


def categories_of(office: Office) -> list[schema.CategoryRow]:
    """The rows of every category list, list by list, in print order."""
    return [
        schema.CategoryRow(
            list=category_list.code,
            code=row.code,
            name=row.name,
            unit=row.unit.code if row.unit else "",
            order=order_of(row, place),
        )
        for category_list in office.category_lists.order_by("code")
        for place, row in enumerate(
            category_list.categories.select_related("unit").order_by("order", "code"), 1
        )
    ]


def comparison_of(row: Comparison, order: int | None) -> schema.ComparisonSpec:
    """One comparison with its sources; the second argument is its order where it is not its place."""
    sources = row.sources.select_related("item__form").order_by("order", "pk")
    return schema.ComparisonSpec(
        **fields_of(row, "code", "name", "tolerance", "tolerance_percent"),
        order=order,
        sources=tuple(
            schema.SourceSpec(
                item=f"{source.item.form.code}.{source.item.code}",
                name=source.name,
                order=order_of(source, place),
            )
            for place, source in enumerate(sources, 1)
        ),
    )
