"""Saving the texts and tables of a template from the pages of the admin: nobody overwrites what they have not seen."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from departments.permissions import visible
from reports.exceptions import Refused
from reports.models import Annex, Bulletin
from reports.services.template_parts import SECTION_FIELDS, write_annex, write_sections
from reports.services.template_specs import (
    ANNEX_FIELDS,
    COLUMN_FIELDS,
    GROUP_FIELDS,
    AnnexSpec,
    ColumnSpec,
    GroupSpec,
    SectionText,
)
from reports.statements.limits import MAX_ANNEXES


class Overtaken(Refused):
    """Somebody else saved since the page was opened; `version` is what stands there now."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(
            _(
                "Somebody else has saved meanwhile. Nothing of yours is lost: compare, then decide what is kept."
            )
        )


def text_version(bulletin: Bulletin) -> str:
    """What the title and the sections say, as a digest: equal as long as nobody has saved anything else."""
    rows = bulletin.sections.order_by("order").values_list("pk", *SECTION_FIELDS)
    return _digest([bulletin.title, *map(list, rows)])


def annex_version(annex: Annex) -> str:
    """What an annex with its columns and groups says, as a digest."""
    return _digest(
        [
            *Annex.objects.filter(pk=annex.pk).values_list("number", *ANNEX_FIELDS),
            *annex.columns.order_by("order").values_list("order", *COLUMN_FIELDS),
            *annex.groups.order_by("order").values_list("order", *GROUP_FIELDS),
        ]
    )


@transaction.atomic
def save_texts(
    *, bulletin: Bulletin, title: str, sections: Sequence[SectionText], user: Any, seen: str
) -> str:
    """Writes title and sections; gives their new version. `seen`: the version the page was opened with.

    Faulty texts are saved too: no draft is made of them. Refused: no administrator, Overtaken; ValidationError: see
    write_sections.
    """
    locked = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    _require(locked, user)
    present = text_version(locked)
    if seen != present:
        raise Overtaken(present)
    _require_office(locked, [section.repeat for section in sections])
    locked.title = title
    locked.full_clean()
    locked.save()
    write_sections(locked, sections, by_row=True)
    return text_version(locked)


@transaction.atomic
def save_annex(
    *, annex: Annex | None, bulletin: Bulletin, spec: AnnexSpec, user: Any, seen: str = ""
) -> Annex:
    """Writes an annex, or adds one (`annex` None). Refused: no administrator, Overtaken; ValidationError: what can't be."""
    locked = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    _require(locked, user)
    _require_office(locked, [spec.form, spec.register, spec.scheme, *(part.group for part in spec.groups)])
    if annex is None:
        if locked.annexes.count() >= MAX_ANNEXES:
            raise ValidationError(_("A bulletin has at most %s annexes.") % MAX_ANNEXES)
    elif seen != (present := annex_version(annex)):
        raise Overtaken(present)
    return write_annex(annex, locked, spec)


def copy_annex(*, annex: Annex, user: Any) -> Annex:
    """The same table once more, as the last annex."""
    last = annex.bulletin.annexes.aggregate(last=Max("number"))["last"]
    title = _("%s (copy)") % annex.title
    spec = replace(spec_of(annex), number=last + 1, title=title)
    return save_annex(annex=None, bulletin=annex.bulletin, spec=spec, user=user)


def spec_of(annex: Annex) -> AnnexSpec:
    """What an annex is set up from."""
    return AnnexSpec(
        number=annex.number,
        columns=tuple(
            ColumnSpec(**{name: getattr(column, name) for name in COLUMN_FIELDS})
            for column in annex.columns.all()
        ),
        groups=tuple(
            GroupSpec(**{name: getattr(group, name) for name in GROUP_FIELDS}) for group in annex.groups.all()
        ),
        **{name: getattr(annex, name) for name in ANNEX_FIELDS},
    )


def may_write(user: Any, bulletin: Bulletin) -> bool:
    return visible(Bulletin.objects.filter(pk=bulletin.pk), user, "change").exists()


def _require(bulletin: Bulletin, user: Any) -> None:
    if not may_write(user, bulletin):
        raise Refused(_("Templates are written by administrators of the office."))


def _require_office(bulletin: Bulletin, named: Sequence[Any]) -> None:
    if any(one.office_id != bulletin.office_id for one in named if one is not None):
        raise ValidationError(
            _("A bulletin speaks of the groups, forms, registers and schemes of its own office only.")
        )


def _digest(content: Sequence[Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
