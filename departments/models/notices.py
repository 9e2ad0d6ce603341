"""Telling people: reminder rules, the notices in people's inboxes, and how each was delivered outside the page."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Channel, DeliveryState, NoticeKind, Role
from departments.models.forms import Form
from departments.models.organisation import Office, Unit
from departments.models.submissions import Submission
from departments.scoping import ADMINISTRATORS, Scope, configuration


class ReminderRule(models.Model):
    """催报规则: who is told how long before (negative) or after the due moment, while a form is not handed in."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="reminder_rules", verbose_name=_("form"))
    hours = models.SmallIntegerField(
        _("hours"), help_text=_("Negative: before the due time; 0: at it; positive: after it.")
    )
    role = models.CharField(_("whom"), max_length=20, choices=Role.choices, default=Role.CLERK)
    by_email = models.BooleanField(_("by e-mail"), default=True)
    by_robot = models.BooleanField(_("in the group chat"), default=False)

    scope = configuration("form__office")

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["form", "hours", "role"]
        constraints = [models.UniqueConstraint(fields=["form", "hours", "role"], name="reminder_rule_once")]

    def __str__(self) -> str:
        return f"{self.form} {self.hours:+d}h {self.get_role_display()}"


class Robot(models.Model):
    """群机器人: a group chat's webhook that takes an office's notices."""

    class Service(models.TextChoices):
        WECOM = "wecom", _("WeCom (企业微信)")
        DINGTALK = "dingtalk", _("DingTalk (钉钉)")

    office = models.ForeignKey(Office, models.CASCADE, related_name="robots", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=60)
    service = models.CharField(_("service"), max_length=10, choices=Service.choices)
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(_("secret"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    scope = configuration("office", view=ADMINISTRATORS)

    class Meta:
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")
        ordering = ["office", "name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="robot_name_per_office")]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """消息: one thing one person is told, in the inbox on the page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("to")
    )
    office = models.ForeignKey(Office, models.CASCADE, related_name="notices", verbose_name=_("office"))
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="notices", verbose_name=_("unit"))
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, related_name="notices", verbose_name=_("submission")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind.choices)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(_("page"), max_length=300, blank=True)
    # What it is about, so that nobody is told the same thing twice (a reminder rule's moment, an event).
    key = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    # Everybody has an inbox of their own: pages ask for the person's own rows, never by scope.
    scope = Scope(office="office", unit="unit", view=ADMINISTRATORS)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        return self.title


class NoticeDelivery(models.Model):
    """How a notice left the house: one row per channel; a failed one is tried again and shown."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    robot = models.ForeignKey(Robot, models.CASCADE, null=True, verbose_name=_("group robot"))
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"), null=True)

    scope = Scope(office="notice__office", view=ADMINISTRATORS)

    class Meta:
        verbose_name = _("delivery of a notice")
        verbose_name_plural = _("deliveries of notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel"],
                condition=models.Q(robot__isnull=True),
                name="notice_by_mail_once",
            ),
            models.UniqueConstraint(
                fields=["notice", "robot"],
                condition=models.Q(robot__isnull=False),
                name="notice_by_robot_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_channel_display()}"
