"""Units, accounts, items and indicators as table files: round trip, scope, errors row by row, all or nothing."""

import datetime as dt
import io
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse

from departments.choices import ItemKind, Role
from departments.models import Item, Membership, Unit, UnitVersion
from indicators.choices import VersionState
from indicators.models import Indicator
from indicators.services import definitions
from indicators.services.proposals import check_version
from tests import build
from tests.functional.departments.world import OfficeWorld
from tests.functional.transfer.files import (
    confirm,
    csv_bytes,
    errors,
    export,
    kinds,
    preview,
    sheet,
    xlsx_bytes,
)

pytestmark = pytest.mark.django_db

UNIT, ACCOUNT, FORM = "departments_unit", "auth_user", "departments_form"
INDICATOR = "indicators_indicator"
MODELS = (UNIT, ACCOUNT, FORM, INDICATOR)


@pytest.fixture
def indicator(office_a: OfficeWorld) -> Indicator:
    made = definitions.save_indicator(office=office_a.office, code="rate", name="认领率", order=1)
    for year, decimals in ((2020, 1), (2022, 2)):
        definitions.save_version(
            indicator=made,
            valid_from=dt.date(year, 1, 1),
            numerator="f.claimed",
            denominator="f.total",
            decimals=decimals,
        )
    return made


@pytest.fixture
def admin(office_a: OfficeWorld, login: Any) -> Any:
    return login(office_a.people["administrator"])


def named(page: Any, row: int) -> bool:
    """Whether the page names that row of the sheet."""
    return bool(re.search(rf"(第 ?{row} ?行|row {row})\b", errors(page)))


@pytest.mark.parametrize("kind", ["0", "1"])
@pytest.mark.parametrize("model", MODELS)
def test_what_was_exported_changes_nothing(
    office_a: OfficeWorld, indicator: Indicator, admin: Any, model: str, kind: str
) -> None:
    page = preview(admin, model, office_a.office, export(admin, model, kind), f"表.{kind}")
    assert errors(page) == ""
    assert set(kinds(page)) == {"skip"}
    logged = LogEntry.objects.count()
    confirm(admin, model, page)
    assert LogEntry.objects.count() == logged


def test_a_preview_leaves_its_file_in_the_own_directory_for_a_day(
    office_a: OfficeWorld, indicator: Indicator, admin: Any, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    settings.VAR_DIR = tmp_path
    folder, system = tmp_path / "imports", tmp_path / "tmp"
    system.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(system))
    content = export(admin, UNIT, "0")
    page = preview(admin, UNIT, office_a.office, content, "表.0")
    (waiting,) = folder.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert list(system.iterdir()) == []
    confirm(admin, UNIT, page)
    assert list(folder.iterdir()) == []

    preview(admin, UNIT, office_a.office, content, "表.0")
    preview(admin, UNIT, office_a.office, content, "表.0")
    older, newer = folder.iterdir()
    assert waiting not in (older, newer)
    os.utime(older, (0, time.time() - 25 * 3600))
    preview(admin, UNIT, office_a.office, content, "表.0")
    assert newer in set(folder.iterdir())
    assert older not in set(folder.iterdir())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_new_and_changed_units(office_a: OfficeWorld, admin: Any, encoding: str) -> None:
    rows = [
        ["代码", "全称", "简称", "考核组", "上级", "顺序", "成立日期", "生效日期", "别名"],
        ["V1", "某村村民委员会", "某村", "", "T1", "20", "2010年5月1日", "", "某村委"],
        ["T1", "某镇人民政府", "某镇", "金丝雀A组", "", "10", "", "", "镇政府；某镇府"],
        ["UA0", "金丝雀A区雀A0管理局", "雀A0管理局", "g", "", "0", "", "2023-01-01", ""],
    ]
    page = preview(admin, UNIT, office_a.office, csv_bytes(rows, encoding), "单位.csv")
    assert errors(page) == ""
    assert kinds(page) == {"new": 2, "update": 1}
    assert not Unit.objects.filter(code="V1").exists(), "the preview saves nothing"
    confirm(admin, UNIT, page)
    village, town = Unit.objects.get(code="V1"), Unit.objects.get(code="T1")
    assert village.versions.get().parent == town
    assert village.opened_on == village.versions.get().valid_from == dt.date(2010, 5, 1)
    assert {alias.name for alias in town.aliases.all()} == {"镇政府", "某镇府"}
    changed = UnitVersion.objects.filter(unit__code="UA0").order_by("valid_from")
    assert [row.short_name for row in changed] == ["雀A0局", "雀A0管理局"], "the old name stays for its time"
    entry = LogEntry.objects.get(object_id=str(office_a.units[0].pk))
    assert entry.user == office_a.people["administrator"]
    assert "雀A0局 → 雀A0管理局" in entry.get_change_message()


