"""通报模板: sentences, annex tables, rules, mailings, typed facts and published values, with every fault pointed at."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from departments.admin.base import (
    OfficeFilterMixin,
    ScopedAdmin,
    ScopedStackedInline,
    ScopedTabularInline,
    VisibleFilter,
)
from departments.permissions import get_visible
from indicators.admin.records import keep_to_office
from reports.models import (
    Annex,
    AnnexColumn,
    Bulletin,
    BulletinSection,
    ConsistencyRule,
    Fact,
    Mailing,
    PublishedValue,
)
from reports.services.templates import COLUMN_FIELDS, save_fact, save_published
from reports.views.preview import period_of, preview_page, template_faults

BULLETIN_FIELDS = (
    "office", "code", "name", "title", "layout", "head", "group", "name_set", "number_format",
    "addressees", "copies", "copies_label", "signature", "printed_by", "annotation",
)  # fmt: skip
ANNEX_FIELDS = (
    "bulletin", "number", "title", "form", "register", "scheme", "rows", "count", "name_set", "row_order", "order_by", "total",
    "total_label", "comparison_units", "period_line", "note", "landscape",
)  # fmt: skip


class PartInline:
    """Rows of one bulletin: relations stay inside its office."""

    parent: Any
    tab = True

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows = super().choices_for(db_field, request)  # type: ignore[misc]
        return rows.filter(office=self.parent.office_id) if self.parent else rows


class SectionInline(PartInline, ScopedStackedInline):
    model = BulletinSection
    fields = ("order", "level", "heading", "text", "repeat")


class AnnexInline(PartInline, ScopedTabularInline):
    """The tables; their columns stand on a page of each annex."""

    model = Annex
    fields = ("number", "title", "form", "register", "rows", "name_set", "landscape")
    show_change_link = True


class ConsistencyRuleInline(PartInline, ScopedTabularInline):
    model = ConsistencyRule
    fields = ("code", "expression", "message")


class MailingInline(PartInline, ScopedTabularInline):
    model = Mailing
    fields = ("ranking", "enabled", "at_issue", "roles", "attachments", "chart")


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


class BulletinForm(forms.ModelForm):
    class Meta:
        model = Bulletin
        fields = BULLETIN_FIELDS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        office = self.instance.office_id or getattr(data.get("office"), "pk", None)
        keep_to_office(self, office, "group")
        return data


@admin.register(Bulletin)
class BulletinAdmin(OfficeFilterMixin, ScopedAdmin):
    list_display = ("name", "code", "office", "group", "title")
    list_select_related = ("office", "group")
    search_fields = ("name", "code")
    inlines = (
        SectionInline,
        AnnexInline,
        ConsistencyRuleInline,
        MailingInline,
        FactInline,
        PublishedValueInline,
    )
    change_form_outer_before_template = "reports/bulletin/faults.html"
    form = BulletinForm
    fields = BULLETIN_FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.preview_view))
        return [
            path("<int:bulletin_id>/preview/", view, name="reports_bulletin_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, bulletin_id: int) -> HttpResponse:
        rows = Bulletin.objects.select_related("office", "group")
        bulletin: Bulletin = get_visible(rows, request.user, pk=bulletin_id)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": bulletin}
        return preview_page(request, bulletin, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        bulletin = self.get_object(request, object_id)
        extra = dict(extra_context or {})
        if bulletin is not None and request.method == "GET":
            period = period_of(request, bulletin)
            extra |= {"period": period, "faults": template_faults(bulletin, period)}
        return super().change_view(request, object_id, form_url, extra)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """What people type by hand goes through the services, which note who typed it."""
        if formset.model not in (Fact, PublishedValue):
            super().save_formset(request, form, formset, change)
            return
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        for row in rows:
            _save_typed(row, request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Always saved; what can't be used is told at once, and no draft is made of it."""
        super().save_related(request, form, formsets, change)
        bulletin = form.instance
        for fault in template_faults(bulletin, period_of(request, bulletin)):
            messages.error(request, str(fault))


def _save_typed(row: Fact | PublishedValue, user: Any) -> None:
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


class ColumnInline(ScopedTabularInline):
    model = AnnexColumn
    fields = ("order", *COLUMN_FIELDS)


class AnnexForm(forms.ModelForm):
    class Meta:
        model = Annex
        fields = ANNEX_FIELDS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        bulletin = data.get("bulletin") or (self.instance.bulletin if self.instance.pk else None)
        keep_to_office(self, bulletin.office_id if bulletin else None, "form", "register", "scheme")
        return data


@admin.register(Annex)
class AnnexAdmin(ScopedAdmin):
    """One table of a bulletin with its columns."""

    list_display = ("title", "number", "bulletin", "form", "register")
    list_filter = (("bulletin", VisibleFilter),)
    list_select_related = ("bulletin", "form", "register")
    form = AnnexForm
    fields = ANNEX_FIELDS
    inlines = (ColumnInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("bulletin",) if obj else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        bulletin = form.instance.bulletin
        for fault in template_faults(bulletin, period_of(request, bulletin)):
            messages.error(request, str(fault))
