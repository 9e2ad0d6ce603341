"""What people do tells those concerned, through the services alone: nobody calls for a notice by hand."""

import pytest
from django.utils import translation

from departments.choices import ApprovalPath, NoticeKind, Role, Status
from departments.models import Notice
from departments.services import organisation, reopenings
from departments.services.submissions import approve, confirm, return_submission, withdraw
from tests import build
from tests.functional.notices.scene import Scene, person


def told(kind: str) -> list[str]:
    """Accounts with a notice of that kind, in order."""
    return list(
        Notice.objects.filter(kind=kind).order_by("user__username").values_list("user__username", flat=True)
    )


def lines(kind: str) -> list[str]:
    texts = set(Notice.objects.filter(kind=kind).values_list("text", flat=True))
    assert len(texts) == 1
    return texts.pop().splitlines()


def test_a_return_tells_the_unit_why_cell_by_cell(scene: Scene) -> None:
    scene.files(0)
    return_submission(
        submission=scene.submission(0),
        user=scene.administrator,
        reason="请核实",
        cells={"done": "与上期相差过大"},
        at=build.at(6),
    )
    assert told(NoticeKind.RETURNED) == ["clerk0", "head0"]
    assert lines(NoticeKind.RETURNED) == [
        "填报单位：区人社局",
        "原因：请核实",
        "已办数：与上期相差过大",
        "经办人：王管理",
    ]
    notice = Notice.objects.filter(user=scene.clerks[0]).get()
    assert notice.title == "政务服务事项指标表 2022年一季度被退回"
    assert (notice.submission, notice.unit, notice.at) == (scene.submission(0), scene.units[0], build.at(6))


def test_reasons_of_cells_alone_are_said_once(scene: Scene) -> None:
    scene.files(0)
    return_submission(
        submission=scene.submission(0), user=scene.administrator, cells={"done": "过大"}, at=build.at(6)
    )
    assert "\n".join(lines(NoticeKind.RETURNED)).count("过大") == 1


def test_returned_twice_is_told_twice(scene: Scene) -> None:
    for _time in range(2):
        scene.files(0)
        return_submission(
            submission=scene.submission(0), user=scene.administrator, reason="再核", at=build.at(6)
        )
    assert told(NoticeKind.RETURNED) == ["clerk0", "clerk0", "head0", "head0"]


def test_what_goes_to_the_head_tells_the_head(scene: Scene) -> None:
    scene.form.unit_head_step = True
    scene.form.save()
    assert scene.files(0).status == Status.CHECKING
    assert told(NoticeKind.REQUEST) == ["head0"]
    confirm(submission=scene.submission(0), user=scene.heads[0], at=build.at(6))
    assert Notice.objects.count() == 1


def test_a_head_who_fills_in_is_not_told_by_oneself(scene: Scene) -> None:
    scene.form.unit_head_step = True
    scene.form.save()
    build.fill(scene.submission(0), {"due": 4, "done": 3}, scene.heads[0])
    assert Notice.objects.count() == 0


def test_what_needs_nobody_tells_nobody(scene: Scene) -> None:
    scene.files(0)
    withdraw(submission=scene.submission(0), user=scene.clerks[0], at=build.at(6))
    scene.files(0)
    approve(submission=scene.submission(0), user=scene.administrator, at=build.at(6))
    assert Notice.objects.count() == 0


@pytest.fixture
def approved(scene: Scene) -> Scene:
    """The first unit's form is approved; a second administrator is there."""
    scene.files(0)
    approve(submission=scene.submission(0), user=scene.administrator, at=build.at(6))
    person("admin2", "李管理", scene.office, Role.ADMINISTRATOR)
    return scene


def ask(scene: Scene, by: object = None) -> reopenings.Reopening:
    return reopenings.ask(
        submission=scene.submission(0), user=by or scene.clerks[0], reason="数据有误", at=build.at(9)
    )


def test_asking_tells_the_administrators(approved: Scene) -> None:
    ask(approved)
    assert told(NoticeKind.REQUEST) == ["admin", "admin2"]
    assert lines(NoticeKind.REQUEST) == ["填报单位：区人社局", "原因：数据有误", "经办人：区人社局填报员"]


def test_who_asks_is_not_asked(approved: Scene) -> None:
    ask(approved, approved.administrator)
    assert told(NoticeKind.REQUEST) == ["admin2"]


def test_granting_tells_the_unit_until_when(approved: Scene) -> None:
    reopenings.grant(
        reopening=ask(approved),
        user=approved.administrator,
        expires_at=build.at(11, 18),
        answer="尽快",
        at=build.at(9, 10),
    )
    assert told(NoticeKind.DECISION) == ["clerk0", "head0"]
    said = lines(NoticeKind.DECISION)
    assert said[1].endswith("4月11日 18:00前修改并重新提交。")
    assert said[2:] == ["原因：数据有误", "答复：尽快", "经办人：王管理"]


def test_refusing_tells_the_unit_why(approved: Scene) -> None:
    reopenings.refuse(
        reopening=ask(approved), user=approved.administrator, answer="已印发", at=build.at(9, 10)
    )
    assert told(NoticeKind.DECISION) == ["clerk0", "head0"]
    assert lines(NoticeKind.DECISION) == ["填报单位：区人社局", "答复：已印发", "经办人：王管理"]


def test_the_end_of_the_time_tells_the_unit(approved: Scene) -> None:
    reopenings.grant(
        reopening=ask(approved), user=approved.administrator, expires_at=build.at(11), at=build.at(9, 10)
    )
    Notice.objects.all().delete()
    assert reopenings.expire_due(build.at(12)) == 1
    assert told(NoticeKind.DECISION) == ["clerk0", "head0"]
    assert "到期" in Notice.objects.first().title


def test_up_the_tree_the_unit_above_is_asked(scene: Scene) -> None:
    scene.form.approval = ApprovalPath.PARENT
    scene.form.save()
    organisation.change_unit(
        unit=scene.units[3],
        valid_from=scene.units[3].opened_on,
        full_name="村",
        short_name="某村",
        parent=scene.units[2],
        group=scene.units[3].versions.get().group,
    )
    scene.files(3)
    approve(submission=scene.submission(3), user=scene.heads[2], at=build.at(6))
    reopenings.ask(submission=scene.submission(3), user=scene.clerks[3], reason="数据有误", at=build.at(9))
    assert told(NoticeKind.REQUEST) == ["head2"]


def test_texts_are_chinese_whatever_the_doers_language(scene: Scene) -> None:
    scene.files(0)
    with translation.override("en"):
        return_submission(
            submission=scene.submission(0), user=scene.administrator, reason="再核", at=build.at(6)
        )
    assert lines(NoticeKind.RETURNED)[0] == "填报单位：区人社局"
