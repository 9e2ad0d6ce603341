"""报送要求: a document asked of units once, by a moment; what each unit answered. Written by departments.services.requests."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.choices import AnswerKind, AnswerState, RequestState, Role
from departments.models.files import StoredFile
from departments.models.organisation import Office, Unit, code_validator
from departments.scoping import ADMINISTRATORS, EVERYBODY, OFFICE_STAFF, Scope


class Request(models.Model):
    """报送要求: what is asked, of whom (its answers' units), by when, and how it may be answered."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="requests", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is asked"), blank=True)
    contact = models.CharField(_("whom to ask"), max_length=100, blank=True)
    takes_file = models.BooleanField(_("takes a file"), default=True)
    takes_text = models.BooleanField(_("takes a text"), default=True)
    takes_no_comment = models.BooleanField(_("takes “no comment”"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState.choices, default=RequestState.DRAFT
    )
    opens_at = models.DateTimeField(_("handed out at"), null=True)
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    # A unit reads a request on the page of its own answer.
    scope = Scope(office="office", view=OFFICE_STAFF, add=ADMINISTRATORS, change=ADMINISTRATORS)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="request_code_per_office"),
            models.CheckConstraint(
                name="request_due_after_opening",
                condition=Q(opens_at__isnull=True) | Q(due_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="request_takes_something",
                condition=Q(takes_file=True) | Q(takes_text=True) | Q(takes_no_comment=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RequestEvent(models.Model):
    """Who did what when to a request itself; never changed."""

    class Action(models.TextChoices):
        ISSUE = "issue", _("Handed out")
        UNITS = "units", _("Units added")
        DUE = "due", _("Due moment changed")
        REMIND = "remind", _("Reminded")
        CLOSE = "close", _("Closed")
        REOPEN = "reopen", _("Opened again")

    request = models.ForeignKey(Request, models.CASCADE, related_name="events", verbose_name=_("request"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    text = models.TextField(_("text"), blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("acting for")
    )
    at = models.DateTimeField(_("at"))

    scope = Scope(office="request__office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("event of a request")
        verbose_name_plural = _("events of requests")
        ordering = ["request", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"


class RequestFile(StoredFile):
    """A document sent along with a request."""

    directory = "requests"
    parent = "request"

    request = models.ForeignKey(Request, models.PROTECT, related_name="files", verbose_name=_("request"))

    scope = Scope(office="request__office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("file of a request")
        verbose_name_plural = _("files of requests")
        ordering = ["request", "id"]


class RequestAnswer(models.Model):
    """One unit's duty to answer a request, and its answer."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="answers", verbose_name=_("request"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="request_answers", verbose_name=_("unit"))
    state = models.CharField(
        _("state"), max_length=10, choices=AnswerState.choices, default=AnswerState.WAITING
    )
    kind = models.CharField(_("kind of answer"), max_length=10, choices=AnswerKind.choices, blank=True)
    text = models.TextField(_("answer"), blank=True)
    # When the unit first answered; a withdrawal takes that back, a return by the office does not.
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    scope = Scope(
        office="request__office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
    )

    class Meta:
        verbose_name = _("answer to a request")
        verbose_name_plural = _("answers to requests")
        ordering = ["request", "unit__protocol_order"]
        constraints = [models.UniqueConstraint(fields=["request", "unit"], name="request_answer_once")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.request}"


class RequestAnswerEvent(models.Model):
    """Who did what when to an answer; never changed."""

    answer = models.ForeignKey(
        RequestAnswer, models.CASCADE, related_name="events", verbose_name=_("answer to a request")
    )
    from_state = models.CharField(_("from"), max_length=10, choices=AnswerState.choices)
    to_state = models.CharField(_("to"), max_length=10, choices=AnswerState.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("acting for")
    )
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"), blank=True)
    version = models.PositiveIntegerField(_("version"))

    scope = Scope(office="answer__request__office", unit="answer__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("event of an answer")
        verbose_name_plural = _("events of answers")
        ordering = ["answer", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_to_state_display()}"


class RequestAnswerFile(StoredFile):
    """A document handed in as an answer."""

    directory = "answers"
    parent = "answer"

    answer = models.ForeignKey(
        RequestAnswer, models.PROTECT, related_name="files", verbose_name=_("answer to a request")
    )

    scope = Scope(office="answer__request__office", unit="answer__unit", view=EVERYBODY)

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")
        ordering = ["answer", "id"]
