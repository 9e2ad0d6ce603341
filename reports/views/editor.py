"""模板编辑: the title and the sections of a bulletin as blocks, computed for a chosen period as they are written."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from departments.models import Group
from departments.periods import Period
from reports.exceptions import Refused
from reports.models import Bulletin
from reports.services.template_texts import Overtaken, may_write, save_texts, text_version
from reports.services.template_trial import Trial, try_texts
from reports.statements.limits import MAX_SECTIONS, MAX_TEXT
from reports.views.editor_blocks import Block, Draft, changed, posted_draft, sections_of, stored_draft
from reports.views.editor_last import last_answer
from reports.views.editor_palette import text_palette
from reports.views.editor_shown import shown_sections
from reports.views.editor_words import editor_words
from reports.views.filters import periods_of
from reports.views.preview import period_of

SAVE, PREVIEW, LAST = "save", "preview", "last"


def editor_page(request: HttpRequest, bulletin: Bulletin, context: dict[str, Any]) -> HttpResponse:
    """GET shows the template as stored; POST computes it, saves it (refused without the right), or moves its blocks.

    A script asks for JSON and stays on the page; without one the same buttons answer with the page.
    """
    if request.method != "POST":
        return _page(request, bulletin, stored_draft(bulletin), text_version(bulletin), context)
    draft = posted_draft(request)
    action = request.POST.get("action", PREVIEW)
    wants_json = "application/json" in request.headers.get("Accept", "")
    if wants_json and action == PREVIEW:
        return JsonResponse(_shown(_trial(request, bulletin, draft)))
    if wants_json and action == LAST:
        return last_answer(bulletin, period_of(request, bulletin), draft)
    if action == SAVE:
        return _save(request, bulletin, draft, context, wants_json=wants_json)
    draft = changed(draft, action)
    return _page(request, bulletin, draft, request.POST.get("version", ""), context)


def _save(
    request: HttpRequest, bulletin: Bulletin, draft: Draft, context: dict[str, Any], *, wants_json: bool
) -> HttpResponse:
    sections = sections_of(bulletin, draft.blocks)
    seen = request.POST.get("version", "")
    try:
        version = save_texts(
            bulletin=bulletin, title=draft.title, sections=sections, user=request.user, seen=seen
        )
    except (Refused, ValidationError) as refusal:
        words = "；".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        if wants_json:
            return _refusal(bulletin, refusal, words)
        messages.error(request, words)
        present = text_version(bulletin) if isinstance(refusal, Overtaken) else seen
        return _page(request, bulletin, draft, present, context, status=422)
    if not wants_json:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.get_full_path())
    bulletin.refresh_from_db()
    trial = _trial(request, bulletin, draft)
    rows = [block.row for block in stored_draft(bulletin).blocks]
    return JsonResponse(_shown(trial) | {"version": version, "rows": rows})


def _refusal(bulletin: Bulletin, refusal: Exception, words: str) -> JsonResponse:
    """Why it was not saved; with what stands there now where somebody else was first."""
    if not isinstance(refusal, Overtaken):
        return JsonResponse({"message": words}, status=422)
    stored = stored_draft(Bulletin.objects.get(pk=bulletin.pk))
    theirs = {"title": stored.title, "blocks": [block.as_json() for block in stored.blocks]}
    return JsonResponse({"message": words, "version": refusal.version, "theirs": theirs}, status=409)


def _trial(request: HttpRequest, bulletin: Bulletin, draft: Draft) -> Trial:
    period = period_of(request, bulletin)
    if period is None:
        return Trial()
    return try_texts(bulletin, period, draft.title, sections_of(bulletin, draft.blocks))


def _shown(trial: Trial) -> dict[str, Any]:
    return {
        "html": render_to_string(
            "reports/bulletin/_trial.html", {"trial": trial, "shown": shown_sections(trial)}
        ),
        "faults": _faults(trial),
    }


def _faults(trial: Trial) -> list[dict[str, Any]]:
    return [asdict(fault) for fault in trial.faults]


def _page(
    request: HttpRequest,
    bulletin: Bulletin,
    draft: Draft,
    version: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    period = period_of(request, bulletin)
    trial = _trial(request, bulletin, draft)
    editable = may_write(request.user, bulletin)
    settings = {
        "editable": editable,
        "faults": _faults(trial),
        "palette": text_palette(trial.names) if trial.names else [],
        "texts": editor_words(),
        "most": {"sections": MAX_SECTIONS, "text": MAX_TEXT},
    }
    return TemplateResponse(
        request,
        "reports/bulletin/editor.html",
        context
        | {
            "title": _("Template: %s") % bulletin,
            "bulletin": bulletin,
            "draft": draft,
            "blank": Block(),
            "version": version,
            "editable": editable,
            "period": Period.parse(period) if period else None,
            "periods": periods_of(bulletin.office),
            "groups": [(str(pk), name) for pk, name in _groups(bulletin)],
            "levels": [("1", _("level 1")), ("2", _("level 2")), ("3", _("level 3"))],
            "trial": trial,
            "shown": shown_sections(trial),
            "settings": settings,
        },
        status=status,
    )


def _groups(bulletin: Bulletin) -> Any:
    return Group.objects.filter(office=bulletin.office_id).values_list("pk", "name")
