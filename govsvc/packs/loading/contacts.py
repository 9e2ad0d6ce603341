"""The list of contacts a pack brings along."""

from departments.exceptions import DepartmentsError
from departments.services.contact_lists import ListedContact, ListRefused, take_over_contacts
from departments.services.contacts import Details
from govsvc.packs.loading.state import Loading


def save_contacts(job: Loading) -> None:
    """Only those that are not there: what people have changed since is theirs."""
    if not job.pack.contacts:
        return
    first, second, *_others = job.pack.administrators
    rows = [
        ListedContact(
            job.unit(row.spec.unit),
            row.spec.kind,
            row.spec.valid_from,
            Details(row.spec.name, row.spec.post, row.spec.phone, row.spec.mobile),
        )
        for row in job.pack.contacts
    ]
    try:
        take_over_contacts(
            office=job.office, rows=rows, entered_by=job.users[first], approved_by=job.users[second]
        )
    except ListRefused as error:
        job.faults += [job.pack.contacts[place].fault(fault) for place, fault in error.faults.items()]
    except DepartmentsError as error:
        job.faults.append(job.pack.contacts[0].fault(str(error)))
