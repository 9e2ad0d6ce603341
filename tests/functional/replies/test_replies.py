"""Asking, answering, deciding, and what holds the issue meanwhile; a changed draft is checked again."""

import datetime as dt
import json
import threading

import pytest
from django.db import connections
from django.utils import timezone

from departments.choices import Role
from reports.choices import IssueStatus, ReplyAction, ReplyState
from reports.exceptions import Held, Refused, ReportsError
from reports.models import Reply, ReplyEvent
from reports.services import issues, replies
from reports.signals import replies_opened
from tests import build
from tests.functional.replies.conftest import HOUR, Checked, checked

pytestmark = pytest.mark.django_db
OTHERS = {"甲局", "丙局", "丁局"}


def states() -> dict[str, str]:
    return dict(Reply.objects.values_list("unit__versions__short_name", "state"))


@pytest.mark.both_databases
def test_every_unit_of_the_bulletin_is_asked_with_its_own_part_and_nothing_of_others(scene: Checked) -> None:
    heard = []
    replies_opened.connect(lambda sender, **said: heard.append(said), weak=False, dispatch_uid="test")
    try:
        asked = scene.ask()
    finally:
        replies_opened.disconnect(dispatch_uid="test")
    assert [reply.unit.name for reply in asked] == ["甲局", "乙局", "丙局", "丁局"]
    assert [[r.unit.name for r in said["replies"]] for said in heard] == [["甲局", "乙局", "丙局", "丁局"]]
    shown = scene.reply("乙局").shown
    assert [(row["label"], row["cell"]) for row in shown["annexes"][0]["rows"]] == [
        ("办件 · 已办", "0"),
        ("办件 · 办结率", "0.0%"),
    ]
    place = shown["rankings"][0]
    assert (place["rank"], place["ranked"], place["numerator"], place["denominator"]) == (3, 3, "0", "5")
    assert shown["sentences"] == ["办结率53.8%，其中乙局低于全区平均水平；"]
    for reply in asked:
        text = json.dumps(reply.shown, ensure_ascii=False)
        names = {"甲局", "乙局", "丙局", "丁局"} - {reply.unit.name}
        assert [name for name in names if name in text] == []
    assert "gain" not in json.dumps(shown)
    event = scene.reply("乙局").events.get()
    assert (event.action, event.user, event.from_state) == (ReplyAction.ASK, scene.people["admin"], "")


def test_asked_again_nothing_changes_but_a_later_time(scene: Checked) -> None:
    first = scene.ask()
    scene.confirm("甲局")
    due_at = first[0].due_at
    replies.open_replies(issue=scene.issue, due_at=due_at, user=scene.people["admin"])
    assert ReplyEvent.objects.count() == 5
    with pytest.raises(Refused):
        replies.open_replies(issue=scene.issue, due_at=due_at - HOUR, user=scene.people["admin"])
    replies.open_replies(issue=scene.issue, due_at=due_at + HOUR, user=scene.people["reviewer"])
    assert scene.reply("甲局").due_at == due_at
    assert scene.reply("乙局").due_at == due_at + HOUR
    assert scene.reply("乙局").events.last().action == ReplyAction.EXTEND


@pytest.mark.parametrize("who", ["issuer", "viewer", "clerk", "head"])
def test_only_administrators_and_reviewers_ask(scene: Checked, who: str) -> None:
    with pytest.raises(Refused):
        replies.open_replies(issue=scene.issue, due_at=timezone.now() + HOUR, user=scene.people[who])
    assert not Reply.objects.exists()


def test_only_a_draft_is_checked_and_the_time_lies_ahead(scene: Checked) -> None:
    with pytest.raises(Refused):
        scene.ask(-1)
    issues.review_issue(issue=scene.issue, user=scene.people["reviewer"])
    with pytest.raises(Refused):
        scene.ask()


@pytest.mark.parametrize("who", ["admin", "reviewer", "viewer", "o-U1"])
def test_nobody_answers_for_a_unit_but_its_own_people(scene: Checked, who: str) -> None:
    scene.ask()
    user = scene.people.get(who) or scene.clerk_of("甲局")
    reply = scene.reply("乙局")
    with pytest.raises(Refused):
        replies.confirm(reply=reply, user=user, version=reply.version)
    with pytest.raises(Refused):
        replies.object_to(reply=reply, user=user, version=reply.version, text="不对")
    assert scene.reply("乙局").state == ReplyState.OPEN


