"""试算: a definition, as proposed or as typed here, computed on past periods beside the one in force. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from departments.exceptions import DepartmentsError
from departments.periods import Period
from expressions.numbers import exact_text
from expressions.values import NoValue
from indicators.models import Indicator, IndicatorVersion
from indicators.rollup import Pair
from indicators.services.definitions import definition_faults
from indicators.services.proposals import (
    checkers_of,
    differences,
    may_define,
    parts_of,
    present_version,
    proposal_of,
    propose_version,
)
from indicators.services.trial import (
    MOST_PERIODS,
    Side,
    TrialGroup,
    TrialPeriod,
    TrialRow,
    periods_to_try,
    trial,
)
from indicators.views.definitions import next_words

TRIED = (
    "numerator",
    "denominator",
    "factor",
    "unit_of_measure",
    "decimals",
    "direction",
    "recipe",
    "minimum_denominator",
    "late",
)
PROPOSE = "propose"
# How many periods are offered, and how many are tried unless others are chosen.
OFFERED, USUAL = 12, 3


class TrialForm(forms.ModelForm):
    """What is tried; saved never, proposed only when asked for."""

    periods = forms.MultipleChoiceField(
        label=gettext_lazy("periods"), widget=forms.CheckboxSelectMultiple, required=False
    )
    valid_from = forms.DateField(
        label=gettext_lazy("valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = IndicatorVersion
        fields = TRIED

    def __init__(self, *args: Any, periods: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["periods"].choices = [(period.code, period.label) for period in periods]  # type: ignore[attr-defined]
        self.fields["periods"].initial = [period.code for period in periods[:USUAL]]
        # Without idle zeros.
        self.initial["factor"] = f"{self.instance.factor.normalize():f}"
        for name in TRIED:
            widget = self.fields[name].widget
            widget.attrs["class"] = "gs-input"

    def clean_periods(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["periods"]
        if len(chosen) > MOST_PERIODS:
            raise forms.ValidationError(_("At most %s periods at once.") % MOST_PERIODS)
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        texts = {name: data[name] for name in ("numerator", "denominator") if data.get(name)}
        indicator = self.instance.indicator
        for name, fault in definition_faults(indicator.office, indicator.code, texts).items():
            self.add_error(name, fault)
        return data


@dataclass(frozen=True)
class Cell:
    """A unit's result under one definition, in words."""

    value: str
    pair: str
    place: str


@dataclass(frozen=True)
class Line:
    unit: str
    before: Cell
    after: Cell
    change: str
    tone: str


@dataclass(frozen=True)
class Block:
    """One group of a period: the units that change in the table, the others folded."""

    group: TrialGroup
    changed: list[Line]
    same: list[Line]


@dataclass(frozen=True)
class Shown:
    """One period with its summary in words."""

    tried: TrialPeriod
    summary: str
    blocks: list[Block]


def trial_page(request: HttpRequest, indicator: Indicator, context: dict[str, Any]) -> HttpResponse:
    """GET tries the proposal, if there is one; POST what is typed, and proposes it when asked for."""
    proposal, present = proposal_of(indicator), present_version(indicator)
    base = proposal or present or IndicatorVersion(indicator=indicator, number=1)
    # The form writes what is typed into its own copy of the definition.
    base.indicator = indicator
    offered = periods_to_try(base)[:OFFERED]
    form = TrialForm(_asked(request, offered), instance=base, periods=offered)
    may_propose = may_define(request.user, indicator.office)
    if request.method == "POST" and form.is_valid() and request.POST.get("action") == PROPOSE:
        if not may_propose:
            raise PermissionDenied(_("Definitions are written and checked by administrators of the office."))
        if _proposed(request, indicator, form):
            return HttpResponseRedirect(
                reverse("admin:indicators_indicator_definitions", args=[indicator.pk])
            )
    if request.method == "POST":
        tries = not form.errors
        periods = form.cleaned_data.get("periods") if tries else []
    else:
        tries, periods = proposal is not None, [period.code for period in offered[:USUAL]]
    results = trial(indicator.office, base, [Period.parse(code) for code in periods or ()]) if tries else []
    return TemplateResponse(
        request,
        "indicators/trial.html",
        context
        | {
            "title": _("Try a definition"),
            "indicator": indicator,
            "form": form,
            "proposal": proposal,
            "present": present_version(indicator),
            "changes": differences_tried(base, indicator) if tries else [],
            "shown": [_shown(one) for one in results],
            "tries": tries,
            "may_propose": may_propose,
            "most": MOST_PERIODS,
        },
        status=422 if form.errors else 200,
    )


