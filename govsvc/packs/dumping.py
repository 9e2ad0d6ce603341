"""An office's configuration as the content of a pack's files; the inverse of loading."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from departments.models import Membership, Office, Unit
from govsvc.packs import schema
from govsvc.packs.checker import OPERATOR
from govsvc.packs.dumping_forms import FormDump, categories_of, comparison_of, fields_of, in_order
from govsvc.packs.dumping_indicators import indicator_of, meetings_of, rankings_of, scheme_of, targets_of
from govsvc.packs.dumping_registers import contacts_of, register_of
from reports.models import Annex, Bulletin, Fact, Mailing, PublishedValue, Subscription

S = TypeVar("S", bound=schema.Spec)
Files = dict[str, schema.Spec | list[Any]]


def dump_pack(office: Office) -> Files:
    """File name → its one entry or its rows. Figures, windows and passwords are not configuration and stay out."""
    files: Files = {
        "pack.yaml": schema.PackFile(
            format=schema.FORMAT,
            office=schema.OfficeSpec(**fields_of(office, "code", "name", "phone", "synthetic")),
        ),
        "groups.csv": in_order(office.groups.order_by("order", "code"), _named(schema.GroupRow)),
        "units.csv": _units(office),
        "names.csv": [
            schema.NameRow(unit=unit.code, usage=alias.usage, name=alias.name)
            for unit in _units_in_order(office)
            for alias in unit.aliases.exclude(usage="").order_by("usage")
        ],
        "reasons.csv": in_order(office.reasons.order_by("order", "code"), _named(schema.ReasonRow)),
        "calendar.csv": [
            schema.CalendarRow(day=row.day, working=row.is_working, name=row.name)
            for row in office.calendar_days.order_by("day")
        ],
        "category_lists.csv": [
            schema.CategoryListRow(**fields_of(row, "code", "name", "units_may_add"))
            for row in office.category_lists.order_by("code")
        ],
        "categories.csv": categories_of(office),
        "comparisons.yaml": in_order(office.comparisons.order_by("order", "code"), comparison_of),
        "indicators.yaml": in_order(office.indicators.order_by("order", "code"), indicator_of),
        "targets.yaml": targets_of(office),
        "rankings.yaml": rankings_of(office),
        "meetings.yaml": meetings_of(office),
        "accounts.csv": _accounts(office),
        "contacts.csv": contacts_of(office),
        "facts.csv": [_fact(row) for row in _typed(Fact, office).order_by("bulletin__code", "period", "pk")],
        "published.csv": [
            _published(row)
            for row in _typed(PublishedValue, office).order_by("bulletin__code", "period", "pk")
        ],
    }
    for form in office.forms.order_by("order", "code"):
        files[f"forms/{form.code}.yaml"] = FormDump(form).spec()
    for register in office.registers.order_by("order", "code"):
        files[f"registers/{register.code}.yaml"] = register_of(register)
    for scheme in office.schemes.order_by("code"):
        files[f"schemes/{scheme.code}.yaml"] = scheme_of(scheme)
    for bulletin in office.bulletins.order_by("code"):
        files[f"bulletins/{bulletin.code}.yaml"] = _bulletin(bulletin)
    return files


def not_dumped(office: Office) -> list[str]:
    """What a pack has no words for, so that nobody believes it was kept."""
    dated = Q(valid_from__isnull=False) | Q(valid_to__isnull=False)
    return [
        f"{row} {row.valid_from or ''}–{row.valid_to or ''}"
        for form in office.forms.all()
        for row in form.expectations.filter(dated)
    ]


def _named(model: type[S]) -> Callable[[Any, int | None], S]:
    return lambda row, order: model.model_validate({"code": row.code, "name": row.name, "order": order})


def _units_in_order(office: Office) -> QuerySet[Unit]:
    return office.units.order_by("protocol_order", "code")


def _units(office: Office) -> list[schema.UnitRow]:
    rows = []
    for place, unit in enumerate(_units_in_order(office), 1):
        aliases = unit.aliases.filter(usage="").order_by("pk").values_list("name", flat=True)
        first: Mapping[str, Any] = {
            "order": None if unit.protocol_order == place else unit.protocol_order,
            "closed_on": unit.closed_on,
            "aliases": tuple(aliases),
        }
        for number, version in enumerate(
            unit.versions.select_related("group", "parent").order_by("valid_from")
        ):
            rows.append(
                schema.UnitRow(
                    code=unit.code,
                    full_name=version.full_name,
                    short_name=version.short_name,
                    group=version.group.code if version.group else "",
                    parent=version.parent.code if version.parent else "",
                    opened_on=unit.opened_on,
                    valid_from=None if version.valid_from == unit.opened_on else version.valid_from,
                    **(first if number == 0 else {}),
                )
            )
    return rows


def _accounts(office: Office) -> list[schema.AccountRow]:
    """The office's people in the order they came, and the operators who typed something for it."""
    rows = [
        _account(row.user, row.role, row)
        for row in office.memberships.select_related("user", "unit", "acting_for").order_by("user_id", "pk")
    ]
    known = {row.username for row in rows}
    typists = User.objects.filter(
        Q(pk__in=_typed(Fact, office).values("typed_by"))
        | Q(pk__in=_typed(PublishedValue, office).values("typed_by"))
    )
    return rows + [
        _account(user, OPERATOR, None) for user in typists if user.username not in known and user.is_superuser
    ]


