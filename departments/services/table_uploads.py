"""A table file kept between the steps of its import: read anew at every step, saved once or never."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError
from departments.models import Unit, Upload, Window
from departments.permissions import has_role
from departments.services.mappings import Column, remember, remember_units
from departments.services.table_entry import rows_of
from departments.services.table_plans import Plan, save_plan
from departments.sheets import Sheet
from departments.tables import LIMITS, Table, TableError, read_table
from departments.transitions import DECIDERS

State = Upload.State
PASTED = "粘贴.tsv"


@dataclass(frozen=True)
class Settled:
    """A table with every question answered: its columns, what a dash means, and whose the unknown names are."""

    table: Table
    columns: tuple[Column, ...]
    dash: str | None = None
    # Answered names: the unit, or None for rows that are left out.
    names: Mapping[str, Unit | None] = field(default_factory=dict)
    # Those of them to be known as aliases from now on.
    aliases: frozenset[str] = frozenset()


@transaction.atomic
def receive(*, window: Window, content: bytes, name: str, user: Any, at: dt.datetime | None = None) -> Upload:
    """Keeps a file that can be read as a table; TableError otherwise. PermissionDenied for who fills nothing here."""
    rows_of(window, user)
    table = read_table(content, name)
    upload = Upload(
        form=window.form,
        window=window,
        name=name[-200:],
        state=State.CHECKED,
        rows=len(table.rows),
        user=user,
        at=at or timezone.now(),
    )
    # Under a name of our own: what a person calls a file never becomes a path.
    upload.file.save(f"table-{window.pk}", ContentFile(content), save=False)
    upload.save()
    return upload


def receive_pasted(*, window: Window, text: str, user: Any, at: dt.datetime | None = None) -> Upload:
    """The same for a text from the clipboard."""
    if len(text) > LIMITS.packed:
        raise TableError(_("That is too much text for a table of figures."))
    return receive(window=window, content=text.encode("utf-8"), name=PASTED, user=user, at=at)


def own_upload(window: Window, user: Any, upload_id: int) -> Upload:
    """The person's own upload into this window; PermissionDenied otherwise."""
    upload = Upload.objects.filter(window=window, user=user, pk=upload_id).first()
    if upload is None:
        raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
    return upload


def table_of(upload: Upload) -> Table:
    """The table in the kept file; DepartmentsError when the file is gone."""
    try:
        with upload.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise DepartmentsError(_("The file is no longer here: upload it again.")) from error
    return read_table(content, upload.name)


@transaction.atomic
def save_upload(
    *,
    upload: Upload,
    plan: Plan,
    settled: Settled,
    versions: Mapping[int, int],
    sheet: Sheet,
    user: Any,
    at: dt.datetime | None = None,
) -> None:
    """Saves the plan and what was answered on the way, or nothing: RowsRefused says which rows stand in the way.

    An upload is saved once; the answers are kept only from the office's administrator, since everybody's next table
    is read by them.
    """
    locked = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("form__office", "window__form__office")
        .get(pk=upload.pk)
    )
    assert locked.window is not None
    if locked.state == State.SAVED:
        raise DepartmentsError(_("This table has been saved already."))
    save_plan(window=locked.window, plan=plan, versions=versions, user=user, sheet=sheet, at=at)
    if may_remember(locked.window, user):
        remember(
            form=locked.form,
            table=settled.table,
            columns=settled.columns,
            dash=settled.dash,
            left_out=[name for name, unit in settled.names.items() if unit is None],
            user=user,
            at=at,
        )
        remember_units({name: settled.names[name] for name in settled.aliases})
    locked.state, locked.dry_run, locked.done = State.SAVED, False, locked.rows
    locked.summary = {
        "changed": plan.changed_units,
        "unchanged": len(plan.units) - plan.changed_units,
        "cells": plan.changes,
    }
    locked.finished_at = at or timezone.now()
    locked.save()


def may_remember(window: Window, user: Any) -> bool:
    return has_role(user, DECIDERS, office=window.form.office)
