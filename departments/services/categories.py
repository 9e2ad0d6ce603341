"""Category lists (分类目录) and their rows; a unit may add rows of its own where the list allows it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import Action
from departments.exceptions import DepartmentsError
from departments.models import Category, CategoryList, Form, Office, Submission, Unit, normal_name
from departments.services.organisation import next_order
from departments.transitions import check_can

MOST_ROWS = 300


@transaction.atomic
def save_category_list(*, office: Office, code: str, **fields: Any) -> CategoryList:
    """Creates or changes a list (name, units_may_add)."""
    found = CategoryList.objects.filter(office=office, code=code).first()
    return _save(found or CategoryList(office=office, code=code), fields)


@transaction.atomic
def save_category(*, list: CategoryList, code: str, unit: Unit | None = None, **fields: Any) -> Category:
    """Creates or changes a row (name, order) for every unit, or for one."""
    row = Category.objects.filter(list=list, code=code).first() or Category(list=list, code=code)
    return _save(row, {"unit": unit, **fields})


@transaction.atomic
def add_row(*, submission: Submission, user: Any, name: str) -> Category:
    """A row the unit itself adds while it fills the form; the same name again gives the row that is there."""
    check_can(Action.SAVE, submission, user)
    form: Form = submission.window.form
    rows = form.category_list
    if rows is None or not rows.units_may_add:
        raise DepartmentsError(_("The rows of this form are set by the office: ask it for a new one."))
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise DepartmentsError(_("Write the name of the row, at most 120 characters."))
    CategoryList.objects.select_for_update().get(pk=rows.pk)
    known = rows.categories.filter(unit__in=[submission.unit_id]) | rows.categories.filter(unit=None)
    for category in known:
        if normal_name(category.name) == normal_name(name):
            return category
    if known.count() >= MOST_ROWS:
        raise DepartmentsError(_("At most %s rows.") % MOST_ROWS)
    order = next_order(rows.categories.all())
    code = f"u{submission.unit_id}-{order}"
    return save_category(list=rows, code=code, unit=submission.unit, name=name, order=order)


def _save(instance: Any, fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance
