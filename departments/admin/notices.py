"""消息与催报: reminder rules of a form, group robots, what was told to whom, and how it left the house."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms import PasswordInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from departments.admin.base import (
    OfficeFilterMixin,
    RecordAdmin,
    ScopedAdmin,
    ScopedTabularInline,
    VisibleFilter,
)
from departments.choices import DeliveryState
from departments.exceptions import DepartmentsError
from departments.models import Form, Notice, NoticeDelivery, ReminderRule, Robot
from departments.permissions import get_visible
from departments.services.notice_deliveries import resend
from departments.services.reminders import default_rules
from departments.templatetags.people import person_name
from departments.views.inbox import inbox_page

STATE_TONES = {
    DeliveryState.WAITING.label: "info",
    DeliveryState.SENT.label: "success",
    DeliveryState.FAILED.label: "danger",
}


class ReminderRuleInline(ScopedTabularInline):
    """Rows of the form's page."""

    model = ReminderRule
    tab = True
    hide_title = True
    fields = ("hours", "role", "by_email", "by_robot")


@admin.action(description=_("Give the usual reminder rules"))
def add_default_rules(model_admin: Any, request: HttpRequest, queryset: QuerySet[Form]) -> None:
    """An action of the list of forms."""
    for form in queryset:
        default_rules(form)
    messages.success(request, _("The chosen forms have the usual reminder rules; rules of their own stay."))


@admin.register(Robot)
class RobotAdmin(OfficeFilterMixin, ScopedAdmin):
    empty_hint = _("A robot passes reminders on to a group of 企业微信 or 钉钉.")
    # The address holds the chat's key: it stands on the robot's own page only.
    list_display = ("name", "service", "office", "is_active")
    list_filter = ("service", "is_active")
    fields = ("office", "name", "service", "url", "secret", "is_active")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "secret":
            kwargs["widget"] = PasswordInput(render_value=True, attrs={"autocomplete": "off"})
        elif db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "url":
            field.label = _("webhook address")
            field.help_text = _(
                "As the group chat shows it when a robot is added. Whoever knows it can write there."
            )
        elif db_field.name == "secret":
            field.help_text = _("DingTalk only: the key of its signature (加签). Leave empty for WeCom.")
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office",) if obj else ()


@admin.register(Notice)
class NoticeAdmin(OfficeFilterMixin, RecordAdmin):
    """What an office has told whom, for its administrators; everybody's own notices are the page inbox/."""

    list_display = ("title", "receiver", "unit", "kind", "office", "told_at", "read_at")
    list_filter = ("kind", ("unit", VisibleFilter))
    list_select_related = ("user", "unit", "office")
    search_fields = ("title", "user__last_name", "user__username")
    fields = ("receiver", "kind", "title", "text", "told_at", "read_at")
    readonly_fields = ("receiver", "told_at")

    @display(description=_("receiver"), ordering="user__last_name")
    def receiver(self, notice: Notice) -> str:
        return person_name(notice.user)

    @display(description=_("told at"), ordering="at")
    def told_at(self, notice: Notice) -> Any:
        return notice.at

    def get_urls(self) -> list[URLPattern]:
        own = path("inbox/", self.admin_site.admin_view(self.inbox_view), name="departments_notice_inbox")
        return [own, *super().get_urls()]

    def inbox_view(self, request: HttpRequest) -> HttpResponse:
        return inbox_page(request, self.admin_site.each_context(request) | {"opts": self.opts})


@admin.register(NoticeDelivery)
class NoticeDeliveryAdmin(RecordAdmin):
    empty_hint = _("What was sent by mail or robot, and what failed, stands here.")
    list_display = ("title", "receiver", "channel", "shown_state", "attempts", "tried_at", "error")
    list_filter = ("state", "channel")
    list_select_related = ("notice__user", "notice__office", "robot")
    search_fields = ("notice__title", "notice__user__last_name", "notice__user__username")
    fields = ("title", "receiver", "channel", "state", "attempts", "tried_at", "error")
    readonly_fields = ("title", "receiver", "tried_at")
    change_form_outer_after_template = "departments/notice_resend.html"

    @display(description=_("title"))
    def title(self, delivery: NoticeDelivery) -> str:
        return delivery.notice.title

    @display(description=_("receiver"))
    def receiver(self, delivery: NoticeDelivery) -> str:
        user = delivery.notice.user
        return str(delivery.robot or f"{person_name(user)} {user.email}".strip())

    @display(description=_("state"), ordering="state", label=STATE_TONES)
    def shown_state(self, delivery: NoticeDelivery) -> str:
        return delivery.get_state_display()

    @display(description=_("last try"), ordering="at")
    def tried_at(self, delivery: NoticeDelivery) -> Any:
        return delivery.at

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.resend_view))
        own = path("<int:object_id>/resend/", view, name="departments_noticedelivery_resend")
        return [own, *super().get_urls()]

    def resend_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        delivery = get_visible(NoticeDelivery.objects.all(), request.user, pk=object_id)
        try:
            resend(delivery=delivery, user=cast(User, request.user))
        except DepartmentsError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It waits to be sent again."))
        return HttpResponseRedirect(reverse("admin:departments_noticedelivery_change", args=[object_id]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        delivery = kwargs.get("obj")
        context["may_resend"] = delivery is not None and delivery.state == DeliveryState.FAILED
        return super().render_change_form(request, context, *args, **kwargs)
