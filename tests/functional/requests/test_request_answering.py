"""Answers, their files, decisions on them, and who acted for whom."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from departments.choices import AnswerState, Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Notice, RequestAnswerFile
from departments.services import organisation
from departments.services.requests import answering, issuing
from departments.services.requests.record import Outdated
from departments.services.stored_files import UnusableFile
from tests.functional.requests.scene import PDF, Scene, hand_in, june, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    ("takes", "text", "file", "no_comment", "kind"),
    [
        ("file text", "同意", False, False, "text"),
        ("file text", "", True, False, "file"),
        ("file text", "见附件", True, False, "file"),
        ("file text", "", False, False, None),
        ("file", "", True, False, "file"),
        ("file", "", False, False, None),
        ("file", "见附件", True, False, None),
        ("text", "  \n ", False, False, None),
        ("text no_comment", "", False, True, "no_comment"),
        ("text no_comment", "同意", False, True, None),
        ("file no_comment", "", True, True, None),
        ("file text", "", False, True, None),
        ("no_comment", "", False, False, None),
        ("no_comment", "", False, True, "no_comment"),
    ],
)
def test_what_is_an_answer(
    scene: Scene, takes: str, text: str, file: bool, no_comment: bool, kind: str | None
) -> None:
    ways = {f"takes_{way}": way in takes.split() for way in ("file", "text", "no_comment")}
    request = scene.asked(**ways)
    answer, clerk = scene.answer(request, 0), scene.people["clerk0"]
    if file:
        answering.attach_to_answer(answer=answer, file=pdf(), user=clerk)

    def act() -> None:
        answering.hand_in(answer=answer, user=clerk, text=text, no_comment=no_comment, at=june(9))

    if kind is None:
        with pytest.raises(DepartmentsError):
            act()
        assert scene.answer(request, 0).state == AnswerState.WAITING
    else:
        act()
        assert (scene.answer(request, 0).state, scene.answer(request, 0).kind) == ("answered", kind)


def test_files_are_judged_by_what_they_hold(scene: Scene) -> None:
    request = scene.asked()
    answer, clerk = scene.answer(request, 0), scene.people["clerk0"]
    for name, content in (("意见.pdf", b"MZ\x90\x00"), ("意见.docx", PDF), ("脚本.html", b"<script>")):
        with pytest.raises(UnusableFile):
            answering.attach_to_answer(answer=answer, file=SimpleUploadedFile(name, content), user=clerk)
    first = answering.attach_to_answer(answer=answer, file=pdf("..\\..\\意见.pdf"), user=clerk)
    assert first.name == "意见.pdf"
    assert first.file.name.startswith(f"answers/{answer.pk}/")
    assert answering.attach_to_answer(answer=answer, file=pdf("又.pdf"), user=clerk) == first
    answering.remove_from_answer(file=first, user=scene.people["head0"], at=june(9))
    kept = RequestAnswerFile.objects.get()
    assert kept.removed_by == scene.people["head0"]
    with kept.file.open("rb") as stored:
        assert stored.read() == PDF
    with pytest.raises(DepartmentsError):
        answering.hand_in(answer=answer, user=clerk, at=june(9))


def test_a_request_for_text_takes_no_file(scene: Scene) -> None:
    request = scene.asked(takes_file=False)
    with pytest.raises(DepartmentsError):
        answering.attach_to_answer(answer=scene.answer(request, 0), file=pdf(), user=scene.people["clerk0"])


def test_a_handed_in_answer_is_fixed_with_its_files(scene: Scene) -> None:
    request = scene.asked()
    answer, clerk = scene.answer(request, 0), scene.people["clerk0"]
    file = answering.attach_to_answer(answer=answer, file=pdf(), user=clerk)
    answering.hand_in(answer=answer, user=clerk, at=june(9))
    with pytest.raises(TransitionRefused, match="李工"):
        answering.remove_from_answer(file=file, user=clerk)
    answering.accept(answer=answer, user=scene.people["admin"], at=june(10))
    with pytest.raises(TransitionRefused, match="0372-5500000"):
        answering.save_answer(answer=answer, user=clerk, text="再补")


def test_two_people_of_a_unit_do_not_overwrite_each_other(scene: Scene) -> None:
    request = scene.asked()
    answer = scene.answer(request, 0)
    answering.save_answer(answer=answer, user=scene.people["clerk0"], text="甲", version=0)
    with pytest.raises(Outdated):
        answering.save_answer(answer=answer, user=scene.people["head0"], text="乙", version=0)
    answering.save_answer(answer=answer, user=scene.people["head0"], text="甲", version=0)
    assert (scene.answer(request, 0).text, scene.answer(request, 0).version) == ("甲", 1)


def test_a_decision_is_on_the_version_that_was_seen(scene: Scene) -> None:
    request = scene.asked()
    hand_in(scene, request, 0, june(9))
    seen = scene.answer(request, 0).version
    answering.withdraw_answer(answer=scene.answer(request, 0), user=scene.people["clerk0"])
    hand_in(scene, request, 0, june(10), "改了")
    with pytest.raises(Outdated):
        answering.accept(answer=scene.answer(request, 0), user=scene.people["admin"], version=seen)
    assert scene.answer(request, 0).state == AnswerState.ANSWERED


def test_nobody_decides_on_an_answer_they_had_a_hand_in(scene: Scene) -> None:
    """王主任 is a clerk of 民宗局 too: handing in, writing or uploading is each enough."""
    admin = scene.people["admin"]
    organisation.grant(user=admin, office=scene.office, role=Role.CLERK, unit=scene.units[0])
    admin = type(admin).objects.get(pk=admin.pk)
    clerk = scene.people["clerk0"]

    def wrote(answer: Any) -> None:
        answering.save_answer(answer=answer, user=admin, text="初稿")
        answering.hand_in(answer=answer, user=clerk, text="定稿")

    def uploaded(answer: Any) -> None:
        answering.attach_to_answer(answer=answer, file=pdf(), user=admin)
        answering.hand_in(answer=answer, user=clerk)

    def handed_in(answer: Any) -> None:
        answering.hand_in(answer=answer, user=admin, text="定稿")

    for way in (wrote, uploaded, handed_in):
        request = scene.asked()
        way(scene.answer(request, 0))
        [done] = answering.accept_many(answers=[(scene.answer(request, 0), 99)], user=admin)
        assert done.refused
        with pytest.raises(TransitionRefused):
            answering.return_answer(answer=scene.answer(request, 0), user=admin, reason="不全")
        answering.return_answer(answer=scene.answer(request, 0), user=scene.people["second"], reason="不全")
        answering.hand_in(answer=scene.answer(request, 0), user=clerk, text="改")
        # Having returned it once is no hand in it.
        answering.accept(answer=scene.answer(request, 0), user=scene.people["second"])


def test_many_are_accepted_at_once_and_the_others_say_why(scene: Scene) -> None:
    request = scene.asked()
    for unit in (0, 1):
        hand_in(scene, request, unit, june(9))
    pairs = [(scene.answer(request, unit), scene.answer(request, unit).version) for unit in (0, 1, 2)]
    answering.return_answer(answer=pairs[1][0], user=scene.people["second"], reason="不全")
    done = answering.accept_many(answers=pairs, user=scene.people["admin"])
    assert [bool(one.refused) for one in done] == [False, True, True]
    assert [scene.answer(request, unit).state for unit in (0, 1, 2)] == ["accepted", "returned", "waiting"]


def test_whoever_acts_for_somebody_is_recorded_with_them(scene: Scene) -> None:
    request = scene.asked()
    today = timezone.localdate()
    for who, role, unit, of in (
        ("clerk1", Role.CLERK, scene.units[0], "clerk0"),
        ("viewer", Role.ADMINISTRATOR, None, "admin"),
    ):
        organisation.grant(
            user=scene.people[who],
            office=scene.office,
            role=role,
            unit=unit,
            valid_from=today,
            valid_to=today,
            acting_for=scene.people[of],
        )
    answering.hand_in(answer=scene.answer(request, 0), user=scene.people["clerk1"], text="代")
    answering.accept(answer=scene.answer(request, 0), user=scene.people["viewer"])
    issuing.close_request(request=request, user=scene.people["viewer"])
    events = scene.answer(request, 0).events.all()
    assert [event.acting_for for event in events] == [scene.people["clerk0"], scene.people["admin"]]
    assert request.events.get(action="close").acting_for == scene.people["admin"]


def test_return_and_acceptance_are_told(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:1])
    hand_in(scene, request, 0, june(9))
    Notice.objects.all().delete()
    answering.return_answer(
        answer=scene.answer(request, 0), user=scene.people["admin"], reason="缺少第三部分", at=june(10)
    )
    assert {n.user for n in Notice.objects.all()} == {scene.people["clerk0"], scene.people["head0"]}
    assert {n.kind for n in Notice.objects.all()} == {"returned"}
    assert "缺少第三部分" in Notice.objects.first().text  # type: ignore[union-attr]
    hand_in(scene, request, 0, june(11))
    Notice.objects.all().delete()
    answering.accept(answer=scene.answer(request, 0), user=scene.people["admin"], at=june(12))
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.deliveries.count()) == (scene.people["clerk0"], "decision", 0)
