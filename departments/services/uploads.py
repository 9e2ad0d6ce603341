"""The life of an uploaded file of figures: received, checked by a worker, confirmed by the person, saved by a worker.

Between the steps only the file is kept: what is saved was judged by the rules in force at that moment.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, Role
from departments.exceptions import DepartmentsError
from departments.models import Form, Upload
from departments.permissions import has_role, memberships_of, offices_of, visible
from departments.services import bulk
from departments.services.bulk_plan import StalePlan
from departments.services.bulk_reading import MAX_FAULTS, Fault
from departments.signals import upload_waiting
from departments.table_files import LARGE, TableFileError, check_bytes, read_rows

State = Upload.State
# How often a file is checked anew when forms change under it, before the person is asked to try again.
_TRIES = 3


def uploads_of(user: Any) -> QuerySet[Upload]:
    """A person's own uploads, and for administrators those of their office; uploads into one window have their own page."""
    return Upload.objects.filter(
        Q(pk__in=visible(Upload.objects.all(), user).values("pk")) | Q(user=user), window__isnull=True
    )


def forms_for(user: Any) -> QuerySet[Form]:
    """The forms a person may upload figures for: all of an administrator's office, else those of the own units."""
    own = {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES and m.unit_id}
    offices = offices_of(user, {Role.ADMINISTRATOR})
    return Form.objects.filter(
        Q(office__in=offices) | Q(pk__in=Form.objects.filter(windows__submissions__unit__in=own).values("pk"))
    )


@transaction.atomic
def receive(*, form: Form, data: bytes, name: str, user: Any, at: dt.datetime | None = None) -> Upload:
    """Keeps a file for checking. DepartmentsError when it is no table, too large, or not the person's form."""
    if (
        not has_role(user, {Role.ADMINISTRATOR}, office=form.office)
        and not bulk.units_for(form, user).exists()
    ):
        raise DepartmentsError(_("You fill nothing in the form “%s”.") % form)
    try:
        check_bytes(data, LARGE)
    except TableFileError as error:
        raise DepartmentsError(str(error)) from error
    upload = Upload(form=form, name=name[:200], user=user, at=at or timezone.now())
    # Under a name of our own: what a person calls a file never becomes a path.
    upload.file.save(f"{form.pk}", ContentFile(data), save=False)
    upload.save()
    upload_waiting.send(Upload, upload=upload)
    return upload


@transaction.atomic
def confirm(*, upload: Upload, user: Any) -> Upload:
    """Asks for a checked file to be saved; only the person who uploaded it may."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.user_id != user.pk:
        raise DepartmentsError(_("Only the person who uploaded a file can have it saved."))
    if locked.state != State.CHECKED:
        raise DepartmentsError(
            _("This file is “%s”: there is nothing to confirm.") % locked.get_state_display()
        )
    locked.dry_run, locked.state, locked.done, locked.finished_at = False, State.WAITING, 0, None
    locked.save()
    upload_waiting.send(Upload, upload=locked)
    return locked


def run(*, upload_id: int, at: dt.datetime | None = None) -> Upload:
    """Checks a waiting file and, when it was confirmed, saves it. Run twice or by two workers: the second finds it done."""
    upload = Upload.objects.select_related("form__office", "user").get(pk=upload_id)
    if upload.state not in (State.WAITING, State.CHECKING):
        return upload
    Upload.objects.filter(pk=upload.pk).update(state=State.CHECKING)
    try:
        outcome = _outcome(upload, _reporter(upload), at)
    except TableFileError as error:
        outcome = bulk.Outcome(0, faults=(Fault(0, "", str(error)),))
    return _finish(upload, outcome, at or timezone.now())


def _outcome(upload: Upload, progress: Callable[[int], None], at: dt.datetime | None) -> bulk.Outcome:
    with upload.file.open("rb") as file:
        rows = read_rows(file.read(), LARGE)
    Upload.objects.filter(pk=upload.pk).update(rows=max(0, len(rows) - 1))
    for _try in range(_TRIES):
        plan = bulk.check_table(form=upload.form, rows=rows, user=upload.user, at=at, progress=progress)
        if upload.dry_run:
            return plan.outcome()
        try:
            with transaction.atomic():
                if Upload.objects.select_for_update().get(pk=upload.pk).state == State.SAVED:
                    return plan.outcome()
                outcome = bulk.save_plan(plan=plan, user=upload.user, at=at)
                if not outcome.faults:
                    Upload.objects.filter(pk=upload.pk).update(state=State.SAVED)
                return outcome
        except StalePlan as error:
            message = str(error)
    return bulk.Outcome(len(rows), faults=(Fault(0, "", message),))


def _reporter(upload: Upload) -> Callable[[int], None]:
    """Writes how far the reading is, for the page that waits."""

    def report(row: int) -> None:
        Upload.objects.filter(pk=upload.pk).update(done=row)

    return report


@transaction.atomic
def _finish(upload: Upload, outcome: bulk.Outcome, at: dt.datetime) -> Upload:
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.finished_at is not None:
        return locked
    locked.state = State.REFUSED if outcome.faults else State.CHECKED if upload.dry_run else State.SAVED
    locked.rows = locked.done = outcome.rows
    locked.faults = [
        {"row": fault.row, "column": fault.column, "message": fault.message}
        for fault in outcome.faults[:MAX_FAULTS]
    ]
    locked.faults_count = len(outcome.faults)
    locked.summary, locked.finished_at = outcome.summary, at
    locked.save()
    return locked
