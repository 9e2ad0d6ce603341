"""Ways out of the house for a notice; a further one is a function and a line in the setting NOTICE_CHANNELS.

NOTICE_CHANNELS maps a channel's name (departments.choices.Channel) to the dotted path of a function that takes the
NoticeDelivery, and either has handed it over when it returns or raises ChannelError.
"""

from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from departments.choices import Channel
from departments.models import NoticeDelivery

DEFAULTS = {Channel.EMAIL: "departments.channels.mail.send", Channel.ROBOT: "departments.channels.robot.send"}


class ChannelError(Exception):
    """It was not taken; `permanent` when another try would meet the same answer. The text is shown to administrators."""

    def __init__(self, words: str, *, permanent: bool) -> None:
        super().__init__(words)
        self.permanent = permanent


class Send(Protocol):
    """Hands one delivery over, or raises ChannelError; takes at most about half a minute."""

    def __call__(self, delivery: NoticeDelivery) -> None: ...


def sender(channel: str) -> Send:
    """The function behind a channel; ImportError when the setting names one that is not there."""
    paths = {**DEFAULTS, **getattr(settings, "NOTICE_CHANNELS", {})}
    return cast(Send, import_string(paths[channel]))


def absolute(path: str) -> str:
    """The address people reach a page at from outside; "" for no page."""
    return f"{settings.SITE_URL.rstrip('/')}{path}" if path else ""