def test_an_objection_says_what_is_wrong_and_can_be_taken_back(scene: Checked) -> None:
    scene.ask()
    with pytest.raises(Refused):
        scene.object("乙局", "  ")
    scene.object("乙局", " 应办数多计一件 ")
    reply = scene.reply("乙局")
    assert (reply.state, reply.text, reply.answered_by) == (
        "objected",
        "应办数多计一件",
        scene.people["clerk"],
    )
    replies.confirm(reply=reply, user=scene.people["head"], version=reply.version)
    reply = scene.reply("乙局")
    assert (reply.state, reply.text, reply.answered_by) == ("confirmed", "", scene.people["head"])
    assert list(reply.events.values_list("action", "from_state", "to_state", "text")) == [
        ("ask", "", "open", ""),
        ("object", "open", "objected", "应办数多计一件"),
        ("confirm", "objected", "confirmed", ""),
    ]
    assert all(event.shown == reply.shown for event in reply.events.exclude(action="ask"))


def test_the_office_decides_once_with_grounds_and_never_for_itself(scene: Checked) -> None:
    scene.ask()
    with pytest.raises(Refused):
        scene.decide("乙局", True)
    scene.object("乙局")
    for who in ("issuer", "viewer", "clerk"):
        with pytest.raises(Refused):
            scene.decide("乙局", False, who)
    reply = scene.reply("乙局")
    with pytest.raises(Refused):
        replies.decide(
            reply=reply, user=scene.people["reviewer"], upheld=True, text=" ", version=reply.version
        )
    both = build.person("both", scene.office, Role.REVIEWER)
    both_clerk = build.person("both-clerk", scene.office, Role.CLERK, scene.units["乙局"])
    both_clerk.memberships.update(user=both)
    reply = replies.object_to(
        reply=reply, user=type(both).objects.get(pk=both.pk), text="我看不对", version=reply.version
    )
    with pytest.raises(Refused):
        replies.decide(
            reply=reply,
            user=type(both).objects.get(pk=both.pk),
            upheld=True,
            text="是",
            version=reply.version,
        )
    scene.decide("乙局", False)
    reply = scene.reply("乙局")
    assert (reply.state, reply.upheld, reply.decision) == ("decided", False, "已核对台账")
    with pytest.raises(Refused):
        scene.decide("乙局", True)
    with pytest.raises(Refused):
        scene.object("乙局")


def review(scene: Checked, at: dt.datetime | None = None) -> None:
    issues.review_issue(issue=scene.issue, user=scene.people["reviewer"], at=at)
    scene.issue.refresh_from_db()


def held_by(scene: Checked, at: dt.datetime | None = None) -> str:
    with pytest.raises(Held) as held:
        review(scene, at)
    return "\n".join(held.value.reasons)


def test_an_issue_without_questions_is_not_held(scene: Checked) -> None:
    review(scene)
    assert scene.issue.status == IssueStatus.REVIEWED


def test_the_gate_waits_for_the_time_and_names_who_may_still_answer(scene: Checked) -> None:
    scene.ask()
    scene.confirm("甲局")
    reasons = held_by(scene)
    assert [name for name in ("甲局", "乙局", "丙局", "丁局") if name in reasons] == ["乙局", "丙局", "丁局"]
    later = timezone.now() + 49 * HOUR
    review(scene, later)
    assert scene.issue.status == IssueStatus.REVIEWED
    silent = scene.reply("丙局")
    assert (silent.state, silent.is_silent(later), silent.is_silent(timezone.now())) == ("open", True, False)


def test_when_all_have_confirmed_nothing_is_waited_for(scene: Checked) -> None:
    scene.ask()
    for name in scene.units:
        scene.confirm(name)
    review(scene)
    assert scene.issue.status == IssueStatus.REVIEWED


def test_an_objection_holds_until_decided_even_after_the_time(scene: Checked) -> None:
    scene.ask()
    scene.object("乙局")
    later = timezone.now() + 49 * HOUR
    reasons = held_by(scene, later)
    assert "乙局" in reasons
    assert not [name for name in OTHERS if name in reasons]
    scene.decide("乙局", False)
    review(scene, later)


