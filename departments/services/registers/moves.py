"""Who may do what with an entry, and until when: one place for code, buttons, messages and the state × role test.

An entry's unit answers it, the office's administrators check it. What is dated up to the day a register is closed
through stays as it is, by every route.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Meaning, MoveBy, RegisterKind, Role
from departments.exceptions import TransitionRefused
from departments.models import Entry, Register, RegisterMove, RegisterStatus, Unit
from departments.permissions import has_role, place_of
from departments.transitions import whom_to_ask

OWNERS = frozenset({Role.CLERK, Role.UNIT_HEAD})
CHECKERS = frozenset({Role.ADMINISTRATOR})
# In these the entry is finished: it changes only after a move back.
FINISHED = (Meaning.DONE, Meaning.EXEMPT, Meaning.VOID)


def sides_of(user: Any, unit: Unit) -> frozenset[MoveBy]:
    """Whose moves a person may make for an entry of that unit."""
    sides = set()
    if has_role(user, OWNERS, unit=unit):
        sides.add(MoveBy.OWNER)
    if has_role(user, CHECKERS, office=unit.office):
        sides.add(MoveBy.OFFICE)
    return frozenset(sides)


def sees_personal(user: Any, entry: Entry) -> bool:
    """Whether the person reads the personal columns: the entry's own unit and the office's administrators."""
    return bool(sides_of(user, entry.unit))


def moves_for(
    entry: Entry, user: Any, moves: Iterable[RegisterMove] | None = None
) -> tuple[RegisterMove, ...]:
    """The moves this person may make now, in the register's order; `moves` are all of the register, if read already."""
    if moves is None:
        moves = entry.register.moves.select_related("source", "target")
    return tuple(
        move
        for move in moves
        if move.source_id == entry.status_id and not refusal(entry, move, user, timezone.localdate())
    )


def check_move(entry: Entry, target: RegisterStatus, user: Any, effective_on: dt.date) -> RegisterMove:
    """The move to `target`; TransitionRefused says why it can't be made. The unit's own move comes before the office's."""
    rows = list(
        entry.register.moves.filter(source=entry.status, target=target)
        .select_related("source", "target")
        .order_by("-by")
    )
    if not rows:
        raise TransitionRefused(
            _("“%(key)s” is %(state)s: from there it does not become %(target)s.")
            % {"key": entry.key, "state": entry.status.name, "target": target.name}
        )
    refusals = [refusal(entry, row, user, effective_on) for row in rows]
    if all(refusals):
        raise TransitionRefused(refusals[0])
    return rows[refusals.index("")]


def check_edit(entry: Entry, user: Any) -> frozenset[MoveBy]:
    """Whose fields the person may change now; TransitionRefused when none."""
    sides = sides_of(user, entry.unit)
    if not sides:
        raise TransitionRefused(_("Only the entry's unit and the office's administrators change it."))
    if entry.status.meaning in FINISHED:
        raise TransitionRefused(
            _("“%(key)s” is %(state)s and locked. The office can open it again (%(whom)s).")
            % {"key": entry.key, "state": entry.status.name, "whom": whom_to_ask(entry.register)}
        )
    if entry.status.meaning == Meaning.ANSWERED and entry.register.kind == RegisterKind.WORK:
        sides -= {MoveBy.OWNER}
        if not sides:
            raise TransitionRefused(
                _("“%s” has been answered and is being checked: take the answer back first.") % entry.key
            )
    return frozenset(sides)


def can_edit(entry: Entry, user: Any) -> bool:
    """Whether the form on the page is open."""
    try:
        check_edit(entry, user)
    except TransitionRefused:
        return False
    return True


def check_create(register: Register, unit: Unit, user: Any) -> MoveBy:
    """As whom the person may enter an entry for that unit; TransitionRefused when they may not."""
    if has_role(user, CHECKERS, office=register.office):
        return MoveBy.OFFICE
    if register.units_may_add and has_role(user, OWNERS, unit=unit):
        return MoveBy.OWNER
    raise TransitionRefused(
        _("Units enter nothing into this register themselves: ask the office (%s).") % whom_to_ask(register)
    )


def check_open(register: Register, *days: dt.date | None) -> None:
    """TransitionRefused when one of the days lies in a closed time."""
    for day in days:
        reason = why_closed(register, day) if day else ""
        if reason:
            raise TransitionRefused(reason)


def why_closed(register: Register, day: dt.date) -> str:
    """Why nothing dated that day changes any more, until when and whom to ask; "" when it is open."""
    if register.closed_through is None or day > register.closed_through:
        return ""
    return _("“%(register)s” is closed through %(day)s. Ask the office to open it again (%(whom)s).") % {
        "register": register.title,
        "day": register.closed_through.isoformat(),
        "whom": whom_to_ask(register),
    }


def acting_for(user: Any, side: MoveBy, unit: Unit) -> Any:
    """The person whose place the user takes today in making such a move; None in their own right, and for the clock."""
    if user is None:
        return None
    roles = OWNERS if side == MoveBy.OWNER else CHECKERS
    place = place_of(user, roles, unit=unit)
    return place.acting_for if place else None


def refusal(entry: Entry, move: RegisterMove, user: Any, effective_on: dt.date) -> str:
    """Why the person can't make this move from that day on; "" when they may."""
    if MoveBy(move.by) not in sides_of(user, entry.unit):
        roles = OWNERS if move.by == MoveBy.OWNER else CHECKERS
        names = "、".join(str(Role(role).label) for role in sorted(roles))
        return _("“%(move)s” is for: %(roles)s.") % {"move": move.name, "roles": names}
    own = move.by == MoveBy.OFFICE and entry.status.meaning == Meaning.ANSWERED
    if own and entry.answered_by_id == user.pk and move.target.meaning in FINISHED:
        return _("Nobody checks their own answer: somebody else must decide on it.")
    return why_closed(entry.register, effective_on)
