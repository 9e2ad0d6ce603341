"""`manage.py index_issues`: the text the archive searches, for issues made before there was one."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reports.services.archive import index_issues


class Command(BaseCommand):
    help = (
        "Writes the searchable text of every issue anew. It may be run at any time and as often as one likes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("%s issues were not up to date and are now.") % index_issues())
