"""排名邮件与订阅: what follows an issue by mail and to whom, and trying it out."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.choices import UNIT_ROLES, Role
from departments.permissions import get_visible, has_role
from indicators.admin.records import keep_to_office
from reports.mail.enclosures import CONTENT_TYPES
from reports.models import Mailing, Subscription
from reports.views.trial_mails import trial_page


class WordsField(forms.MultipleChoiceField):
    """Some of a few words, ticked; stored with blanks between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return " ".join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed((initial or "").split(), data)


class FormatsForm(forms.ModelForm):
    attachments = WordsField(
        label=_("attached files"),
        choices=[(format_, format_.upper()) for format_ in CONTENT_TYPES],
        help_text=_("Together more than 200 kB: only the PDF."),
    )


class MailingForm(FormatsForm):
    roles = WordsField(
        label=_("roles that get it"),
        choices=[(role.value, role.label) for role in Role if role in UNIT_ROLES],
        help_text=_("None: everybody of the unit."),
    )

    class Meta:
        model = Mailing
        fields = ("bulletin", "ranking", "enabled", "at_issue", "roles", "attachments", "chart")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        bulletin = data.get("bulletin") or (self.instance.bulletin if self.instance.bulletin_id else None)
        keep_to_office(self, bulletin.office_id if bulletin else None, "ranking")
        return data


class SubscriptionForm(FormatsForm):
    class Meta:
        model = Subscription
        fields = ("bulletin", "name", "address", "attachments", "enabled")

    def clean_address(self) -> str:
        """Letters of another case are the same mailbox nearly everywhere."""
        address: str = self.cleaned_data["address"]
        bulletin = self.cleaned_data.get("bulletin") or getattr(self.instance, "bulletin", None)
        same = Subscription.objects.filter(bulletin=bulletin, address__iexact=address)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This address gets the bulletin already."))
        return address


class TriedOut:
    """A page from which its mail can be tried out, and which leads to its deliveries."""

    model: Any
    opts: Any
    admin_site: Any
    change_form_outer_after_template = "reports/mailing/links.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.trial_view)
        name = f"reports_{self.opts.model_name}_trial"
        return [path("<int:object_id>/trial/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def trial_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        rows: QuerySet[Any] = self.model.objects.select_related("bulletin__office")
        row = get_visible(rows, request.user, "change", pk=object_id)
        back = reverse(f"admin:reports_{self.opts.model_name}_change", args=[row.pk])
        return trial_page(request, row, back, self.admin_site.each_context(request) | {"opts": self.opts})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            name = self.opts.model_name
            context |= {
                "trial_url": reverse(f"admin:reports_{name}_trial", args=[row.pk]),
                "may_try": has_role(request.user, {Role.ADMINISTRATOR}, office=row.bulletin.office),
                "deliveries_url": reverse("admin:reports_delivery_changelist")
                + f"?{name}__id__exact={row.pk}",
            }
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


@admin.register(Mailing)
class MailingAdmin(TriedOut, ScopedAdmin):
    empty_hint = _("A mailing tells every unit its own place in a ranking after the issue.")
    form = MailingForm
    fields = ("bulletin", "ranking", "enabled", "at_issue", "roles", "attachments", "chart")
    list_display = ("ranking_name", "bulletin", "enabled", "at_issue", "to_whom", "attachments", "chart")
    list_filter = (("bulletin", VisibleFilter), "enabled")
    list_select_related = ("bulletin", "ranking")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("bulletin",) if obj else ()

    @display(description=_("ranking"), ordering="ranking__name")
    def ranking_name(self, mailing: Mailing) -> str:
        return str(mailing.ranking)

    @display(description=_("to whom"))
    def to_whom(self, mailing: Mailing) -> str:
        roles = "、".join(str(Role(role).label) for role in mailing.roles.split())
        return roles or str(_("everybody of each unit"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Mails sent are a record: a mailing that has any is switched off instead."""
        used = obj is not None and obj.deliveries.exists()
        return not used and super().has_delete_permission(request, obj)


@admin.register(Subscription)
class SubscriptionAdmin(TriedOut, ScopedAdmin):
    empty_hint = _("Subscribers receive every issue of a bulletin.")
    form = SubscriptionForm
    fields = ("bulletin", "name", "address", "attachments", "enabled")
    list_display = ("name", "address", "bulletin", "attachments", "enabled")
    list_filter = (("bulletin", VisibleFilter), "enabled")
    list_select_related = ("bulletin",)
    search_fields = ("name", "address")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("bulletin",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As of a mailing."""
        used = obj is not None and obj.deliveries.exists()
        return not used and super().has_delete_permission(request, obj)
