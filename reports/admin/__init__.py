"""The admin pages of bulletins, split by noun; importing the package registers them."""

from reports.admin import bulletins, deliveries, issues, rankings, replies, scores, tokens

__all__ = ["bulletins", "deliveries", "issues", "rankings", "replies", "scores", "tokens"]
