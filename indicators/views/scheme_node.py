"""One node of a scheme on its own page: written, given another rule of points, deleted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.choices import ScoreRule
from indicators.models import Scheme, SchemeNode
from indicators.services.scheme_faults import check_scheme
from indicators.services.schemes import delete_node, is_fixed, rename_node, save_node
from indicators.views.scheme import administers_scheme
from indicators.views.scheme_node_form import NodeForm, initial_of

SAVE, NEXT, RULE, DELETE, SURE = "save", "next", "rule", "delete", "delete-sure"


def node_page(
    request: HttpRequest, scheme: Scheme, node: SchemeNode | None, context: dict[str, Any]
) -> HttpResponse:
    """A stored node, or (None) a new one; what was typed stays on the page when it is refused or its rule is changed."""
    if not administers_scheme(request.user, scheme):
        raise PermissionDenied(_("Schemes are managed by administrators of the office."))
    action = request.POST.get("action", "")
    rule = _rule(request, node)
    form = NodeForm(scheme, rule, node, initial=_initial(request, scheme, node))
    if request.method == "POST":
        if action in (DELETE, SURE) and node is not None:
            done = _deleted(request, node, sure=action == SURE)
            if done is not None:
                return done
        else:
            form = NodeForm(scheme, rule, node, request.POST, initial=form.initial)
            if action == RULE:
                # Only the fields change: nothing is judged yet.
                form = NodeForm(scheme, rule, node, initial={**form.initial, **_typed(request, form)})
            elif form.is_valid():
                done = _saved(request, scheme, node, form, action)
                if done is not None:
                    return done
    return TemplateResponse(
        request,
        "indicators/scheme_node.html",
        context
        | {
            "title": str(node) if node is not None else _("New node"),
            "scheme": scheme,
            "node": node,
            "form": form,
            "rule": rule,
            "rules": ScoreRule.choices,
            "faults": [fault for fault in check_scheme(scheme) if node is not None and fault.node == node],
            "fixed": is_fixed(scheme),
            "deleting": action == DELETE,
            "under": _under(node) if node is not None else 0,
        },
        status=422 if form.errors else 200,
    )


def _rule(request: HttpRequest, node: SchemeNode | None) -> str:
    asked = request.POST.get("rule", request.GET.get("rule"))
    if asked is None:
        return node.rule if node is not None else ""
    return asked if asked in ScoreRule.values else ""


def _initial(request: HttpRequest, scheme: Scheme, node: SchemeNode | None) -> dict[str, Any]:
    """A stored node as it is; a new one under the parent that the address names, with the next free number."""
    if node is not None:
        return initial_of(node)
    asked = request.GET.get("parent", "")
    parent = scheme.nodes.filter(pk=int(asked) if asked.isdecimal() else 0, rule="").first()
    return {"parent": parent, "key": _next_key(scheme, parent)}


def _next_key(scheme: Scheme, parent: SchemeNode | None) -> str:
    taken = set(scheme.nodes.values_list("key", flat=True))
    begin = f"{parent.key}." if parent is not None else ""
    number = 1
    while f"{begin}{number}" in taken:
        number += 1
    return f"{begin}{number}"


def _typed(request: HttpRequest, form: NodeForm) -> dict[str, Any]:
    many = {"groups", "units"}
    return {
        name: request.POST.getlist(name) if name in many else request.POST.get(name)
        for name in form.fields
        if name in request.POST
    }


def _saved(
    request: HttpRequest, scheme: Scheme, node: SchemeNode | None, form: NodeForm, action: str
) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            if node is None:
                _refuse_taken(scheme, data["key"])
            elif node.key != data["key"]:
                rename_node(node=node, key=data["key"])
            saved = save_node(
                scheme=scheme,
                key=data["key"],
                parent=data["parent"],
                applies_to_groups=data.get("groups", ()),
                applies_to_units=data.get("units", ()),
                **form.node_fields(),
            )
    except ValidationError as fault:
        _say(form, fault)
        return None
    messages.success(request, _("Saved: %s.") % saved)
    tree = reverse("admin:indicators_scheme_change", args=[scheme.pk])
    if action == NEXT:
        add = reverse("admin:indicators_scheme_addnode", args=[scheme.pk])
        return HttpResponseRedirect(f"{add}?parent={saved.parent_id or ''}&rule={saved.rule}")
    return HttpResponseRedirect(f"{tree}#node-{saved.pk}")


def _refuse_taken(scheme: Scheme, key: str) -> None:
    if scheme.nodes.filter(key=key).exists():
        raise ValidationError({"key": _("The scheme has a node numbered “%s” already.") % key})


def _say(form: NodeForm, fault: ValidationError) -> None:
    """The errors beside their fields; those of fields the page does not show, above all."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    errors: Iterable[tuple[str, list[ValidationError]]] = fault.error_dict.items()
    for name, found in errors:
        form.add_error(
            name if name in form.fields else None, [text for one in found for text in one.messages]
        )


def _under(node: SchemeNode) -> int:
    return len(_below(node.scheme, {node.pk}))


def _below(scheme: Scheme, above: set[int]) -> set[int]:
    found: set[int] = set()
    level = above
    pairs = list(scheme.nodes.values_list("pk", "parent"))
    while level:
        level = {pk for pk, parent in pairs if parent in level} - found
        found |= level
    return found


def _deleted(request: HttpRequest, node: SchemeNode, *, sure: bool) -> HttpResponse | None:
    """Asks once more before anything goes."""
    if not sure:
        return None
    tree = reverse("admin:indicators_scheme_change", args=[node.scheme_id])
    words = str(node)
    try:
        delete_node(node=node)
    except ValidationError as fault:
        messages.error(request, "；".join(fault.messages))
        return HttpResponseRedirect(request.path)
    messages.success(request, _("Deleted: %s.") % words)
    return HttpResponseRedirect(tree)
