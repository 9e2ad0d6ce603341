"""Writing a pack's configuration into the database: one transaction, only through the services, twice the same as once.

What a pack says replaces what is there; units, groups, forms, items and indicators it does not mention are left alone.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Category, Item, Office
from govsvc.packs.faults import PackError
from govsvc.packs.loading.bulletins import save_bulletins
from govsvc.packs.loading.collection import save_calendar, save_categories, save_comparisons
from govsvc.packs.loading.contacts import save_contacts
from govsvc.packs.loading.forms import save_forms, save_reasons
from govsvc.packs.loading.indicators import (
    save_indicators,
    save_meetings,
    save_rankings,
    save_targets,
    save_versions,
)
from govsvc.packs.loading.organisation import save_accounts, save_groups, save_units
from govsvc.packs.loading.registers import save_entries, save_registers
from govsvc.packs.loading.requests import save_requests
from govsvc.packs.loading.schemes import check_schemes, save_schemes
from govsvc.packs.loading.state import Loading
from govsvc.packs.pack import Pack, items_of, nodes_of

# In the order in which they need each other.
STEPS = (
    save_groups,
    save_units,
    save_accounts,
    save_contacts,
    save_calendar,
    save_reasons,
    save_categories,
    save_forms,
    save_comparisons,
    save_registers,
    save_entries,
    save_requests,
    save_indicators,
    save_schemes,
    save_versions,
    save_targets,
    check_schemes,
    save_rankings,
    save_meetings,
    save_bulletins,
)


@transaction.atomic
def apply_pack(pack: Pack) -> Office:
    """Saves the configuration (not windows, figures or issues). PackError with every fault found: nothing is saved."""
    spec = pack.office
    office = Office.objects.filter(code=spec.code).first() or Office(code=spec.code)
    office.name, office.phone, office.synthetic = spec.name, spec.phone, spec.synthetic
    office.save()
    job = Loading(pack, office)
    for step in STEPS:
        step(job)
        if job.faults:
            raise PackError(job.faults)
    return office


def left_alone(pack: Pack, office: Office) -> list[str]:
    """What the office has and the pack does not mention: kept, since figures may hang on it."""
    items = {
        f"{code}.{item.code}" for code, form in pack.forms.items() for item, _s, _p in items_of(form.spec)
    }
    kinds = (
        (_("Groups"), office.groups, {row.spec.code for row in pack.groups}),
        (_("Units"), office.units, {row.spec.code for row in pack.units}),
        (_("Category lists"), office.category_lists, {row.spec.code for row in pack.category_lists}),
        (_("Forms"), office.forms, set(pack.forms)),
        (_("Registers"), office.registers, set(pack.registers)),
        (_("Comparisons"), office.comparisons, {row.spec.code for row in pack.comparisons}),
        (_("Indicators"), office.indicators, {row.spec.code for row in pack.indicators}),
        (_("Schemes"), office.schemes, set(pack.schemes)),
        (_("Rankings"), office.rankings, {row.spec.code for row in pack.rankings}),
        (_("Bulletins"), office.bulletins, set(pack.bulletins)),
    )
    found = [(word, sorted(set(rows.values_list("code", flat=True)) - known)) for word, rows, known in kinds]
    stored = Item.objects.filter(form__office=office, form__code__in=pack.forms)
    rest = {f"{form}.{code}" for form, code in stored.values_list("form__code", "code")} - items
    found.append((_("Items"), sorted(rest)))
    found += _parts_of_registers(pack, office)
    nodes = office.schemes.filter(code__in=pack.schemes).values_list("code", "nodes__key")
    told = {(code, node.key) for code, row in pack.schemes.items() for node, _n, _p in nodes_of(row.spec)}
    found.append((_("Leaves"), sorted(f"{code} {key}" for code, key in set(nodes) - told if key)))
    rows = Category.objects.filter(list__office=office).values_list("list__code", "code")
    listed = {(row.spec.list, row.spec.code) for row in pack.categories}
    found.append((_("Categories"), sorted(f"{code}.{row}" for code, row in set(rows) - listed)))
    days = set(office.calendar_days.values_list("day", flat=True)) - {row.spec.day for row in pack.calendar}
    found.append((_("Calendar days"), sorted(day.isoformat() for day in days)))
    return [
        _("%(kind)s not in the pack, left as they are: %(codes)s") % {"kind": word, "codes": "、".join(codes)}
        for word, codes in found
        if codes
    ]


def _parts_of_registers(pack: Pack, office: Office) -> list[tuple[str, list[str]]]:
    """Columns and counts of the pack's registers that it does not mention, and statuses once used."""
    found = []
    for word, name in ((_("Statuses"), "statuses"), (_("Columns"), "columns"), (_("Counts"), "counts")):
        told = {
            f"{code}.{part.code}"
            for code, register in pack.registers.items()
            for part in getattr(register.spec, name)
        }
        # Without statuses of its own a register has the usual ones.
        codes = [code for code, row in pack.registers.items() if name != "statuses" or row.spec.statuses]
        rows = office.registers.filter(code__in=codes).values_list("code", f"{name}__code")
        stored = {f"{code}.{part}" for code, part in rows if part}
        found.append((word, sorted(stored - told)))
    return found
