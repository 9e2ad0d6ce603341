"""附件设计: a table's source, columns, order, totals and groups, drawn for a chosen period as it is designed."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import html

from departments.models import Group, Register
from departments.periods import Period
from indicators.models import Scheme
from reports.choices import AnnexRows, ColumnKind, Highlight, TotalPlace
from reports.exceptions import Refused
from reports.models import Annex, Bulletin
from reports.renderers import UnprintableDocumentError, render_html_body
from reports.services.annex_trial import ROWS_OF, AnnexTrial, try_annex
from reports.services.template_texts import Overtaken, annex_version, may_write, save_annex, spec_of
from reports.statements.limits import MAX_COLUMNS
from reports.views.designer_form import (
    BLANK_COLUMN,
    BLANK_GROUP,
    Design,
    design_of,
    new_design,
    posted_design,
    spec_from,
)
from reports.views.editor_palette import column_palette
from reports.views.editor_words import editor_words
from reports.views.filters import periods_of
from reports.views.preview import period_of

SAVE, PREVIEW = "save", "preview"


def design_page(
    request: HttpRequest, bulletin: Bulletin, annex: Annex | None, context: dict[str, Any]
) -> HttpResponse:
    """GET shows the table as stored, or a new one; POST draws it or saves it and answers with JSON."""
    if request.method == "POST":
        design = posted_design(request)
        if request.POST.get("action") == SAVE:
            return _save(request, bulletin, annex, design)
        return JsonResponse(_shown(_trial(request, bulletin, design)))
    design = design_of(spec_of(annex)) if annex else new_design(bulletin)
    return _page(request, bulletin, annex, design, context)


def _save(request: HttpRequest, bulletin: Bulletin, annex: Annex | None, design: Design) -> HttpResponse:
    try:
        saved = save_annex(
            annex=annex,
            bulletin=bulletin,
            spec=spec_from(bulletin.office, design),
            user=request.user,
            seen=request.POST.get("version", ""),
        )
    except ValidationError as error:
        return JsonResponse({"message": "；".join(error.messages)}, status=422)
    except Overtaken as error:
        return JsonResponse({"message": str(error), "version": error.version}, status=409)
    except Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    address = reverse("admin:reports_annex_design", args=[saved.pk])
    if "application/json" not in request.headers.get("Accept", ""):
        return HttpResponseRedirect(address)
    shown = _shown(_trial(request, bulletin, design))
    return JsonResponse(shown | {"version": annex_version(saved), "address": "" if annex else address})


def _trial(request: HttpRequest, bulletin: Bulletin, design: Design) -> AnnexTrial:
    period = period_of(request, bulletin)
    return try_annex(bulletin, period, spec_from(bulletin.office, design)) if period else AnnexTrial()


def _shown(trial: AnnexTrial) -> dict[str, Any]:
    return {"html": _drawn(trial), "faults": [asdict(fault) for fault in trial.faults]}


def _drawn(trial: AnnexTrial) -> str:
    """The table as the documents draw it: the same renderer, its annex alone."""
    if trial.content is None:
        return render_to_string("reports/bulletin/_no_table.html")
    document = {"schema": 1, "status": "issued", "title": "", "sections": [], "annexes": [trial.content]}
    try:
        body = html.fragment_fromstring(render_html_body(document))
    except UnprintableDocumentError as error:
        return render_to_string("reports/bulletin/_no_table.html", {"error": error})
    table = body.get_element_by_id(f"annex-{trial.content['number']}")
    return html.tostring(table, encoding="unicode")


def _page(
    request: HttpRequest,
    bulletin: Bulletin,
    annex: Annex | None,
    design: Design,
    context: dict[str, Any],
) -> HttpResponse:
    period = period_of(request, bulletin)
    trial = _trial(request, bulletin, design)
    editable = may_write(request.user, bulletin)
    settings = {
        "editable": editable,
        "faults": [asdict(fault) for fault in trial.faults],
        "palette": column_palette(trial.names, annex.register if annex else None) if trial.names else [],
        "rows": ROWS_OF,
        "texts": editor_words(),
        "most": {"columns": MAX_COLUMNS},
    }
    return TemplateResponse(
        request,
        "reports/bulletin/designer.html",
        context
        | _choices(bulletin)
        | {
            "title": _("Annex: %s") % (annex or _("new")),
            "bulletin": bulletin,
            "annex": annex,
            "design": design,
            "blank_column": BLANK_COLUMN,
            "blank_group": BLANK_GROUP,
            "version": annex_version(annex) if annex else "",
            "editable": editable,
            "period": Period.parse(period) if period else None,
            "periods": periods_of(bulletin.office),
            "drawn": _drawn(trial),
            "settings": settings,
        },
    )


def _choices(bulletin: Bulletin) -> dict[str, Any]:
    """What the fields of the page offer, all of the bulletin's office."""
    office = bulletin.office
    return {
        "sources": [
            (_("form"), [(f"form:{form.pk}", form.title) for form in office.forms.all()]),
            (
                _("register"),
                [(f"register:{row.pk}", row.title) for row in Register.objects.filter(office=office)],
            ),
            (_("scheme"), [(f"scheme:{row.pk}", row.name) for row in Scheme.objects.filter(office=office)]),
        ],
        "groups": [(str(group.pk), group.name) for group in Group.objects.filter(office=office)],
        "row_choices": AnnexRows.choices,
        "kinds": ColumnKind.choices,
        "totals": TotalPlace.choices,
        "highlights": Highlight.choices,
    }
