"""Groups, units with their dated versions and names, accounts."""

from django.contrib.auth.models import User

from departments.models import Group, Membership, Unit
from departments.services import organisation
from govsvc.packs.checker import OPERATOR
from govsvc.packs.loading.state import Loading
from govsvc.packs.pack import Placed
from govsvc.packs.schema import AccountRow


def save_groups(job: Loading) -> None:
    for place, row in enumerate(job.pack.groups, 1):
        with job.at(row):
            group = Group.objects.filter(office=job.office, code=row.spec.code).first()
            group = group or Group(office=job.office, code=row.spec.code)
            group.name, group.order = row.spec.name, place if row.spec.order is None else row.spec.order
            group.full_clean()
            group.save()
            job.groups[group.code] = group


def save_units(job: Loading) -> None:
    """Twice: a parent may stand below its children in the file."""
    orders: dict[str, int] = {}
    for row in job.pack.units:
        place = len(orders) + 1
        orders.setdefault(row.spec.code, place if row.spec.order is None else row.spec.order)
        unit = Unit.objects.filter(office=job.office, code=row.spec.code).first()
        if unit is None:
            unit = Unit(office=job.office, code=row.spec.code, name=row.spec.short_name)
            unit.save()
        job.units[row.spec.code] = unit
    first_rows = {row.spec.code: row.spec for row in reversed(job.pack.units)}
    for row in job.pack.units:
        spec, first = row.spec, first_rows[row.spec.code]
        with job.at(row):
            organisation.save_unit(
                office=job.office,
                code=spec.code,
                full_name=spec.full_name,
                short_name=spec.short_name,
                protocol_order=orders[spec.code],
                group=job.groups[spec.group] if spec.group else None,
                parent=job.units[spec.parent] if spec.parent else None,
                opened_on=first.opened_on,
                closed_on=first.closed_on,
                valid_from=spec.valid_from,
            )
            for alias in spec.aliases:
                organisation.save_alias(unit=job.units[spec.code], name=alias)
    for name in job.pack.names:
        with job.at(name):
            organisation.save_alias(unit=job.unit(name.spec.unit), name=name.spec.name, usage=name.spec.usage)


def save_accounts(job: Loading) -> None:
    """People first: who acts for somebody may stand above them in the file."""
    for row in job.pack.accounts:
        with job.at(row):
            _account(job, row)
    for row in job.pack.accounts:
        if row.spec.role != OPERATOR and row.spec.username in job.users:
            with job.at(row):
                _grant(job, row.spec)


def _account(job: Loading, row: Placed[AccountRow]) -> None:
    spec = row.spec
    user = User.objects.filter(username=spec.username).first()
    if user and spec.username not in job.users and not _is_ours(job, user, spec):
        message = f"登录名“{spec.username}”已经是别的机构的人或系统管理员，请换一个（建议以“{job.office.code}-”开头）"
        job.faults.append(row.fault(message, "username"))
        return
    user = organisation.save_account(username=spec.username, name=spec.name, email=spec.email)
    job.users[user.username] = user
    if spec.role == OPERATOR:
        user.is_superuser = True
        user.save(update_fields=["is_superuser"])


def _grant(job: Loading, spec: AccountRow) -> None:
    organisation.grant(
        user=job.users[spec.username],
        office=job.office,
        role=spec.role,
        unit=job.unit(spec.unit) if spec.unit else None,
        valid_from=spec.valid_from,
        valid_to=spec.valid_to,
        acting_for=job.users.get(spec.acting_for),
    )


def _is_ours(job: Loading, user: User, spec: AccountRow) -> bool:
    """A pack may change the people of its own office only; an operator's account must be one already."""
    if spec.role == OPERATOR:
        return user.is_superuser
    if user.is_superuser:
        return False
    offices = set(Membership.objects.filter(user=user).values_list("office", flat=True))
    return offices <= {job.office.pk}
