"""What a unit is told when the office has decided on its report on a leaf in words."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, NoticeKind
from departments.periods import Period
from departments.permissions import people_of
from departments.services.notices import notify
from departments.templatetags.people import person_name
from indicators.choices import LeafReportState
from indicators.models import LeafReport, LeafReportEvent


def tell_decided(report: LeafReport, event: LeafReportEvent) -> None:
    """Returned: everybody who acts for the unit. Confirmed otherwise than reported: whoever reported it, in the inbox only."""
    is_returned = report.state == LeafReportState.RETURNED
    if not is_returned and report.confirmed == report.status:
        return
    people = people_of(UNIT_ROLES, unit=report.unit) if is_returned else [report.reported_by]
    words = {
        "leaf": report.node.name,
        "period": Period.parse(report.period).label,
        "status": report.get_confirmed_display(),
    }
    with translation.override(settings.LANGUAGE_CODE):
        title = (
            _("Your report on “%(leaf)s” (%(period)s) was returned")
            if is_returned
            else _("“%(leaf)s” (%(period)s) was confirmed as: %(status)s")
        )
        notify(
            [person for person in people if person.pk != event.user_id],
            office=report.node.scheme.office,
            kind=NoticeKind.RETURNED if is_returned else NoticeKind.DECISION,
            title=title % words,
            text="\n".join(
                (
                    _("Unit: %(unit)s") % {"unit": report.unit.name},
                    _("Reason: %(reason)s") % {"reason": report.reason},
                    _("By: %(person)s") % {"person": person_name(event.user)},
                )
            ),
            url=reverse("admin:indicators_leafreport_change", args=[report.pk]),
            key=f"leaf-report:{event.pk}",
            at=event.at,
            unit=report.unit,
            by_email=is_returned,
        )
