"""`manage.py take_bounces [--maildir DIR | --mbox FILE]`: mails that came back, from the mail server's pipe or its files."""

import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from reports.mail.bounces import LONGEST
from reports.services.bounces import Taken, take_bounce

# EX_TEMPFAIL of sysexits.h: a mail server keeps the message and tries its pipe again.
TRY_AGAIN = 75


class Command(BaseCommand):
    help = (
        "Marks the deliveries that came back. Reads one message from standard input, or every new one of a Maildir "
        "(those that are ours are moved to cur/, others stay), or every one of an mbox file (which is left as it is)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        places = parser.add_mutually_exclusive_group()
        places.add_argument("--maildir", type=Path, help="Directory with new/ and cur/.")
        places.add_argument("--mbox", type=Path, help="File of messages.")

    def handle(self, *args: Any, maildir: Path | None, mbox: Path | None, **options: Any) -> None:
        try:
            if maildir is not None:
                taken = _from_maildir(maildir)
            elif mbox is not None:
                taken = _from_mbox(mbox)
            else:
                taken = Counter([take_bounce(sys.stdin.buffer.read(LONGEST))])
        except DatabaseError as error:
            raise CommandError(str(error), returncode=TRY_AGAIN) from error
        self.stdout.write(
            _("%(marked)s marked, %(known)s known before, %(unknown)s not ours")
            % {state.value: taken[state] for state in Taken}
        )


def _from_maildir(directory: Path) -> Counter[Taken]:
    if not (directory / "new").is_dir():
        raise CommandError(_("%s is no Maildir: it has no directory new.") % directory)
    taken: Counter[Taken] = Counter()
    box = mailbox.Maildir(directory, factory=None, create=False)
    for key in sorted(box.keys()):
        message = box[key]
        if message.get_subdir() != "new":
            continue
        state = take_bounce(box.get_bytes(key))
        taken[state] += 1
        if state is not Taken.UNKNOWN:
            message.set_subdir("cur")
            message.add_flag("S")
            box[key] = message
    return taken


def _from_mbox(file: Path) -> Counter[Taken]:
    if not file.is_file():
        raise CommandError(_("There is no file %s.") % file)
    with closing(mailbox.mbox(file, factory=None, create=False)) as box:
        return Counter(take_bounce(box.get_bytes(key)) for key in box.keys())  # noqa: SIM118 (a mailbox is no dict)
