"""Figures of many units and periods in one file: historical rows, drafts, both shapes, locks, all or nothing."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments import tasks
from departments.choices import Action, FigureState, Status
from departments.models import Figure, Form, Submission, SubmissionEvent, Upload, Window
from departments.services import bulk, forms, submissions, uploads
from departments.services.bulk_plan import StalePlan
from departments.services.bulk_reading import MAX_FAULTS
from departments.sheets import CellInput, cells_of, describe_cell
from departments.table_files import read_rows
from tests import build
from tests.functional.departments.world import OfficeWorld
from tests.functional.transfer.files import csv_bytes, export, sheet, xlsx_bytes

pytestmark = pytest.mark.django_db

HEAD = ["单位", "期间", "清单总数", "认领数", "说明"]


def texts(rows: list[list[Any]]) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in rows]


def load(world: OfficeWorld, rows: list[list[Any]], who: str = "administrator", head: Any = HEAD) -> Any:
    return bulk.import_table(form=world.form, rows=texts([head, *rows]), user=world.people[who])


def everything() -> list[Any]:
    models = (Window, Submission, Figure, SubmissionEvent)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def stored(submission: Submission) -> dict[str, str]:
    return {key: describe_cell(cell) for key, cell in cells_of(submission).items()}


def test_past_years_come_in_closed_and_wait_for_another_administrator(office_a: OfficeWorld) -> None:
    rows = [
        ["雀A0局", "2019年第一季度", "1,200", "１００", "往年"],
        ["雀A1局别名", "2019Q1", "50", "无此业务A", ""],
        ["UA0", "2019年2季度", "7", "0", ""],
    ]
    outcome = load(office_a, rows)
    assert outcome.faults == ()
    assert (outcome.rows, outcome.created, outcome.changed, outcome.warnings) == (3, 3, 0, 1)
    window = Window.objects.get(form=office_a.form, period="2019Q1")
    assert window.closes_at == window.due_at == dt.datetime(2019, 4, 1, tzinfo=build.SHANGHAI)
    first = Submission.objects.get(window=window, unit=office_a.units[0])
    importer = office_a.people["administrator"]
    assert (first.status, first.submitted_by, first.version) == (Status.SUBMITTED, importer, 1)
    assert window.is_historical, "duties leave it out: nobody was late or on time"
    assert stored(first) == {"total": "1200", "claimed": "100", "remark": "往年"}
    event = first.events.get()
    assert (event.action, event.reason, event.user, event.version) == (
        Action.SUBMIT,
        "历史数据导入",
        importer,
        1,
    )
    assert event.changes["total"] == ["", "1200"]
    figure = Figure.objects.get(
        submission__unit=office_a.units[1], submission__window=window, item__code="claimed"
    )
    assert (figure.state, figure.reason.code) == (FigureState.NOT_APPLICABLE, "none")
    with pytest.raises(Exception, match=r"."):
        submissions.approve(submission=first, user=importer)
    assert submissions.approve(submission=first, user=root(office_a)).status == Status.APPROVED
    again = load(office_a, rows)
    assert (again.created, again.changed, again.unchanged, again.faults) == (0, 0, 3, ())
    changed = load(office_a, [["雀A0局", "2019Q1", "1201", "100", "往年"]])
    assert [fault.row for fault in changed.faults] == [2], "an approved form is locked for imports too"


def root(world: OfficeWorld) -> Any:
    from departments.choices import Role

    return build.person("second", world.office, Role.ADMINISTRATOR)


def test_what_was_exported_comes_in_unchanged(office_a: OfficeWorld, login: Any) -> None:
    load(office_a, [["雀A0局", "2019Q1", "1200", "100", "=往年"], ["雀A1局", "2019Q1", "5", "无此业务A", ""]])
    before = everything()
    rows = read_rows(export(login(office_a.people["administrator"]), "departments_submission", "1"))
    outcome = bulk.import_table(form=office_a.form, rows=rows, user=office_a.people["administrator"])
    assert outcome.faults == ()
    assert outcome.unchanged == Submission.objects.exclude(figures=None).count()
    assert everything() == before


def test_one_figure_a_row(office_a: OfficeWorld) -> None:
    head = ["单位", "期间", "填报项", "数值"]
    rows = [
        ["雀A0局", "2019Q1", "清单总数", "12"],
        ["雀A0局", "2019Q1", "claimed", "3"],
        ["雀A1局", "2019Q1", "清单总数", "7"],
        ["雀A1局", "2019Q1", "认领数", "9"],
        ["雀A1局", "2019Q1", "认领数", "2"],
        ["雀A1局", "2019Q1", "没有的项", "2"],
    ]
    outcome = load(office_a, rows, head=head)
    assert [fault.row for fault in outcome.faults] == [4, 6, 7] or [f.row for f in outcome.faults] == [
        5,
        6,
        7,
    ]
    assert load(office_a, [*rows[:3], ["雀A1局", "2019Q1", "认领数", "2"]], head=head).created == 2


# Row, sheet column named, a word of the message.
WRONG: list[tuple[list[Any], str, str]] = [
    (["没有的局", "2019Q1", "1", "1", ""], "单位", "没有的局"),
    (["", "2019Q1", "1", "1", ""], "单位", ""),
    (["雀B0局", "2019Q1", "1", "1", ""], "单位", "雀B0局"),
    (["雀A0局", "去年", "1", "1", ""], "期间", "去年"),
    (["雀A0局", "2019-03", "1", "1", ""], "期间", "2019-03"),
    (["雀A0局", "2099Q1", "1", "1", ""], "", "2099"),
    (["雀A0局", "2019Q1", "很多", "1", ""], "清单总数", "很多"),
    (["雀A0局", "2019Q1", "1.5", "1", ""], "清单总数", ""),
    (["雀A0局", "2019Q1", "-1", "-1", ""], "清单总数", ""),
    (["雀A0局", "2019Q1", "", "1", ""], "清单总数", ""),
    (["雀A0局", "2019Q1", "1", "2", ""], "", "认领数不能大于清单总数"),
    (["雀A0局", "2022Q1", "1", "1", ""], "", "雀A0局"),
    (["雀A0局", "2021Q4", "1", "1", ""], "", "雀A0局"),
]


@pytest.mark.parametrize(("row", "column", "word"), WRONG)
def test_one_wrong_row_is_named_and_nothing_is_saved(
    office_a: OfficeWorld, office_b: OfficeWorld, row: list[Any], column: str, word: str
) -> None:
    before = everything()
    outcome = load(office_a, [["雀A1局", "2019Q2", "5", "5", ""], row])
    assert {fault.row for fault in outcome.faults} == {3}
    assert any(word in fault.message for fault in outcome.faults)
    if column:
        assert column in {fault.column for fault in outcome.faults}
    assert everything() == before
    assert "金丝雀B" not in str(outcome)


def test_the_same_unit_and_period_twice(office_a: OfficeWorld) -> None:
    rows = [["雀A0局", "2019Q1", "1", "1", ""], ["雀A0局别名", "2019年第1季度", "2", "1", ""]]
    assert [fault.row for fault in load(office_a, rows).faults] == [3]


@pytest.mark.parametrize(
    "head",
    [
        ["期间", "清单总数"],
        ["单位", "清单总数"],
        ["单位", "期间"],
        ["单位", "期间", "清单总数", "不认识"],
        ["单位", "期间", "清单总数", "total"],
    ],
)
def test_heads(office_a: OfficeWorld, head: list[str]) -> None:
    outcome = load(office_a, [["雀A0局", "2019Q1", "1", "1"]], head=head)
    assert [fault.row for fault in outcome.faults] == [1] * len(outcome.faults)
    assert outcome.faults


def test_thousands_of_unknown_names_do_not_take_forever(office_a: OfficeWorld) -> None:
    rows = [[f"没有的{n}局", "2019Q1", "1", "1", ""] for n in range(3000)]
    assert len(load(office_a, rows).faults) == MAX_FAULTS


def test_a_unit_uploads_its_own_open_forms_as_drafts(office_a: OfficeWorld) -> None:
    clerk = office_a.people["clerk0"]
    outcome = load(office_a, [["雀A0局", "2022Q1", "41", "", ""]], who="clerk0")
    assert outcome.faults == ()
    submission = office_a.submission(0)
    assert submission.status == Status.RETURNED
    assert stored(submission) == {"total": "41", "claimed": "30", "remark": "雀A0局附注"}
    event = submission.events.last()
    assert (event.action, event.user, event.changes) == (Action.SAVE, clerk, {"total": ["40", "41"]})
    assert event.version == submission.version
    for row in (
        ["雀A1局", "2022Q1", "1", "", ""],
        ["雀A0局", "2021Q4", "1", "", ""],
        ["雀A0局", "2019Q1", "1", "1", ""],
    ):
        assert load(office_a, [row], who="clerk0").faults, row


def test_a_closed_window_is_closed_for_uploads_too(office_a: OfficeWorld) -> None:
    Window.objects.filter(pk=office_a.window.pk).update(
        due_at=office_a.window.opens_at + dt.timedelta(hours=1),
        closes_at=office_a.window.opens_at + dt.timedelta(hours=2),
    )
    Submission.objects.filter(window=office_a.window).update(open_until=None)
    before = everything()
    assert load(office_a, [["雀A0局", "2022Q1", "41", "", ""]], who="clerk0").faults
    assert everything() == before


def test_a_form_saved_meanwhile_makes_the_plan_stale(office_a: OfficeWorld) -> None:
    clerk = office_a.people["clerk0"]
    rows = texts([HEAD, ["雀A0局", "2022Q1", "41", "", ""]])
    plan = bulk.check_table(form=office_a.form, rows=rows, user=clerk)
    submissions.save_figures(submission=office_a.submission(0), inputs={"total": CellInput("99")}, user=clerk)
    with pytest.raises(StalePlan):
        bulk.save_plan(plan=plan, user=clerk)
    assert stored(office_a.submission(0))["total"] == "99"


def test_two_plans_for_the_same_past_make_one_form(office_a: OfficeWorld) -> None:
    admin = office_a.people["administrator"]
    rows = texts([HEAD, ["雀A0局", "2019Q1", "41", "1", ""]])
    first, second = (bulk.check_table(form=office_a.form, rows=rows, user=admin) for _n in range(2))
    bulk.save_plan(plan=first, user=admin)
    with pytest.raises(StalePlan):
        bulk.save_plan(plan=second, user=admin)
    assert Submission.objects.filter(window__period="2019Q1").count() == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(office_a: OfficeWorld) -> None:
    def queries(years: range) -> int:
        rows = [
            [name, f"{year}Q{quarter}", year, "1", ""]
            for year in years
            for quarter in (1, 2, 3, 4)
            for name in ("雀A0局", "雀A1局")
        ]
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert load(office_a, rows).faults == ()
        return len(found)

    assert queries(range(2001, 2002)) == queries(range(2002, 2017))


@pytest.fixture
def by_category(office_a: OfficeWorld) -> Form:
    from departments.models import Category, CategoryList

    listed = CategoryList.objects.create(office=office_a.office, code="licences", name="证照类型")
    for order, (code, name) in enumerate((("L1", "营业执照"), ("L2", "身份证")), 1):
        Category.objects.create(list=listed, code=code, name=name, order=order)
    form = forms.save_form(
        office=office_a.office, code="c", title="证照表", frequency="quarter", category_list=listed
    )
    forms.save_item(form=form, code="all", name="总数", order=1, may_be_blank=True)
    forms.save_item(form=form, code="n", name="数量", order=2, by_category=True, may_be_blank=True)
    return form


def test_rows_by_category(office_a: OfficeWorld, by_category: Form) -> None:
    admin = office_a.people["administrator"]

    def load_rows(rows: list[list[str]]) -> bulk.Outcome:
        head = ["单位", "期间", "证照类型", "总数", "数量"]
        return bulk.import_table(form=by_category, rows=[head, *rows], user=admin)

    good = [
        ["雀A0局", "2019Q1", "", "3", ""],
        ["雀A0局", "2019Q1", "营业执照", "", "1"],
        ["雀A0局", "2019Q1", "L2", "", "2"],
    ]
    assert load_rows(good).faults == ()
    submission = Submission.objects.get(window__form=by_category)
    assert stored(submission) == {"all": "3", "n@L1": "1", "n@L2": "2"}
    for wrong in (
        ["雀A0局", "2019Q2", "护照", "", "1"],
        ["雀A0局", "2019Q2", "", "", "1"],
        ["雀A0局", "2019Q2", "L1", "1", ""],
    ):
        assert [fault.row for fault in load_rows([wrong]).faults] == [2], wrong


def send(client: Client, form: Form, data: bytes, name: str = "往年.xlsx") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    url = reverse("admin:departments_upload_changelist")
    return client.post(url, {"form": form.pk, "file": SimpleUploadedFile(name, data)})


def test_upload_check_confirm(office_a: OfficeWorld, login: Any) -> None:
    client = login(office_a.people["administrator"])
    data = xlsx_bytes([HEAD, ["雀A0局", "2019Q1", 12, 3.0, ""]])
    page = send(client, office_a.form, data)
    upload = Upload.objects.get()
    assert page.url == reverse("admin:departments_upload_change", args=[upload.pk])
    progress = client.get(reverse("admin:departments_upload_progress", args=[upload.pk])).json()
    assert progress["open"] is True
    assert tasks.check_upload(upload.pk) == "checked"
    assert not Submission.objects.filter(window__period="2019Q1").exists(), "checking saves nothing"
    client.post(page.url)
    assert tasks.check_upload(upload.pk) == "saved"
    assert tasks.check_upload(upload.pk) == "saved", "a task that runs twice does no harm"
    assert Figure.objects.get(submission__window__period="2019Q1", item__code="total").value == Decimal(12)
    assert "1" in client.get(page.url).content.decode()


def test_a_refused_upload_lists_its_faults(office_a: OfficeWorld, login: Any) -> None:
    client = login(office_a.people["administrator"])
    send(client, office_a.form, csv_bytes([HEAD, ["=雀A0局", "2019Q1", "x", "1", ""]], "gb18030"), "往年.csv")
    upload = Upload.objects.get()
    assert tasks.check_upload(upload.pk) == "refused"
    page = client.get(reverse("admin:departments_upload_change", args=[upload.pk]))
    assert "=雀A0局" in page.content.decode()
    rows = sheet(client.get(reverse("admin:departments_upload_faults", args=[upload.pk])).content)
    assert rows[1][0] == 2
    client.post(reverse("admin:departments_upload_change", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.state == "refused", "a refused file can't be confirmed"


def test_others_uploads(office_a: OfficeWorld, office_b: OfficeWorld, login: Any) -> None:
    data = csv_bytes([HEAD, ["雀A0局", "2022Q1", "1", "1", ""]])
    send(login(office_a.people["clerk0"]), office_a.form, data)
    own = Upload.objects.get()
    addresses = [
        reverse(f"admin:departments_upload_{name}", args=[own.pk])
        for name in ("change", "progress", "faults")
    ]
    for who, allowed in (("clerk0", True), ("administrator", True), ("clerk1", False), ("viewer", False)):
        client = login(office_a.people[who])
        for address in addresses:
            assert (client.get(address).status_code == 200) is allowed, (who, address)
    for who in ("clerk0", "administrator"):
        client = login(office_b.people[who])
        assert all(client.get(address).status_code != 200 for address in addresses)
        refused = send(client, office_a.form, data)
        assert refused.context["form"].errors["form"]
    tasks.check_upload(own.pk)
    login(office_a.people["administrator"]).post(addresses[0])
    own.refresh_from_db()
    assert own.state == "checked", "only who uploaded a file has it saved"


def test_rights_lost_between_upload_and_check(office_a: OfficeWorld) -> None:
    clerk = office_a.people["clerk0"]
    data = csv_bytes([HEAD, ["雀A0局", "2022Q1", "41", "1", ""]])
    upload = uploads.receive(form=office_a.form, data=data, name="a.csv", user=clerk)
    clerk.memberships.all().delete()
    assert uploads.run(upload_id=upload.pk).state == "refused"
