"""The two offices as their packs configure them: windows opened, not one figure in them."""

import datetime as dt
from functools import cache
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import Role
from departments.models import Membership, Office, Window
from departments.services import organisation, submissions
from govsvc.packs.loading import apply_pack
from govsvc.packs.pack import Pack
from govsvc.packs.reading import read_pack

PACKS = Path(__file__).parents[3] / "packs"
PERIODS = {"yindu": "2023-06", "wujin": "2022Q1"}


@cache
def pack(name: str) -> Pack:
    return read_pack(PACKS / name)


def open_office(name: str, *forms: str) -> Office:
    """The pack's configuration with a blank window of the named forms (all of them without a name)."""
    office = apply_pack(pack(name))
    now = timezone.now()
    for form in office.forms.filter(code__in=forms or pack(name).forms):
        submissions.open_window(
            form=form,
            period=PERIODS[name],
            opens_at=now - dt.timedelta(days=1),
            due_at=now + dt.timedelta(days=5),
        )
    return office


def window_of(office: Office, form: str) -> Window:
    return Window.objects.select_related("form__office").get(form__office=office, form__code=form)


def clerk_of(office: Office, unit: str) -> User:
    """The unit's own clerk."""
    return Membership.objects.get(office=office, unit__code=unit, role=Role.CLERK).user


def account(office: Office, username: str) -> User:
    return User.objects.get(username=f"{office.code}-{username}")


def collector(office: Office, units: list[str]) -> User:
    """A clerk who fills the form for several units in one grid."""
    user = organisation.save_account(username=f"{office.code}-collector", name="汇总员（演示）")
    for unit in office.units.filter(code__in=units):
        organisation.grant(user=user, office=office, role=Role.CLERK, unit=unit)
    return user
