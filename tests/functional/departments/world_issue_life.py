"""What people did to a draft, for the two-office world: a comment with an answer, an edited text and an edited list on record."""

from departments.choices import Role
from reports.choices import EditEnd, ListAction
from reports.models import Issue, ListEdit, SectionEdit
from reports.services.comments import answer_comment, write_comment
from tests.functional.departments.world import OfficeWorld


def add_issue_life(world: OfficeWorld, issue: Issue) -> None:
    """The draft itself stays as it is: the edits were taken back."""
    administrator, reviewer = world.people[Role.ADMINISTRATOR], world.people[Role.REVIEWER]
    comment = write_comment(issue=issue, where="", text=f"金丝雀{world.mark}意见", user=reviewer)
    answer_comment(comment=comment, text=f"金丝雀{world.mark}答复", user=administrator)
    taken_back = {
        "bulletin": issue.bulletin,
        "period": issue.period,
        "reason": f"金丝雀{world.mark}修改",
        "edited_by": administrator,
        "edited_at": issue.drafted_at,
        "ended": EditEnd.TAKEN_BACK,
        "ended_by": administrator,
        "ended_at": issue.drafted_at,
    }
    SectionEdit.objects.create(
        section=issue.bulletin.sections.earliest("order"), text=f"金丝雀{world.mark}改文", **taken_back
    )
    ListEdit.objects.create(figure="low", action=ListAction.STRIKE, unit=world.units[1], **taken_back)