def differences_tried(version: IndicatorVersion, indicator: Indicator) -> list[Any]:
    """In what the definition tried differs from the one in force, apart from its days."""
    label = str(IndicatorVersion._meta.get_field("valid_from").verbose_name)
    return [one for one in differences(version, present_version(indicator)) if one.label != label]


def _asked(request: HttpRequest, offered: Sequence[Period]) -> Any:
    """What was typed, with the usual periods where none is chosen (as when one comes from the indicator's page)."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if not data.getlist("periods"):
        data.setlist("periods", [period.code for period in offered[:USUAL]])
    return data


def _proposed(request: HttpRequest, indicator: Indicator, form: TrialForm) -> bool:
    """Whether it was done; what stands in the way is told beside the day."""
    valid_from = form.cleaned_data.get("valid_from")
    if valid_from is None:
        form.add_error(
            "valid_from", _("From which day does the new definition hold? Earlier periods keep the old one.")
        )
        return False
    stored = proposal_of(indicator) or present_version(indicator)
    parts = parts_of(stored) | {name: form.cleaned_data[name] for name in TRIED}
    try:
        version = propose_version(indicator=indicator, valid_from=valid_from, user=request.user, **parts)
    except ValidationError as error:
        form.add_error("valid_from", error.messages)
        return False
    except DepartmentsError as error:
        form.add_error("valid_from", str(error))
        return False
    messages.info(request, next_words(version, checkers_of(version)))
    return True


def _shown(tried: TrialPeriod) -> Shown:
    blocks = []
    for group in tried.groups:
        lines = [(row, _line(row)) for row in group.rows]
        blocks.append(
            Block(
                group,
                [line for row, line in lines if row.differs],
                [line for row, line in lines if not row.differs],
            )
        )
    return Shown(tried, _summary(tried), blocks)


def _summary(tried: TrialPeriod) -> str:
    rows = [row for group in tried.groups for row in group.rows]
    moved = sum(bool(row.moved) for row in rows)
    new, gone = sum(row.comes_in for row in rows), sum(row.drops_out for row in rows)
    words = [
        *([ngettext("%s unit moves", "%s units move", moved) % moved] if moved else []),
        *([ngettext("%s unit comes in", "%s units come in", new) % new] if new else []),
        *([ngettext("%s unit drops out", "%s units drop out", gone) % gone] if gone else []),
    ]
    if words:
        return "，".join(words)
    return _("no place changes") if any(row.differs for row in rows) else _("nothing changes")


def _line(row: TrialRow) -> Line:
    words, tone = _change(row)
    return Line(row.unit.name, _cell(row.before), _cell(row.after), words, tone)


def _change(row: TrialRow) -> tuple[str, str]:
    if row.comes_in:
        return _("comes in"), "info"
    if row.drops_out:
        return _("drops out"), "warning"
    if not row.moved:
        return (_("same place") if row.moved == 0 else "—"), "none"
    words = _("up %s places") if row.moved > 0 else _("down %s places")
    sign = "▲" if row.moved > 0 else "▼"
    return f"{sign} {words % abs(row.moved)}", "good" if row.moved > 0 else "error"


def _cell(side: Side | None) -> Cell:
    if side is None:
        return Cell("—", "", _("takes no part"))
    place = str(side.place) if side.place is not None else side.reason
    return Cell(side.display, _pair(side.pair), f"{place} {_('tied')}" if side.tied else place)


def _pair(pair: Pair) -> str:
    if isinstance(pair.numerator, NoValue) or isinstance(pair.denominator, NoValue):
        return ""
    return f"{exact_text(pair.numerator)}/{exact_text(pair.denominator)}"
