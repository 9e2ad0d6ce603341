"""上会规则: who must speak at the meeting, as rules over declared rankings."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, VisibleFilter
from departments.choices import RegisterKind
from indicators.admin.records import keep_to_office
from indicators.models import MeetingRule


class MeetingRuleForm(forms.ModelForm):
    class Meta:
        model = MeetingRule
        fields = ("office", "ranking", "last", "streak", "missing_breaks", "register", "order")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        office = self.instance.office_id or getattr(data.get("office"), "pk", None)
        keep_to_office(self, office, "ranking", "register")
        register = data.get("register")
        if register is not None and register.kind != RegisterKind.WORK and "register" not in self.errors:
            self.add_error(
                "register",
                _("“%s” only records what happened: choose a register whose entries are dealt with.")
                % register,
            )
        return data


@admin.register(MeetingRule)
class MeetingRuleAdmin(OfficeFilterMixin, ScopedAdmin):
    empty_hint = _(
        "A rule says who has to speak at the meeting: the last places, once or several times in a row."
    )
    form = MeetingRuleForm
    list_display = ("ranking", "last", "streak", "missing_breaks", "register", "office", "list_link")
    list_filter = (("ranking", VisibleFilter),)
    list_select_related = ("ranking", "register", "office")

    @admin.display(description=_("Units due to speak at the meeting"))
    def list_link(self, rule: MeetingRule) -> str:
        url = reverse("admin:indicators_score_meeting")
        return format_html(
            '<a class="text-primary-600" href="{}?office={}">{}</a>',
            url,
            rule.office.code,
            _("Show the list"),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office",) if obj else ()
