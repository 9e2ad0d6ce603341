"""Reading the personal columns of one entry: the only place that does, and it keeps a record of the office's reading."""

import logging
from typing import Any

from departments.choices import MoveBy
from departments.models import Entry, EntryPersonal
from departments.services.registers.moves import sides_of

log = logging.getLogger("govsvc.access")


def read_personal(*, entry: Entry, user: Any) -> dict[str, str] | None:
    """Contents of the personal columns by column code; None for whoever must not read them.

    Of an administrator's reading the log keeps who and which entry, never what.
    """
    sides = sides_of(user, entry.unit)
    if not sides:
        return None
    kept = EntryPersonal.objects.filter(entry=entry).first()
    if kept is not None and MoveBy.OWNER not in sides:
        log.info("personal columns read user=%s entry=%s", user, entry.pk)
    return dict(kept.values) if kept else {}
