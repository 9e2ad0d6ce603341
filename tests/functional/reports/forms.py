"""Posting an admin page as a browser does: every field as it stands, then what the person changes."""

from typing import Any

from django.test import Client


def posted(client: Client, address: str) -> dict[str, Any]:
    """The values of all fields of an admin change page, inline rows included."""
    context = client.get(address).context
    values = _of_form(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        values |= _of_form(formset.management_form)
        for form in formset.forms:
            values |= _of_form(form)
    return values


def _of_form(form: Any) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.value()
        if hasattr(value, "all"):
            value = [row.pk for row in value.all()]
        # A relation's widget stands in a wrapper that knows nothing of its values.
        widget = getattr(bound.field.widget, "widget", bound.field.widget)
        shown = widget.format_value(value) if hasattr(widget, "format_value") else value
        if isinstance(shown, list) and not getattr(widget, "allow_multiple_selected", False):
            shown = shown[0] if shown else ""
        if value is False or shown is None:
            shown = ""
        found[bound.html_name] = "on" if value is True else shown
    return {name: value for name, value in found.items() if value != "" or not name.endswith("DELETE")}
