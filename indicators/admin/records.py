"""Admin of rows that only services write, and what forms of this and the next app share."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import ScopedAdmin


class RecordAdmin(ScopedAdmin):
    """A record: everybody in scope reads it, nobody writes it here, superusers included."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def keep_to_office(form: forms.ModelForm, office_id: int | None, *names: str) -> None:
    """Adds an error to every named relation field that points into another office (people may serve several)."""
    for name in names:
        chosen = form.cleaned_data.get(name)
        if chosen is not None and office_id is not None and chosen.office_id != office_id:
            form.add_error(name, _("This belongs to another office."))
