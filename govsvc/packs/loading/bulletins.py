"""Bulletins with their parts, typed facts and published values."""

from govsvc.packs.loading.mails import save_mails
from govsvc.packs.loading.state import Loading
from govsvc.packs.pack import Placed
from govsvc.packs.schema import AnnexSpec, BulletinFile
from reports.models import Bulletin
from reports.services import templates
from reports.services.entry_rows import entry_faults
from reports.services.source import faults_of


def save_bulletins(job: Loading) -> None:
    saved: dict[str, Bulletin] = {}
    for code, row in job.pack.bulletins.items():
        with job.at(row):
            saved[code] = _bulletin(job, code, row)
    if not job.faults:
        _typed(job, saved)
        _check(job, saved)


def _bulletin(job: Loading, code: str, row: Placed[BulletinFile]) -> Bulletin:
    spec = row.spec
    bulletin = templates.save_bulletin(
        office=job.office,
        code=code,
        group=job.groups[spec.group],
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
        head=spec.head,
        annotation=spec.annotation,
        sections=[
            templates.SectionText(
                section.heading,
                section.text,
                section.level,
                job.groups[section.repeat] if section.repeat else None,
            )
            for section in spec.sections
        ],
        annexes=[_annex(job, annex) for annex in spec.annexes],
        consistency=[templates.RuleSpec(r.code, r.expression, r.message) for r in spec.consistency],
    )
    for annex in bulletin.annexes.filter(register__isnull=False):
        job.faults += [row.fault(f"附件{annex.number} {part}：{why}") for part, why in entry_faults(annex)]
    save_mails(job, bulletin, spec)
    return bulletin


def _annex(job: Loading, spec: AnnexSpec) -> templates.AnnexSpec:
    as_written = (
        "number",
        "title",
        "rows",
        "count",
        "name_set",
        "total",
        "total_label",
        "period_line",
        "note",
    )
    return templates.AnnexSpec(
        **{name: getattr(spec, name) for name in as_written},
        landscape=spec.landscape,
        form=job.forms[spec.form] if spec.form else None,
        register=job.registers[spec.entries_of] if spec.entries_of else None,
        scheme=job.schemes[spec.scheme] if spec.scheme else None,
        order_by="\n".join(spec.order_by),
        row_order=" ".join(spec.row_order),
        comparison_units=" ".join(spec.comparison_units),
        groups=tuple(
            templates.GroupSpec(job.groups[part.group], part.label, part.subtotal_label)
            for part in spec.groups
        ),
        columns=tuple(templates.ColumnSpec(**column.model_dump()) for column in spec.columns),
    )


def _typed(job: Loading, bulletins: dict[str, Bulletin]) -> None:
    for fact in job.pack.facts:
        with job.at(fact):
            fields = fact.spec.model_dump(exclude={"bulletin", "typed_by", "typed_at"})
            user = job.users[fact.spec.typed_by or job.pack.first_administrator]
            bulletin = bulletins[fact.spec.bulletin]
            templates.save_fact(
                bulletin=bulletin,
                user=user,
                at=fact.spec.typed_at,
                **{**fields, "number": fact.spec.number},
            )
    for published in job.pack.published:
        with job.at(published):
            fields = published.spec.model_dump(exclude={"bulletin", "typed_by"})
            user = job.users[published.spec.typed_by or job.pack.first_administrator]
            templates.save_published(bulletin=bulletins[published.spec.bulletin], user=user, **fields)


def _check(job: Loading, bulletins: dict[str, Bulletin]) -> None:
    """The office may hold more than the pack says, and a name that was clear there may be ambiguous here."""
    for code, bulletin in bulletins.items():
        row = job.pack.bulletins[code]
        for period in sorted({issue.spec.period for issue in job.pack.issues if issue.spec.bulletin == code}):
            job.faults += [row.fault(str(fault)) for fault in faults_of(bulletin, period)]
