"""The small office one quarter later, with figures that moved."""

from django.contrib.auth.models import User

from departments.models import Submission
from govsvc import outbox
from tests import build
from tests.functional.reports.scene import Scene

NEXT = "2022Q2"
FIGURES = {"甲局": (4, 3), "乙局": (5, 4), "丙局": (4, 3)}


def with_next_quarter(scene: Scene) -> Scene:
    """甲局 3/4, 乙局 4/5, 丙局 3/4 approved for the second quarter of 2022; 丁局 has handed in nothing."""
    form = scene.bulletin.annexes.get().form
    assert form is not None
    build.window(form, NEXT)
    for name, (due, done) in FIGURES.items():
        submission = Submission.objects.get(unit=scene.units[name], window__period=NEXT)
        username = "o-clerk" if name == "乙局" else f"o-{scene.units[name].code}"
        build.fill(submission, {"due": due, "done": done}, User.objects.get(username=username))
        build.approve(submission, scene.people["approver"])
    outbox.drain()
    return scene
