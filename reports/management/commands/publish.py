"""`manage.py publish --rebuild`: the public pages written anew from the record, for example after a restored backup."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reports.services.public_site import rebuild, root


class Command(BaseCommand):
    help = (
        "Writes the public pages of all published issues and removes those of issues that are not published."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="Write everything anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["rebuild"]:
            raise CommandError(
                _("Issues are published on their pages; here --rebuild writes all public pages anew.")
            )
        count, removed = rebuild()
        self.stdout.write(
            _("%(count)s issues written to %(directory)s.") % {"count": count, "directory": root()}
        )
        for folder in removed:
            self.stderr.write(_("Removed, because it is not published: %s") % folder)
