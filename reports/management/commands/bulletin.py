"""`manage.py bulletin CODE --period P --out DIR`: the files of an issued bulletin, or of the draft as of now."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from departments.periods import Period, PeriodError
from expressions import ExpressionError
from reports.choices import IssueStatus
from reports.models import Bulletin, Issue
from reports.renderers import FORMATS, MissingTypefaceError, UnprintableDocumentError
from reports.services.issues import trial_issue, write_files


class Command(BaseCommand):
    help = "Writes DIR/CODE/PERIOD/bulletin.*: the issued snapshot if there is one, else a draft. It never issues."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="Code of the bulletin.")
        parser.add_argument("--period", required=True, help="For example 2022Q1 or 2023-06.")
        parser.add_argument("--out", type=Path, default=Path("out"), help="Directory; default: out.")
        parser.add_argument("--office", help="Code of the office, where several have such a bulletin.")
        parser.add_argument(
            "--format", default=",".join(FORMATS), help=f"Some of {','.join(FORMATS)}; default: all."
        )

    def handle(
        self, *args: Any, code: str, period: str, out: Path, office: str | None, format: str, **options: Any
    ) -> None:
        formats = _formats(format)
        try:
            bulletin = _bulletin(code, office)
            issue = _issue(bulletin, Period.parse(period).code)
            for path in write_files(issue=issue, directory=out, formats=formats):
                self.stdout.write(str(path))
        except (PeriodError, ExpressionError, UnprintableDocumentError, MissingTypefaceError) as error:
            raise CommandError(str(error)) from error
        state = issue.number if issue.status == IssueStatus.ISSUED else _("draft as of now, nothing stored")
        self.stderr.write(f"{bulletin.office} · {bulletin}：{state}")


def _formats(text: str) -> Iterable[str]:
    formats = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise CommandError(
            _("Unknown format %(names)s: choose from %(all)s.")
            % {"names": ", ".join(unknown) or "“”", "all": ", ".join(FORMATS)}
        )
    return formats


def _bulletin(code: str, office: str | None) -> Bulletin:
    found = Bulletin.objects.filter(code=code).select_related("office", "group")
    if office is not None:
        found = found.filter(office__code=office)
    if not found:
        known = ", ".join(f"{b.code} ({b.office.code})" for b in Bulletin.objects.select_related("office"))
        raise CommandError(_("No such bulletin. There are: %s") % (known or "—"))
    if len(found) > 1:
        offices = ", ".join(bulletin.office.code for bulletin in found)
        raise CommandError(_("Several offices have this bulletin: add --office with one of %s.") % offices)
    return found[0]


def _issue(bulletin: Bulletin, period: str) -> Issue:
    """The newest issued edition, or one that is never saved: computed from the figures approved up to now."""
    editions = Issue.objects.filter(bulletin=bulletin, period=period, status=IssueStatus.ISSUED)
    issued = editions.order_by("-edition").first()
    if issued is not None:
        return issued
    return trial_issue(bulletin=bulletin, period=period)
