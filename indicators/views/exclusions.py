"""核减: asking that a part of a unit's figure is not counted, and the page on which somebody else decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import FigureState, Status, UnitTotal
from departments.exceptions import DepartmentsError
from departments.models import Figure, Item, Unit, Window
from departments.periods import Period
from departments.permissions import visible
from departments.services.reopenings import issued_documents
from indicators.choices import ExclusionState
from indicators.models import Exclusion
from indicators.services import exclusions as services

TONES = {
    ExclusionState.ASKED: "late",
    ExclusionState.APPROVED: "good",
    ExclusionState.REFUSED: "none",
    ExclusionState.LIFTED: "none",
}


@dataclass(frozen=True)
class FigureNow:
    """The figure an exclusion is about as texts, blank where it has no approved number now; `too_small` to be lowered."""

    reported: str
    remains: str
    too_small: bool
    documents: Sequence[tuple[str, str]]


class ItemField(forms.ModelChoiceField):
    """Items named with their form: several forms have one of the same name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.form.title} · {obj.name}"


class UnitField(forms.ModelChoiceField):
    """Units with the figure each of them reported."""

    figures: dict[int, Decimal]

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{services.plain(self.figures[obj.pk])}）"


class WhichForm(forms.Form):
    """Which figures are meant; it stands in the address."""

    item = ItemField(Item.objects.none(), label=gettext_lazy("item"))
    period = forms.ChoiceField(label=gettext_lazy("period"))

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        items = _items(user)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        self.fields["period"].choices = _periods(items)  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """Whose figure is lowered, by how much and why."""

    unit = UnitField(Unit.objects.none(), label=gettext_lazy("unit (with its approved figure)"))
    amount = forms.DecimalField(label=gettext_lazy("not counted"), max_digits=18, decimal_places=6)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=services.LONGEST_REASON)

    def __init__(self, data: Any, figures: dict[int, Decimal], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitField)
        unit.figures = figures
        unit.queryset = Unit.objects.filter(pk__in=figures).order_by("protocol_order")
        for field in self.fields.values():
            field.widget.attrs["class"] = "gs-input"


def add_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """First the item and the period (in the address), then the unit, how much and why."""
    posted = request.POST if request.method == "POST" else None
    which = WhichForm(posted or request.GET or None, user=request.user)
    ask, figures = None, {}
    if which.is_valid():
        item, period = which.cleaned_data["item"], which.cleaned_data["period"]
        figures = _figures(item, period)
        ask = AskForm(posted, figures, {"unit": request.GET.get("unit")})
        if posted and ask.is_valid() and (made := _ask(request, item, period, ask)) is not None:
            return HttpResponseRedirect(_address(made))
    return TemplateResponse(
        request,
        "indicators/exclusion_add.html",
        context | {"title": _("Ask for an exclusion"), "which": which, "ask": ask, "figures": figures},
    )


def exclusion_page(request: HttpRequest, exclusion: Exclusion, context: dict[str, Any]) -> HttpResponse:
    """GET shows the exclusion; POST with an `action` (approve, refuse, lift) does it or says why not."""
    typed = ""
    if request.method == "POST":
        try:
            _act(request, exclusion)
            return HttpResponseRedirect(_address(exclusion))
        except DepartmentsError as refusal:
            messages.error(request, str(refusal))
            typed = request.POST.get("reason", "")
            exclusion.refresh_from_db()
    period = Period.parse(exclusion.period)
    return TemplateResponse(
        request,
        "indicators/exclusion.html",
        context
        | {
            "title": _("Exclusion"),
            "exclusion": exclusion,
            "period": period,
            "amount": services.plain(exclusion.amount),
            "tone": TONES[ExclusionState(exclusion.state)],
            "now": _figure_now(exclusion),
            "history": services.history_of(exclusion),
            "may_decide": services.may_decide(exclusion, request.user),
            "may_approve": services.may_approve(exclusion, request.user),
            "typed": typed,
        },
    )


def _ask(request: HttpRequest, item: Item, period: str, form: AskForm) -> Exclusion | None:
    """The exclusion asked for; None when it was refused, which the form then says."""
    try:
        made = services.ask_exclusion(item=item, period=period, user=request.user, **form.cleaned_data)
    except DepartmentsError as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("Asked for. Another administrator decides; until then the figure counts."))
    return made


def _act(request: HttpRequest, exclusion: Exclusion) -> None:
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    given: dict[str, Any] = {"exclusion": exclusion, "user": request.user}
    if action == "approve":
        services.approve_exclusion(**given)
        messages.success(request, _("Approved: all tables and sentences now show the lowered figure."))
    elif action == "refuse":
        services.refuse_exclusion(**given, reason=reason)
        messages.success(request, _("Refused: the figure stays as it is."))
    elif action == "lift":
        services.lift_exclusion(**given, reason=reason)
        messages.success(request, _("Lifted: the whole figure counts again."))
    else:
        raise DepartmentsError(_("Nothing was done: choose a button of this page."))


def _address(exclusion: Exclusion) -> str:
    return reverse("admin:indicators_exclusion_change", args=[exclusion.pk])


def _items(user: Any) -> QuerySet[Item]:
    """The number items of the person's offices that may be lowered (services.can_be_excluded)."""
    rows = Item.objects.filter(kind__in=services.NUMBERS, unit_total=UnitTotal.SUM, by_category=False)
    return visible(rows, user, "change").select_related("form").order_by("form__order", "form", "order")


def _periods(items: QuerySet[Item]) -> list[tuple[str, str]]:
    """The periods in which a form of the items has approved figures, newest first."""
    windows = Window.objects.filter(form__items__in=items, submissions__status=Status.APPROVED)
    codes = windows.order_by().values_list("period", flat=True).distinct()
    periods = sorted(
        (Period.parse(code) for code in codes), key=lambda one: (one.end, one.start), reverse=True
    )
    return [(period.code, period.label) for period in periods]


def _figures(item: Item, period: str) -> dict[int, Decimal]:
    """What every unit reported and got approved, by unit id."""
    rows = Figure.objects.filter(
        item=item,
        state=FigureState.NUMBER,
        submission__window__form=item.form_id,
        submission__window__period=period,
        submission__status=Status.APPROVED,
    )
    return {unit: value for unit, value in rows.values_list("submission__unit", "value") if value is not None}


def _figure_now(exclusion: Exclusion) -> FigureNow:
    submission = services.approved_submission(exclusion.item, exclusion.unit, exclusion.period)
    value = services.figure_of(exclusion.item, submission)
    documents = issued_documents(submission) if submission is not None else []
    if value is None:
        return FigureNow("", "", too_small=True, documents=documents)
    remains = value - exclusion.amount
    return FigureNow(services.plain(value), services.plain(remains), remains < 0, documents)
