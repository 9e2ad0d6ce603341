"""The admin pages of indicators, split by noun; importing the package registers them."""

from indicators.admin import definitions, results

__all__ = ["definitions", "results"]
