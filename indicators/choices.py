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


class Operator(models.TextChoices):
    AT_LEAST = "at_least", "≥"
    AT_MOST = "at_most", "≤"


class RunStatus(models.TextChoices):
    COMPLETE = "complete", _("Complete")
    FROZEN = "frozen", _("Frozen by an issue")