BAD_UNITS = [
    (["", "甲", "甲"], ""),
    (["甲 乙", "甲", "甲"], ""),
    (["N1", "甲", ""], ""),
    (["N1", "甲", "甲", "没有的组"], "没有的组"),
    (["N1", "甲", "甲", "g", "没有的单位"], "没有的单位"),
    (["N1", "甲", "甲", "g", "UB0"], "UB0"),
    (["N1", "甲", "甲", "g", "雀B0局"], "雀B0局"),
    (["N1", "甲", "甲", "g", "N1"], ""),
    (["N1", "甲", "甲", "g", "", "第一"], "第一"),
    (["N1", "甲", "甲", "g", "", "1", "2023-02-30"], "2023-02-30"),
    (["N1", "甲", "甲", "g", "", "1", "2023-02-01", "2022-01-01"], ""),
]


@pytest.mark.parametrize(("row", "said"), BAD_UNITS)
def test_one_bad_row_and_nothing_is_saved(
    office_a: OfficeWorld, office_b: OfficeWorld, admin: Any, row: list[str], said: str
) -> None:
    head = ["代码", "全称", "简称", "考核组", "上级", "顺序", "成立日期", "撤销日期"]
    before = list(UnitVersion.objects.order_by("pk").values_list())
    page = preview(admin, UNIT, office_a.office, xlsx_bytes([head, row, ["OK1", "好", "好"]]))
    assert "confirm_form" not in page.context
    assert named(page, 2)
    assert said in errors(page)
    assert "金丝雀B" not in page.content.decode()
    assert list(UnitVersion.objects.order_by("pk").values_list()) == before


def test_same_code_twice_is_refused(office_a: OfficeWorld, admin: Any) -> None:
    page = preview(admin, UNIT, office_a.office, xlsx_bytes([["代码", "简称"], ["N1", "甲"], ["N1", "乙"]]))
    assert named(page, 3)


@pytest.mark.parametrize("head", [["代码"], ["代码", "简称", "不认识的列"], ["代码", "简称", "简称"]])
def test_heads_are_judged_first(office_a: OfficeWorld, admin: Any, head: list[str]) -> None:
    page = preview(admin, UNIT, office_a.office, xlsx_bytes([head, ["N1", *["甲"] * (len(head) - 1)]]))
    assert "confirm_form" not in page.context
    assert errors(page)


def test_another_office_is_not_a_choice(office_a: OfficeWorld, office_b: OfficeWorld, admin: Any) -> None:
    page = preview(admin, UNIT, office_b.office, xlsx_bytes([["代码", "简称"], ["N1", "甲"]]))
    assert page.context["form"].errors["office"]
    good = preview(admin, UNIT, office_a.office, xlsx_bytes([["代码", "简称"], ["N1", "甲"]]))
    data = good.context["confirm_form"].initial | {"resource": "0", "office": office_b.office.pk}
    admin.post(reverse("admin:departments_unit_process_import"), data)
    assert not Unit.objects.filter(code="N1").exists()


def test_the_file_of_the_preview_cannot_be_exchanged(
    office_a: OfficeWorld, admin: Any, tmp_path: Any
) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(xlsx_bytes([["代码", "简称"], ["N2", "乙"]]))
    good = preview(admin, UNIT, office_a.office, xlsx_bytes([["代码", "简称"], ["N1", "甲"]]))
    data = good.context["confirm_form"].initial | {"resource": "0", "import_file_name": str(other)}
    admin.post(reverse("admin:departments_unit_process_import"), data)
    assert not Unit.objects.filter(code__in=["N1", "N2"]).exists()


ACCOUNT_HEAD = ["用户名", "姓名", "邮箱", "单位", "角色", "起", "止"]


