"""How rows of the set-up are written: offices, units, groups, indicators, targets, rankings, issues.

Numbers are texts that lose nothing: `94.7`, or `1/3` where no decimal ends. Days and moments are ISO 8601.
"""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from departments.models import Group, Office, Unit
from expressions.numbers import exact_text
from indicators.models import Indicator, IndicatorVersion, Ranking, Target
from reports.models import Issue


@extend_schema_field({"type": "string", "example": "94.7"})
class ExactField(serializers.Field):
    """A stored number as text, without idle zeros."""

    def to_representation(self, value: Decimal | Fraction) -> str:
        return exact_text(Fraction(value))


class Code(serializers.SlugRelatedField):
    """Another row by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", read_only=True, **kwargs)


class OfficeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Office
        fields = ("code", "name", "synthetic")


class GroupSerializer(serializers.ModelSerializer):
    office = Code()

    class Meta:
        model = Group
        fields = ("office", "code", "name", "order")


class UnitSerializer(serializers.ModelSerializer):
    """`full_name`, `group` and `parent` as they are today; null for a unit without a name in force."""

    office = Code()
    full_name = serializers.SerializerMethodField(help_text=_("full name"))
    group = serializers.SerializerMethodField(help_text=_("code of the group it belongs to today"))
    parent = serializers.SerializerMethodField(help_text=_("code of the unit it is under today"))

    class Meta:
        model = Unit
        fields = (
            "office", "code", "name", "full_name", "group", "parent", "protocol_order", "opened_on", "closed_on",
        )  # fmt: skip

    def get_full_name(self, unit: Any) -> str | None:
        return unit.present[0].full_name if unit.present else None

    def get_group(self, unit: Any) -> str | None:
        group = unit.present[0].group if unit.present else None
        return group.code if group else None

    def get_parent(self, unit: Any) -> str | None:
        parent = unit.present[0].parent if unit.present else None
        return parent.code if parent else None


class PeriodSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    frequency = serializers.CharField()
    start = serializers.DateField(help_text=_("first day"))
    end = serializers.DateField(help_text=_("last day"))


class VersionSerializer(serializers.ModelSerializer):
    """value = factor × numerator ÷ denominator, in the unit of measure."""

    factor = ExactField()
    groups = Code(many=True)
    lead = Code(allow_null=True)
    responsible = Code(many=True)

    class Meta:
        model = IndicatorVersion
        fields = (
            "number", "state", "valid_from", "valid_to", "numerator", "denominator", "factor", "unit_of_measure",
            "decimals", "direction", "recipe", "minimum_denominator", "late", "groups", "lead", "responsible", "note",
        )  # fmt: skip


class IndicatorSerializer(serializers.ModelSerializer):
    office = Code()
    versions = VersionSerializer(many=True)

    class Meta:
        model = Indicator
        fields = ("office", "code", "name", "order", "versions")


class TargetSerializer(serializers.ModelSerializer):
    """For one unit, else for one group, else (both null) for all."""

    office = serializers.CharField(source="indicator.office.code")
    indicator = Code()
    group = Code(allow_null=True)
    unit = Code(allow_null=True)
    value = ExactField()
    upper = ExactField(allow_null=True)
    floor = ExactField(allow_null=True)
    aim = ExactField(allow_null=True)

    class Meta:
        model = Target
        fields = (
            "office", "indicator", "period", "group", "unit", "operator", "value", "upper", "floor", "aim", "cumulative",
            "source",
        )  # fmt: skip


class RankingSerializer(serializers.ModelSerializer):
    """A declared ranking, of an indicator or of a scheme; its places are under `id`/table/."""

    office = Code()
    indicator = Code(allow_null=True)
    scheme = Code(allow_null=True)
    group = Code()

    class Meta:
        model = Ranking
        fields = (
            "id", "office", "code", "name", "indicator", "scheme", "group", "ties", "last", "compare_decimals",
        )  # fmt: skip


class IssueSerializer(serializers.ModelSerializer):
    """An issued bulletin; `hash` is the SHA-256 of its content, as printed in its files."""

    office = serializers.CharField(source="bulletin.office.code")
    bulletin = Code()
    title = serializers.SerializerMethodField(help_text=_("title"))
    corrects = serializers.CharField(
        source="corrects.number",
        default=None,
        allow_null=True,
        help_text=_("Number of the issue it corrects."),
    )
    corrected_by = serializers.SerializerMethodField(
        help_text=_("Number of the erratum that corrected it: it is not in force any more.")
    )

    class Meta:
        model = Issue
        fields = (
            "office", "bulletin", "number", "title", "period", "edition", "corrects", "corrected_by",
            "issued_at", "hash",
        )  # fmt: skip

    def get_title(self, issue: Issue) -> str:
        return str(json.loads(issue.content)["title"])

    def get_corrected_by(self, issue: Issue) -> str | None:
        erratum = getattr(issue, "erratum", None)
        return erratum.number if erratum is not None and erratum.number else None
