"""Setting a register up in the admin: what would tear entries, counts or history apart is refused with the reason."""

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from departments.models import Entry, Register
from departments.services.registers import definitions
from tests import build
from tests.functional.departments.world import OfficeWorld

pytestmark = pytest.mark.django_db


def address(register: Register) -> str:
    return reverse("admin:departments_register_change", args=[register.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """Field → what is wrong with it, of the form and all its rows; "" for a row as a whole."""
    assert response.status_code == 200
    found: dict[str, list[str]] = {}
    shown = response.context
    for rows in shown["inline_admin_formsets"]:
        found.setdefault("", []).extend(rows.formset.non_form_errors())
    forms = [shown["adminform"].form, *(f for s in shown["inline_admin_formsets"] for f in s.formset.forms)]
    for form in forms:
        for name, faults in form.errors.items():
            found.setdefault(name.replace("__all__", ""), []).extend(faults)
    return {name: faults for name, faults in found.items() if faults}


@pytest.fixture
def admin(office_a: OfficeWorld, login: Any) -> Any:
    return login(office_a.people["administrator"])


def page_of(client: Any, register: Register) -> dict[str, str]:
    """The page's fields as a browser posts them."""
    return fields(client.get(address(register)))


def fields(response: Any) -> dict[str, str]:
    [form] = [one for one in html.fromstring(response.content.decode()).forms if "title" in one.fields]
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def row(page: dict[str, str], prefix: str, row: Any) -> str:
    """The prefix of an inline's row."""
    [name] = [
        name
        for name, value in page.items()
        if name.startswith(prefix) and name.endswith("-id") and value == str(row.pk)
    ]
    return name.removesuffix("-id")


def test_a_new_register_begins_with_the_usual_statuses(admin: Any, office_a: OfficeWorld) -> None:
    url = reverse("admin:departments_register_add")
    page = fields(admin.get(url))
    response = admin.post(url, page | {"code": "mend", "title": "台账"})
    assert response.status_code == 302, errors(response)
    register = Register.objects.get(code="mend")
    assert (register.office, register.statuses.count(), register.moves.count()) == (office_a.office, 5, 11)
    admin.post(url, page | {"code": "praise", "title": "表扬", "kind": "event"})
    codes = Register.objects.get(code="praise").statuses.values_list("code", flat=True)
    assert list(codes) == ["recorded", "confirmed", "refused"]


def test_codes_of_forms_and_registers_are_one_namespace(admin: Any, register: Register) -> None:
    url = reverse("admin:departments_register_add")
    page = fields(admin.get(url))
    for taken in ("f", "mend"):
        assert errors(admin.post(url, page | {"code": taken, "title": "台账"}))
    assert Register.objects.count() == 1


def test_an_unchanged_page_is_accepted(admin: Any, entry: Entry) -> None:
    definitions.save_count(register=entry.register, code="all", name="全部")
    before = list(Register.objects.values()), list(entry.register.moves.values())
    response = admin.post(address(entry.register), page_of(admin, entry.register))
    assert response.status_code == 302, errors(response)
    assert (list(Register.objects.values()), list(entry.register.moves.values())) == before


def test_a_status_in_use_keeps_its_meaning_and_its_place(
    admin: Any, entry: Entry, office_a: OfficeWorld
) -> None:
    """Also one that entries have only been in; names change at will, statuses nobody ever had can go."""
    register = entry.register
    build.move(entry, "answered", office_a.people["clerk0"])
    page = page_of(admin, register)
    statuses = {status.code: row(page, "statuses-", status) for status in register.statuses.all()}
    for code in ("open", "answered"):
        assert "meaning" in errors(
            admin.post(address(register), page | {f"{statuses[code]}-meaning": "void"})
        )
        assert "code" in errors(admin.post(address(register), page | {f"{statuses[code]}-code": "x"}))
        assert errors(admin.post(address(register), page | {f"{statuses[code]}-DELETE": "on"}))
    assert register.statuses.count() == 5
    changed = {f"{statuses['open']}-name": "未办", f"{statuses['exempt']}-meaning": "void"}
    response = admin.post(address(register), page | changed)
    assert response.status_code == 302, errors(response)
    assert register.statuses.get(code="open").name == "未办"


def test_a_column_with_contents_stays_what_it_is(admin: Any, entry: Entry) -> None:
    register = entry.register
    page = page_of(admin, register)
    columns = {column.code: row(page, "columns-", column) for column in register.columns.all()}
    for code in ("problem", "phone"):
        assert errors(admin.post(address(register), page | {f"{columns[code]}-DELETE": "on"}))
        assert "code" in errors(admin.post(address(register), page | {f"{columns[code]}-code": "x"}))
    assert "personal" in errors(
        admin.post(address(register), page | {f"{columns['problem']}-personal": "on"})
    )
    hidden = {name: value for name, value in page.items() if name != f"{columns['phone']}-personal"}
    assert "personal" in errors(admin.post(address(register), hidden))
    blank = {f"{columns['measures']}-DELETE": "on", f"{columns['problem']}-name": "描述"}
    response = admin.post(address(register), page | blank)
    assert response.status_code == 302, errors(response)
    assert sorted(register.columns.values_list("code", "name")) == [
        ("phone", "联系电话"),
        ("problem", "描述"),
    ]


def test_moves_and_counts_stay_inside_the_register(
    admin: Any, register: Register, office_a: OfficeWorld
) -> None:
    other = build.register(office_a.office, "other")
    count = definitions.save_count(register=register, code="all", name="全部")
    page = page_of(admin, register)
    move, counted = row(page, "moves-", register.moves.first()), row(page, "counts-", count)
    stranger = other.statuses.get(code="done").pk
    for wrong, field in (
        ({f"{move}-target": str(stranger)}, "target"),
        ({f"{move}-target": page[f"{move}-source"]}, "target"),
        ({f"{counted}-statuses": "open nonsense"}, "statuses"),
        ({f"{counted}-types": "没有的"}, "types"),
        ({f"{counted}-column": str(other.columns.get(code="problem").pk)}, "column"),
        ({f"{counted}-column": str(register.columns.get(code="phone").pk)}, "column"),
        ({f"{counted}-equals": "是"}, "column"),
    ):
        assert field in errors(admin.post(address(register), page | wrong)), wrong
    response = admin.post(address(register), page | {f"{counted}-statuses": "open answered"})
    assert response.status_code == 302, errors(response)


def test_what_was_tracked_is_not_deleted(
    admin: Any, register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    empty = build.register(office_a.office, "empty")
    for one, code in ((register, 403), (empty, 302)):
        url = reverse("admin:departments_register_delete", args=[one.pk])
        assert admin.post(url, {"post": "yes"}).status_code == code
    assert list(Register.objects.all()) == [register]
    for name in ("clerk0", "viewer", "reviewer", "issuer"):
        client = login(office_a.people[name])
        assert client.post(address(register), {"title": "x"}).status_code == 403
    for suffix in ("delete", "history"):
        answer = admin.post(reverse(f"admin:departments_entry_{suffix}", args=[entry.pk]), {"post": "yes"})
        assert answer.status_code in (200, 403)
    assert Entry.objects.filter(pk=entry.pk).exists()