def test_accounts_in_bulk_and_their_first_passwords(office_a: OfficeWorld, admin: Any, client: Any) -> None:
    rows = [
        ACCOUNT_HEAD,
        ["zhang", "张三", "zhang@example.test", "雀A0局", "填报员", dt.date(2022, 1, 1), ""],
        ["zhang", "张三", "zhang@example.test", "UA1", "clerk", "", "2022-12-31"],
        ["li", "李四", "", "", "复核员", "", ""],
        ["A-clerk0", "雀A0员新名", "", "UA0", "填报员", "", ""],
    ]
    page = preview(admin, ACCOUNT, office_a.office, xlsx_bytes(rows))
    assert errors(page) == ""
    assert kinds(page) == {"new": 3, "update": 1}
    confirm(admin, ACCOUNT, page)
    zhang = User.objects.get(username="zhang")
    assert (zhang.last_name, zhang.is_staff, zhang.has_usable_password()) == ("张三", True, False)
    assert {(m.unit.code, m.valid_from, m.valid_to) for m in zhang.memberships.all()} == {
        ("UA0", dt.date(2022, 1, 1), None),
        ("UA1", None, dt.date(2022, 12, 31)),
    }
    used = office_a.people["clerk1"]
    used.last_login = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    used.save()
    chosen = [zhang.pk, used.pk]
    answer = admin.post(
        reverse("admin:auth_user_changelist"),
        {"action": "give_first_passwords", "_selected_action": chosen},
    )
    [head, *listed] = sheet(answer.content)
    assert head == ["用户名", "姓名", "初始密码"]
    assert [row[:2] for row in listed] == [["zhang", "张三"]], "an account in use keeps its password"
    assert client.login(username="zhang", password=listed[0][2])
    assert "no-store" in answer["Cache-Control"]


BAD_ACCOUNTS = [
    ["B-clerk0", "甲", "", "UA0", "填报员"],
    ["new", "甲", "", "UB0", "填报员"],
    ["new", "甲", "", "雀B0局", "填报员"],
    ["new", "甲", "", "UA0", "皇帝"],
    ["new", "甲", "", "", "填报员"],
    ["new", "甲", "", "UA0", "管理员"],
    ["new", "甲", "不是邮箱", "UA0", "填报员"],
    ["", "甲", "", "UA0", "填报员"],
    ["a b", "甲", "", "UA0", "填报员"],
]


@pytest.mark.parametrize("row", BAD_ACCOUNTS)
def test_bad_accounts_and_those_of_others(
    office_a: OfficeWorld, office_b: OfficeWorld, admin: Any, row: list[str]
) -> None:
    accounts, roles = list(User.objects.values_list()), list(Membership.objects.values_list())
    rows = [ACCOUNT_HEAD, ["good", "好", "", "UA0", "填报员", "", ""], row]
    page = preview(admin, ACCOUNT, office_a.office, xlsx_bytes(rows))
    assert "confirm_form" not in page.context
    assert named(page, 3)
    assert "雀B0员" not in page.content.decode(), "nothing of the other office's people is told"
    assert list(User.objects.values_list()) == accounts
    assert list(Membership.objects.values_list()) == roles


def test_an_account_with_a_role_elsewhere_is_not_changed(
    office_a: OfficeWorld, office_b: OfficeWorld, admin: Any
) -> None:
    both = office_a.people["clerk0"]
    Membership.objects.create(user=both, office=office_b.office, role=Role.VIEWER)
    rows = [ACCOUNT_HEAD[:5], ["A-clerk0", "改名", "", "UA1", "填报员"]]
    page = preview(admin, ACCOUNT, office_a.office, xlsx_bytes(rows))
    assert "A-clerk0" in errors(page)
    exported = sheet(export(admin, ACCOUNT))
    assert "金丝雀B" not in str(exported)


def test_superusers_password_is_never_given(office_a: OfficeWorld, admin: Any) -> None:
    root = User.objects.create_superuser("root")
    foreign = [root.pk, User.objects.create_user("nobody").pk]
    data = {"action": "give_first_passwords", "_selected_action": foreign}
    before = list(User.objects.values_list("password"))
    admin.post(reverse("admin:auth_user_changelist"), data)
    assert list(User.objects.values_list("password")) == before