def test_a_late_objection_to_a_reviewed_draft_holds_the_issue(scene: Checked) -> None:
    scene.ask()
    later = timezone.now() + 49 * HOUR
    review(scene, later)
    scene.object("丙局")
    with pytest.raises(Held, match="丙局"):
        issues.issue_bulletin(issue=scene.issue, user=scene.people["issuer"], at=later)
    scene.decide("丙局", False)
    issues.issue_bulletin(issue=scene.issue, user=scene.people["issuer"], at=later)
    with pytest.raises(Refused):
        scene.confirm("乙局")


def test_an_upheld_objection_holds_until_the_issue_is_drafted_again(scene: Checked) -> None:
    scene.ask()
    scene.object("乙局")
    scene.decide("乙局", True)
    later = timezone.now() + 49 * HOUR
    assert "乙局" in held_by(scene, later)
    scene.draft()
    review(scene, later)


def test_a_reviewer_ends_the_waiting_with_a_reason_that_stays(scene: Checked) -> None:
    scene.ask()
    scene.confirm("甲局")
    for who, reason in (("admin", "急"), ("issuer", "急"), ("reviewer", " ")):
        with pytest.raises(Refused):
            replies.waive(issue=scene.issue, user=scene.people[who], reason=reason)
    assert replies.waive(issue=scene.issue, user=scene.people["reviewer"], reason="区政府要求今日印发") == 3
    review(scene)
    reply = scene.reply("乙局")
    assert (reply.state, reply.is_silent(timezone.now())) == (ReplyState.OPEN, True)
    event = reply.events.last()
    assert (event.action, event.text, event.user) == ("waive", "区政府要求今日印发", scene.people["reviewer"])
    assert scene.reply("甲局").waiver == ""


def test_a_draft_with_other_figures_is_checked_again_by_those_it_concerns(scene: Checked) -> None:
    scene.ask()
    for name in scene.units:
        scene.confirm(name)
    before = scene.reply("乙局")
    scene.draft()
    assert set(states().values()) == {"confirmed"}
    scene.correct("乙局", 5, 4)
    scene.draft()
    # 乙局: 0 → 4 of 5, now second and no longer in the list; 丙局 falls to the third place and into it.
    assert states() == {"甲局": "confirmed", "乙局": "open", "丙局": "open", "丁局": "confirmed"}
    after = scene.reply("乙局")
    assert (after.answered_by, after.renewed_at is not None, after.version) == (
        None,
        True,
        before.version + 1,
    )
    event = after.events.last()
    assert (event.action, event.from_state, event.to_state, event.shown) == (
        "renew",
        "confirmed",
        "open",
        before.shown,
    )
    assert after.shown["annexes"][0]["rows"][0]["cell"] == "4"
    assert after.due_at - after.opened_at == before.due_at - before.opened_at
    assert "乙局" in held_by(scene)
    with pytest.raises(Refused):
        replies.confirm(reply=before, user=scene.people["clerk"], version=before.version)


def test_an_objection_lapses_with_the_figure_and_stays_on_record(scene: Checked) -> None:
    scene.ask()
    scene.object("乙局", "应办数是6")
    scene.decide("乙局", True)
    scene.correct("乙局", 6, 0)
    scene.draft()
    reply = scene.reply("乙局")
    assert (reply.state, reply.text, reply.upheld, reply.decision) == ("open", "", None, "")
    event = reply.events.last()
    assert (event.from_state, event.text, event.upheld) == ("decided", "应办数是6", True)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_people_answering_at_once_the_second_is_told() -> None:
    scene = checked()
    scene.ask()
    reply = scene.reply("乙局")
    outcomes: list[str] = []
    start = threading.Barrier(2, timeout=60)

    def answer(who: str) -> None:
        try:
            start.wait()
            if who == "clerk":
                replies.confirm(reply=reply, user=scene.people["clerk"], version=reply.version)
            else:
                replies.object_to(reply=reply, user=scene.people["head"], version=reply.version, text="不对")
            outcomes.append("answered")
        except ReportsError:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(who,)) for who in ("clerk", "head")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered", "told"]
    assert scene.reply("乙局").events.count() == 2
