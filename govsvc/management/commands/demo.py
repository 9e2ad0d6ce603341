"""`manage.py demo PACK --out DIR`: load a pack, enter its data, issue its bulletins, write them to DIR."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError
from govsvc.packs import HELD
from govsvc.packs.demonstration import Demonstration, DemonstrationError
from govsvc.packs.faults import PackError
from govsvc.packs.reading import read_pack
from reports.exceptions import Held, ReportsError


class Command(BaseCommand):
    help = "Runs an office of a pack from its forms to the issued bulletin; again: keeps what people have changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", type=Path)
        parser.add_argument("--out", type=Path, default=Path("out"))
        parser.add_argument(
            "--no-worker", action="store_true", help="Run the background tasks in this process."
        )

    def handle(self, *args: Any, pack: Path, out: Path, no_worker: bool, **options: Any) -> None:
        try:
            demonstration = Demonstration(
                read_pack(pack), self.stdout.write, self._progress, worker=not no_worker
            )
            demonstration.prepare()
            self._print_passwords(demonstration)
            demonstration.fill()
            for issue in demonstration.publish():
                self.stdout.write(f"{issue.number or issue} {issue.get_status_display()}")
                for path in demonstration.write(issue, out):
                    self.stdout.write(f"  {path}")
        except Held as error:
            raise CommandError(_("Not issued: %s") % error, returncode=HELD) from error
        except (PackError, DemonstrationError, DepartmentsError, ReportsError) as error:
            raise CommandError(str(error)) from error

    def _progress(self, what: str, done: int, total: int) -> None:
        """On a terminal one line that counts; in a log only the last state of each step."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{what} {done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()
        elif done == total:
            self.stdout.write(f"{what} {done}/{total}")

    def _print_passwords(self, demonstration: Demonstration) -> None:
        width = max((len(row.spec.username) for row in demonstration.pack.accounts), default=0)
        for place, (username, name, password) in enumerate(demonstration.new_passwords()):
            if place == 0:
                self.stdout.write(
                    _("Demonstration accounts (the passwords are shown this once and stored nowhere):")
                )
            self.stdout.write(f"  {username:<{width}}  {password}  {name}")
