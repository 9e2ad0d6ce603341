"""A form as the content of its file; the inverse of loading/forms.py."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from departments.models import Form, Item, Section
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
            expected=schema.ExpectedSpec(
                groups=tuple(code for kind, code, exempt in expected if kind == "group" and not exempt),
                units=tuple(code for kind, code, exempt in expected if kind == "unit" and not exempt),
                exempt=tuple(code for kind, code, exempt in expected if kind == "unit" and exempt),
            ),
            items=self._items(None),
            sections=self._sections(None),
            rules=tuple(in_order(self.form.rules.order_by("order", "code"), _rule)),
        )

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
            order=order_of(row, self.items),
        )


def _rule(row: Any, order: int | None) -> schema.RuleSpec:
    return schema.RuleSpec(order=order, **fields_of(row, "code", "severity", "expression", "message"))
