"""How figures are written: the table of a ranking, results, trees of schemes, score sheets.

What is not known is null or "", never 0; `display` is the figure as it is printed.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.models import Scheme, SchemeAdjustment, SchemeGrade, SchemeNode
from indicators.targets import LIGHT_WORDS
from reports.api.queries import ISSUED, PRESENT
from reports.api.serializers import Code, ExactField


def source_field() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=[(PRESENT, _("as the figures stand now")), (ISSUED, _("as the bulletin was issued"))]
    )


class GainSerializer(serializers.Serializer):
    """The fewest cases by which the numerator must change to reach `place`, all else being equal."""

    cases = serializers.IntegerField()
    place = serializers.IntegerField()
    tied = serializers.BooleanField()


class AssessmentSerializer(serializers.Serializer):
    """How a unit stands against its target; `words` say how much is short."""

    target = serializers.CharField()
    light = serializers.ChoiceField(choices=[(light.value, word) for light, word in LIGHT_WORDS.items()])
    words = serializers.CharField()


class RowSerializer(serializers.Serializer):
    """One unit of a ranking. Without a place `reason` says why it has none."""

    unit = serializers.CharField(help_text=_("code of the unit"))
    name = serializers.CharField()
    place = serializers.IntegerField(source="rank", allow_null=True)
    tied = serializers.BooleanField()
    value = serializers.CharField(allow_null=True, help_text=_("exact value"))
    display = serializers.CharField()
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    # Documents issued before these were noted have neither.
    mark = serializers.CharField(default="")
    assessment = AssessmentSerializer(allow_null=True, default=None)
    gain = GainSerializer(allow_null=True)
    previous_place = serializers.IntegerField(source="previous_rank", allow_null=True)
    movement = serializers.IntegerField(allow_null=True, help_text=_("places gained (+) or lost (−)"))


class CoverageSerializer(serializers.Serializer):
    reported = serializers.IntegerField()
    expected = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField(), help_text=_("codes of units"))


class OverallSerializer(serializers.Serializer):
    display = serializers.CharField()
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    recipe = serializers.CharField()
    coverage = CoverageSerializer()


class GoalSerializer(serializers.Serializer):
    display = serializers.CharField()
    operator = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
    gap = serializers.CharField(allow_null=True)


class SourceSerializer(serializers.Serializer):
    """The issued bulletin a table was frozen in."""

    number = serializers.CharField()
    issued_at = serializers.DateTimeField()
    hash = serializers.CharField()


class TableSerializer(serializers.Serializer):
    """A ranking of a period as its page shows it (`table` is a reports.views.tables.Table).

    Not `whole`: before issue people of a unit get their own rows only, and nothing that is made from all.
    """

    ranking = serializers.CharField(source="data.code")
    title = serializers.CharField(source="data.title")
    subject = serializers.CharField(
        source="data.indicator", help_text=_("code of the indicator or scheme that is ranked")
    )
    subject_name = serializers.CharField(source="data.indicator_name")
    version = serializers.IntegerField(source="data.version", allow_null=True)
    group = serializers.CharField(source="data.group")
    group_name = serializers.CharField(source="data.group_name")
    period = serializers.CharField(source="data.period")
    direction = serializers.CharField(source="data.direction")
    ties = serializers.CharField(source="data.ties")
    ranked = serializers.IntegerField(source="data.ranked", help_text=_("how many units have a place"))
    source = serializers.SerializerMethodField()
    issue = SourceSerializer(allow_null=True)
    whole = serializers.BooleanField(help_text=_("whether every unit is here"))
    overall = serializers.SerializerMethodField()
    target = serializers.SerializerMethodField()
    bottom = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField()

    def get_source(self, table: Any) -> str:
        return ISSUED if table.issue else PRESENT

    @extend_schema_field(OverallSerializer(allow_null=True))
    def get_overall(self, table: Any) -> Any:
        return _part(table, "overall", OverallSerializer)

    @extend_schema_field(GoalSerializer(allow_null=True))
    def get_target(self, table: Any) -> Any:
        return _part(table, "target", GoalSerializer)

    def get_bottom(self, table: Any) -> list[str]:
        return [line.row["unit"] for line in table.bottom]

    @extend_schema_field(RowSerializer(many=True))
    def get_rows(self, table: Any) -> Any:
        return RowSerializer([line.row for line in table.lines], many=True).data


def _part(table: Any, name: str, serializer: type[serializers.Serializer]) -> Any:
    """What is made from all units, for those who may see all; else None."""
    part = table.data.get(name) if table.whole else None
    return serializer(part).data if part else None


class ResultSerializer(serializers.Serializer):
    """The value of an indicator for a unit; its place is in the rankings."""

    source = source_field()
    period = serializers.CharField()
    unit = serializers.CharField(help_text=_("code of the unit"))
    name = serializers.CharField()
    group = serializers.CharField(help_text=_("code of the group"))
    indicator = serializers.CharField(help_text=_("code of the indicator"))
    indicator_name = serializers.CharField()
    version = serializers.IntegerField()
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True, help_text=_("exact value"))
    display = serializers.CharField()
    reason = serializers.CharField(help_text=_("why it is not ranked"))
    mark = serializers.CharField(help_text=_("how late figures were taken"))
    reported = serializers.IntegerField(help_text=_("forms approved, of those asked for"))
    expected = serializers.IntegerField()


class NodeSerializer(serializers.ModelSerializer):
    """A branch or a leaf; `parent` is the key of the branch it is part of."""

    parent = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    indicator = Code(allow_null=True)
    applies_to_groups = Code(many=True)
    applies_to_units = Code(many=True)
    points = ExactField(allow_null=True)
    target = ExactField(allow_null=True)
    per_point = ExactField(allow_null=True)
    floor = ExactField()

    class Meta:
        model = SchemeNode
        fields = (
            "key", "parent", "name", "order", "task", "lead", "responsible", "applies_to_groups", "applies_to_units",
            "deadline", "points", "rule", "indicator", "operator", "target", "per_point", "floor", "table", "veto",
        )  # fmt: skip


class AdjustmentSerializer(serializers.ModelSerializer):
    register = Code()
    points = ExactField()
    cap = ExactField(allow_null=True)

    class Meta:
        model = SchemeAdjustment
        fields = ("name", "register", "type", "level", "points", "cap", "veto")


class GradeSerializer(serializers.ModelSerializer):
    at_least = ExactField(allow_null=True)

    class Meta:
        model = SchemeGrade
        fields = ("name", "at_least")


class SchemeSerializer(serializers.ModelSerializer):
    office = Code()
    groups = Code(many=True)
    bonus_cap = ExactField(allow_null=True)
    bonus_from = ExactField(allow_null=True)
    deduction_cap = ExactField(allow_null=True)

    class Meta:
        model = Scheme
        fields: tuple[str, ...] = (
            "id", "office", "code", "name", "groups", "valid_from", "valid_to", "decimals", "not_applicable", "missing",
            "bonus_cap", "bonus_from", "deduction_cap", "note",
        )  # fmt: skip


class TreeSerializer(SchemeSerializer):
    """A scheme with its whole tree: nodes in order, branches before what is part of them by `parent`."""

    nodes = NodeSerializer(many=True)
    adjustments = AdjustmentSerializer(many=True)
    grades = GradeSerializer(many=True)

    class Meta(SchemeSerializer.Meta):
        fields = (*SchemeSerializer.Meta.fields, "nodes", "adjustments", "grades")


class LeafLineSerializer(serializers.Serializer):
    """One leaf: its points of its full marks, and in words how they came about."""

    key = serializers.CharField()
    name = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())
    indicator = serializers.CharField()
    rule = serializers.CharField()
    veto = serializers.BooleanField()
    deadline = serializers.CharField()
    state = serializers.CharField()
    full = serializers.CharField()
    points = serializers.CharField()
    words = serializers.CharField()
    value = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    place = serializers.IntegerField(allow_null=True)
    ranked = serializers.IntegerField()
    status = serializers.CharField()
    target = serializers.CharField()
    note = serializers.CharField()


class AdjustmentLineSerializer(serializers.Serializer):
    """Entries of one kind and the points they count for."""

    name = serializers.CharField()
    each = serializers.CharField()
    count = serializers.IntegerField()
    points = serializers.CharField()
    capped = serializers.BooleanField()
    words = serializers.CharField()


class SheetSerializer(serializers.Serializer):
    """How a score came about: total = base + bonus − deduction. Here a number that is not known is ""."""

    lines = LeafLineSerializer(many=True)
    adjustments = AdjustmentLineSerializer(many=True)
    base = serializers.CharField()
    bonus = serializers.CharField()
    deduction = serializers.CharField()
    total = serializers.CharField()
    reason = serializers.CharField()
    full = serializers.CharField()
    grade = serializers.CharField()
    vetoed_by = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


class ScoreSerializer(serializers.Serializer):
    """A unit's score with its sheet; its place is in the ranking of the scheme."""

    source = source_field()
    period = serializers.CharField()
    unit = serializers.CharField(help_text=_("code of the unit"))
    name = serializers.CharField()
    group = serializers.CharField(help_text=_("code of the group"))
    total = serializers.CharField(allow_null=True, help_text=_("exact value"))
    display = serializers.CharField()
    reason = serializers.CharField(help_text=_("why it is not ranked"))
    grade = serializers.CharField()
    sheet = SheetSerializer()
