"""Writing, handing out, more units, another due moment, closing; answers, files, decisions, timeliness, who acted."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from departments.choices import AnswerState, RequestState, Role, Timeliness
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Membership, Notice, Request, RequestAnswerFile
from departments.services import organisation
from departments.services.requests import answering, drafting, issuing
from departments.services.requests.overview import Wanted, condition, counted, load_lines, seen_answers
from departments.services.requests.record import Outdated
from departments.services.schedules import save_calendar_day
from departments.services.stored_files import UnusableFile
from tests import build
from tests.functional.requests.scene import DUE, PDF, Scene, hours, june, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def hand_in(scene: Scene, request: Request, unit: int, at: dt.datetime, text: str = "同意") -> None:
    answering.hand_in(answer=scene.answer(request, unit), user=scene.people[f"clerk{unit}"], text=text, at=at)


# Writing it


def test_a_draft_is_nobody_s_but_the_office_s(scene: Scene) -> None:
    draft = scene.draft()
    assert (draft.state, draft.code, draft.answers.count()) == ("draft", "req1", 4)
    assert not seen_answers(scene.people["clerk0"]).exists()
    assert not seen_answers(scene.people["head0"]).exists()
    assert seen_answers(scene.people["viewer"]).count() == 4
    assert not Notice.objects.exists()


def test_codes_are_unique_among_forms_registers_and_requests(scene: Scene) -> None:
    build.form(scene.office, "req1")
    assert scene.draft().code == "req2"
    with pytest.raises(ValidationError, match="req1"):
        scene.draft(code="req1")
    with pytest.raises(ValidationError):
        scene.draft(code="req2")


def test_a_request_takes_something_and_has_a_title(scene: Scene) -> None:
    for wrong in (
        {"takes_file": False, "takes_text": False, "takes_no_comment": False},
        {"title": ""},
        {"code": "要求"},
    ):
        with pytest.raises(ValidationError):
            scene.draft(**wrong)
    assert not Request.objects.exists()


def test_the_usual_due_moment_is_noon_of_the_fifth_working_day(scene: Scene) -> None:
    # Thursday 8 June 2023: Friday, Monday … Thursday.
    assert drafting.usual_due(scene.office, june(8)) == DUE
    save_calendar_day(office=scene.office, day=dt.date(2023, 6, 12), is_working=False)
    assert drafting.usual_due(scene.office, june(8)) == june(16, 12)


def test_only_administrators_write_and_hand_out(scene: Scene) -> None:
    draft = scene.draft()
    for who in ("clerk0", "head0", "viewer", "reviewer", "issuer"):
        user = scene.people[who]
        for call in (
            lambda user=user: drafting.save_draft(
                office=scene.office, user=user, units=[], request=draft, title="甲"
            ),
            lambda user=user: issuing.hand_out(request=draft, user=user, at=june(8)),
            lambda user=user: drafting.add_document(request=draft, file=pdf(), user=user),
            lambda user=user: drafting.discard_draft(request=draft, user=user),
        ):
            with pytest.raises(TransitionRefused):
                call()
    draft.refresh_from_db()
    assert (draft.state, draft.title) == ("draft", scene.draft().title)


def test_a_draft_changes_its_units_and_can_be_thrown_away(scene: Scene) -> None:
    draft = scene.draft()
    drafting.save_draft(office=scene.office, user=scene.people["admin"], units=scene.units[:1], request=draft)
    assert [answer.unit for answer in draft.answers.all()] == scene.units[:1]
    drafting.add_document(request=draft, file=pdf("方案.pdf"), user=scene.people["admin"])
    drafting.discard_draft(request=draft, user=scene.people["second"])
    assert not Request.objects.exists()


def test_no_unit_of_another_office_and_no_closed_one(scene: Scene) -> None:
    stranger = build.unit(build.office("x"), "S", "外局")
    closed = scene.units[3]
    closed.closed_on = dt.date(2023, 5, 1)
    closed.save()
    for unit in (stranger, closed):
        with pytest.raises(DepartmentsError, match=unit.name):
            scene.draft(units=[unit])


# Handing it out


def test_handing_out_asks_and_tells_the_clerks(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    assert (request.state, request.opens_at) == (RequestState.ISSUED, june(8))
    told = Notice.objects.order_by("unit__code")
    assert [(n.user, n.unit) for n in told] == [
        (scene.people["clerk0"], scene.units[0]),
        (scene.people["clerk1"], scene.units[1]),
    ]
    assert "6月15日 12:00" in told[0].title.replace("2023年", "")
    assert seen_answers(scene.people["clerk0"]).get().request == request
    assert not seen_answers(scene.people["clerk2"]).exists()
    with pytest.raises(TransitionRefused):
        issuing.hand_out(request=request, user=scene.people["admin"], at=june(8))
    with pytest.raises(TransitionRefused):
        drafting.save_draft(office=scene.office, user=scene.people["admin"], units=[], request=request)
    with pytest.raises(TransitionRefused):
        drafting.discard_draft(request=request, user=scene.people["admin"])


def test_a_unit_without_clerks_is_told_by_its_head(scene: Scene) -> None:
    Membership.objects.filter(user=scene.people["clerk0"]).delete()
    scene.asked(units=scene.units[:1])
    assert Notice.objects.get().user == scene.people["head0"]


def test_nothing_is_handed_out_to_nobody_or_when_it_is_due(scene: Scene) -> None:
    for draft, at in ((scene.draft(units=[]), june(8)), (scene.draft(), hours(0))):
        with pytest.raises(DepartmentsError):
            issuing.hand_out(request=draft, user=scene.people["admin"], at=at)
        draft.refresh_from_db()
        assert draft.state == RequestState.DRAFT
    assert not Notice.objects.exists()


def test_units_are_added_until_it_is_due(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    hand_in(scene, request, 0, june(9))
    Notice.objects.all().delete()
    admin = scene.people["admin"]
    new = issuing.add_units(request=request, units=scene.units[:3], user=admin, at=june(12))
    assert new == [scene.units[2]]
    assert [notice.user for notice in Notice.objects.all()] == [scene.people["clerk2"]]
    assert scene.answer(request, 0).state == AnswerState.ANSWERED
    with pytest.raises(DepartmentsError):
        issuing.add_units(request=request, units=scene.units[:3], user=admin, at=june(12))
    with pytest.raises(DepartmentsError):
        issuing.add_units(request=request, units=scene.units, user=admin, at=hours(1))
    assert request.answers.count() == 3


def test_the_due_moment_is_moved_with_a_reason_and_those_who_owe_are_told(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    hand_in(scene, request, 0, june(9))
    Notice.objects.all().delete()
    admin = scene.people["admin"]
    for due, reason in ((june(20), " "), (june(9), "改"), (DUE, "改")):
        with pytest.raises(DepartmentsError):
            issuing.change_due(request=request, due_at=due, reason=reason, user=admin, at=june(10))
    issuing.change_due(request=request, due_at=june(20), reason="端午前报齐", user=admin, at=june(10))
    request.refresh_from_db()
    assert request.due_at == june(20)
    [notice] = Notice.objects.all()
    assert notice.user == scene.people["clerk1"]
    assert "端午前报齐" in notice.text
    assert "端午前报齐" in request.events.get(action="due").text


def test_a_closed_request_takes_nothing_and_says_whom_to_ask(scene: Scene) -> None:
    request = scene.asked()
    hand_in(scene, request, 0, june(9))
    admin = scene.people["admin"]
    issuing.close_request(request=request, user=admin, at=june(20, 10))
    with pytest.raises(TransitionRefused, match=r"6月20日 10:00.*0372-5500000"):
        hand_in(scene, request, 1, june(21))
    with pytest.raises(TransitionRefused):
        answering.return_answer(answer=scene.answer(request, 0), user=admin, reason="不全", at=june(21))
    with pytest.raises(TransitionRefused):
        issuing.change_due(request=request, due_at=june(30), reason="再等", user=admin, at=june(21))
    answering.accept(answer=scene.answer(request, 0), user=admin, at=june(21))
    with pytest.raises(DepartmentsError):
        issuing.reopen_request(request=request, user=admin, reason="", at=june(22))
    issuing.reopen_request(request=request, user=admin, reason="民宗局补报", at=june(22))
    hand_in(scene, request, 1, june(22))
    assert [event.action for event in request.events.all()] == ["issue", "close", "reopen"]


# Answering


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


# In time or not


def test_up_to_the_due_moment_is_in_time(scene: Scene) -> None:
    request = scene.asked()
    hand_in(scene, request, 0, DUE)
    hand_in(scene, request, 1, DUE + dt.timedelta(microseconds=1))
    hand_in(scene, request, 2, hours(26))
    lines = load_lines(request.answers.all(), user=scene.people["admin"], office=scene.office, now=hours(48))
    assert [(line.answer.unit.name, line.timeliness, line.late_by) for line in lines] == [
        ("商务局", Timeliness.MISSING, dt.timedelta(hours=48)),
        ("民宗局", Timeliness.ON_TIME, dt.timedelta(0)),
        ("退役军人事务局", Timeliness.LATE, dt.timedelta(microseconds=1)),
        ("金融局", Timeliness.LATE, dt.timedelta(hours=26)),
    ]
    tally = counted(Request.objects.all()).get()
    assert (tally.n_asked, tally.n_answered, tally.n_late, tally.n_to_look_at) == (4, 3, 2, 3)


def test_a_return_keeps_the_first_moment_and_a_withdrawal_does_not(scene: Scene) -> None:
    request = scene.asked()
    for unit in (0, 1):
        hand_in(scene, request, unit, hours(-1))
    answering.return_answer(
        answer=scene.answer(request, 0), user=scene.people["admin"], reason="补", at=hours(1)
    )
    answering.withdraw_answer(answer=scene.answer(request, 1), user=scene.people["clerk1"], at=hours(1))
    assert scene.answer(request, 1).handed_in_at is None
    for unit in (0, 1):
        hand_in(scene, request, unit, hours(2))
    assert [scene.answer(request, unit).handed_in_at for unit in (0, 1)] == [hours(-1), hours(2)]
    answering.withdraw_answer(answer=scene.answer(request, 0), user=scene.people["clerk0"], at=hours(3))
    again = scene.answer(request, 0)
    assert (again.state, again.handed_in_at) == (AnswerState.RETURNED, hours(-1))


@pytest.mark.parametrize(
    ("wanted", "units"),
    [
        (Wanted.UNANSWERED, {3}),
        (Wanted.MISSING, {3}),
        (Wanted.LATE, {2}),
        (Wanted.TO_LOOK_AT, {2}),
        (Wanted.RETURNED, {1}),
        (Wanted.ACCEPTED, {0}),
    ],
)
def test_the_lists_hold_whom_they_name(scene: Scene, wanted: Wanted, units: set[int]) -> None:
    request = scene.asked()
    for unit, at in ((0, hours(-3)), (1, hours(-2)), (2, hours(2))):
        hand_in(scene, request, unit, at)
    admin = scene.people["admin"]
    answering.accept(answer=scene.answer(request, 0), user=admin)
    answering.return_answer(answer=scene.answer(request, 1), user=admin, reason="补")
    found = request.answers.filter(condition(wanted, hours(24)))
    assert {scene.units.index(answer.unit) for answer in found} == units
