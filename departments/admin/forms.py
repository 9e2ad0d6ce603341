"""Forms with their sections, items, rules and who must fill them; every expression is checked before it is kept."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline
from departments.admin.notices import ReminderRuleInline, add_default_rules
from departments.admin.schedules import ScheduleInline
from departments.admin.transfer import SetupTransfer
from departments.choices import ItemKind
from departments.models import Category, CategoryList, Expectation, Form, Item, Rule, Section
from departments.resources.items import ItemTable
from departments.services.forms import assign_slot
from departments.sheets import check_expression


def _kept(formset: BaseInlineFormSet) -> list[Any]:
    """The forms of a formset that hold a row which stays."""
    return [
        form
        for form in formset.forms
        if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


class ItemFormSet(BaseInlineFormSet):
    """Items are checked together: a computed one may refer to a figure added on the same page."""

    def clean(self) -> None:
        super().clean()
        kept = _kept(self)
        # The rules of the same page are checked against these items (RuleFormSet).
        self.instance.posted_items = [form.instance for form in kept]
        for form in kept:
            item = form.instance
            if item.kind != ItemKind.COMPUTED:
                if item.expression:
                    form.add_error("expression", _("Only a computed item has an expression."))
                continue
            fault = self._fault(item)
            if fault:
                form.add_error("expression", fault)

    def _fault(self, item: Item) -> str | None:
        if not item.expression:
            return str(_("A computed item needs an expression."))
        return check_expression(
            self.instance, item.expression, boolean=False, items=self.instance.posted_items
        )


class RuleFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        items = getattr(self.instance, "posted_items", None)
        for form in _kept(self):
            fault = check_expression(self.instance, form.instance.expression, boolean=True, items=items)
            if fault:
                form.add_error("expression", fault)


class PartInline(ScopedTabularInline):
    """Rows of one form: relations between them stay inside that form."""

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows = super().choices_for(db_field, request)
        assert rows is not None
        if rows.model in (Section, Item):
            return rows.filter(form=self.parent) if self.parent else rows.none()
        return rows.filter(office=self.parent.office_id) if self.parent else rows


class SectionInline(PartInline):
    model = Section
    tab = True
    fields = ("order", "code", "name", "parent")


class ItemInline(PartInline):
    model = Item
    formset = ItemFormSet
    tab = True
    fk_name = "form"
    fields = (
        "order",
        "code",
        "name",
        "section",
        "kind",
        "decimals",
        "unit_of_measure",
        "expression",
        "options",
        "by_category",
        "measure",
        "unit_total",
        "part_of",
        "may_be_blank",
        "may_be_negative",
        "may_not_apply",
        "note",
    )


class RuleInline(PartInline):
    model = Rule
    formset = RuleFormSet
    tab = True
    fields = ("order", "code", "severity", "expression", "message")


class ExpectationInline(PartInline):
    model = Expectation
    tab = True
    fields = ("group", "unit", "exempt", "valid_from", "valid_to")


class CategoryInline(ScopedTabularInline):
    model = Category
    fields = ("order", "code", "name", "unit")


@admin.register(CategoryList)
class CategoryListAdmin(OfficeFilterMixin, ScopedAdmin):
    list_display = ("name", "code", "office", "units_may_add", "rows")
    fields = ("office", "code", "name", "units_may_add")
    search_fields = ("name", "code")
    inlines = (CategoryInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(n_rows=Count("categories"))

    @admin.display(description=_("rows"))
    def rows(self, categories: Any) -> int:
        return categories.n_rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()


@admin.register(Form)
class FormAdmin(OfficeFilterMixin, ScopedAdmin, SetupTransfer):  # type: ignore[misc]
    table = ItemTable
    list_display = ("title", "code", "office", "frequency", "order")
    list_filter = ("frequency", "entered_by")
    fieldsets = (
        (None, {"fields": ("office", "code", "title", "frequency", "notes", "contact", "order")}),
        (_("Filling"), {"fields": ("entered_by", "allows_nil", "category_list")}),
        (_("Deciding"), {"fields": ("unit_head_step", "approval", "children_first")}),
    )
    actions = (add_default_rules,)
    search_fields = ("title", "code")
    inlines = (SectionInline, ItemInline, RuleInline, ExpectationInline, ScheduleInline, ReminderRuleInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Items get their slots in the order of the page, one by one, as packs give them."""
        if formset.model is not Item:
            super().save_formset(request, form, formset, change)
            return
        items = formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        for item in items:
            assign_slot(item)
            item.save()
