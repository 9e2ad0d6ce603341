"""Checks of a register's definition: what would tear its entries or its history apart is refused with the reason."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import BaseInlineFormSet, ModelForm
from django.utils.translation import gettext_lazy as _

from departments.models import (
    Entry,
    EntryBatch,
    EntryEvent,
    EntryPersonal,
    Register,
    RegisterColumn,
    RegisterStatus,
)
from departments.services.registers.definitions import refuse_taken_code


class RegisterForm(ModelForm):
    """Codes of forms, registers and requests of an office are one namespace; the kind stays once there are entries."""

    class Meta:
        model = Register
        fields = "__all__"  # noqa: DJ007 (the admin's fieldsets say which)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        office, code = data.get("office"), data.get("code")
        if office and code:
            try:
                refuse_taken_code(office=office, code=code, of=Register)
            except ValidationError as error:
                self.add_error(None, error)
        if self.instance.pk and "kind" in self.changed_data and self.instance.entries.exists():
            self.add_error("kind", _("The register has entries already: its kind stays."))
        if data.get("least_times") and not data.get("least_per"):
            self.add_error("least_per", _("Say per what time so many entries are to be had."))
        return data


class PartFormSet(BaseInlineFormSet):
    """Rows of one register: those that stay are checked by `check`, those that go by `check_gone`."""

    def clean(self) -> None:
        super().clean()
        gone = []
        for form in self.forms:
            if not form.is_valid() or not form.cleaned_data:
                continue
            if not form.cleaned_data.get("DELETE"):
                self.check(form)
            elif form.instance.pk and (fault := self.check_gone(form.instance)):
                gone.append(fault)
        # Django looks at no error of a row that is to go: it is the table's.
        if gone:
            raise ValidationError(gone)

    def check(self, form: ModelForm) -> None:
        """Adds errors to the form of a row that stays."""

    def check_gone(self, row: Any) -> Any:
        """Why a stored row can't go; None when it can."""
        return None


class StatusFormSet(PartFormSet):
    def check(self, form: ModelForm) -> None:
        """Name and order change at will; code and meaning are what counts and history rest on."""
        if form.instance.pk and _is_used(form.instance):
            for name in {"code", "meaning"} & set(form.changed_data):
                form.add_error(
                    name, _("Entries are or were in this status: make another one and move them there.")
                )

    def check_gone(self, row: RegisterStatus) -> Any:
        if not _is_used(row):
            return None
        return _("“%s” can't be deleted: entries are or were in this status.") % row.name


class MoveForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("source") and data.get("source") == data.get("target"):
            self.add_error("target", _("A move leads to another status."))
        return data


class ColumnFormSet(PartFormSet):
    def check(self, form: ModelForm) -> None:
        column = form.instance
        if not column.pk:
            return
        changed = {"code", "personal", "kind"} & set(form.changed_data)
        # As it is stored: the form has put the new code on the instance already.
        if changed and _is_filled(self.instance, form.initial["code"]):
            for name in changed:
                form.add_error(
                    name, _("Entries have contents in this column: make a new column and fill that one.")
                )
        if "personal" in form.changed_data and column.personal and column.counts.exists():
            form.add_error("personal", _("A personal column is never counted."))

    def check_gone(self, row: RegisterColumn) -> Any:
        if row.counts.exists():
            return _("“%s” can't be deleted: a count looks at it.") % row.name
        if _is_filled(self.instance, row.code):
            return _("“%s” can't be deleted: entries have contents in it.") % row.name
        return None


class CountFormSet(PartFormSet):
    def check(self, form: ModelForm) -> None:
        """Statuses, types and levels a count names must be the register's; the column it may choose is."""
        data, register = form.cleaned_data, self.instance
        codes = set(register.statuses.values_list("code", flat=True)) if register.pk else set()
        self._refuse_unknown(form, "statuses", data.get("statuses", "").split(), codes)
        for name, known in (("types", register.type_names), ("levels", register.level_names)):
            asked = [line.strip() for line in data.get(name, "").splitlines() if line.strip()]
            if known:
                self._refuse_unknown(form, name, asked, set(known))
        if data.get("equals") and not data.get("column"):
            form.add_error("column", _("Say which column says this."))

    @staticmethod
    def _refuse_unknown(form: ModelForm, name: str, asked: list[str], known: set[str]) -> None:
        unknown = [word for word in asked if word not in known]
        if unknown:
            form.add_error(
                name,
                _("The register has no: %(unknown)s. It has: %(known)s.")
                % {"unknown": "、".join(unknown), "known": "、".join(sorted(known))},
            )


def _is_used(status: RegisterStatus) -> bool:
    events = EntryEvent.objects.filter(Q(from_status=status) | Q(to_status=status))
    return (
        Entry.objects.filter(status=status).exists()
        or events.exists()
        or EntryBatch.objects.filter(gone_to=status).exists()
    )


def _is_filled(register: Register, code: str) -> bool:
    """Whether some entry holds something in the column of that code; nothing is read of what it is."""
    if Entry.objects.filter(register=register, values__has_key=code).exists():
        return True
    return EntryPersonal.objects.filter(entry__register=register, values__has_key=code).exists()
