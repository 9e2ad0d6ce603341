"""What admin forms of this and the next app share."""

from django import forms
from django.utils.translation import gettext_lazy as _


def keep_to_office(form: forms.ModelForm, office_id: int | None, *names: str) -> None:
    """Adds an error to every named relation field that points into another office (people may serve several)."""
    for name in names:
        chosen = form.cleaned_data.get(name)
        if chosen is not None and office_id is not None and chosen.office_id != office_id:
            form.add_error(name, _("This belongs to another office."))
