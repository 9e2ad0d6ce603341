"""`manage.py last_number OFFICE YEAR NUMBER`: an office that begins in mid-year goes on from its numbers on paper."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from departments.models import Office
from reports.exceptions import Refused
from reports.services.numbers import set_last_number


class Command(BaseCommand):
    help = (
        "Says which document number the office has reached in a year; its next issue takes the one after it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("office", help="code of the office")
        parser.add_argument("year", type=int)
        parser.add_argument("number", type=int, help="the last one given")

    def handle(self, *args: Any, **options: Any) -> None:
        office = Office.objects.filter(code=options["office"]).first()
        if office is None:
            raise CommandError(_("There is no office “%s”.") % options["office"])
        try:
            set_last_number(office=office, year=options["year"], last=options["number"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            _("The next document number of %(year)s is %(number)s.")
            % {"year": options["year"], "number": options["number"] + 1}
        )
