"""The admin pages of indicators, split by noun; importing the package registers them."""

from indicators.admin import definitions, leaf_reports, results, schemes, targets

__all__ = ["definitions", "leaf_reports", "results", "schemes", "targets"]
