"""What people are told of proposed and decided contacts. Telephone numbers never stand in a notice: it goes out by mail."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, ContactState, NoticeKind, Role
from departments.models import Contact
from departments.permissions import people_of
from departments.services.notices import notify
from departments.templatetags.people import person_name


def tell_proposed(contact: Contact, at: dt.datetime) -> None:
    """The administrators of the office who may decide: all but the one who proposed it."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(unit)s: a change of contact waits for approval") % {"unit": contact.unit.name}
        by = contact.proposed_by
        lines = [_what(contact), _("By: %(person)s") % {"person": person_name(by)}]
        people = people_of({Role.ADMINISTRATOR}, office=contact.unit.office)
        _tell(contact, people.exclude(pk=by.pk), NoticeKind.REQUEST, title, lines, at)


def tell_decided(contact: Contact, at: dt.datetime) -> None:
    """The unit's people and whoever proposed it, but not the one who decided."""
    approved = contact.state == ContactState.APPROVED
    assert contact.decided_by is not None
    with translation.override(settings.LANGUAGE_CODE):
        title = (
            _("%(unit)s: the contact was changed")
            if approved
            else _("%(unit)s: the change of contact was refused")
        )
        lines = [_what(contact)]
        if contact.reason:
            lines.append(_("Reason: %(reason)s") % {"reason": contact.reason})
        people = people_of(UNIT_ROLES, unit=contact.unit) | User.objects.filter(pk=contact.proposed_by_id)
        others = people.exclude(pk=contact.decided_by.pk).distinct()
        _tell(contact, others, NoticeKind.DECISION, title % {"unit": contact.unit.name}, lines, at)


def _what(contact: Contact) -> str:
    facts = {
        "kind": contact.get_kind_display(),
        "name": contact.name,
        "day": f"{contact.valid_from:%Y-%m-%d}",
    }
    if contact.is_vacancy:
        return _("%(kind)s: nobody from %(day)s on") % facts
    return _("%(kind)s: %(name)s from %(day)s on") % facts


def _tell(
    contact: Contact, users: Iterable[User], kind: str, title: str, lines: list[str], at: dt.datetime
) -> None:
    notify(
        users,
        office=contact.unit.office,
        kind=kind,
        title=title,
        text="\n".join(lines),
        url=reverse("admin:departments_contact_unit", args=[contact.unit_id]),
        key=f"contact:{contact.pk}:{contact.state}",
        at=at,
        unit=contact.unit,
    )
