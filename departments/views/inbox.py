"""消息: what a person has been told, newest first; everybody sees only their own."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import DeliveryState, NoticeKind, Role
from departments.models import Notice, NoticeDelivery
from departments.permissions import offices_of
from departments.services.notices import mark_read

PER_PAGE = 30
# Failures older than this are history: the list of deliveries still has them.
RECENT = dt.timedelta(days=7)
TONES = {
    NoticeKind.REMINDER: "gs-info",
    NoticeKind.OVERDUE: "gs-error",
    NoticeKind.ESCALATION: "gs-error",
    NoticeKind.RETURNED: "gs-warning",
    NoticeKind.DECISION: "gs-good",
    NoticeKind.REQUEST: "gs-info",
    NoticeKind.ENTRY: "gs-info",
    NoticeKind.ALERT: "gs-warning",
}


def unread_count(user: Any) -> int:
    """How many notices the person has not read; asked once per request and kept on the user object."""
    if not getattr(user, "is_authenticated", False):
        return 0
    if not hasattr(user, "_unread_notices"):
        user._unread_notices = Notice.objects.filter(user=user, read_at__isnull=True).count()
    return int(user._unread_notices)


def inbox_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        return _act(request)
    own = Notice.objects.filter(user=request.user.pk).select_related("office", "unit")
    only_unread = request.GET.get("unread") == "1"
    if only_unread:
        own = own.filter(read_at__isnull=True)
    page = Paginator(own.order_by("-at", "-id"), PER_PAGE).get_page(request.GET.get("page"))
    for notice in page:
        notice.tone = TONES[NoticeKind(notice.kind)]  # type: ignore[attr-defined]
    return TemplateResponse(
        request,
        "departments/inbox.html",
        context
        | {
            "title": _("Messages"),
            "page": page,
            "only_unread": only_unread,
            "unread": unread_count(request.user),
            "failed": _failed(request.user),
        },
    )


def _act(request: HttpRequest) -> HttpResponse:
    """open=id: reads one and goes where it points; read=id: reads one; all=1: reads all."""
    chosen = request.POST.get("open") or request.POST.get("read") or ""
    if chosen:
        notice = get_object_or_404(Notice, user=request.user.pk, pk=int(chosen) if chosen.isdecimal() else 0)
        mark_read(user=request.user, ids=[notice.pk])
        if "open" in request.POST and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
            return HttpResponseRedirect(notice.url)
    elif request.POST.get("all"):
        n = mark_read(user=request.user)
        messages.success(
            request, ngettext("%(n)s message marked as read.", "%(n)s messages marked as read.", n) % {"n": n}
        )
    kept = request.GET.urlencode()
    return HttpResponseRedirect(reverse("admin:departments_notice_inbox") + (f"?{kept}" if kept else ""))


def _failed(user: Any) -> int:
    """How many deliveries of the offices one administers have failed lately."""
    offices = offices_of(user, {Role.ADMINISTRATOR})
    return NoticeDelivery.objects.filter(
        notice__office__in=offices, state=DeliveryState.FAILED, at__gte=timezone.now() - RECENT
    ).count()
