"""The closed vocabularies of indicators."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NEUTRAL = "neutral", _("Listed, not ranked")


class Ties(models.TextChoices):
    COMPETITION = "competition", _("Share the place (1-2-2-4)")
    DENSE = "dense", _("Dense (1-2-2-3)")


class Recipe(models.TextChoices):
    """How one figure is made for several units."""

    POOLED = "pooled", _("Sum of numerators over sum of denominators")
    MEAN = "mean", _("Plain mean of the units' rates")


class VersionState(models.TextChoices):
    """A definition is proposed by one person and checked by another; only checked ones are computed with."""

    PROPOSED = "proposed", _("Proposed, to be checked")
    CHECKED = "checked", _("Checked")
    REFUSED = "refused", _("Refused")


class LatePolicy(models.TextChoices):
    """What a figure handed in after it was due does to an indicator (semantics “Periods”)."""

    INCLUDE = "include", _("Included and marked")
    EXCLUDE = "exclude", _("Left out of this period")
    CARRY = "carry", _("Last period's figure carried forward and marked")


class ExclusionState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    LIFTED = "lifted", _("Lifted")


class Operator(models.TextChoices):
    """How a value is held against a target; a place is held against the places of the indicator's ranking."""

    AT_LEAST = "at_least", "≥"
    AT_MOST = "at_most", "≤"
    EQUAL = "equal", "="
    BETWEEN = "between", _("between")
    PLACE = "place", _("place at most")
    YES = "yes", _("yes or no")


class NotApplicable(models.TextChoices):
    """What becomes of the points of a leaf that does not apply to a unit."""

    REDISTRIBUTE = "redistribute", _("Shared out among the unit's other leaves")
    LOSE = "lose", _("Lost")


class MissingLeaf(models.TextChoices):
    """What a leaf without its figures does to the whole score; a figure that is missing is never read as 0 unawares."""

    NOT_RANKED = "not_ranked", _("No score: the unit is not ranked")
    ZERO = "zero", _("The leaf scores 0, as declared")


class ScoreRule(models.TextChoices):
    """How a leaf's value becomes points (semantics “Targets and scores”)."""

    PROPORTIONAL = "proportional", _("Proportional to the target")
    STEPS = "steps", _("By steps")
    PER_POINT = "per_point", _("Points off per unit short of the target")
    FULL_OR_NONE = "full_or_none", _("All or nothing")
    PLACE = "place", _("By place")
    STATUS = "status", _("By confirmed status")


class LeafStatus(models.TextChoices):
    """How far a leaf described in words has come."""

    DONE = "done", _("Done")
    ON_TRACK = "on_track", _("On track")
    BEHIND = "behind", _("Behind")
    NOT_STARTED = "not_started", _("Not started")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class LeafReportState(models.TextChoices):
    SUBMITTED = "submitted", _("To be confirmed")
    RETURNED = "returned", _("Returned")
    CONFIRMED = "confirmed", _("Confirmed")


class RunStatus(models.TextChoices):
    COMPLETE = "complete", _("Complete")
    FROZEN = "frozen", _("Frozen by an issue")
