"""Sentences and lists computed from one period's data. Pure: the same functions serve draft, preview, page and mail."""

from reports.statements.compose import Paragraph, compose
from reports.statements.functions import FUNCTIONS
from reports.statements.model import (
    FACT,
    FIGURE,
    GROUP,
    GROUPS,
    INDICATOR,
    LIST,
    UNIT,
    FactData,
    Source,
    Statement,
    names_of,
)

__all__ = [
    "FACT",
    "FIGURE",
    "FUNCTIONS",
    "GROUP",
    "GROUPS",
    "INDICATOR",
    "LIST",
    "UNIT",
    "FactData",
    "Paragraph",
    "Source",
    "Statement",
    "compose",
    "names_of",
]
