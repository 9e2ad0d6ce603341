"""The account that stands for the clock on what it drafts: nobody logs in with it, and it holds no role (ADR 0031)."""

from django.contrib.auth.models import User
from django.db import transaction

# No form of accounts accepts a blank in a name, so no person can be given it.
_USERNAME = "the clock"
_NAME = "定时任务"


@transaction.atomic
def clock_account() -> User:
    """The clock's account, made when it is first needed."""
    user, made = User.objects.get_or_create(
        username=_USERNAME, defaults={"last_name": _NAME, "is_active": False}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
