"""Addresses and answers of the pages of schemes and leaves."""

from typing import Any

from django.urls import reverse

from tests.functional.schemes.desk import PERIOD, Desk, make_desk

LIST = "/admin/indicators/leafreport/"
QUEUE = f"{LIST}queue/"


def tree(desk: Desk) -> str:
    return reverse("admin:indicators_scheme_change", args=[desk.scheme.pk])


def node(desk: Desk, key: str) -> str:
    return reverse("admin:indicators_scheme_node", args=[desk.node(key).pk])


def leaf(desk: Desk, key: str, unit: int, period: str = PERIOD) -> str:
    return reverse("admin:indicators_leafreport_leaf", args=[desk.node(key).pk, desk.units[unit].pk, period])


def shows(desk: Desk) -> str:
    return f"{LIST}?scheme={desk.scheme.pk}&period={PERIOD}"


def words(response: Any) -> str:
    return response.content.decode()


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def make_other_office() -> Desk:
    """A second office with the same names; its people end in -x."""
    from departments.models import Office

    Office.objects.filter(code="fc").update(code="before")
    from django.contrib.auth.models import User

    for user in User.objects.all():
        user.username = f"{user.username}-x"
        user.save()
    return make_desk()
