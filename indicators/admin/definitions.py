"""指标 with dated definitions. A definition is never overwritten: a change is proposed from a day on and checked by another."""

import functools
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms.models import fields_for_model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from departments.admin.base import OfficeFilterMixin, ScopedAdmin
from departments.admin.transfer import SetupTransfer
from departments.models import Office
from departments.permissions import get_visible
from indicators.admin.records import keep_to_office
from indicators.choices import VersionState
from indicators.models import Indicator, IndicatorVersion, Scheme
from indicators.resources import IndicatorTable
from indicators.services.definitions import SEVERAL, definition_faults, differing
from indicators.services.proposals import (
    PARTS,
    checkers_of,
    present_version,
    proposal_of,
    propose_version,
    start_fault,
)
from indicators.views.definitions import history_page, next_words
from indicators.views.trial import trial_page


class IndicatorForm(forms.ModelForm):
    """An indicator with a definition to be proposed; nothing is proposed where the definition is left as shown.

    Shown is what waits to be checked, else what is in force. The page adds the fields of PARTS.
    """

    class Meta:
        model = Indicator
        fields = ("office", "code", "name", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = self.instance.pk is not None
        self.proposal = proposal_of(self.instance) if saved else None
        self.present = present_version(self.instance) if saved else None
        shown = self.proposal or self.present
        for name in PARTS:
            # A changed definition must say from when; everything else starts from what is shown.
            if name == "valid_from":
                self.fields[name].required = shown is None
                self.fields[name].initial = self.proposal.valid_from if self.proposal else None
            elif shown is not None:
                several = name in SEVERAL
                self.fields[name].initial = (
                    list(getattr(shown, name).all()) if several else getattr(shown, name)
                )
        if saved:
            self._narrow(self.instance.office)

    @property
    def proposes(self) -> bool:
        """Whether the person has written another definition than the one shown."""
        return any(name in self.changed_data for name in PARTS)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        office = self.cleaned_data.get("office")
        if Scheme.objects.filter(office=office, code=code).exists():
            raise forms.ValidationError(_("A scheme of this office bears this code: choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.proposes:
            return data
        if not data.get("valid_from") and "valid_from" not in self.errors:
            self.add_error(
                "valid_from",
                _("From which day does the new definition hold? Earlier periods keep the old one."),
            )
        office = self.instance.office if self.instance.pk else data.get("office")
        if isinstance(office, Office):
            self._keep_to(office, data)
            self._check_expressions(office, data)
            self._check_difference(data)
        return data

    def _narrow(self, office: Office) -> None:
        """People of several offices are offered the groups and units of this one."""
        for name in ("groups", "lead", "responsible"):
            self.fields[name].queryset = self.fields[name].queryset.filter(office=office)  # type: ignore[attr-defined]

    def _keep_to(self, office: Office, data: dict[str, Any]) -> None:
        keep_to_office(self, office.pk, "lead")
        for name in SEVERAL:
            if any(thing.office_id != office.pk for thing in data.get(name) or ()):
                self.add_error(name, _("This belongs to another office."))

    def _check_expressions(self, office: Office, data: dict[str, Any]) -> None:
        texts = {name: data[name] for name in ("numerator", "denominator") if data.get(name)}
        code = self.instance.code or data.get("code", "")
        for name, fault in definition_faults(office, code, texts).items():
            self.add_error(name, fault)

    def _check_difference(self, data: dict[str, Any]) -> None:
        """A day on which a definition begins already, or a definition that says nothing new, is told beside the day."""
        if not self.instance.pk or not data.get("valid_from"):
            return
        fault = start_fault(self.instance, data["valid_from"])
        parts = {name: data.get(name) for name in PARTS if name in data}
        said = self.present is not None and not set(differing(self.present, parts)) - {"valid_from"}
        if fault:
            self.add_error("valid_from", fault)
        elif said:
            self.add_error(
                "valid_from", _("This is what the present definition says already: change something.")
            )


@admin.register(Indicator)
class IndicatorAdmin(OfficeFilterMixin, ScopedAdmin, SetupTransfer):  # type: ignore[misc]
    form = IndicatorForm
    table = IndicatorTable
    list_display = ("name", "code", "office", "in_force", "waiting", "order")
    search_fields = ("name", "code")
    change_form_outer_before_template = "indicators/definition_links.html"
    change_form_after_template = "indicators/definition_try.html"

    @admin.display(description=_("definition in force"))
    def in_force(self, indicator: Indicator) -> str:
        checked = [v for v in indicator.versions.all() if v.state == VersionState.CHECKED]
        if not checked:
            return str(_("not defined yet"))
        last = max(checked, key=lambda version: version.valid_from)
        return f"v{last.number}（{last.valid_from:%Y-%m-%d} 起）：{last.numerator} ÷ {last.denominator}"

    @admin.display(description=_("to be checked"))
    def waiting(self, indicator: Indicator) -> str:
        proposal = next((v for v in indicator.versions.all() if v.state == VersionState.PROPOSED), None)
        if proposal is None:
            return ""
        address = reverse("admin:indicators_indicator_definitions", args=[indicator.pk])
        return format_html(
            '<a class="text-primary-600" href="{}">v{}（{} 起）</a>',
            address,
            proposal.number,
            f"{proposal.valid_from:%Y-%m-%d}",
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = IndicatorForm.Meta.fields
        form = super().get_form(request, obj, change=change, **kwargs)
        callback = functools.partial(self.formfield_for_dbfield, request=request)
        added = fields_for_model(IndicatorVersion, fields=PARTS, formfield_callback=callback)
        return type(form.__name__, (form,), dict(added))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = (None, {"fields": IndicatorForm.Meta.fields})
        if not self.has_change_permission(request, obj):
            return (own,)
        title = _("Definition to be proposed") if obj else _("Definition")
        words = _(
            "Whoever changes something here proposes a new definition; it is computed with once another administrator"
            " has checked it."
        )
        return (own, (title, {"fields": PARTS, "description": words}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "<int:object_id>/definitions/",
                view(self.history_view_of_definitions),
                name="indicators_indicator_definitions",
            ),
            path("<int:object_id>/trial/", view(self.trial_view), name="indicators_indicator_trial"),
        ]
        return own + super().get_urls()

    def history_view_of_definitions(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """All definitions of an indicator; here proposals are checked and refused."""
        return history_page(request, self._indicator(request, object_id), self._context(request))

    def trial_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return trial_page(request, self._indicator(request, object_id), self._context(request))

    def save_model(self, request: HttpRequest, obj: Indicator, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.proposes:
            parts = {name: form.cleaned_data[name] for name in PARTS}
            version = propose_version(indicator=obj, user=request.user, **parts)
            messages.info(request, next_words(version, checkers_of(version)))

    def _indicator(self, request: HttpRequest, pk: int) -> Indicator:
        return get_visible(Indicator.objects.select_related("office"), request.user, pk=pk)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
