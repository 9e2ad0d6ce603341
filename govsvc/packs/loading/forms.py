"""Reasons and forms with their sections, items, rules, and who is expected."""

from collections.abc import Iterator
from typing import Any

from departments.models import Form
from departments.services import forms as form_services
from govsvc.packs.loading.collection import save_duties
from govsvc.packs.loading.state import Loading
from govsvc.packs.pack import items_of, sections_of
from govsvc.packs.schema import FormFile


def save_reasons(job: Loading) -> None:
    for place, row in enumerate(job.pack.reasons, 1):
        with job.at(row):
            order = place if row.spec.order is None else row.spec.order
            form_services.save_reason(office=job.office, code=row.spec.code, name=row.spec.name, order=order)


def save_forms(job: Loading) -> None:
    for code, row in job.pack.forms.items():
        with job.at(row):
            job.forms[code] = _form(job, code, row.spec)


def _form(job: Loading, code: str, spec: FormFile) -> Form:
    form = form_services.save_form(
        office=job.office,
        code=code,
        title=spec.title,
        frequency=spec.frequency,
        notes=spec.notes,
        contact=spec.contact,
        order=spec.order,
        entered_by=spec.entered_by,
        approval=spec.approval,
        unit_head_step=spec.unit_head_step,
        children_first=spec.children_first,
        allows_nil=spec.allows_nil,
        category_list=job.category_lists[spec.category_list] if spec.category_list else None,
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
    _items(job, form, spec, sections)
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
    save_duties(form, spec)
    _expect(job, form, spec)
    return form


def _items(job: Loading, form: Form, spec: FormFile, sections: dict[str, Any]) -> None:
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
            options="\n".join(item.options),
            by_category=item.by_category,
            order=place if item.order is None else item.order,
        )
    for item, _section, _path in items_of(spec):
        if item.part_of:
            form_services.save_item(form=form, code=item.code, part_of=saved[item.part_of])


def _expect(job: Loading, form: Form, spec: FormFile) -> None:
    """Only when it says something new: replacing equal rows would still be a change."""
    wanted = {("group", code, False) for code in spec.expected.groups}
    wanted |= {("unit", job.pack.unit_code(name), False) for name in spec.expected.units}
    wanted |= {("unit", job.pack.unit_code(name), True) for name in spec.expected.exempt}
    if wanted != set(expected_of(form)):
        form_services.expect(
            form=form,
            groups=[job.groups[code] for code in spec.expected.groups],
            units=[job.unit(name) for name in spec.expected.units],
            exempt=[job.unit(name) for name in spec.expected.exempt],
        )


def expected_of(form: Form) -> Iterator[tuple[str, str, bool]]:
    """Who must fill a form as (group | unit, code, exempt), in order of code."""
    for row in form.expectations.select_related("group", "unit").order_by(
        "exempt", "group__order", "unit__code"
    ):
        thing = row.group or row.unit
        assert thing is not None
        yield "group" if row.group else "unit", thing.code, row.exempt
