"""`manage.py dump_pack OFFICE DIR`: write an office's configuration back as a pack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from departments.models import Office
from govsvc.packs.dumping import dump_pack, not_dumped
from govsvc.packs.writing import write_files


class Command(BaseCommand):
    help = "Writes an office's configuration as a pack (no figures, no passwords) into an empty directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("office")
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, office: str, directory: Path, **options: Any) -> None:
        found = Office.objects.filter(code=office).first()
        if found is None:
            known = "、".join(Office.objects.values_list("code", flat=True))
            raise CommandError(
                _("There is no office “%(code)s”. Known: %(known)s") % {"code": office, "known": known}
            )
        if directory.exists() and any(directory.iterdir()):
            raise CommandError(_("%s is not empty: choose a new directory.") % directory)
        for path in write_files(dump_pack(found), directory):
            self.stdout.write(str(path))
        for line in not_dumped(found):
            self.stderr.write(_("A pack has no words for dates here, left out: %s") % line)
