"""Who is told of an entry, once, and of what: the clerks of the unit it is handed or sent back to, nobody of an answer."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.choices import NoticeKind
from departments.models import Membership, Notice, Register
from departments.services.registers import batches, life
from tests import build
from tests.functional.departments.world import OfficeWorld

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    """(user name, kind) of every notice so far, which are then forgotten."""
    found = sorted((notice.user.username, notice.kind) for notice in Notice.objects.select_related("user"))
    Notice.objects.all().delete()
    return found


def test_a_unit_is_told_of_what_it_gets_and_of_what_comes_back(
    register: Register, office_a: OfficeWorld, telephone: str
) -> None:
    people = office_a.people
    Notice.objects.all().delete()
    entry = build.entry(
        register,
        office_a.units[0],
        people["administrator"],
        values={"problem": "详情"},
        personal={"phone": telephone},
    )
    [notice] = Notice.objects.all()
    assert notice.url == f"/admin/departments/entry/{entry.pk}/change/"
    assert "问题1" in notice.title
    assert telephone not in notice.title + notice.text
    assert told() == [("A-clerk0", NoticeKind.ENTRY)]
    build.move(entry, "answered", people["clerk0"])
    build.move(entry, "open", people["clerk0"])
    build.move(entry, "answered", people["clerk0"])
    assert told() == [], "an answer, and taking it back, lies among the tasks only"
    build.move(entry, "open", people["administrator"], "请补充照片")
    assert "请补充照片" in Notice.objects.get().text
    assert told() == [("A-clerk0", NoticeKind.RETURNED)]
    build.move(entry, "done", people["administrator"])
    assert told() == []
    build.move(entry, "open", people["administrator"], "复核发现未改")
    assert told() == [("A-clerk0", NoticeKind.RETURNED)]
    life.hand_on(entry=entry, unit=office_a.units[1], user=people["administrator"], text="职责划转")
    assert told() == [("A-clerk1", NoticeKind.ENTRY)]


def test_a_unit_without_a_clerk_has_its_head_told(register: Register, office_a: OfficeWorld) -> None:
    Membership.objects.filter(user=office_a.people["clerk0"]).delete()
    Notice.objects.all().delete()
    build.entry(register, office_a.units[0], office_a.people["administrator"])
    assert told() == [("A-head0", NoticeKind.ENTRY)]


def test_nobody_is_told_of_their_own_entry_or_of_an_event(register: Register, office_a: OfficeWorld) -> None:
    register.units_may_add = True
    register.save()
    Notice.objects.all().delete()
    build.entry(register, office_a.units[0], office_a.people["clerk0"])
    assert told() == []
    events = build.register(office_a.office, "praise", kind="event")
    build.entry(events, office_a.units[0], office_a.people["administrator"])
    assert told() == []


def test_a_file_tells_each_unit_once_with_its_number(register: Register, office_a: OfficeWorld) -> None:
    rows = [f"{n},问题{n},{office_a.units[n % 2].name}" for n in range(5)]
    batch = batches.check_batch(
        register=register,
        file=SimpleUploadedFile("清单.csv", "\n".join(["编号,名称,责任单位", *rows]).encode()),
        user=office_a.people["administrator"],
    )
    Notice.objects.all().delete()
    for _twice in range(2):
        batches.apply_batch(batch=batch, user=office_a.people["administrator"])
    texts = {notice.user.username: notice.title for notice in Notice.objects.select_related("user")}
    assert {name: "3" in title for name, title in texts.items()} == {"A-clerk0": True, "A-clerk1": False}
    assert told() == [("A-clerk0", NoticeKind.ENTRY), ("A-clerk1", NoticeKind.ENTRY)]


def test_a_notice_opens_the_page_it_names(register: Register, office_a: OfficeWorld, login: Any) -> None:
    build.entry(register, office_a.units[0], office_a.people["administrator"])
    notice = Notice.objects.filter(kind=NoticeKind.ENTRY).get()
    assert login(User.objects.get(pk=notice.user_id)).get(notice.url).status_code == 200
