"""Loading and dumping: once is twice, all or nothing, and back again without loss."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from departments.models import Form, Office, Unit
from departments.services import organisation
from departments.services.forms import save_item
from departments.services.schedules import save_calendar_day, save_schedule
from govsvc.packs.dumping import dump_pack, not_dumped
from govsvc.packs.faults import PackError
from govsvc.packs.loading import apply_pack, left_alone
from govsvc.packs.pack import Pack
from govsvc.packs.reading import read_pack
from govsvc.packs.schema import RegisterFile
from govsvc.packs.writing import write_files
from indicators.models import Indicator
from reports.models import Bulletin, Schedule
from tests.functional.packs.rows import row_hash, rows
from tests.unit.packs.manual_pack import example_files, write_example

PACKS = Path(__file__).parents[3] / "packs"
WUJIN = PACKS / "wujin"
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def run(*arguments: str) -> str:
    """What a command prints."""
    output = StringIO()
    call_command(*arguments, stdout=output, stderr=output)
    return output.getvalue()


def edited(file: str, old: str, new: str) -> dict[str, str]:
    text = example_files()[file]
    assert old in text
    return {file: text.replace(old, new)}


def configuration(pack: Pack) -> Pack:
    """A pack without what dump_pack does not write, and with what it writes out."""
    administrator = pack.first_administrator

    def typed(row):
        return replace(row, spec=row.spec.model_copy(update={"typed_by": row.spec.typed_by or administrator}))

    return replace(
        pack,
        windows=(),
        issues=(),
        data={},
        entries={},
        requests=(),
        leaf_reports=(),
        exclusions=(),
        accounts=tuple(row for row in pack.accounts if row.spec.role != "operator"),
        facts=tuple(typed(row) for row in pack.facts),
        published=tuple(typed(row) for row in pack.published),
    )


def registers(pack: Pack, wanted: Pack) -> dict[str, RegisterFile]:
    """Register files; a dump writes out the usual statuses and moves, which `wanted` may leave out."""
    usual = {"statuses": (), "moves": ()}
    return {
        code: row.spec if wanted.registers[code].spec.statuses else row.spec.model_copy(update=usual)
        for code, row in pack.registers.items()
    }


@pytest.mark.parametrize("name", ["wujin", "yindu", "fucheng", "example"])
def test_loading_twice_changes_no_row(name: str, tmp_path: Path) -> None:
    pack = read_pack(write_example(tmp_path) if name == "example" else PACKS / name)
    apply_pack(pack)
    once = row_hash()
    apply_pack(pack)
    assert row_hash() == once


@pytest.mark.parametrize("name", ["wujin", "yindu", "fucheng"])
def test_the_dump_is_the_pack(name: str, tmp_path: Path) -> None:
    pack = read_pack(PACKS / name)
    office = apply_pack(pack)
    run("dump_pack", name, str(tmp_path / "dump"))
    dumped = read_pack(tmp_path / "dump")
    wanted = configuration(pack)
    assert sorted(dumped.names, key=lambda row: (row.spec.unit, row.spec.usage)) == sorted(
        wanted.names, key=lambda row: (row.spec.unit, row.spec.usage)
    )
    assert dict(dumped.forms) == dict(wanted.forms)
    assert registers(dumped, wanted) == registers(wanted, wanted)
    for part in (
        "file",
        "groups",
        "units",
        "reasons",
        "calendar",
        "category_lists",
        "categories",
        "comparisons",
        "indicators",
        "targets",
        "schemes",
        "rankings",
        "meetings",
        "accounts",
        "contacts",
        "facts",
        "published",
    ):
        assert getattr(dumped, part) == getattr(wanted, part), part
    for code, bulletin in wanted.bulletins.items():
        before, after = bulletin.spec, dumped.bulletins[code].spec
        assert after.model_copy(update={"consistency": before.consistency}) == before
        assert sorted(after.consistency, key=lambda rule: rule.code) == sorted(
            before.consistency, key=lambda rule: rule.code
        )
    once = row_hash()
    apply_pack(dumped)
    assert row_hash() == once
    assert write_files(dump_pack(office), tmp_path / "again")
    for path in (tmp_path / "again").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "dump" / path.relative_to(tmp_path / "again")).read_bytes()


def test_what_was_edited_in_the_admin_comes_back(tmp_path: Path) -> None:
    office = apply_pack(read_pack(write_example(tmp_path / "pack")))
    unit = Unit.objects.get(office=office, code="S2")
    organisation.change_unit(
        unit=unit,
        valid_from=dt.date(2024, 5, 1),
        full_name="星河区城西新区管理委员会",
        short_name="城西新区",
        parent=Unit.objects.get(office=office, code="S1"),
        group=office.groups.get(),
    )
    organisation.save_alias(unit=unit, name="城西街办", usage="annex1")
    Unit.objects.filter(pk=unit.pk).update(protocol_order=70, closed_on=dt.date(2030, 1, 1))
    form = Form.objects.get(office=office, code="hotline")
    form.items.filter(code="on_time").update(order=35, note="含“: ”和 # 号，\t还有“{”")
    form.items.filter(code="on_time_rate").update(order=40)
    _edit_collection(office)
    Bulletin.objects.filter(office=office).update(addressees="甲\n- 乙: 丙\n'丁'")
    before = rows()
    write_files(dump_pack(office), tmp_path / "dump")
    apply_pack(read_pack(tmp_path / "dump"))
    after = rows()
    assert [label for label in before if before[label] != after[label]] == []


def _edit_collection(office: Office) -> None:
    """What the pages of issue 3 let an administrator change."""
    Form.objects.filter(office=office, code="hotline").update(
        unit_head_step=True, allows_nil=True, children_first=True, approval="parent"
    )
    platform = Form.objects.get(office=office, code="platform")
    save_schedule(
        form=platform,
        valid_from=dt.date(2024, 6, 1),
        opens_day=-2,
        due_basis="month_day",
        due_number=5,
        due_time=dt.time(9, 30, 15),
        on_rest_day="previous",
        closes_days=0,
    )
    platform.schedules.filter(valid_from=dt.date(2024, 3, 1)).update(valid_to=dt.date(2024, 5, 31))
    platform.reminder_rules.create(hours=0, role="unit_head", by_email=False, by_robot=True)
    save_item(form=platform, code="state", name="状态", kind="choice", options="已办结\n办理中", order=2)
    save_item(form=platform, code="on_paper", name="有纸质件", kind="tick", may_be_blank=True, order=3)
    save_item(form=platform, code="share", name="占比", kind="percent", decimals=2, order=4)
    save_calendar_day(office=office, day=dt.date(2024, 5, 2), is_working=False, name="区庆")
    office.category_lists.create(code="channels", name="渠道", units_may_add=True)
    office.category_lists.get(code="topics").categories.filter(code="heating").update(order=9)
    office.comparisons.update(tolerance=Decimal("0.5"), tolerance_percent=Decimal("2.25"))
    clerk = User.objects.get(username="xinghe-s1")
    clerk.memberships.update(valid_from=dt.date(2024, 1, 1))
    deputy = organisation.save_account(username="xinghe-deputy", name="代岗的人")
    for month in (5, 7):
        organisation.grant(
            user=deputy,
            office=office,
            role="clerk",
            unit=office.units.get(code="S1"),
            valid_from=dt.date(2024, month, 1),
            valid_to=dt.date(2024, month, 9),
            acting_for=clerk,
        )


def test_dates_that_a_pack_cannot_say_are_named(tmp_path: Path) -> None:
    office = apply_pack(read_pack(write_example(tmp_path)))
    assert not_dumped(office) == []
    office.forms.get(code="hotline").expectations.update(valid_to=dt.date(2024, 12, 31))
    assert "2024-12-31" in not_dumped(office)[0]


def test_a_dump_never_mixes_with_other_files(tmp_path: Path) -> None:
    apply_pack(read_pack(write_example(tmp_path)))
    with pytest.raises(CommandError, match=str(tmp_path)):
        run("dump_pack", "xinghe", str(tmp_path))
    with pytest.raises(CommandError, match="xinghe"):
        run("dump_pack", "nowhere", str(tmp_path / "new"))


def test_a_broken_pack_changes_nothing_and_tells_all(tmp_path: Path) -> None:
    pack = write_example(
        tmp_path,
        {**edited("facts.csv", "91.5", "九十"), **edited("units.csv", "streets,城东街道办", "street,")},
    )
    before = row_hash()
    for command in ("check_pack", "load_pack"):
        with pytest.raises(CommandError) as error:
            run(command, str(pack))
        assert "facts.csv:2: " in str(error.value)
        assert "units.csv:2: " in str(error.value)
        assert row_hash() == before


def test_checking_a_good_pack_changes_nothing(tmp_path: Path) -> None:
    before = row_hash()
    run("check_pack", str(write_example(tmp_path)))
    assert row_hash() == before


def test_a_pack_cannot_take_over_an_account_of_another_office(tmp_path: Path) -> None:
    other = Office.objects.create(code="other", name="别处")
    stranger = organisation.save_account(username="xinghe-admin", name="别处的人")
    organisation.grant(user=stranger, office=other, role="administrator")
    superuser = User.objects.create_superuser("xinghe-issuer")
    before = row_hash()
    with pytest.raises(PackError) as error:
        apply_pack(read_pack(write_example(tmp_path)))
    assert [fault.line for fault in error.value.faults] == [2, 4]
    assert "xinghe-admin" in str(error.value)
    assert superuser.username in str(error.value)
    assert row_hash() == before


def test_an_edited_file_changes_what_it_says(tmp_path: Path) -> None:
    apply_pack(read_pack(write_example(tmp_path / "old")))
    changes = {
        **edited("forms/hotline.yaml", "  - code: on_time_within_received\n    expression: 按时办结量 <= 受理量\n    message: 按时办结量不能大于受理量\n", "  - code: some\n    severity: warning\n    expression: 受理量 > 0\n    message: 没有受理\n"),
        **edited("indicators.yaml", "      denominator: hotline.received", "      denominator: hotline.received\n    - valid_from: 2025-01-01\n      numerator: hotline.on_time\n      denominator: hotline.received\n      recipe: mean"),
        **edited("forms/platform.yaml", "  - valid_from: 2024-03-01\n    due_number: 3\n    due_time: 12:00\nreminders:\n  - hours: -24", "  - valid_from: 2024-04-01\n    due_number: 4\nreminders:\n  - hours: 2"),
        **edited("bulletins/hotline.yaml", "  - heading: 二、存在的问题", "  - heading: 二、问题"),
    }  # fmt: skip
    apply_pack(read_pack(write_example(tmp_path / "new", changes)))
    assert list(Form.objects.get(code="hotline").rules.values_list("code", flat=True)) == ["some"]
    versions = Indicator.objects.get().versions.order_by("valid_from")
    assert [(v.number, v.recipe, v.valid_to) for v in versions] == [
        (1, "pooled", dt.date(2024, 12, 31)),
        (2, "mean", None),
    ]
    platform = Form.objects.get(code="platform")
    assert [row.due_number for row in platform.schedules.all()] == [4]
    assert [row.hours for row in platform.reminder_rules.all()] == [2]
    assert [section.heading for section in Bulletin.objects.get().sections.all()] == [
        "一、总体情况",
        "二、问题",
    ]


def test_what_the_pack_does_not_mention_is_kept_and_named(tmp_path: Path) -> None:
    apply_pack(read_pack(write_example(tmp_path / "old")))
    office = Office.objects.get()
    office.units.create(code="S9", name="新街道")
    office.category_lists.get().categories.create(code="noise", name="噪声")
    office.calendar_days.create(day=dt.date(2024, 5, 2))
    office.comparisons.create(code="other", name="别的")
    lines = left_alone(read_pack(tmp_path / "old"), office)
    assert [line.split("：")[-1].split(": ")[-1] for line in lines] == [
        "S9",
        "other",
        "topics.noise",
        "2024-05-02",
    ]
    assert "S9" in run("load_pack", str(tmp_path / "old"))
    assert office.units.filter(code="S9").exists()


def test_a_schedule_edited_in_the_admin_is_left_alone(tmp_path: Path) -> None:
    pack = read_pack(WUJIN)
    apply_pack(pack)
    task = Schedule.objects.get(name="每月排名邮件")
    assert (task.bulletin.code, task.action, task.rule, task.number, task.time) == (
        "wujin",
        "mail",
        "day",
        5,
        dt.time(9),
    )
    Schedule.objects.filter(pk=task.pk).update(enabled=False, number=6)
    apply_pack(pack)
    task.refresh_from_db()
    assert (task.enabled, task.number, Schedule.objects.count()) == (False, 6, 1)


def test_what_is_mailed_to_whom_and_when_comes_back(tmp_path: Path) -> None:
    write_files(dump_of_wujin(), tmp_path)
    file = next((tmp_path / "bulletins").iterdir())
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace(
            "- ranking: supervision",
            "- {ranking: supervision, roles: [unit_head], attachments: [pdf, xlsx], chart: 否}\n"
            "subscriptions:\n- {name: 王副区长, address: wang@wujin.example, attachments: [docx]}",
        ),
        encoding="utf-8",
    )
    office = apply_pack(read_pack(tmp_path))
    spec = dump_pack(office)["bulletins/wujin.yaml"]
    (mailing,), (leader,), (task,) = spec.mailings, spec.subscriptions, spec.schedules
    assert (mailing.roles, mailing.attachments, mailing.chart) == (("unit_head",), ("pdf", "xlsx"), False)
    assert (leader.name, leader.address, leader.attachments) == ("王副区长", "wang@wujin.example", ("docx",))
    assert (task.name, task.rule, task.number, task.time) == ("每月排名邮件", "day", 5, dt.time(9))


def dump_of_wujin() -> dict:
    return dump_pack(apply_pack(read_pack(WUJIN)))


def test_accounts_get_their_roles_and_no_password(tmp_path: Path) -> None:
    apply_pack(read_pack(WUJIN))
    clerk = User.objects.get(username="wujin-d14")
    assert (clerk.last_name, clerk.email, clerk.is_staff, clerk.has_usable_password()) == (
        "人社局填报员（演示）",
        "d14@wujin.example",
        True,
        False,
    )
    assert [(m.role, m.unit.code) for m in clerk.memberships.all()] == [("clerk", "D14")]
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == [
        "wujin-operator"
    ]
