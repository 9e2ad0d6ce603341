"""The parts of a bulletin on its page in the admin: tables, rules, mailings, typed facts and published values."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from departments.admin.base import ScopedTabularInline
from reports.models import Annex, ConsistencyRule, Fact, Mailing, PublishedValue
from reports.services.templates import save_fact, save_published


class PartInline:
    """Rows of one bulletin: relations stay inside its office."""

    parent: Any
    tab = True

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows = super().choices_for(db_field, request)  # type: ignore[misc]
        return rows.filter(office=self.parent.office_id) if self.parent else rows


class AnnexInline(PartInline, ScopedTabularInline):
    """The tables in order; each is made on a page of its own."""

    model = Annex
    fields = ("number", "title", "made_from", "rows", "design")
    readonly_fields = fields
    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("made from"))
    def made_from(self, annex: Annex) -> str:
        return str(annex.form or annex.register or annex.scheme)

    @admin.display(description="")
    def design(self, annex: Annex) -> SafeString:
        address = reverse("admin:reports_annex_design", args=[annex.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("design"))


class ConsistencyRuleInline(PartInline, ScopedTabularInline):
    model = ConsistencyRule
    fields = ("code", "expression", "message")


class MailingInline(PartInline, ScopedTabularInline):
    """Whom it goes to and what goes along stand on a page of each mailing."""

    model = Mailing
    fields = ("ranking", "enabled", "at_issue")
    show_change_link = True


class FactForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("number") is None) == (not data.get("text")):
            self.add_error("number", _("A fact is either a number or a text."))
        return data


class FactInline(PartInline, ScopedTabularInline):
    """Typed by hand: who and when are noted by the saving, and can't be written."""

    model = Fact
    form = FactForm
    fields = (
        "period", "code", "name", "number", "text", "unit_of_measure", "as_of", "source", "typed_by", "typed_at",
    )  # fmt: skip
    readonly_fields = ("typed_by", "typed_at")


class PublishedValueInline(PartInline, ScopedTabularInline):
    model = PublishedValue
    fields = ("period", "claim", "figure", "value", "source", "typed_by")
    readonly_fields = ("typed_by",)


def save_typed(row: Fact | PublishedValue, user: Any) -> None:
    """A changed key (period, code) is another row: the former one goes."""
    former = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    if isinstance(row, Fact):
        saved: Any = save_fact(
            bulletin=row.bulletin,
            period=row.period,
            code=row.code,
            name=row.name,
            source=row.source,
            user=user,
            number=row.number,
            text=row.text,
            unit_of_measure=row.unit_of_measure,
            as_of=row.as_of,
        )
    else:
        saved = save_published(
            bulletin=row.bulletin,
            period=row.period,
            claim=row.claim,
            figure=row.figure,
            value=row.value,
            source=row.source,
            user=user,
        )
    if former is not None and former.pk != saved.pk:
        former.delete()
