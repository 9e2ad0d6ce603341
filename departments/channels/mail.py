"""A notice as an e-mail to one person, through Django's configured mail server."""

import smtplib
from email.header import Header
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from departments.channels import ChannelError, absolute
from departments.models import NoticeDelivery
from departments.templatetags.people import person_name


class FoldedMessage(EmailMultiAlternatives):
    """Django folds a long Chinese subject behind an empty first line, which some programs show as a blank."""

    def message(self, **options: Any) -> Any:
        built: Any = super().message(**options)
        built.replace_header("Subject", Header(str(self.subject), "utf-8", header_name="Subject"))
        return built


def send(delivery: NoticeDelivery) -> None:
    """Sends to the person's address as it is now; ChannelError permanent when the server refuses for good."""
    notice = delivery.notice
    if not notice.user.email:
        raise ChannelError(
            _("%(person)s has no e-mail address: write one on the account.")
            % {"person": person_name(notice.user)},
            permanent=True,
        )
    message = build_message(delivery)
    try:
        message.send()
    except OSError as error:
        # smtplib's exceptions are OSErrors too.
        code, words = _reply(error)
        raise ChannelError(words, permanent=code >= 500) from error


def build_message(delivery: NoticeDelivery) -> EmailMultiAlternatives:
    """The message of a delivery: 【催报】 and the title as subject, everything said in plain text and again in HTML."""
    notice = delivery.notice
    subject = f"【{notice.get_kind_display()}】{notice.title}"
    context = {"notice": notice, "subject": subject, "page": absolute(notice.url)}
    message = FoldedMessage(
        subject=subject,
        body=render_to_string("departments/mail/notice.txt", context),
        to=[notice.user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("departments/mail/notice.html", context), "text/html")
    return message


def _reply(error: OSError) -> tuple[int, str]:
    """The server's code (0: it gave none, so another try may do) and its words."""
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return 0, f"{type(error).__name__}: {error}"
    return code, f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
