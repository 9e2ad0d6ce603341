"""条目: named entries of registers with a unit, a status, dates and evidence; their history, the files they came from.

State and content change only through departments.services.registers. Personal columns lie in a table of their own, so that
what reads entries (lists, exports, counts, bulletins, notices, logs) cannot carry them along.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import BatchState, EntryAction, Origin, Role
from departments.models.files import StoredFile
from departments.models.organisation import Unit
from departments.models.registers import Register, RegisterStatus
from departments.scoping import ADMINISTRATORS, EVERYBODY, OFFICE_STAFF, Scope

# What belongs to an entry is seen by whoever sees the entry.
OF_ENTRY = Scope(office="entry__register__office", unit="entry__unit", view=EVERYBODY, down_the_tree=True)


class EntryBatch(models.Model):
    """One file of entries: what it would change (checked), then what it changed (applied)."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="batches", verbose_name=_("register"))
    state = models.CharField(_("state"), max_length=10, choices=BatchState.choices)
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    opened_on = models.DateField(_("handed out on"))
    # Whether entries that the file no longer names are gone; a part of the list says nothing about the others.
    is_complete = models.BooleanField(_("the file is the whole list"), default=True)
    # What becomes of those that are gone; null: they are only marked.
    gone_to = models.ForeignKey(
        RegisterStatus,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gone ones become"),
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    applied_at = models.DateTimeField(_("saved at"), null=True)
    n_new = models.PositiveIntegerField(_("new"), default=0)
    n_changed = models.PositiveIntegerField(_("changed"), default=0)
    n_gone = models.PositiveIntegerField(_("gone"), default=0)
    n_same = models.PositiveIntegerField(_("unchanged"), default=0)
    # What the preview shows and what is saved; personal columns lie in EntryBatchPersonal.
    plan = models.JSONField(default=dict, blank=True)

    scope = Scope(office="register__office", view=OFFICE_STAFF, add=ADMINISTRATORS)

    class Meta:
        verbose_name = _("file of entries")
        verbose_name_plural = _("files of entries")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.register} {self.name}"


class EntryBatchPersonal(models.Model):
    """The personal columns of a checked file, until it is applied or dropped."""

    batch = models.OneToOneField(EntryBatch, models.CASCADE, related_name="personal")
    values = models.JSONField(default=dict)

    scope = Scope(office="batch__register__office")

    class Meta:
        verbose_name = _("personal columns of a file")
        verbose_name_plural = _("personal columns of files")

    def __str__(self) -> str:
        return str(self.batch)


class Entry(models.Model):
    """条目: one named thing of a register, handed to a unit."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="entries", verbose_name=_("register"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="entries", verbose_name=_("unit"))
    key = models.CharField(_("key"), max_length=100)
    name = models.CharField(_("title"), max_length=300)
    type = models.CharField(_("type"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=60, blank=True)
    status = models.ForeignKey(
        RegisterStatus, models.PROTECT, related_name="entries", verbose_name=_("state")
    )
    opened_on = models.DateField(_("handed out on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    # The day it last came to a status that counts as done; null while it is not.
    done_on = models.DateField(_("done on"), null=True)
    # Contents of the columns that are not personal, by column code, as texts.
    values = models.JSONField(_("columns"), default=dict, blank=True)
    origin = models.CharField(_("opened for"), max_length=14, choices=Origin.choices, default=Origin.HAND)
    # What it was opened for, once: (register, origin, origin_key, unit).
    origin_key = models.CharField(max_length=120, blank=True)
    origin_label = models.CharField(_("because of"), max_length=300, blank=True)
    origin_url = models.CharField(max_length=300, blank=True)
    # The file that no longer named it.
    gone_in = models.ForeignKey(
        EntryBatch, models.PROTECT, null=True, blank=True, related_name="gone", verbose_name=_("gone in")
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered at"))
    # Who last answered: nobody checks an answer of their own.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    scope = Scope(
        office="register__office",
        unit="unit",
        view=EVERYBODY,
        add=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
        down_the_tree=True,
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["register", "unit__protocol_order", "opened_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["register", "key"], name="entry_key_once"),
            models.UniqueConstraint(
                fields=["register", "origin", "origin_key", "unit"],
                condition=~Q(origin_key=""),
                name="entry_origin_once",
            ),
        ]
        indexes = [
            models.Index(fields=["register", "unit", "status"]),
            models.Index(fields=["register", "opened_on"]),
            models.Index(fields=["due_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class EntryPersonal(models.Model):
    """The personal columns of one entry: read by its own unit's clerks and head, and by administrators."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="personal")
    values = models.JSONField(default=dict)

    scope = Scope(
        office="entry__register__office",
        unit="entry__unit",
        view=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
    )

    class Meta:
        verbose_name = _("personal columns of an entry")
        verbose_name_plural = _("personal columns of entries")

    def __str__(self) -> str:
        return str(self.entry_id)


class EntryEvent(models.Model):
    """Who did what when to an entry; never changed. Personal contents are not in it, only that they changed."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="events", verbose_name=_("entry"))
    action = models.CharField(_("action"), max_length=10, choices=EntryAction.choices)
    from_status = models.ForeignKey(
        RegisterStatus, models.PROTECT, null=True, related_name="+", verbose_name=_("from")
    )
    to_status = models.ForeignKey(RegisterStatus, models.PROTECT, related_name="+", verbose_name=_("to"))
    # The unit whose it is from then on.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # The day from which it counts: status and unit at a period's end are the last ones effective by then.
    effective_on = models.DateField(_("counts from"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("acting for")
    )
    at = models.DateTimeField(_("at"))
    text = models.CharField(_("text"), max_length=2000, blank=True)
    # {column code or field: [old text, new text]}.
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    batch = models.ForeignKey(
        EntryBatch, models.PROTECT, null=True, related_name="events", verbose_name=_("file")
    )
    version = models.PositiveIntegerField(_("version"))

    scope = OF_ENTRY

    class Meta:
        verbose_name = _("event of an entry")
        verbose_name_plural = _("events of entries")
        ordering = ["entry", "id"]
        indexes = [models.Index(fields=["entry", "effective_on"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"


class EntryFile(StoredFile):
    """佐证材料 of an entry."""

    directory = "entries"
    parent = "entry"

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="files", verbose_name=_("entry"))

    scope = OF_ENTRY

    class Meta:
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of entries")
        ordering = ["entry", "id"]
