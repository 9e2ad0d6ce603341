"""Mailings, subscriptions and schedules of a pack's bulletins: what they name exists, and no two bear one name."""

from collections.abc import Iterable, Iterator
from typing import Any

from departments.choices import UNIT_ROLES
from govsvc.packs.checker import Checker, inside, once
from govsvc.packs.faults import Fault
from govsvc.packs.pack import Placed
from govsvc.packs.schema import BulletinFile
from reports.mail.enclosures import CONTENT_TYPES
from reports.models.schedules import LARGEST


def mail_faults(c: Checker, bulletin: Placed[BulletinFile]) -> Iterator[Fault]:
    """Every fault of what a bulletin mails, to whom and when."""
    for mailing in inside(bulletin, "mailings", bulletin.spec.mailings):
        yield from c.known("rankings", mailing, "ranking")
        yield from _words(mailing, "roles", sorted(UNIT_ROLES), "单位角色")
        yield from _words(mailing, "attachments", CONTENT_TYPES, "附件格式")
    subscriptions = inside(bulletin, "subscriptions", bulletin.spec.subscriptions)
    yield from once(subscriptions, lambda one: one.address.casefold(), "订阅邮箱", "address")
    for subscription in subscriptions:
        yield from _words(subscription, "attachments", CONTENT_TYPES, "附件格式")
    schedules = inside(bulletin, "schedules", bulletin.spec.schedules)
    yield from once(schedules, lambda one: one.name, "定时任务名称", "name")
    for schedule in schedules:
        largest = LARGEST.get(schedule.spec.rule, 1)
        if not 1 <= schedule.spec.number <= largest:
            yield schedule.fault(f"要写 1 到 {largest}", "number")


def _words(row: Placed[Any], key: str, known: Iterable[str], what: str) -> Iterator[Fault]:
    """A list of words out of a few."""
    for word in getattr(row.spec, key):
        if word not in known:
            yield row.fault(f"没有{what}“{word}”：可写 {'、'.join(known)}", key)
