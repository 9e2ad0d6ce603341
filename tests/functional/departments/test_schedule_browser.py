"""An administrator sets up when a form opens and is due, and which days the office works."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.calendars import WorkCalendar, last_published_year
from departments.choices import Role
from departments.models import CalendarDay, Form, Office, Schedule
from departments.services.forms import save_form
from departments.services.schedules import save_calendar_day, save_schedule
from tests import build
from tests.functional.journey.camera import shoot

pytestmark = pytest.mark.django_db(transaction=True)

PREVIEW = ".gs-coming tbody tr"


@pytest.fixture
def home(transactional_db: None) -> Office:
    return build.office("wujin", "武进区政务服务管理办公室")


@pytest.fixture
def form(home: Office) -> Form:
    build.form(home, frequency="month", groups=[build.group(home)])
    return save_form(office=home, code="items", title="政务服务事项办理情况月报表")


@pytest.fixture
def opens(home: Office, live_server) -> Callable[..., None]:
    """Shows a page to the office's administrator."""
    user: User = build.person("admin", home, Role.ADMINISTRATOR)
    User.objects.filter(pk=user.pk).update(last_name="张敏")

    def opened(page: Page, name: str, *args: object) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(live_server.url + reverse(f"admin:departments_{name}", args=args))

    return opened


def schedule_tab(page: Page) -> None:
    page.locator("a[href='#schedules']").click()


def is_as_wide_as_the_screen(page: Page, part: str) -> bool:
    box = page.locator(part).bounding_box()
    assert box is not None
    return box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]  # type: ignore[index]


def test_a_rule_is_written_and_shows_what_it_opens(page: Page, phone: Page, form: Form, opens) -> None:
    today = timezone.localdate()
    save_schedule(
        form=form, valid_from=today.replace(month=1, day=1), due_number=5, closes_days=3, on_rest_day="next"
    )
    opens(page, "form_change", form.pk)
    schedule_tab(page)
    expect(page.locator(PREVIEW)).to_have_count(6)
    page.fill("#id_schedules-0-due_number", "8")
    page.click("button[name='_continue']")
    schedule_tab(page)
    expect(page.locator(PREVIEW)).to_have_count(6)
    assert Schedule.objects.get().due_number == 8
    page.set_viewport_size({"width": 1440, "height": 1100})
    shoot(page, "administrator-schedule", page.locator("#schedules-group"))
    opens(phone, "form_change", form.pk)
    phone.get_by_text("more_horiz").click()
    schedule_tab(phone)
    expect(phone.locator(PREVIEW).first).to_be_visible()
    assert is_as_wide_as_the_screen(phone, "#schedules-group")
    assert is_as_wide_as_the_screen(phone, ".gs-coming")


def test_a_rule_that_cannot_work_says_so_at_its_field(page: Page, form: Form, opens) -> None:
    save_schedule(form=form, valid_from=dt.date(2022, 1, 1))
    opens(page, "form_change", form.pk)
    schedule_tab(page)
    page.fill("#id_schedules-0-opens_day", "60")
    page.click("button[name='_continue']")
    expect(page.locator("#schedules-group .text-red-600 li")).to_have_count(1)
    schedule_tab(page)
    expect(page.locator("#schedules-group .text-red-600 li")).to_be_visible()
    assert Schedule.objects.get().opens_day is None


def test_a_holiday_is_entered_with_all_its_days(page: Page, phone: Page, home: Office, opens) -> None:
    year = last_published_year() + 1
    save_calendar_day(office=home, day=dt.date(2022, 7, 6), is_working=False, name="机房停电检修")
    opens(page, "calendarday_changelist")
    this_year = timezone.localdate().year
    guessed = [y for y in (this_year, this_year + 1) if not WorkCalendar().knows(y)]
    expect(page.locator(".gs-calendar-note .gs-banner")).to_have_count(1 if guessed else 0)
    opens(page, "calendarday_add")
    page.fill("#id_day", f"{year}-10-01")
    page.fill("#id_last_day", f"{year}-10-07")
    page.fill("#id_name", "国庆节")
    page.click("button[name='_save']")
    expect(page.locator("#result_list tbody tr")).to_have_count(8)
    assert set(
        CalendarDay.objects.filter(day__year=year).values_list("name", "is_working", "office__code")
    ) == {("国庆节", False, "wujin")}
    shoot(page, "administrator-calendar")
    opens(phone, "calendarday_changelist")
    assert is_as_wide_as_the_screen(phone, ".gs-calendar-note")
    page.goto(f"{page.url.partition('?')[0]}?year=2022")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


def test_a_range_that_is_upside_down_is_refused(page: Page, opens) -> None:
    opens(page, "calendarday_add")
    page.fill("#id_day", "2030-10-07")
    page.fill("#id_last_day", "2030-10-01")
    page.click("button[name='_save']")
    expect(page.locator("#id_last_day")).to_be_visible()
    assert not CalendarDay.objects.exists()
