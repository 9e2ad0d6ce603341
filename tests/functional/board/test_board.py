"""The board's figures, filters, lists and reminders; who sees which rows, and how many queries it takes."""

import datetime as dt
import io
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from departments.board import BoardState, Sought, Tally, condition, square, tree_order
from departments.choices import Role, Status, Timeliness
from departments.models import Notice, Submission
from departments.services import forms as form_services
from departments.services import organisation, submissions
from departments.services.boards import load_board, visible_submissions
from departments.views.board_words import rate
from tests import build
from tests.functional.board.scene import HOUR, District, hand_in, make_district
from tests.functional.departments.world import OfficeWorld, build_office

pytestmark = pytest.mark.django_db

UNITS = [("A", "甲局"), ("B", "乙局"), ("C", "丙镇")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def district() -> District:
    """Three units and three weeks; the third is not due yet."""
    return make_district(UNITS, weeks=3)


@pytest.fixture
def client_of() -> Callable[[Any], Client]:
    def made(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return made


def url(name: str, **query: Any) -> str:
    address = reverse(f"admin:departments_submission_{name}")
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


def test_states_of_squares_and_what_the_database_selects_agree(district: District) -> None:
    """Every state of a form × handed in before, at and after the due moment, or not × due or not yet."""
    moments = (None, -HOUR, 0 * HOUR, HOUR)
    [*_earlier, last, newest] = district.windows
    seen = set()
    for window, status, moment in product((last, newest), Status.values, moments):
        submission = Submission.objects.get(window=window, unit=district.units[0])
        handed_in = None if moment is None else window.due_at + moment
        Submission.objects.filter(pk=submission.pk).update(status=status, handed_in_at=handed_in)
        now = timezone.now()
        shown = square(submission.pk, status, False, window.due_at, handed_in, now)
        seen.add(shown.state)
        overdue = shown.timeliness in (Timeliness.LATE, Timeliness.MISSING)
        expected = {
            str(shown.state),
            *(["overdue"] if overdue else []),
            *(["waiting"] if status in ("checking", "submitted") else []),
        }
        found = {
            str(sought)
            for sought in Sought
            if Submission.objects.filter(condition(sought, now), pk=submission.pk).exists()
        }
        assert found == expected, (window, status, moment)
    assert seen == set(BoardState) - {BoardState.NOT_EXPECTED}


def test_rates_count_what_was_met_or_fell_due(district: District) -> None:
    hand_in(district.submission(0, 0), -HOUR)
    hand_in(district.submission(1, 0), HOUR)
    hand_in(district.submission(0, 1), 0 * HOUR)
    hand_in(district.submission(1, 1), 3 * HOUR, Status.RETURNED)
    hand_in(district.submission(0, 2), -60 * HOUR, Status.SUBMITTED)
    hand_in(district.submission(1, 2), -50 * HOUR, Status.SUBMITTED)
    rows = Submission.objects.filter(window__in=district.windows)
    board = load_board(rows, district.windows, user=district.administrator, office=district.office)
    assert [row.unit.name for row in board.rows] == ["甲局", "乙局", "丙镇"]
    assert board.rows[0].tally == Tally(on_time=3)
    assert board.columns[0] == Tally(on_time=1, late=1, missing=1)
    assert board.columns[1] == Tally(on_time=1, late=1, missing=1), "returned keeps its timeliness"
    assert board.total.punctual == Fraction(4, 8)
    assert board.total.complete == Fraction(6, 8)
    assert board.states[BoardState.RETURNED] == 1


def test_a_rate_is_rounded_half_up_once() -> None:
    assert rate(Fraction(1, 16)) == "6.3%"
    assert rate(Fraction(2, 3)) == "66.7%"
    assert rate(None) == "—"
    assert Tally(not_due=4).punctual is None


def test_who_is_not_expected_counts_nowhere(district: District) -> None:
    form_services.expect(form=district.form, groups=[district.group], exempt=[district.units[2]])
    rows = Submission.objects.filter(window__in=district.windows)
    board = load_board(rows, district.windows, user=district.administrator, office=district.office)
    assert {one.state for one in board.rows[2].squares} == {BoardState.NOT_EXPECTED}
    assert board.rows[2].tally == Tally()


def test_units_stand_under_their_parents() -> None:
    parents = {1: None, 2: 1, 3: None, 4: 2, 5: 9}
    assert tree_order([3, 1, 5, 4, 2], parents) == [(3, ()), (1, ()), (2, (1,)), (4, (1, 2)), (5, ())]


def test_a_town_that_files_nothing_heads_its_villages(district: District) -> None:
    village = build.unit(district.office, "V", "丁村", district.group, parent=district.units[2])
    form_services.expect(form=district.form, groups=[district.group], exempt=[district.units[2]])
    submissions.start_submission(window=district.windows[0], unit=village)
    Submission.objects.filter(unit=district.units[2]).delete()
    rows = visible_submissions(district.administrator)
    board = load_board(rows, district.windows, user=district.administrator, office=district.office)
    town, under = board.rows[-2:]
    assert (town.unit, town.below, town.missing_below) == (district.units[2], 1, 1)
    assert (under.unit, under.above) == (village, (district.units[2].pk,))


def test_filters_narrow_the_rows_and_columns(district: District, client_of: Any) -> None:
    client = client_of(district.administrator)
    hand_in(district.submission(0, 0), -HOUR)
    hand_in(district.submission(1, 0), DAY)

    def shown(**query: Any) -> tuple[list[str], int]:
        context = client.get(url("board", **query)).context
        return [line.row.unit.name for line in context["lines"]], len(context["heads"])

    everybody = ["甲局", "乙局", "丙镇"]
    assert shown() == (everybody, 3)
    assert shown(state="late") == (["乙局"], 3)
    assert shown(state="on_time") == (["甲局"], 3)
    assert shown(since=district.windows[1].starts_on) == (everybody, 2)
    assert shown(until=district.windows[0].ends_on, state="missing") == (["丙镇"], 1)
    assert shown(group=district.group.pk) == (everybody, 3)
    other = build.group(district.office, "towns", "镇")
    assert shown(group=other.pk) == ([], 3)
    build.unit(district.office, "V", "丁村", district.group, parent=district.units[2])
    assert shown(parent=district.units[2].pk) == (["丙镇"], 3)
    assert shown(by="period", period=district.windows[1].period) == (everybody, 1)
    assert shown(form="999999", span="-1", since="x", state="x") == (everybody, 3)


def test_the_late_list_names_due_handed_in_and_late_by(district: District, client_of: Any) -> None:
    district.clerk(1)
    hand_in(district.submission(0, 0), -HOUR)
    hand_in(district.submission(1, 0), 2 * DAY + 3 * HOUR)
    client = client_of(district.administrator)
    query = {"state": "overdue", "until": district.windows[0].ends_on}
    entries = client.get(url("late", **query)).context["entries"]
    assert [(one.filing.submission.unit.name, one.word) for one in entries] == [
        ("乙局", "迟报"),
        ("丙镇", "未报"),
    ]
    assert entries[0].late_by == "2 天 3 小时"
    assert entries[0].contacts == "李晓明"
    sheet = load_workbook(io.BytesIO(client.get(url("late_export", **query)).content)).active
    assert sheet is not None
    assert [row[1] for row in sheet.values] == ["填报单位", "乙局", "丙镇"]


def test_table_files_hold_no_formula(district: District, client_of: Any) -> None:
    organisation.change_unit(
        unit=district.units[0],
        valid_from=dt.date(2001, 1, 1),
        full_name="=1+1",
        short_name="=HYPERLINK(1)",
        parent=None,
        group=district.group,
    )
    client = client_of(district.administrator)
    for name in ("board_export", "late_export"):
        sheet = load_workbook(io.BytesIO(client.get(url(name)).content)).active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert "'=HYPERLINK(1)" in {cell.value for cell in cells}
        assert "f" not in {cell.data_type for cell in cells}


def test_the_export_is_the_board(district: District, client_of: Any) -> None:
    hand_in(district.submission(0, 0), -HOUR)
    answer = client_of(district.administrator).get(url("board_export"))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.values]
    assert rows[1] == ["A", "甲局", "准时", "未报", "未到期", "50.0%", "50.0%"]
    assert rows[-2][1:4] == ["准时率", "33.3%", "0.0%"]


def test_reminding_tells_the_chosen_ones_and_says_so(district: District, client_of: Any) -> None:
    clerk = district.clerk(0)
    client = client_of(district.administrator)
    hand_in(district.submission(1, 0), DAY)
    query = {"state": "missing", "until": district.windows[0].ends_on}
    page = client.get(url("remind", **query))
    assert page.context["n"] == 2
    chosen = [district.submission(unit, 0).pk for unit in (0, 1, 2)]
    answer = client.post(url("remind", **query), {"submission": chosen, "text": "请速报"}, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    assert len(texts) == 2
    assert "丙镇" in texts[1], "a unit without people is named"
    [notice] = Notice.objects.all()
    assert (notice.user, notice.submission) == (clerk, district.submission(0, 0))
    assert "请速报" in notice.text
    told = [one.told for one in client.get(url("late", **query)).context["entries"]]
    assert "王晓明" in told[0]
    client.post(url("remind", **query), {})
    assert Notice.objects.count() == 1, "nobody chosen, nobody told"


def test_only_administrators_remind(district: District, client_of: Any) -> None:
    chosen = {"submission": [district.submission(0, 0).pk]}
    for user in (district.viewer, district.clerk(0)):
        client = client_of(user)
        assert client.get(url("remind")).status_code == 403
        assert client.post(url("remind"), chosen).status_code == 403
        assert "催报未报单位" not in client.get(url("board")).content.decode()
    assert not Notice.objects.exists()


def test_a_units_people_see_their_rows_and_those_below(district: District, client_of: Any) -> None:
    village = build.unit(district.office, "V", "丁村", district.group, parent=district.units[2])
    for window in district.windows:
        submissions.start_submission(window=window, unit=village)
    client = client_of(district.clerk(2))
    names = [line.row.unit.name for line in client.get(url("board")).context["lines"]]
    assert names == ["丙镇", "丁村"]
    listed = client.get(url("late", state="overdue"))
    assert {one.filing.submission.unit.name for one in listed.context["entries"]} == {"丙镇", "丁村"}
    assert all(not one.contacts and not one.told for one in listed.context["entries"])
    page = reverse("admin:departments_submission_board_unit", args=[village.pk])
    assert client.get(page).status_code == 200
    foreign = reverse("admin:departments_submission_board_unit", args=[district.units[0].pk])
    assert client.get(foreign).status_code == 403


@pytest.fixture
def worlds() -> tuple[OfficeWorld, OfficeWorld]:
    return build_office("A"), build_office("B")


@pytest.mark.parametrize("name", ["clerk0", "head0", "unitviewer0", "viewer", "administrator", "reviewer"])
def test_no_page_of_the_board_shows_what_is_not_ones_own(
    name: str, worlds: tuple[OfficeWorld, OfficeWorld], client_of: Any
) -> None:
    own, other = worlds
    client = client_of(own.people[name])
    secrets = other.secrets | (own.unit_secrets(1) if name.endswith("0") else set())
    asked: list[dict[str, Any]] = [{}, {"by": "period"}, {"state": "overdue"}]
    for world in worlds:
        asked += [
            {"form": world.form.pk},
            {"group": world.group.pk},
            {"by": "period", "office": world.office.pk, "period": "2022Q1"},
            *({"parent": unit.pk} for unit in world.units),
        ]
    pages = [url(page, **query) for page in ("board", "late", "remind") for query in asked]
    pages += [
        reverse("admin:departments_submission_board_unit", args=[unit.pk])
        for world in worlds
        for unit in world.units
    ]
    shown = 0
    for page in pages:
        answer = client.get(page)
        assert answer.status_code in (200, 403), page
        text = answer.content.decode()
        shown += answer.status_code == 200 and "雀A0局" in text
        assert [secret for secret in secrets if secret in text] == [], page
    for page in ("board_export", "late_export"):
        for query in asked:
            book = load_workbook(io.BytesIO(client.get(url(page, **query)).content))
            text = "\n".join(str(value) for row in book.worksheets[0].values for value in row)
            assert [secret for secret in secrets if secret in text] == [], (page, query)
    assert shown > 5


def test_the_stranger_sees_an_empty_board(client_of: Any) -> None:
    home = build.office("empty", "空区")
    answer = client_of(build.person("nobody", home, Role.ADMINISTRATOR)).get(url("board"))
    assert answer.status_code == 200
    assert answer.context["filters"].office is None


def test_queries_do_not_grow_with_units_or_periods(
    client_of: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    district = make_district([(f"U{n}", f"第{n}局") for n in range(40)], weeks=8)
    client = client_of(district.administrator)
    with django_assert_max_num_queries(40) as small:
        client.get(url("board", span="6"))
    with django_assert_max_num_queries(40) as large:
        client.get(url("board", span="13"))
    assert len(small) == len(large)
