"""口径沿革: every definition of an indicator with who wrote and checked it, and the decision on the one that waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError
from departments.templatetags.people import person_name
from indicators.choices import VersionState
from indicators.models import Indicator, IndicatorVersion
from indicators.services.proposals import (
    Difference,
    check_version,
    checkers_of,
    differences,
    may_check,
    may_define,
    refuse_version,
)

CHECK, REFUSE = "check", "refuse"
TONES = {
    VersionState.PROPOSED: "warning",
    VersionState.CHECKED: "good",
    VersionState.REFUSED: "error",
}


@dataclass(frozen=True)
class Line:
    """One definition: what it says otherwise than the checked one before it."""

    version: IndicatorVersion
    before: IndicatorVersion | None
    changes: list[Difference]
    tone: str
    taken_back: bool


def history_page(request: HttpRequest, indicator: Indicator, context: dict[str, Any]) -> HttpResponse:
    """GET shows the definitions, newest first; POST checks or refuses the proposal it names."""
    refused = ""
    if request.method == "POST":
        refused = _decide(request, indicator)
        if not refused:
            return HttpResponseRedirect(request.path)
    versions = list(
        indicator.versions.select_related("author", "checker", "lead").prefetch_related(
            "groups", "responsible"
        )
    )
    proposal = next((version for version in versions if version.state == VersionState.PROPOSED), None)
    return TemplateResponse(
        request,
        "indicators/definition_history.html",
        context
        | {
            "title": indicator.name,
            "indicator": indicator,
            "lines": _lines(versions),
            "proposal": proposal,
            "may_check": proposal is not None and may_check(proposal, request.user),
            "may_define": may_define(request.user, indicator.office),
            "own": proposal is not None and proposal.author_id == request.user.pk,
            "checkers": whom_to_ask(checkers_of(proposal)) if proposal else "",
            "refused": refused,
            "reason": request.POST.get("reason", ""),
        },
        status=422 if refused else 200,
    )


def next_words(version: IndicatorVersion, checkers: Iterable[User]) -> SafeString:
    """What happens next with a proposal, and the way to try it."""
    words = _("“%(version)s” is proposed from %(day)s on. %(who)s") % {
        "version": version,
        "day": version.valid_from.isoformat(),
        "who": whom_to_ask(checkers),
    }
    address = reverse("admin:indicators_indicator_trial", args=[version.indicator_id])
    return format_html(
        '{} <a href="{}" class="font-semibold underline">{}</a>', words, address, _("Try it on past periods")
    )


def whom_to_ask(checkers: Iterable[User]) -> str:
    """Who may check a proposal, or what to do when nobody else may."""
    names = "、".join(person_name(user) for user in checkers)
    if names:
        return _("It is computed with once it has been checked by one of: %(names)s.") % {"names": names}
    return _(
        "Nobody else administers this office: have the system administrator check it, or make a second person an"
        " administrator under “Memberships”."
    )


def _lines(versions: list[IndicatorVersion]) -> list[Line]:
    """Newest first; a definition is compared with the checked one that was in force before its first day."""
    checked = sorted(
        (version for version in versions if version.state == VersionState.CHECKED),
        key=lambda version: version.valid_from,
    )
    found = []
    for version in sorted(versions, key=lambda one: one.number, reverse=True):
        earlier = [one for one in checked if one.valid_from < version.valid_from and one.pk != version.pk]
        before = earlier[-1] if earlier else None
        found.append(
            Line(
                version,
                before,
                differences(version, before),
                TONES[VersionState(version.state)],
                version.state == VersionState.REFUSED and version.author_id == version.checker_id,
            )
        )
    return found


def _decide(request: HttpRequest, indicator: Indicator) -> str:
    """What stood in the way, "" when it is done; the proposal is named so that nobody checks another than the one seen."""
    if not may_define(request.user, indicator.office):
        raise PermissionDenied(_("Definitions are written and checked by administrators of the office."))
    pk = request.POST.get("version", "")
    seen = indicator.versions.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if seen is None:
        return _("Another proposal has taken the place of this one: look at that one first.")
    action = request.POST.get("action")
    try:
        if action == CHECK:
            version = check_version(version=seen, user=request.user)
            words = _("“%(version)s” is in force from %(day)s on.")
            messages.success(request, words % {"version": version, "day": version.valid_from.isoformat()})
        elif action == REFUSE:
            refuse_version(version=seen, user=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("The proposal is refused; the definition in force stays as it is."))
        else:
            return _("Choose whether to check or to refuse it.")
    except DepartmentsError as refusal:
        return str(refusal)
    return ""
