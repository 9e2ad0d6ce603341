"""What a demonstration enters beside figures: reports on leaves in words with the office's decision, and exclusions.

Running it again leaves alone what is there: people may have gone on with it.
"""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.models import Item, Office, Unit
from expressions.names import normalise
from govsvc.packs.pack import Pack
from govsvc.packs.schema import ExclusionRow, LeafReportRow
from indicators.models import Exclusion, LeafReport, SchemeNode
from indicators.services import exclusions, leaf_reports

Person = Callable[[Role, Unit], User]
Progress = Callable[[str, int, int], None]


class JudgementRefused(DepartmentsError):
    """A row of the pack could not be entered; says which and why."""

    def __init__(self, unit: Unit, what: str, error: DepartmentsError) -> None:
        super().__init__(f"{unit}，{what}：{error}")


class Judgements:
    """`person` finds who acts for a unit in a role."""

    def __init__(self, pack: Pack, office: Office, person: Person) -> None:
        self.pack, self.office, self.person = pack, office, person
        names = pack.unit_names() if pack.leaf_reports or pack.exclusions else {}
        by_code = {unit.code: unit for unit in office.units.all()} if names else {}
        self.units = {
            name: by_code[code] for name, codes in names.items() if len(codes) == 1 for code in codes
        }
        self.users: dict[object, User] = {}

    def enter(self, progress: Progress) -> None:
        """Clerks report and administrators decide, row by row; then figures are excluded by one and approved by another."""
        self._leaf_reports(progress)
        for row in self.pack.exclusions:
            self._exclusion(row.spec)

    def _leaf_reports(self, progress: Progress) -> None:
        rows = [row.spec for row in self.pack.leaf_reports]
        codes = {row.scheme for row in rows}
        nodes = {
            (node.scheme.code, node.key): node
            for node in SchemeNode.objects.filter(
                scheme__office=self.office, scheme__code__in=codes
            ).select_related("scheme")
        }
        there = set(LeafReport.objects.filter(node__in=nodes.values()).values_list("node", "unit", "period"))
        for done, row in enumerate(rows, 1):
            node, unit = nodes[row.scheme, row.key], self._unit(row.unit)
            if (node.pk, unit.pk, row.period) not in there:
                try:
                    self._report(node, unit, row)
                except DepartmentsError as error:
                    raise JudgementRefused(unit, f"{node} {row.period}", error) from error
            progress(_("Leaves in words reported"), done, len(rows))

    @transaction.atomic
    def _report(self, node: SchemeNode, unit: Unit, row: LeafReportRow) -> None:
        report = leaf_reports.report_leaf(
            node=node,
            unit=unit,
            period=row.period,
            status=row.status,
            text=row.text,
            user=self._clerk(unit),
            at=row.reported_at,
        )
        if row.decided_at is None:
            return
        office = self._user(row.decided_by or self.pack.first_administrator)
        if row.confirmed:
            leaf_reports.confirm_leaf(
                report=report, user=office, status=row.confirmed, reason=row.reason, at=row.decided_at
            )
        else:
            leaf_reports.return_leaf(report=report, user=office, reason=row.reason, at=row.decided_at)

    def _exclusion(self, row: ExclusionRow) -> None:
        form, _dot, code = row.item.partition(".")
        item = Item.objects.get(form__office=self.office, form__code=form, code=code)
        unit = self._unit(row.unit)
        if Exclusion.objects.filter(item=item, unit=unit, period=row.period).exists():
            return
        try:
            with transaction.atomic():
                exclusion = exclusions.ask_exclusion(
                    item=item,
                    unit=unit,
                    period=row.period,
                    amount=row.amount,
                    reason=row.reason,
                    user=self._user(row.asked_by),
                    at=row.asked_at,
                )
                if row.decided_by:
                    exclusions.approve_exclusion(
                        exclusion=exclusion, user=self._user(row.decided_by), at=row.decided_at
                    )
        except DepartmentsError as error:
            raise JudgementRefused(unit, f"{row.item} {row.period}", error) from error

    def _unit(self, name: str) -> Unit:
        return self.units[normalise(name)]

    def _clerk(self, unit: Unit) -> User:
        if unit.pk not in self.users:
            self.users[unit.pk] = self.person(Role.CLERK, unit)
        return self.users[unit.pk]

    def _user(self, name: str) -> User:
        if name not in self.users:
            self.users[name] = User.objects.get(username=name)
        return self.users[name]
