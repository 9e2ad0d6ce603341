"""The admin pages of bulletins, split by noun; importing the package registers them."""

from reports.admin import (
    annexes,
    bulletins,
    deliveries,
    issues,
    mailings,
    publications,
    rankings,
    read_links,
    replies,
    schedules,
    scores,
    tokens,
)

__all__ = [
    "annexes",
    "bulletins",
    "deliveries",
    "issues",
    "mailings",
    "publications",
    "rankings",
    "read_links",
    "replies",
    "schedules",
    "scores",
    "tokens",
]
