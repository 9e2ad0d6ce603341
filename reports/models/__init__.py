"""Models of bulletins, grouped by subject."""

from reports.models.comments import IssueComment
from reports.models.deliveries import Delivery, Mailing, Subscription
from reports.models.edits import ListEdit, SectionEdit
from reports.models.issues import Contradiction, Issue, IssueFile, NumberSequence
from reports.models.publications import Publication, ReadLink
from reports.models.replies import Reply, ReplyEvent
from reports.models.schedules import Schedule, ScheduleRun
from reports.models.templates import (
    Annex,
    AnnexColumn,
    AnnexGroup,
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
    "AnnexGroup",
    "ApiToken",
    "Bulletin",
    "BulletinSection",
    "ConsistencyRule",
    "Contradiction",
    "Delivery",
    "Fact",
    "Issue",
    "IssueComment",
    "IssueFile",
    "ListEdit",
    "Mailing",
    "NumberSequence",
    "Publication",
    "PublishedValue",
    "ReadLink",
    "Reply",
    "ReplyEvent",
    "Schedule",
    "ScheduleRun",
    "SectionEdit",
    "Subscription",
    "TextEdit",
]
