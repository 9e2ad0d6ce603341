"""Telling units that they are asked to check their figures before an issue."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, NoticeKind
from departments.permissions import people_of
from departments.services.notices import notify
from departments.templatetags.moments import moment
from reports.models import Issue, Reply
from reports.signals import replies_opened


def connect() -> None:
    replies_opened.connect(_asked, dispatch_uid="reports.reply_notices")


def _asked(sender: Any, issue: Issue, replies: list[Reply], at: dt.datetime, **_kwargs: Any) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        for reply in replies:
            notify(
                people_of(UNIT_ROLES, unit=reply.unit),
                office=issue.bulletin.office,
                kind=NoticeKind.REQUEST,
                title=_("Please check your figures before issue: %s") % issue.bulletin,
                text=_("Confirm or object until %s. Silence does not count as confirmed.")
                % moment(reply.due_at),
                url=reverse("admin:reports_reply_change", args=[reply.pk]),
                key=f"reply:{issue.pk}:{at.isoformat()}/{reply.pk}",
                at=at,
                unit=reply.unit,
            )
