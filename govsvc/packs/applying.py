"""Writing a pack's configuration into the database: one transaction, only through the services, twice the same as once.

What a pack says replaces what is there; units, groups, forms, items and indicators it does not mention are left alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.models import Form, Group, Membership, Office, Unit
from departments.services import forms as form_services
from departments.services import organisation
from govsvc.packs.faults import Fault, PackError
from govsvc.packs.pack import Pack, Placed, items_of, sections_of
from govsvc.packs.references import OPERATOR
from govsvc.packs.schema import AccountRow, BulletinFile, FormFile
from indicators.models import Indicator, Ranking
from indicators.services import definitions
from reports.models import Bulletin
from reports.services import templates
from reports.services.schedules import MONTHLY_MAIL_TASK, ensure_schedule
from reports.services.source import faults_of


@transaction.atomic
def apply_pack(pack: Pack) -> Office:
    """Saves the configuration (not windows, figures or issues). PackError with every fault found: nothing is saved."""
    applier = _Applier(pack)
    applier.apply()
    if applier.faults:
        raise PackError(applier.faults)
    return applier.office


class _Applier:
    """One step per file, in the order in which they need each other."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.faults: list[Fault] = []
        self.office: Office
        self.groups: dict[str, Group] = {}
        self.units: dict[str, Unit] = {}
        self.forms: dict[str, Form] = {}
        self.indicators: dict[str, Indicator] = {}
        self.rankings: dict[str, Ranking] = {}
        self.users: dict[str, User] = {}

    def apply(self) -> None:
        self.office = self._office()
        steps = (
            self._groups,
            self._units,
            self._accounts,
            self._reasons,
            self._forms,
            self._indicators,
            self._rankings,
            self._bulletins,
        )
        for step in steps:
            step()
            if self.faults:
                return

    @contextmanager
    def _at(self, row: Placed[Any]) -> Iterator[None]:
        """A refusal of the database's own rules becomes a fault of the entry."""
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            self.faults += [row.fault(message) for message in error.messages]
        except DepartmentsError as error:
            self.faults.append(row.fault(str(error)))

    def _unit(self, name: str) -> Unit:
        return self.units[self.pack.unit_code(name)]

    def _office(self) -> Office:
        spec = self.pack.office
        office = Office.objects.filter(code=spec.code).first() or Office(code=spec.code)
        office.name, office.phone, office.synthetic = spec.name, spec.phone, spec.synthetic
        office.save()
        return office

    def _groups(self) -> None:
        for place, row in enumerate(self.pack.groups, 1):
            with self._at(row):
                group = Group.objects.filter(office=self.office, code=row.spec.code).first()
                group = group or Group(office=self.office, code=row.spec.code)
                group.name, group.order = row.spec.name, place if row.spec.order is None else row.spec.order
                group.full_clean()
                group.save()
                self.groups[group.code] = group

    def _units(self) -> None:
        """Twice: a parent may stand below its children in the file."""
        orders: dict[str, int] = {}
        for row in self.pack.units:
            place = len(orders) + 1
            orders.setdefault(row.spec.code, place if row.spec.order is None else row.spec.order)
            unit = Unit.objects.filter(office=self.office, code=row.spec.code).first()
            if unit is None:
                unit = Unit(office=self.office, code=row.spec.code, name=row.spec.short_name)
                unit.save()
            self.units[row.spec.code] = unit
        first_rows = {row.spec.code: row.spec for row in reversed(self.pack.units)}
        for row in self.pack.units:
            spec, first = row.spec, first_rows[row.spec.code]
            with self._at(row):
                organisation.save_unit(
                    office=self.office,
                    code=spec.code,
                    full_name=spec.full_name,
                    short_name=spec.short_name,
                    protocol_order=orders[spec.code],
                    group=self.groups[spec.group] if spec.group else None,
                    parent=self.units[spec.parent] if spec.parent else None,
                    opened_on=first.opened_on,
                    closed_on=first.closed_on,
                    valid_from=spec.valid_from,
                )
                for alias in spec.aliases:
                    organisation.save_alias(unit=self.units[spec.code], name=alias)
        for name in self.pack.names:
            with self._at(name):
                organisation.save_alias(
                    unit=self._unit(name.spec.unit), name=name.spec.name, usage=name.spec.usage
                )

    def _accounts(self) -> None:
        for row in self.pack.accounts:
            with self._at(row):
                self._account(row)

    def _account(self, row: Placed[AccountRow]) -> None:
        spec = row.spec
        user = User.objects.filter(username=spec.username).first()
        if user and spec.username not in self.users and not self._is_ours(user, spec):
            message = f"登录名“{spec.username}”已经是别的机构的人或系统管理员，请换一个（建议以“{self.office.code}-”开头）"
            self.faults.append(row.fault(message, "username"))
            return
        user = organisation.save_account(username=spec.username, name=spec.name, email=spec.email)
        self.users[user.username] = user
        if spec.role == OPERATOR:
            user.is_superuser = True
            user.save(update_fields=["is_superuser"])
        else:
            unit = self._unit(spec.unit) if spec.unit else None
            organisation.grant(user=user, office=self.office, role=spec.role, unit=unit)

    def _is_ours(self, user: User, spec: AccountRow) -> bool:
        """A pack may change the people of its own office only; an operator's account must be one already."""
        if spec.role == OPERATOR:
            return user.is_superuser
        if user.is_superuser:
            return False
        offices = set(Membership.objects.filter(user=user).values_list("office", flat=True))
        return offices <= {self.office.pk}

    def _reasons(self) -> None:
        for place, row in enumerate(self.pack.reasons, 1):
            with self._at(row):
                order = place if row.spec.order is None else row.spec.order
                form_services.save_reason(
                    office=self.office, code=row.spec.code, name=row.spec.name, order=order
                )

    def _forms(self) -> None:
        for code, row in self.pack.forms.items():
            with self._at(row):
                self.forms[code] = self._form(code, row.spec)

    def _form(self, code: str, spec: FormFile) -> Form:
        form = form_services.save_form(
            office=self.office,
            code=code,
            title=spec.title,
            frequency=spec.frequency,
            notes=spec.notes,
            contact=spec.contact,
            order=spec.order,
        )
        sections: dict[str, Any] = {}
        for place, (section, parent, _path) in enumerate(sections_of(spec), 1):
            sections[section.code] = form_services.save_section(
                form=form,
                code=section.code,
                name=section.name,
                parent=sections[parent.code] if parent else None,
                order=place if section.order is None else section.order,
            )
        self._items(form, spec, sections)
        for place, rule in enumerate(spec.rules, 1):
            form_services.save_rule(
                form=form,
                code=rule.code,
                severity=rule.severity,
                expression=rule.expression,
                message=rule.message,
                order=place if rule.order is None else rule.order,
            )
        form.rules.exclude(code__in=[rule.code for rule in spec.rules]).delete()
        self._expect(form, spec)
        return form

    def _items(self, form: Form, spec: FormFile, sections: dict[str, Any]) -> None:
        saved: dict[str, Any] = {}
        for place, (item, section, _path) in enumerate(items_of(spec), 1):
            saved[item.code] = form_services.save_item(
                form=form,
                code=item.code,
                section=sections[section.code] if section else None,
                name=item.name,
                kind=item.kind,
                decimals=item.decimals,
                measure=item.measure,
                unit_total=item.unit_total,
                unit_of_measure=item.unit_of_measure,
                part_of=None,
                may_be_blank=item.blank,
                may_be_negative=item.negative,
                may_not_apply=item.not_applicable,
                note=item.note,
                expression=item.expression,
                order=place if item.order is None else item.order,
            )
        for item, _section, _path in items_of(spec):
            if item.part_of:
                form_services.save_item(form=form, code=item.code, part_of=saved[item.part_of])

    def _expect(self, form: Form, spec: FormFile) -> None:
        """Only when it says something new: replacing equal rows would still be a change."""
        wanted = {("group", code, False) for code in spec.expected.groups}
        wanted |= {("unit", self.pack.unit_code(name), False) for name in spec.expected.units}
        wanted |= {("unit", self.pack.unit_code(name), True) for name in spec.expected.exempt}
        if wanted != set(expected_of(form)):
            form_services.expect(
                form=form,
                groups=[self.groups[code] for code in spec.expected.groups],
                units=[self._unit(name) for name in spec.expected.units],
                exempt=[self._unit(name) for name in spec.expected.exempt],
            )

    def _indicators(self) -> None:
        for place, row in enumerate(self.pack.indicators, 1):
            with self._at(row):
                order = place if row.spec.order is None else row.spec.order
                indicator = definitions.save_indicator(
                    office=self.office, code=row.spec.code, name=row.spec.name, order=order
                )
                self.indicators[row.spec.code] = indicator
                for version in row.spec.versions:
                    fields = {name: getattr(version, name) for name in type(version).model_fields}
                    definitions.save_version(indicator=indicator, **fields)

    def _rankings(self) -> None:
        for row in self.pack.targets:
            with self._at(row):
                fields = {
                    name: getattr(row.spec, name)
                    for name in ("period", "value", "operator", "floor", "aim", "source")
                }
                group = self.groups[row.spec.group] if row.spec.group else None
                definitions.save_target(indicator=self.indicators[row.spec.indicator], group=group, **fields)
        for ranking in self.pack.rankings:
            with self._at(ranking):
                spec = ranking.spec
                self.rankings[spec.code] = definitions.save_ranking(
                    office=self.office,
                    code=spec.code,
                    name=spec.name,
                    indicator=self.indicators[spec.indicator],
                    group=self.groups[spec.group],
                    ties=spec.ties,
                    last=spec.last,
                    compare_decimals=spec.compare_decimals,
                )

    def _bulletins(self) -> None:
        saved: dict[str, Bulletin] = {}
        for code, row in self.pack.bulletins.items():
            with self._at(row):
                saved[code] = self._bulletin(code, row.spec)
        if not self.faults:
            self._typed(saved)
            self._check(saved)

    def _bulletin(self, code: str, spec: BulletinFile) -> Bulletin:
        bulletin = templates.save_bulletin(
            office=self.office,
            code=code,
            group=self.groups[spec.group],
            name=spec.name,
            title=spec.title,
            layout=spec.layout,
            name_set=spec.name_set,
            number_format=spec.number_format,
            addressees="\n".join(spec.addressees),
            copies="\n".join(spec.copies),
            copies_label=spec.copies_label,
            signature=spec.signature,
            printed_by=spec.printed_by,
            sections=[templates.SectionText(section.heading, section.text) for section in spec.sections],
            annexes=[
                templates.AnnexSpec(
                    number=annex.number,
                    title=annex.title,
                    form=self.forms[annex.form],
                    columns=tuple(
                        templates.ColumnSpec(c.code, c.head, c.kind, c.expression, c.decimals)
                        for c in annex.columns
                    ),
                    name_set=annex.name_set,
                    row_order=" ".join(annex.row_order),
                    period_line=annex.period_line,
                    note=annex.note,
                    landscape=annex.landscape,
                )
                for annex in spec.annexes
            ],
            consistency=[templates.RuleSpec(r.code, r.expression, r.message) for r in spec.consistency],
        )
        for mailing in spec.mailings:
            templates.save_mailing(
                bulletin=bulletin,
                ranking=self.rankings[mailing.ranking],
                enabled=mailing.enabled,
                at_issue=mailing.at_issue,
            )
            if mailing.schedule:
                schedule = mailing.schedule
                ensure_schedule(
                    name=schedule.name, task=MONTHLY_MAIL_TASK, cron=schedule.cron, enabled=schedule.enabled
                )
        return bulletin

    def _typed(self, bulletins: dict[str, Bulletin]) -> None:
        for fact in self.pack.facts:
            with self._at(fact):
                fields = fact.spec.model_dump(exclude={"bulletin", "typed_by", "typed_at"})
                user = self.users[fact.spec.typed_by or self.pack.first_administrator]
                bulletin = bulletins[fact.spec.bulletin]
                templates.save_fact(
                    bulletin=bulletin,
                    user=user,
                    at=fact.spec.typed_at,
                    **{**fields, "number": fact.spec.number},
                )
        for published in self.pack.published:
            with self._at(published):
                fields = published.spec.model_dump(exclude={"bulletin", "typed_by"})
                user = self.users[published.spec.typed_by or self.pack.first_administrator]
                templates.save_published(bulletin=bulletins[published.spec.bulletin], user=user, **fields)

    def _check(self, bulletins: dict[str, Bulletin]) -> None:
        """The office may hold more than the pack says, and a name that was clear there may be ambiguous here."""
        for code, bulletin in bulletins.items():
            row = self.pack.bulletins[code]
            for period in sorted(
                {issue.spec.period for issue in self.pack.issues if issue.spec.bulletin == code}
            ):
                self.faults += [row.fault(str(fault)) for fault in faults_of(bulletin, period)]


def expected_of(form: Form) -> Iterator[tuple[str, str, bool]]:
    """Who must fill a form as (group | unit, code, exempt), in order of code."""
    for row in form.expectations.select_related("group", "unit").order_by(
        "exempt", "group__order", "unit__code"
    ):
        thing = row.group or row.unit
        assert thing is not None
        yield "group" if row.group else "unit", thing.code, row.exempt


def clerk_of(pack: Pack, unit: str) -> str:
    """The login of the unit's first clerk; checked when the pack was read."""
    return next(
        row.spec.username
        for row in pack.accounts
        if row.spec.role == Role.CLERK and row.spec.unit and pack.unit_code(row.spec.unit) == unit
    )
