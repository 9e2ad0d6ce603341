"""`manage.py load_pack DIR`: load a pack's configuration."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from govsvc.packs.faults import PackError
from govsvc.packs.loading import apply_pack, left_alone
from govsvc.packs.reading import read_pack


class Command(BaseCommand):
    help = "Loads the configuration of a pack; a pack with any fault changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        try:
            pack = read_pack(directory)
            office = apply_pack(pack)
        except PackError as error:
            raise CommandError(
                _("%(faults)s\n%(n)s faults: nothing was changed.")
                % {"faults": error, "n": len(error.faults)}
            ) from error
        self.stdout.write(_("%s is loaded.") % office.name)
        for line in left_alone(pack, office):
            self.stdout.write(line)
