"""Telling people: one notice per person and matter in their inbox, and what is to carry it outside the page.

A notice's key says what it is about, so nobody is told the same thing twice. Up to the first “/” it names the batch: the
notices of one matter to many units. A group chat is told once per batch, with all its units in the text.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.choices import Channel
from departments.models import Membership, Notice, NoticeDelivery, Office, Robot, Submission, Unit
from departments.signals import notice_created


def batch_of(key: str) -> str:
    """The part of a key that the notices of one batch share."""
    return key.partition("/")[0]


@transaction.atomic
def notify(
    users: Iterable[User],
    *,
    office: Office,
    kind: str,
    title: str,
    text: str,
    url: str,
    key: str,
    at: dt.datetime | None = None,
    submission: Submission | None = None,
    unit: Unit | None = None,
    by_email: bool = True,
    by_robot: bool = False,
) -> list[Notice]:
    """Writes the notice to each of them who has none of that key yet; the new ones.

    By e-mail it goes to those with an address; by robot to every group chat of the office once per batch. Whoever is to
    carry a new notice hears of it by the signal notice_created, inside the transaction.
    """
    people = {user.pk: user for user in users}
    told = set(Notice.objects.filter(user__in=people, key=key).values_list("user", flat=True))
    fresh = sorted(people.keys() - told)
    if not fresh:
        return []
    common: dict[str, Any] = {
        "office": office,
        "unit": unit,
        "submission": submission,
        "kind": kind,
        "title": title[:200],
        "text": text,
        "url": url,
        "key": key,
        "at": at or timezone.now(),
    }
    # Two of us at once: the unique key lets the second wait for the first and write nothing.
    Notice.objects.bulk_create([Notice(user_id=pk, **common) for pk in fresh], ignore_conflicts=True)
    notices = list(Notice.objects.filter(user__in=fresh, key=key).select_related("user").order_by("pk"))
    carried = [notice for notice in notices if by_email and notice.user.email]
    NoticeDelivery.objects.bulk_create(
        [NoticeDelivery(notice=notice, channel=Channel.EMAIL) for notice in carried], ignore_conflicts=True
    )
    for notice in carried:
        notice_created.send(Notice, notice=notice)
    if by_robot:
        tell_groups(office=office, batch=batch_of(key))
    return notices


@transaction.atomic
def tell_groups(*, office: Office, batch: str) -> None:
    """Lets every robot of the office carry the batch, once: the delivery hangs on the batch's first notice, whoever asks."""
    first = (
        Notice.objects.filter(Q(key=batch) | Q(key__startswith=f"{batch}/"), office=office)
        .order_by("pk")
        .first()
    )
    robots = list(Robot.objects.filter(office=office, is_active=True))
    if first is None or not robots:
        return
    NoticeDelivery.objects.bulk_create(
        [NoticeDelivery(notice=first, channel=Channel.ROBOT, robot=robot) for robot in robots],
        ignore_conflicts=True,
    )
    notice_created.send(Notice, notice=first)


@transaction.atomic
def mark_read(*, user: Any, ids: Iterable[int] | None = None, at: dt.datetime | None = None) -> int:
    """The person's own unread notices (all, or those of the ids) become read; how many."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=at or timezone.now())


def staff_by_unit(office: Office, roles: Iterable[str], at: dt.datetime) -> dict[int | None, list[User]]:
    """Unit id (None: the whole office) → the people who hold one of the roles there that day, acting ones included."""
    rows = (
        Membership.objects.on(timezone.localdate(at))
        .filter(office=office, role__in=list(roles), user__is_active=True)
        .select_related("user")
        .order_by("user")
    )
    found: dict[int | None, dict[int, User]] = {}
    for row in rows:
        found.setdefault(row.unit_id, {})[row.user_id] = row.user
    return {unit: list(users.values()) for unit, users in found.items()}
