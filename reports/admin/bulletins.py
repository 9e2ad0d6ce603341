"""通报模板: its settings, its text, its tables, typed facts and published values, with every fault pointed at."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from departments.admin.base import OfficeFilterMixin, ScopedAdmin
from departments.permissions import get_visible
from indicators.admin.records import keep_to_office
from reports.admin.bulletin_parts import (
    AnnexInline,
    ConsistencyRuleInline,
    FactInline,
    MailingInline,
    PublishedValueInline,
    save_typed,
)
from reports.models import Bulletin, Fact, PublishedValue
from reports.views.designer import design_page
from reports.views.editor import editor_page
from reports.views.preview import period_of, preview_page, template_faults

BULLETIN_FIELDS = (
    "office", "code", "name", "title", "layout", "head", "group", "name_set", "number_format",
    "addressees", "copies", "copies_label", "signature", "printed_by", "annotation",
)  # fmt: skip


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
        guard = self.admin_site.admin_view
        return [
            path("<int:bulletin_id>/editor/", guard(self.editor_view), name="reports_bulletin_editor"),
            path(
                "<int:bulletin_id>/new-annex/", guard(self.new_annex_view), name="reports_bulletin_newannex"
            ),
            path(
                "<int:bulletin_id>/preview/",
                guard(require_GET(self.preview_view)),
                name="reports_bulletin_preview",
            ),
            *super().get_urls(),
        ]

    def editor_view(self, request: HttpRequest, bulletin_id: int) -> HttpResponse:
        bulletin = self._seen(request, bulletin_id)
        return editor_page(request, bulletin, self._context(request, bulletin))

    def new_annex_view(self, request: HttpRequest, bulletin_id: int) -> HttpResponse:
        bulletin = self._seen(request, bulletin_id, "change")
        return design_page(request, bulletin, None, self._context(request, bulletin))

    def preview_view(self, request: HttpRequest, bulletin_id: int) -> HttpResponse:
        bulletin = self._seen(request, bulletin_id)
        return preview_page(request, bulletin, self._context(request, bulletin))

    def _seen(self, request: HttpRequest, pk: int, action: str = "view") -> Bulletin:
        rows = Bulletin.objects.select_related("office", "group")
        return get_visible(rows, request.user, action, pk=pk)

    def _context(self, request: HttpRequest, bulletin: Bulletin) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "original": bulletin}

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
            save_typed(row, request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Always saved; what can't be used is told at once, and no draft is made of it."""
        super().save_related(request, form, formsets, change)
        bulletin = form.instance
        for fault in template_faults(bulletin, period_of(request, bulletin)):
            messages.error(request, str(fault))
