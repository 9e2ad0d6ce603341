"""A drafted bulletin over four departments that nobody has been asked to check yet."""

import datetime as dt

import pytest
from django.utils import timezone

from departments.choices import Role
from departments.models import Submission
from govsvc import outbox
from reports.models import Reply
from reports.services import replies
from tests import build
from tests.functional.reports.scene import PERIOD, Scene, make

HOUR = dt.timedelta(hours=1)


class Checked(Scene):
    """The scene with everybody's clerk by unit name."""

    def clerk_of(self, unit: str):
        return Submission.objects.get(unit=self.units[unit], window__period=PERIOD).submitted_by

    def ask(self, hours: int = 48) -> list[Reply]:
        return replies.open_replies(
            issue=self.issue, due_at=timezone.now() + hours * HOUR, user=self.people["admin"]
        )

    def reply(self, unit: str) -> Reply:
        return Reply.objects.select_related("unit", "issue").get(unit=self.units[unit])

    def confirm(self, unit: str) -> Reply:
        reply = self.reply(unit)
        return replies.confirm(reply=reply, user=self.clerk_of(unit), version=reply.version)

    def object(self, unit: str, text: str = "应办数多计一件") -> Reply:
        reply = self.reply(unit)
        return replies.object_to(reply=reply, user=self.clerk_of(unit), version=reply.version, text=text)

    def decide(self, unit: str, upheld: bool, who: str = "reviewer") -> Reply:
        reply = self.reply(unit)
        return replies.decide(
            reply=reply, user=self.people[who], upheld=upheld, text="已核对台账", version=reply.version
        )

    def correct(self, unit: str, due: int, done: int) -> None:
        """The unit's form re-opened, corrected, approved; the draft is not written again by that."""
        submission = self.submission(unit)
        clerk = submission.submitted_by
        build.reopen(submission, self.people["approver"])
        build.fill(submission, {"due": due, "done": done}, clerk)
        build.approve(submission, self.people["approver"])
        outbox.drain()


def checked() -> Checked:
    made = make()
    scene = Checked(**vars(made))
    scene.draft()
    scene.accept_all()
    scene.people["head"] = build.person("o-head", scene.office, Role.UNIT_HEAD, scene.units["乙局"])
    return scene


@pytest.fixture
def scene(db: None) -> Checked:
    return checked()
