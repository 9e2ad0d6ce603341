"""结账: what is dated up to the closed day stays, whichever way it is tried; opening again takes a reason and somebody else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from departments.choices import BatchState, MoveBy, Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Entry, EntryEvent, Register, RegisterClosing
from departments.services.registers import batches, definitions, life
from departments.services.registers.closing import close_register, reopen_register
from tests import build
from tests.functional.departments.world import OfficeWorld

pytestmark = pytest.mark.django_db

CLOSED = dt.date(2022, 4, 30)


@pytest.fixture
def closed(register: Register, entry: Entry, office_a: OfficeWorld) -> Register:
    """Closed through April; the entry was handed out on the 1st and is due on 18 April."""
    definitions.save_count(
        register=register, code="told", name="说明", column=register.columns.get(code="problem")
    )
    close_register(register=register, through=CLOSED, user=office_a.people["administrator"])
    register.refresh_from_db()
    return register


IN_APRIL = dt.date(2022, 4, 20)
TRIED: dict[str, Callable[[Entry, Any], object]] = {
    "move": lambda e, u: build.move(e, "done", u, effective_on=IN_APRIL),
    "new": lambda e, u: build.entry(e.register, e.unit, u, key="new", opened_on=IN_APRIL),
    "handed out earlier": lambda e, u: life.edit_entry(
        entry=e, user=u, fields={"opened_on": dt.date(2022, 3, 1)}
    ),
    "handed out later": lambda e, u: life.edit_entry(
        entry=e, user=u, fields={"opened_on": dt.date(2022, 5, 5), "due_on": None}
    ),
    "type": lambda e, u: life.edit_entry(entry=e, user=u, fields={"type": "时限"}),
    "level": lambda e, u: life.edit_entry(entry=e, user=u, fields={"level": "重大"}),
    "due day": lambda e, u: life.edit_entry(entry=e, user=u, fields={"due_on": dt.date(2022, 6, 1)}),
    "counted column": lambda e, u: life.edit_entry(entry=e, user=u, values={"problem": "改"}),
}


@pytest.mark.parametrize("tried", TRIED)
def test_no_service_reaches_into_the_closed_time(
    tried: str, closed: Register, entry: Entry, office_a: OfficeWorld
) -> None:
    admin = office_a.people["administrator"]
    before = list(Entry.objects.values()), EntryEvent.objects.count()
    with pytest.raises(TransitionRefused, match="2022-04-30"):
        TRIED[tried](Entry.objects.get(pk=entry.pk), admin)
    assert (list(Entry.objects.values()), EntryEvent.objects.count()) == before
    assistant = build.person("second", office_a.office, Role.ADMINISTRATOR)
    reopen_register(register=closed, through=None, reason="更正", user=assistant)
    TRIED[tried](Entry.objects.get(pk=entry.pk), admin)
    assert EntryEvent.objects.count() == before[1] + 1, "open again it is what it was refused for"


def test_no_page_reaches_into_the_closed_time(
    closed: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    client = login(office_a.people["administrator"])
    url = reverse("admin:departments_entry_change", args=[entry.pk])
    done = closed.moves.get(source__code="open", target__code="done", by=MoveBy.OFFICE)
    for data in (
        {"action": f"move-{done.pk}", "text": "已改", "effective_on": "2022-04-20"},
        {"action": "save", "field-type": "时限"},
        {"action": "save", "field-opened_on": "2022-03-01"},
        {"action": "save", "col-problem": "改"},
    ):
        response = client.post(url, {"version": str(entry.version), **data})
        assert response.status_code == 200
        assert "2022-04-30" in response.content.decode()
    new = {"unit": str(entry.unit_id), "field-key": "n", "field-name": "n", "field-opened_on": "2022-04-20"}
    assert client.post(reverse("admin:departments_register_new", args=[closed.pk]), new).status_code == 200
    assert EntryEvent.objects.count() == 1


def test_no_file_reaches_into_the_closed_time(closed: Register, entry: Entry, office_a: OfficeWorld) -> None:
    head = "编号,名称,责任单位,类型,交办日期"
    for row in (
        f"1,问题1,{entry.unit.name},时限,2022-04-01",
        f"2,问题2,{entry.unit.name},材料,2022-04-20",
    ):
        batch = batches.check_batch(
            register=closed,
            file=SimpleUploadedFile("清单.csv", f"{head}\n{row}\n".encode()),
            user=office_a.people["administrator"],
            is_complete=False,
        )
        assert batch.state == BatchState.FAULTY
        with pytest.raises(DepartmentsError):
            batches.apply_batch(batch=batch, user=office_a.people["administrator"])
    assert EntryEvent.objects.count() == 1


def test_what_counts_from_later_days_goes_on(closed: Register, entry: Entry, office_a: OfficeWorld) -> None:
    """Name and uncounted columns are nobody's count; a move from today on leaves April as it was."""
    admin, clerk = office_a.people["administrator"], office_a.people["clerk0"]
    life.edit_entry(entry=entry, user=admin, fields={"name": "新名称"})
    life.edit_entry(entry=entry, user=clerk, values={"measures": "措施"})
    assert build.move(entry, "answered", clerk).events.last().effective_on == timezone.localdate()


@pytest.mark.parametrize(
    "name", ["clerk0", "head0", "unitviewer0", "reviewer", "issuer", "viewer", "stranger"]
)
def test_only_administrators_close(
    name: str, register: Register, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    user = office_b.people["administrator"] if name == "stranger" else office_a.people[name]
    with pytest.raises(TransitionRefused):
        close_register(register=register, through=CLOSED, user=user)
    url = reverse("admin:departments_register_closing", args=[register.pk])
    assert login(user).get(url).status_code == 403
    assert login(user).post(url, {"action": "close", "through": "2022-04-30"}).status_code == 403
    assert not RegisterClosing.objects.exists()


def test_closing_goes_forward_and_opening_takes_a_reason_and_somebody_else(
    register: Register, office_a: OfficeWorld, login: Any
) -> None:
    admin = office_a.people["administrator"]
    assistant = build.person("second", office_a.office, Role.ADMINISTRATOR)
    today = timezone.localdate()
    for day in (today, today + dt.timedelta(days=1)):
        with pytest.raises(TransitionRefused):
            close_register(register=register, through=day, user=admin)
    close_register(register=register, through=CLOSED, user=admin)
    for day in (CLOSED, CLOSED - dt.timedelta(days=1)):
        with pytest.raises(TransitionRefused):
            close_register(register=register, through=day, user=admin)
    with pytest.raises(TransitionRefused):
        reopen_register(register=register, through=None, reason="更正", user=admin)
    with pytest.raises(TransitionRefused):
        reopen_register(register=register, through=None, reason=" ", user=assistant)
    url = reverse("admin:departments_register_closing", args=[register.pk])
    data = {"action": "reopen", "open_through": "2022-03-31", "reason": "4月数据更正"}
    assert login(admin).post(url, data).status_code == 200
    assert login(assistant).post(url, data).status_code == 302
    assert login(assistant).post(url, {"action": "close", "through": "kein Tag"}).status_code == 200
    rows = RegisterClosing.objects.order_by("id").values_list("before", "through", "reason", "user__username")
    assert list(rows) == [
        (None, CLOSED, "", "A-administrator"),
        (CLOSED, dt.date(2022, 3, 31), "4月数据更正", "second"),
    ]
    page = login(admin).get(url).content.decode()
    assert "4月数据更正" in page
