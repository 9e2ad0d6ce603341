"""上会发言名单: the units due to speak, why, what is opened for them, and opening 整改 for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import AlertKind, Role
from departments.models import Entry, Office, Unit
from departments.permissions import has_role, memberships_of, offices_of
from departments.services.registers.openings import opened_for, registers_for
from departments.views.openings import Candidate, Case, opening_page
from expressions import ExpressionError
from indicators.models import MeetingRule
from reports.services.meetings import Listed, MeetingList, RuleList, meeting_list, rules_of
from reports.services.rectification import ranking_cause, ranking_key
from reports.views.unit_scope import Asked, asked_period


@dataclass(frozen=True)
class RuleShown:
    """One rule's part of the list: each unit with the entries that were opened for it because of this ranking."""

    part: RuleList
    lines: Sequence[tuple[Listed, Unit | None, Sequence[Entry]]]
    opening_url: str


def meeting_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """For the people of the whole office. `office` and `period` stand in the address; `print` shows the list for paper."""
    office, offices = _asked_office(request)
    asked = asked_period(request, office)
    found, trouble = _list(office, asked)
    units = {unit.code: unit for unit in Unit.objects.filter(office=office)}
    query = urlencode({"period": asked.period.code, "office": office.code}) if asked.period else ""
    return TemplateResponse(
        request,
        "reports/meeting_print.html" if "print" in request.GET else "reports/meeting.html",
        context
        | {
            "title": _("Units due to speak at the meeting"),
            "office": office,
            "offices": offices,
            "asked": asked,
            "period": asked.period,
            "found": found,
            "trouble": trouble,
            "speakers": [(one, units.get(one.unit)) for one in found.speakers] if found else [],
            "rules": _rules(request.user, found, units, query) if found else [],
            "query": query,
            "alerts_url": f"{reverse('admin:departments_alert_changelist')}?kind={AlertKind.BELOW_TARGET}",
            "may_set_up": has_role(request.user, {Role.ADMINISTRATOR}, office=office),
            "now": timezone.now(),
        },
    )


def meeting_opening_page(request: HttpRequest, rule_id: int, context: dict[str, Any]) -> HttpResponse:
    """开立整改 for the units that one rule lists in a period; the same cause as on the ranking's own page."""
    rule = MeetingRule.objects.select_related("office").filter(pk=rule_id).first()
    if rule is None or not has_role(request.user, {Role.ADMINISTRATOR}, office=rule.office):
        raise PermissionDenied(_("Only an administrator of the office opens such entries."))
    asked = asked_period(request, rule.office)
    found, trouble = _list(rule.office, asked, rule)
    part = found.rules[0] if found else None
    if part is None or part.table is None:
        raise Http404(trouble or _("There is no figure to rank yet."))
    units = {unit.code: unit for unit in Unit.objects.filter(office=rule.office)}
    cause = ranking_cause(rule.office, part.table)
    query = urlencode({"period": part.table["period"], "office": rule.office.code})
    case = Case(
        office=rule.office,
        cause=cause,
        candidates=tuple(
            Candidate(units[one.unit], one.reason) for one in part.speakers if one.unit in units
        ),
        name=cause.label,
        back=f"{reverse('admin:indicators_score_meeting')}?{query}",
        hint=_("longer because of a tie") if part.grown else "",
        register=part.rule.register,
    )
    return opening_page(request, case, context)


def _asked_office(request: HttpRequest) -> tuple[Office, list[Office]]:
    """The office asked for among those the person works for as a whole."""
    whole = {m.office_id for m in memberships_of(request.user) if m.unit_id is None}
    mine = offices_of(request.user)
    offices = [one for one in mine if request.user.is_superuser or one.pk in whole]
    asked = request.GET.get("office")
    office = next((one for one in offices if one.code == asked), offices[0] if offices else None)
    if office is None:
        raise PermissionDenied(_("The list is for people of the office."))
    return office, offices


def _list(office: Office, asked: Asked, rule: MeetingRule | None = None) -> tuple[MeetingList | None, str]:
    """The list (of one rule, or all), or in words why there is none."""
    if asked.period is None:
        return None, ""
    rules = [one for one in rules_of(office) if rule is None or one.pk == rule.pk]
    try:
        return meeting_list(office, asked.period.code, rules=rules), ""
    except ExpressionError as error:
        return None, _("A definition can't be used: %s") % error


def _rules(user: Any, found: MeetingList, units: dict[str, Unit], query: str) -> list[RuleShown]:
    keys = {part.rule.pk: ranking_key(part.table) for part in found.rules if part.table}
    opened = opened_for(user, keys.values())
    may_open = bool(registers_for(user, found.office))
    shown = []
    for part in found.rules:
        entries = opened.get(keys.get(part.rule.pk, ""), [])
        lines = [
            (one, units.get(one.unit), [entry for entry in entries if entry.unit.code == one.unit])
            for one in part.speakers
        ]
        url = reverse("admin:indicators_score_meeting_opening", args=[part.rule.pk])
        shown.append(RuleShown(part, lines, f"{url}?{query}" if may_open and part.speakers else ""))
    return shown