def _account(user: User, role: str, row: Membership | None) -> schema.AccountRow:
    return schema.AccountRow(
        username=user.username,
        name=user.last_name or user.username,
        email=user.email,
        role=role,
        unit=row.unit.code if row and row.unit else "",
        valid_from=row.valid_from if row else None,
        valid_to=row.valid_to if row else None,
        acting_for=row.acting_for.username if row and row.acting_for else "",
    )


def _bulletin(row: Bulletin) -> schema.BulletinFile:
    names = (
        "name",
        "title",
        "layout",
        "name_set",
        "number_format",
        "copies_label",
        "signature",
        "printed_by",
        "head",
        "annotation",
    )
    return schema.BulletinFile(
        **fields_of(row, *names),
        group=row.group.code,
        addressees=tuple(row.addressees.splitlines()),
        copies=tuple(row.copies.splitlines()),
        sections=tuple(
            schema.TextSectionSpec(
                **fields_of(section, "heading", "text", "level"),
                repeat=section.repeat.code if section.repeat else "",
            )
            for section in row.sections.select_related("repeat").order_by("order")
        ),
        annexes=tuple(_annex(annex) for annex in row.annexes.order_by("number")),
        consistency=tuple(
            schema.ConsistencySpec(**fields_of(rule, "code", "expression", "message"))
            for rule in row.consistency_rules.order_by("code")
        ),
        mailings=tuple(_mailing(mailing) for mailing in row.mailings.order_by("pk")),
        subscriptions=tuple(_subscription(one) for one in row.subscriptions.order_by("pk")),
        schedules=tuple(
            schema.ScheduleSpec(**fields_of(one, *schema.ScheduleSpec.model_fields))
            for one in row.schedules.order_by("pk")
        ),
    )


def _annex(row: Annex) -> schema.AnnexSpec:
    return schema.AnnexSpec(
        **fields_of(row, "number", "title", "rows", "count", "name_set", "total", "total_label"),
        **fields_of(row, "period_line", "note", "landscape"),
        form=row.form.code if row.form else "",
        entries_of=row.register.code if row.register else "",
        scheme=row.scheme.code if row.scheme else "",
        order_by=tuple(filter(None, map(str.strip, row.order_by.splitlines()))),
        row_order=tuple(row.row_order.split()),
        comparison_units=tuple(row.comparison_units.split()),
        groups=tuple(
            schema.AnnexGroupSpec(group=part.group.code, **fields_of(part, "label", "subtotal_label"))
            for part in row.groups.select_related("group").order_by("order")
        ),
        columns=tuple(
            schema.ColumnSpec(**fields_of(column, *schema.ColumnSpec.model_fields))
            for column in row.columns.order_by("order")
        ),
    )


def _mailing(row: Mailing) -> schema.MailingSpec:
    return schema.MailingSpec(
        **fields_of(row, "enabled", "at_issue", "chart"),
        ranking=row.ranking.code,
        roles=tuple(row.roles.split()),
        attachments=tuple(row.attachments.split()),
    )


def _subscription(row: Subscription) -> schema.SubscriptionSpec:
    return schema.SubscriptionSpec(
        **fields_of(row, "name", "address", "enabled"), attachments=tuple(row.attachments.split())
    )


def _typed(model: Any, office: Office) -> QuerySet[Any]:
    return model.objects.filter(bulletin__office=office).select_related("bulletin", "typed_by")


def _fact(row: Fact) -> schema.FactRow:
    names = ("period", "code", "name", "number", "text", "unit_of_measure", "as_of", "source", "typed_at")
    return schema.FactRow(
        bulletin=row.bulletin.code, typed_by=row.typed_by.username, **fields_of(row, *names)
    )


def _published(row: PublishedValue) -> schema.PublishedRow:
    return schema.PublishedRow(
        bulletin=row.bulletin.code,
        typed_by=row.typed_by.username,
        **fields_of(row, "period", "claim", "figure", "value", "source"),
    )
