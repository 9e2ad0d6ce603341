"""Which submissions are a duty (应报): those of units that are expected to fill the form for that period."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from departments.models import Expectation, Submission, UnitVersion

_LAST_DAY = "window__ends_on"


def duties(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Of these, the ones that had to be filed: `organisation.expected_units`, for any number of windows in one query.

    Left out are those of units exempted, closed or no longer in the group on the last day of the window's period, and
    forms that a unit began although nobody asked for it; and windows that an import of past figures made.
    """
    group = UnitVersion.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef(_LAST_DAY)),
        unit=OuterRef("unit"),
        valid_from__lte=OuterRef(_LAST_DAY),
    )
    rows = Expectation.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef(_LAST_DAY)),
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef(_LAST_DAY)),
        Q(unit=OuterRef("unit")) | Q(group=OuterRef("_group")),
        form=OuterRef("window__form"),
    )
    return submissions.alias(_group=Subquery(group.values("group")[:1])).filter(
        Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gte=F(_LAST_DAY)),
        Exists(rows.filter(exempt=False)),
        ~Exists(rows.filter(exempt=True)),
        unit__opened_on__lte=F(_LAST_DAY),
        window__is_historical=False,
    )
