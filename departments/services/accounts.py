"""Accounts as an administrator keeps them: which ones may be seen and changed, and first passwords for new ones."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.models import Membership
from departments.permissions import offices_of
from departments.services.organisation import give_passwords

# Hashing takes its time on purpose; one page must not wait longer than about half a minute.
MAX_PASSWORDS = 200
# Without letters and digits that look alike on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 12


def accounts_of(user: Any, *, to_change: bool = False) -> QuerySet[User]:
    """Accounts with a role in an office the person administers; to change: with roles nowhere else, and no superuser."""
    if user.is_superuser:
        return User.objects.all()
    offices = offices_of(user, {Role.ADMINISTRATOR})
    own = Membership.objects.filter(user=OuterRef("pk"))
    found = User.objects.filter(Exists(own.filter(office__in=offices)), is_superuser=False)
    return found.exclude(Exists(own.exclude(office__in=offices))) if to_change else found


@transaction.atomic
def first_passwords(*, accounts: Iterable[User], user: Any) -> dict[str, str]:
    """Gives accounts that nobody has ever logged in to a random password; username → password, shown this once.

    Accounts in use and accounts the person may not change are left alone.
    """
    wanted = [account.pk for account in accounts]
    new = accounts_of(user, to_change=True).filter(pk__in=wanted, last_login=None, is_active=True)
    names = list(new.order_by("username").values_list("username", flat=True))
    if len(names) > MAX_PASSWORDS:
        raise DepartmentsError(_("At most %s passwords at once: choose fewer accounts.") % MAX_PASSWORDS)
    passwords = {name: "".join(secrets.choice(_ALPHABET) for _n in range(_LENGTH)) for name in names}
    for _name in give_passwords(passwords):
        pass
    return passwords
