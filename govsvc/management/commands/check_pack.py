"""`manage.py check_pack DIR`: say everything that is wrong with a pack; change nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from govsvc.packs.faults import PackError
from govsvc.packs.loading import apply_pack
from govsvc.packs.reading import read_pack


class Command(BaseCommand):
    help = "Checks a pack and reports every fault with file and line; changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        try:
            pack = read_pack(directory)
            with transaction.atomic():
                apply_pack(pack)
                transaction.set_rollback(True)
        except PackError as error:
            raise CommandError(
                _("%(faults)s\n%(n)s faults: nothing was changed.")
                % {"faults": error, "n": len(error.faults)}
            ) from error
        self.stdout.write(_("No fault: %s can be loaded.") % directory)
