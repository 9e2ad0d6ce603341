"""The admin pages of indicators, split by noun; importing the package registers them."""

from indicators.admin import definitions, exclusions, leaf_reports, meetings, results, schemes, targets

__all__ = ["definitions", "exclusions", "leaf_reports", "meetings", "results", "schemes", "targets"]
