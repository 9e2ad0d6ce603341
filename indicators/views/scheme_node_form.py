"""The form of one node of a scheme: a branch asks for little, a leaf for just what its rule of points wants."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Group, Unit
from indicators.choices import Operator, ScoreRule
from indicators.models import Indicator, Scheme, SchemeNode
from indicators.services.scheme_faults import SCORED, WANTS
from indicators.views.scheme_words import plain

# Empty lines offered below the steps there are.
SPARE_STEPS, MOST_STEPS = 3, 20
# Ranges take two limits and a yes or no is a target of its own kind: both are set with the indicator.
_OPERATORS = {
    ScoreRule.PROPORTIONAL: (Operator.AT_LEAST, Operator.AT_MOST),
    ScoreRule.PER_POINT: (Operator.AT_LEAST, Operator.AT_MOST),
    ScoreRule.STEPS: (Operator.AT_LEAST, Operator.AT_MOST),
    ScoreRule.FULL_OR_NONE: tuple(op for op in Operator if op != Operator.BETWEEN),
}
_BRANCH: dict[str, Any] = {
    "points": None,
    "indicator": None,
    "operator": Operator.AT_LEAST,
    "target": None,
    "per_point": None,
    "floor": 0,
    "table": [],
    "veto": False,
    "deadline": None,
}


class NodeForm(forms.Form):
    """Number, name and place of a node, and the fields of `rule` ("" for a branch)."""

    key = forms.CharField(max_length=20, label=gettext_lazy("number"))
    name = forms.CharField(max_length=100, label=gettext_lazy("name"))
    parent = forms.ModelChoiceField(
        SchemeNode.objects.none(), required=False, label=gettext_lazy("part of"), empty_label="—"
    )
    lead = forms.CharField(required=False, max_length=200, label=gettext_lazy("lead units"))
    responsible = forms.CharField(required=False, max_length=500, label=gettext_lazy("responsible units"))
    task = forms.CharField(required=False, label=gettext_lazy("task"), widget=forms.Textarea({"rows": 3}))

    def __init__(self, scheme: Scheme, rule: str, node: SchemeNode | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme, self.rule, self.node = scheme, rule, node
        others = scheme.nodes.filter(rule="")
        self.fields["parent"].queryset = others.exclude(pk=node.pk) if node else others  # type: ignore[attr-defined]
        if rule:
            self._add_leaf(scheme)
            for name in WANTS[rule]:
                self._add_wanted(name, scheme)
        for field in self.fields.values():
            if not isinstance(
                field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.Select
            ):
                field.widget.attrs["class"] = "gs-input"

    def _add_leaf(self, scheme: Scheme) -> None:
        self.fields["points"] = _decimal(gettext_lazy("full marks"), min_value=0)
        self.fields["deadline"] = forms.DateField(
            required=False,
            label=gettext_lazy("deadline"),
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            help_text=gettext_lazy("Empty: kept up for good (长期坚持)."),
        )
        self.fields["veto"] = forms.BooleanField(
            required=False, label=gettext_lazy("veto: below full marks the unit falls into the lowest grade")
        )
        self.fields["groups"] = forms.ModelMultipleChoiceField(
            Group.objects.filter(office=scheme.office),
            required=False,
            label=gettext_lazy("applies to groups"),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["units"] = forms.ModelMultipleChoiceField(
            Unit.objects.filter(office=scheme.office),
            required=False,
            label=gettext_lazy("applies to units"),
            widget=forms.CheckboxSelectMultiple,
        )

    def _add_wanted(self, name: str, scheme: Scheme) -> None:
        if name == "indicator":
            self.fields[name] = forms.ModelChoiceField(
                Indicator.objects.filter(office=scheme.office), label=gettext_lazy("indicator")
            )
        elif name == "operator":
            kinds = [(kind.value, kind.label) for kind in _OPERATORS[ScoreRule(self.rule)]]
            self.fields[name] = forms.ChoiceField(choices=kinds, label=gettext_lazy("operator"))
        elif name == "target":
            self.fields[name] = _decimal(
                gettext_lazy("target"),
                required=False,
                help_text=gettext_lazy("Empty: the indicator's own target of the period."),
            )
        elif name == "per_point":
            self.fields[name] = _decimal(gettext_lazy("points off per unit"), min_value=0)
        elif name == "floor":
            self.fields[name] = _decimal(gettext_lazy("least points"), required=False, min_value=0)
        elif name == "table":
            self._add_table()

    def _add_table(self) -> None:
        """STATUS: points per status. STEPS and PLACE: pairs of limit and points, with empty lines below."""
        stored = self.node.table if self.node is not None and self.node.rule == self.rule else []
        if self.rule == ScoreRule.STATUS:
            worth = {str(row[0]): row[1] for row in stored if len(row) == 2}
            for status in SCORED:
                field = _decimal(status.label, min_value=0)
                field.initial = plain(worth[status]) if status in worth else None
                self.fields[f"status-{status.value}"] = field
            return
        offered = min(max(len(stored) + SPARE_STEPS, 2 * SPARE_STEPS), MOST_STEPS)
        for line in range(offered):
            limit = _decimal(gettext_lazy("from the value"), required=False)
            points = _decimal(gettext_lazy("points"), required=False, min_value=0)
            if line < len(stored) and len(stored[line]) == 2:
                limit.initial, points.initial = map(plain, stored[line])
            self.fields[f"limit-{line}"], self.fields[f"points-{line}"] = limit, points

    @property
    def steps(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines of the table of steps, for the page."""
        return [
            (self[name], self[name.replace("limit", "points")])
            for name in self.fields
            if name.startswith("limit-")
        ]

    @property
    def statuses(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("status-")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for limit, points in self.steps:
            given = data.get(limit.name), data.get(points.name)
            if (given[0] is None) != (given[1] is None):
                self.add_error(points.name, _("A line wants both: a limit and points."))
        return data

    def node_fields(self) -> dict[str, Any]:
        """What `save_node` takes of a valid form; whatever the rule does not want is cleared."""
        data = self.cleaned_data
        names = ("name", "lead", "responsible", "task")
        found: dict[str, Any] = {**_BRANCH, "rule": self.rule, **{name: data[name] for name in names}}
        for name in ("points", "deadline", "veto", "indicator", "operator", "target", "per_point"):
            if name in self.fields:
                found[name] = data[name]
        if data.get("floor") is not None:
            found["floor"] = data["floor"]
        if "table" in WANTS.get(self.rule, ()):
            found["table"] = self._table()
        return found

    def _table(self) -> list[list[str]]:
        data = self.cleaned_data
        if self.rule == ScoreRule.STATUS:
            return [[status.value, plain(data[f"status-{status.value}"])] for status in SCORED]
        return [
            [plain(data[limit.name]), plain(data[points.name])]
            for limit, points in self.steps
            if data[limit.name] is not None
        ]


def initial_of(node: SchemeNode) -> dict[str, Any]:
    """A stored node as the form shows it; numbers without idle zeros."""
    found: dict[str, Any] = {
        name: getattr(node, name)
        for name in (
            "key", "name", "parent", "lead", "responsible", "task", "deadline", "veto", "indicator", "operator"
        )
    }  # fmt: skip
    found |= {name: plain(getattr(node, name)) for name in ("points", "target", "per_point", "floor")}
    found["groups"] = list(node.applies_to_groups.all())
    found["units"] = list(node.applies_to_units.all())
    return found


def _decimal(label: Any, **more: Any) -> forms.DecimalField:
    field = forms.DecimalField(label=label, max_digits=18, decimal_places=6, **more)
    field.widget.attrs["step"] = "any"
    return field