def test_items_with_expressions_that_look_down(office_a: OfficeWorld, admin: Any) -> None:
    rows = [
        ["报表代码", "代码", "名称", "类型", "式子", "其中", "小数位数", "顺序", "可空", "选项"],
        ["f", "gap", "缺口", "计算项", "total - part", "", "", "30", "", ""],
        ["f", "part", "部分数", "whole", "", "total", "", "31", "是", ""],
        ["f", "mood", "评价", "choice", "", "", "", "32", "", "好；中；差"],
    ]
    rows[1][3] = str(ItemKind.COMPUTED.value)
    page = preview(admin, FORM, office_a.office, xlsx_bytes(rows))
    assert errors(page) == ""
    confirm(admin, FORM, page)
    part = Item.objects.get(code="part", form=office_a.form)
    assert (part.part_of.code, part.may_be_blank, part.slot is not None) == ("total", True, True)
    assert Item.objects.get(code="mood", form=office_a.form).choices == ("好", "中", "差")


BAD_ITEMS = [
    ["f", "x", "甲", "computed", "total - nowhere"],
    ["f", "x", "甲", "computed", ""],
    ["f", "x", "甲", "不知道", ""],
    ["nowhere", "x", "甲", "whole", ""],
    ["f", "x", "", "whole", ""],
]


@pytest.mark.parametrize("row", BAD_ITEMS)
def test_bad_items(office_a: OfficeWorld, admin: Any, row: list[str]) -> None:
    before = list(Item.objects.order_by("pk").values_list())
    page = preview(
        admin, FORM, office_a.office, xlsx_bytes([["报表代码", "代码", "名称", "类型", "式子"], row])
    )
    assert "confirm_form" not in page.context
    assert errors(page)
    assert list(Item.objects.order_by("pk").values_list()) == before


def test_a_new_definition_of_an_indicator(office_a: OfficeWorld, indicator: Indicator, admin: Any) -> None:
    rows = [
        ["代码", "名称", "生效日期", "分子", "分母", "小数位数", "方向"],
        ["rate", "认领率", dt.date(2023, 1, 1), "f.claimed", "f.total", 3, "lower"],
        ["gap", "缺口率", "2023年1月1日", "f.total - f.claimed", "f.total", 1, ""],
    ]
    page = preview(admin, INDICATOR, office_a.office, xlsx_bytes(rows))
    assert errors(page) == ""
    confirm(admin, INDICATOR, page)
    # As on the page, it waits to be checked by somebody else.
    proposal = indicator.versions.get(state=VersionState.PROPOSED)
    assert (proposal.decimals, proposal.author) == (3, office_a.people["administrator"])
    assert indicator.versions.get(number=2).valid_to is None
    check_version(version=proposal, user=build.person("second", office_a.office, Role.ADMINISTRATOR))
    assert [v.decimals for v in indicator.versions.order_by("valid_from")] == [1, 2, 3]
    assert indicator.versions.get(number=2).valid_to == dt.date(2022, 12, 31)
    twice = [*rows, ["gap", "缺口率", "2024年1月1日", "f.total", "f.total", 1, ""]]
    assert named(preview(admin, INDICATOR, office_a.office, xlsx_bytes(twice)), 4)
    rows[1][2:4] = dt.date(2024, 1, 1), "f.nowhere"
    assert "nowhere" in errors(preview(admin, INDICATOR, office_a.office, xlsx_bytes(rows)))


@pytest.mark.parametrize("model", MODELS)
def test_only_administrators_import_and_only_staff_exports(
    office_a: OfficeWorld, login: Any, model: str
) -> None:
    for name, may_import in (("administrator", 200), ("reviewer", 403), ("clerk0", 403), ("viewer", 403)):
        client = login(office_a.people[name])
        assert client.get(reverse(f"admin:{model}_import")).status_code == may_import, name
    for name in ("clerk0", "unitviewer0"):
        assert login(office_a.people[name]).get(reverse(f"admin:{model}_export")).status_code == 403


def test_texts_that_look_like_formulas_survive_the_round_trip(office_a: OfficeWorld, admin: Any) -> None:
    name = "=cmd|' /C calc'!A0"
    rows = [["代码", "全称", "简称"], ["N1", name, "＋甲"]]
    confirm(admin, UNIT, preview(admin, UNIT, office_a.office, csv_bytes(rows), "单位.csv"))
    assert UnitVersion.objects.get(unit__code="N1").full_name == name
    book = openpyxl.load_workbook(io.BytesIO(export(admin, UNIT)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'" + name in {cell.value for cell in cells}
    again = preview(admin, UNIT, office_a.office, export(admin, UNIT))
    assert set(kinds(again)) == {"skip"}
