"""Pages on which an administrator edits one draft: the text of a section, the units of a computed list."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from departments.models import Unit
from reports.choices import ListAction
from reports.exceptions import Refused
from reports.models import Issue, ListEdit, SectionEdit
from reports.services.document import all_figures
from reports.services.issue_edits import LIST_KIND
from reports.services.list_edits import computed_units, edit_list, take_back_list_edit
from reports.services.section_edits import (
    SectionText,
    copy_last_texts,
    edit_section,
    take_back_section,
    text_in_force,
)
from reports.views.issue import document_of
from reports.views.life import may_edit_draft
from reports.views.origins import Origins
from reports.views.steps import to_issue
from reports.views.text_edits import TAKE_BACK


@dataclass(frozen=True)
class ListLine:
    """One unit of a list's page; `edit` is what was done to it, `place` where it is printed (1…, 0: not printed)."""

    code: str
    name: str
    place: int
    edit: ListEdit | None


def section_page(request: HttpRequest, issue: Issue, order: int, context: dict[str, Any]) -> HttpResponse:
    """GET shows what the draft is composed from; POST edits it or takes the edit back, then leads to the draft."""
    section = issue.bulletin.sections.filter(order=order).first()
    if section is None:
        raise Http404(_("The template has no such section."))
    present = text_in_force(issue, section)
    typed, reason = present, ""
    if request.method == "POST":
        typed = SectionText(order, request.POST.get("heading", ""), request.POST.get("text", ""))
        reason = request.POST.get("reason", "")
        if _section_edited(request, issue, typed, reason):
            return to_issue(issue, "texts")
    edits = SectionEdit.objects.filter(section=section, period=issue.period).order_by("-pk")
    return TemplateResponse(
        request,
        "reports/issue/section.html",
        context
        | {
            "title": f"{issue.bulletin} · {document_of(issue)['period_label']}",
            "issue": issue,
            "section": section,
            "present": present,
            "typed": typed,
            "reason": reason,
            "is_edited": (present.heading, present.text) != (section.heading, section.text),
            "may_edit": may_edit_draft(request.user, issue),
            "edits": edits.select_related("edited_by", "ended_by"),
        },
        status=422 if request.method == "POST" else 200,
    )


def _section_edited(request: HttpRequest, issue: Issue, typed: SectionText, reason: str) -> bool:
    """Whether it was done; a refusal becomes a message."""
    seen = SectionText(typed.order, request.POST.get("seen_heading", ""), request.POST.get("seen_text", ""))
    try:
        if request.POST.get("action") == TAKE_BACK:
            take_back_section(issue=issue, order=typed.order, user=request.user)
            messages.success(request, _("The template's text is printed again."))
        else:
            edit_section(
                issue=issue,
                order=typed.order,
                heading=typed.heading,
                text=typed.text,
                reason=reason,
                user=request.user,
                seen=seen,
            )
            messages.success(request, _("Saved, and drafted again. The template's text stays beside yours."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def copy_last(request: HttpRequest, issue: Issue) -> HttpResponse:
    """Takes over the last issue's edited texts, each named in a message."""
    try:
        made = copy_last_texts(issue=issue, user=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        names = "、".join(str(edit.section) for edit in made)
        messages.success(request, _("Taken over from the last issue: %s. Read them once more.") % names)
    return to_issue(issue, "texts")


def list_page(request: HttpRequest, issue: Issue, figure: str, context: dict[str, Any]) -> HttpResponse:
    """The computed list beside the printed one, and striking, adding, ordering; POST leads back to it."""
    document = document_of(issue)
    found = all_figures(document).get(figure)
    if found is None or found["kind"] != LIST_KIND:
        raise Http404(_("The document has no such list."))
    if request.method == "POST" and _list_edited(request, issue, figure):
        return HttpResponseRedirect(request.path)
    edits = ListEdit.objects.filter(bulletin=issue.bulletin, period=issue.period, figure=figure)
    edits = edits.select_related("unit", "edited_by", "ended_by")
    names = Origins(issue, document).names
    lines = _lines(found, {edit.unit.code: edit for edit in edits if edit.unit and not edit.ended}, names)
    return TemplateResponse(
        request,
        "reports/issue/list.html",
        context
        | {
            "title": f"{issue.bulletin} · {document['period_label']}",
            "issue": issue,
            "figure": found,
            "computed": [names.get(code, code) for code in computed_units(found)],
            "lines": lines,
            "others": _others(issue, found),
            "order": next(
                (edit for edit in edits if edit.action == ListAction.ORDER and not edit.ended), None
            ),
            "may_edit": may_edit_draft(request.user, issue),
            "edits": list(reversed(edits)),
            "reason": request.POST.get("reason", ""),
        },
        status=422 if request.method == "POST" else 200,
    )


def _lines(figure: dict[str, Any], edits: dict[str, ListEdit], names: dict[str, str]) -> list[ListLine]:
    """The printed units in their order, then those struck."""
    printed = figure["units"]
    struck = [code for code in computed_units(figure) if code not in printed]
    return [
        *(
            ListLine(code, names.get(code, code), place, edits.get(code))
            for place, code in enumerate(printed, 1)
        ),
        *(ListLine(code, names.get(code, code), 0, edits.get(code)) for code in struck),
    ]


def _others(issue: Issue, figure: dict[str, Any]) -> list[Unit]:
    """The units an editor may add."""
    listed = {*figure["units"], *computed_units(figure)}
    units = Unit.objects.filter(office=issue.bulletin.office_id).order_by("protocol_order", "pk")
    return [unit for unit in units if unit.code not in listed]


def _list_edited(request: HttpRequest, issue: Issue, figure: str) -> bool:
    """Whether it was done; a refusal becomes a message."""
    given = request.POST
    try:
        if "take_back" in given:
            edit = ListEdit.objects.filter(pk=_number(given.get("take_back")) or 0, figure=figure).first()
            if edit is None:
                raise Refused(_("This edit is not in force any more."))
            take_back_list_edit(issue=issue, edit=edit, user=request.user)
        else:
            action, unit = _asked(given)
            edit_list(
                issue=issue,
                figure=figure,
                action=action,
                reason=given.get("reason", ""),
                user=request.user,
                unit=unit,
                units=_ordered(given),
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Saved, and drafted again. The computed list stays beside the printed one."))
    return True


def _asked(given: QueryDict) -> tuple[ListAction, str]:
    """What is to be done, and with which unit: a unit's own button strikes it."""
    if "strike" in given:
        return ListAction.STRIKE, str(given["strike"])
    if given.get("action") == ListAction.ORDER:
        return ListAction.ORDER, ""
    return ListAction.ADD, given.get("added", "")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _ordered(given: QueryDict) -> list[str]:
    """Unit codes by the places typed beside them; a place that is no number stands last."""
    places = {
        key.removeprefix("place-"): _number(str(value))
        for key, value in given.items()
        if key.startswith("place-")
    }
    return sorted(places, key=lambda code: (places[code] is None, places[code] or 0))
