"""The pages of one entry as its people see them: answering, accepting, changing, evidence, handing on, a new one."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from departments.choices import Meaning, MoveBy
from departments.models import Entry, EntryEvent, EntryPersonal, Register
from departments.services.registers import definitions
from tests import build
from tests.functional.departments.world import OfficeWorld
from tests.functional.registers.register_pages import address, move_id, page_of, posted

pytestmark = pytest.mark.django_db


def test_a_unit_answers_and_the_office_accepts_on_one_page(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    clerk, admin = (login(office_a.people[name]) for name in ("clerk0", "administrator"))
    scan = SimpleUploadedFile("现场.pdf", b"%PDF-1.4 x")
    answer = posted(
        entry, move_id(entry, "answered", MoveBy.OWNER), text="已换新", **{"col-measures": "培训"}
    )
    assert clerk.post(page_of(entry), {**answer, "file": scan}).status_code == 302
    entry.refresh_from_db()
    assert (entry.status.code, entry.values["measures"], entry.files.count()) == ("answered", "培训", 1)
    accept = posted(entry, move_id(entry, "done", MoveBy.OFFICE), effective_on="2022-04-20")
    assert admin.post(page_of(entry), accept).status_code == 200, "before the answer was given"
    accept = posted(entry, move_id(entry, "done", MoveBy.OFFICE))
    assert admin.post(page_of(entry), accept).status_code == 302
    entry.refresh_from_db()
    assert (entry.status.code, entry.done_on) == ("done", timezone.localdate())
    history = admin.get(page_of(entry)).context["history"]
    assert [line.event.action for line in history] == ["move", "move", "file", "edit", "create"]
    assert history[3].changes == (("整改措施", "", "培训"),)


def test_nothing_happens_without_what_a_move_wants(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    """The text is wanted; what was typed beside it is still on the page and nothing of it is saved."""
    clerk = login(office_a.people["clerk0"])
    answer = posted(entry, move_id(entry, "answered", MoveBy.OWNER), text=" ", **{"col-measures": "培训"})
    response = clerk.post(page_of(entry), answer)
    assert response.status_code == 200
    assert "培训" in response.content.decode()
    entry.refresh_from_db()
    assert (entry.status.code, entry.values) == ("open", {"problem": "材料目录过期"})


def test_a_change_meanwhile_is_shown_and_nothing_typed_is_lost(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    clerk = login(office_a.people["clerk0"])
    seen = posted(entry, "save", **{"col-measures": "我的措施"})
    build.life.edit_entry(
        entry=entry, user=office_a.people["administrator"], values={"problem": "目录过期且缺页"}
    )
    response = clerk.post(page_of(entry), seen)
    page = response.content.decode()
    assert response.status_code == 409
    assert "我的措施" in page
    assert "目录过期且缺页" in page
    entry.refresh_from_db()
    assert "measures" not in entry.values
    assert f'name="version" value="{entry.version}"' in page
    assert clerk.post(page_of(entry), seen | {"version": str(entry.version)}).status_code == 302
    entry.refresh_from_db()
    assert entry.values == {"problem": "目录过期且缺页", "measures": "我的措施"}


@pytest.mark.parametrize("version", ["", "x", "99"])
def test_a_page_without_its_version_changes_nothing(
    version: str, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    data = posted(entry, "save", **{"col-measures": "x"}) | {"version": version}
    assert login(office_a.people["clerk0"]).post(page_of(entry), data).status_code == 409
    assert EntryEvent.objects.count() == 1


def test_the_office_changes_the_fields_and_is_told_what_is_wrong(
    entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    admin = login(office_a.people["administrator"])
    wrong = posted(entry, "save", **{"field-opened_on": "昨天", "field-name": "新名称"})
    response = admin.post(page_of(entry), wrong)
    assert response.status_code == 200
    assert "新名称" in response.content.decode()
    [part] = [part for part in response.context["fields"] if part.fault]
    assert part.name == "field-opened_on"
    wrong = posted(entry, "save", **{"field-type": "没有的类型", "field-key": ""})
    faults = {part.name for part in admin.post(page_of(entry), wrong).context["fields"] if part.fault}
    assert faults == {"field-type", "field-key"}
    admin.post(page_of(entry), posted(entry, "save", **{"field-name": "新名称", "field-level": "重大"}))
    entry.refresh_from_db()
    assert (entry.name, entry.level, entry.version) == ("新名称", "重大", 2)


def test_evidence_is_fetched_by_who_sees_the_entry_and_taken_off(
    entry: Entry, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    clerk = office_a.people["clerk0"]
    file = build.life.attach_file(entry=entry, file=SimpleUploadedFile("照片.pdf", b"%PDF-1.4 y"), user=clerk)
    url = address("entry_file", file.pk)
    codes = {name: login(user).get(url).status_code for name, user in office_a.people.items()}
    own = {"clerk0", "head0", "unitviewer0", "administrator", "reviewer", "issuer", "viewer"}
    assert {name for name, code in codes.items() if code == 200} == own
    assert login(office_b.people["administrator"]).get(url).status_code == 403
    response = login(clerk).get(url)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    bad = SimpleUploadedFile("坏.pdf", b"MZ program")
    assert login(clerk).post(page_of(entry), posted(entry, "save") | {"file": bad}).status_code == 200
    assert entry.files.count() == 1
    login(clerk).post(page_of(entry), posted(entry, f"remove-{file.pk}"))
    file.refresh_from_db()
    assert file.removed_by == clerk
    other = build.entry(entry.register, office_a.units[1], office_a.people["administrator"], key="9")
    login(office_a.people["clerk1"]).post(page_of(other), posted(other, f"remove-{file.pk}"))
    assert other.events.count() == 1


def test_an_entry_goes_to_another_unit(
    entry: Entry, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    admin = login(office_a.people["administrator"])
    unit = office_a.units[1]
    for wrong in ("", "x", str(office_b.units[0].pk), str(office_a.units[0].pk)):
        assert admin.post(page_of(entry), posted(entry, "hand-on", unit=wrong, why="职责")).status_code == 200
    assert admin.post(page_of(entry), posted(entry, "hand-on", unit=str(unit.pk), why=" ")).status_code == 200
    admin.post(page_of(entry), posted(entry, "hand-on", unit=str(unit.pk), why="职责划转"))
    entry.refresh_from_db()
    assert entry.unit == unit
    assert login(office_a.people["clerk0"]).get(page_of(entry)).status_code == 302
    assert login(office_a.people["clerk1"]).get(page_of(entry)).status_code == 200


def test_a_new_entry_by_hand(register: Register, office_a: OfficeWorld, login: Any) -> None:
    url = address("register_new", register.pk)
    data = {
        "unit": str(office_a.units[0].pk),
        "field-key": "N1",
        "field-name": "新问题",
        "field-opened_on": "2022-04-01",
        "field-due_on": "",
        "field-type": "材料",
        "col-problem": "说明",
        "col-phone": "138",
    }
    for name in ("clerk0", "head0", "unitviewer0", "viewer", "reviewer", "issuer"):
        assert login(office_a.people[name]).post(url, data).status_code == 403
    admin = login(office_a.people["administrator"])
    response = admin.post(url, data | {"field-name": "", "unit": ""})
    assert "说明" in response.content.decode()
    assert not Entry.objects.exists()
    assert admin.post(url, data).status_code == 302
    entry = Entry.objects.get()
    assert (entry.values, entry.due_on) == ({"problem": "说明"}, dt.date(2022, 4, 18))
    assert EntryPersonal.objects.get().values == {"phone": "138"}
    assert admin.post(url, data).status_code == 200, "the key is taken"
    register.units_may_add = True
    register.save()
    clerk = login(office_a.people["clerk0"])
    assert clerk.post(url, data | {"field-key": "N2"}).status_code == 302
    other = data | {"field-key": "N3", "unit": str(office_a.units[1].pk)}
    assert clerk.post(url, other).status_code == 200
    assert sorted(Entry.objects.values_list("key", flat=True)) == ["N1", "N2"]


def test_an_events_register_speaks_of_confirming(office_a: OfficeWorld, login: Any) -> None:
    register = build.register(
        office_a.office, "praise", kind="event", title="表扬投诉", units_may_add=True, types="表扬\n投诉"
    )
    clerk, admin = office_a.people["clerk0"], office_a.people["administrator"]
    entry = build.entry(register, office_a.units[0], clerk, type="表扬")
    assert entry.status.meaning == Meaning.ANSWERED
    page = login(admin).get(address("register_entries", register.pk)).content.decode()
    assert "待确认" in page
    assert "整改" not in page.split("<main")[-1].split("gs-entries")[-1]
    assert login(clerk).get("/admin/").context["entry_tasks"] is None
    login(admin).post(page_of(entry), posted(entry, move_id(entry, "confirmed", MoveBy.OFFICE)))
    entry.refresh_from_db()
    assert entry.status.code == "confirmed"


def test_columns_of_every_kind_stand_on_the_page(
    register: Register, office_a: OfficeWorld, login: Any
) -> None:
    for order, (code, kind, more) in enumerate(
        (
            ("when", "date", {}),
            ("many", "whole", {}),
            ("rate", "decimal", {}),
            ("yes", "tick", {}),
            ("which", "choice", {"options": "甲\n乙"}),
        ),
        10,
    ):
        definitions.save_column(register=register, code=code, name=code, kind=kind, order=order, **more)
    admin = office_a.people["administrator"]
    entry = build.entry(register, office_a.units[0], admin)
    wrong = {"col-when": "x", "col-many": "1.5", "col-rate": "一", "col-yes": "也许", "col-which": "丙"}
    response = login(admin).post(page_of(entry), posted(entry, "save", **wrong))
    assert {p.name for p in response.context["columns"] if p.fault} == set(wrong)
    right = {
        "col-when": "2022-04-05",
        "col-many": "3",
        "col-rate": "0.10",
        "col-yes": "是",
        "col-which": "乙",
    }
    assert login(admin).post(page_of(entry), posted(entry, "save", **right)).status_code == 302
    entry.refresh_from_db()
    assert entry.values == {"when": "2022-04-05", "many": "3", "rate": "0.1", "yes": "是", "which": "乙"}
