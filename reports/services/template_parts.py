"""Writing the parts of a bulletin: sections in place, annexes with their columns and groups of rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from reports.models import Annex, AnnexColumn, AnnexGroup, Bulletin, BulletinSection, SectionEdit
from reports.services.template_specs import (
    ANNEX_FIELDS,
    COLUMN_FIELDS,
    GROUP_FIELDS,
    AnnexSpec,
    SectionText,
)
from reports.statements.limits import MAX_COLUMNS, MAX_SECTIONS, MAX_TEXT

SECTION_FIELDS = ("order", "level", "heading", "text", "repeat")


def write_sections(bulletin: Bulletin, wanted: Sequence[SectionText], *, by_row: bool = False) -> None:
    """Makes the bulletin's sections what is wanted. Rows stay and are changed, since edits of issues point at them.

    They are matched by their order, or with `by_row` by the row that each names. ValidationError, and nothing is
    written: too many or too long sections, or one that goes has an edit in force.
    """
    if len(wanted) > MAX_SECTIONS:
        raise ValidationError(_("A bulletin has at most %s sections.") % MAX_SECTIONS)
    for place, section in enumerate(wanted, 1):
        if len(section.text) > MAX_TEXT:
            raise ValidationError(
                _("Section %(place)s has %(size)s characters, at most %(most)s fit: split it.")
                % {"place": place, "size": len(section.text), "most": MAX_TEXT}
            )
    stored = list(bulletin.sections.all())
    kept = _matched(stored, wanted, by_row)
    _remove([row for row in stored if row not in kept])
    rows = []
    for place, (row, section) in enumerate(zip(kept, wanted, strict=True), 1):
        row = row or BulletinSection(bulletin=bulletin)
        former = [getattr(row, name) for name in SECTION_FIELDS] if row.pk else None
        row.order, row.level, row.heading = place, section.level, section.heading
        row.text, row.repeat = section.text, section.repeat
        row.full_clean(validate_unique=False, validate_constraints=False)
        if former != [getattr(row, name) for name in SECTION_FIELDS]:
            rows.append(row)
    _store(bulletin, rows)


def _matched(
    stored: list[BulletinSection], wanted: Sequence[SectionText], by_row: bool
) -> list[BulletinSection | None]:
    """The stored row of each wanted section, None for a new one; no row twice."""
    if by_row:
        rows = {row.pk: row for row in stored}
        return [rows.pop(section.row, None) if section.row else None for section in wanted]
    return [stored[place] if place < len(stored) else None for place in range(len(wanted))]


def _remove(gone: list[BulletinSection]) -> None:
    edited = SectionEdit.objects.filter(section__in=gone, ended="").select_related("section").first()
    if edited is not None:
        raise ValidationError(
            _(
                "“%(section)s” can't be removed: its text was edited in the issue of %(period)s. Empty its heading and"
                " text instead; an empty section isn't printed."
            )
            % {"section": edited.section, "period": edited.period}
        )
    for row in gone:
        row.delete()


def _store(bulletin: Bulletin, rows: list[BulletinSection]) -> None:
    """Saves the rows; those that change places first make way, for no two may stand in one place."""
    moved = [row.pk for row in rows if row.pk]
    last = bulletin.sections.aggregate(last=Max("order"))["last"] or 0
    for away, pk in enumerate(moved, last + MAX_SECTIONS + 1):
        BulletinSection.objects.filter(pk=pk).update(order=away)
    for row in rows:
        row.save()


def write_annex(annex: Annex | None, bulletin: Bulletin, spec: AnnexSpec) -> Annex:
    """Makes the annex (None: a new one) what `spec` says. ValidationError names the column or field that can't be."""
    if len(spec.columns) > MAX_COLUMNS:
        raise ValidationError(_("An annex has at most %s columns.") % MAX_COLUMNS)
    annex = annex or Annex(bulletin=bulletin)
    annex.number = spec.number
    for name in ANNEX_FIELDS:
        setattr(annex, name, getattr(spec, name))
    annex.full_clean()
    annex.save()
    replace_parts(annex.columns.all(), columns_of(annex, spec), ("order", *COLUMN_FIELDS))
    replace_parts(annex.groups.all(), groups_of(annex, spec), ("order", *GROUP_FIELDS))
    return annex


def columns_of(annex: Annex, spec: AnnexSpec) -> list[AnnexColumn]:
    """The columns of `spec` in order, not saved."""
    return [
        AnnexColumn(annex=annex, order=place, **{name: getattr(column, name) for name in COLUMN_FIELDS})
        for place, column in enumerate(spec.columns, 1)
    ]


def groups_of(annex: Annex, spec: AnnexSpec) -> list[AnnexGroup]:
    """The groups of rows of `spec` in order, not saved."""
    return [
        AnnexGroup(annex=annex, order=place, **{name: getattr(group, name) for name in GROUP_FIELDS})
        for place, group in enumerate(spec.groups, 1)
    ]


def replace_parts(stored: Any, wanted: list[Any], keys: tuple[str, ...]) -> None:
    """Makes the ordered parts what is wanted; rows that say the same already are left as they are."""

    def content(rows: Iterable[Model]) -> list[tuple]:
        return [tuple(getattr(row, key) for key in keys) for row in rows]

    if content(stored) == content(wanted):
        return
    for row in wanted:
        row.full_clean(validate_unique=False, validate_constraints=False)
    stored.delete()
    stored.model._default_manager.bulk_create(wanted)
