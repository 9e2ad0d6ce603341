"""Models of bulletins, grouped by subject."""

from reports.models.deliveries import Delivery, Mailing
from reports.models.issues import Contradiction, Issue, IssueFile, NumberSequence
from reports.models.replies import Reply, ReplyEvent
from reports.models.templates import (
    Annex,
    AnnexColumn,
    Bulletin,
    BulletinSection,
    ConsistencyRule,
    Fact,
    PublishedValue,
)
from reports.models.text_edits import TextEdit
from reports.models.tokens import ApiToken

__all__ = [
    "Annex",
    "AnnexColumn",
    "ApiToken",
    "Bulletin",
    "BulletinSection",
    "ConsistencyRule",
    "Contradiction",
    "Delivery",
    "Fact",
    "Issue",
    "IssueFile",
    "Mailing",
    "NumberSequence",
    "PublishedValue",
    "Reply",
    "ReplyEvent",
    "TextEdit",
]
