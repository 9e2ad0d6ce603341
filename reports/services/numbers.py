"""文号: one sequence per issuing office and year, whatever the bulletin (design: bulletins, Life of an issue)."""

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Office
from reports.exceptions import Refused
from reports.models import NumberSequence


@transaction.atomic
def next_number(office: Office, year: int) -> int:
    """Takes the next number; two people at once get different ones."""
    sequence = _lock(office, year)
    sequence.last += 1
    sequence.save()
    return sequence.last


@transaction.atomic
def set_last_number(*, office: Office, year: int, last: int) -> int:
    """Says which number the office reached on paper before it began here; the former one. Refused when it is not larger."""
    sequence = _lock(office, year)
    former = sequence.last
    if last <= former:
        raise Refused(
            _("%(office)s has given number %(former)s in %(year)s already: the next one can only be larger.")
            % {"office": office, "former": former, "year": year}
        )
    sequence.last = last
    sequence.save()
    return former


def _lock(office: Office, year: int) -> NumberSequence:
    sequence, _created = NumberSequence.objects.select_for_update().get_or_create(office=office, year=year)
    return sequence
