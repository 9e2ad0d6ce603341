"""Requests a pack brings along: those that are not there are written and, with a moment for it, handed out."""

from django.utils import timezone

from departments.models import Unit
from departments.services.organisation import placements
from departments.services.requests import drafting, issuing
from govsvc.packs.loading.state import Loading
from govsvc.packs.schema import RequestSpec

_OWN = ("code", "title", "text", "contact", "takes_file", "takes_text", "takes_no_comment", "due_at")


def save_requests(job: Loading) -> None:
    """What people have done with a request since is theirs: one that is there is left as it is."""
    known = set(job.office.requests.values_list("code", flat=True))
    for row in job.pack.requests:
        if row.spec.code not in known:
            with job.at(row):
                _request(job, row.spec)


def _request(job: Loading, spec: RequestSpec) -> None:
    user = job.users[job.pack.first_administrator]
    at = spec.handed_out_at or timezone.now()
    request = drafting.save_draft(
        office=job.office,
        user=user,
        units=_asked(job, spec),
        at=at,
        **{name: getattr(spec, name) for name in _OWN},
    )
    if spec.handed_out_at:
        issuing.hand_out(request=request, user=user, at=at)


def _asked(job: Loading, spec: RequestSpec) -> list[Unit]:
    """The groups' units of that day and the further ones, without the exempt, in the order of units.csv."""
    day = timezone.localdate(spec.handed_out_at)
    wanted = {unit for unit, place in placements(job.office, day).items() if place.group in spec.groups}
    wanted |= {job.unit(name).pk for name in spec.units}
    wanted -= {job.unit(name).pk for name in spec.exempt}
    return [unit for unit in job.units.values() if unit.pk in wanted]
