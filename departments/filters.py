"""What the board and its lists are narrowed to; it all stands in the URL, and offers only what the person may see."""

import datetime as dt
from collections.abc import Sequence

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from departments.board import Sought, condition
from departments.filter_base import UnitFilter
from departments.models import Form, Group, Office, Submission, Unit, Window
from departments.periods import Period
from departments.services.boards import sees_whole_office, visible_submissions
from departments.services.duties import duties

SPANS = (("6", _("last 6")), ("13", _("last 13")), ("26", _("last 26")), ("year", _("the whole year")))
SPAN = "13"
# What is shown comes before what is left out.
ORDER = ("office", "form", "period", "since", "until", "span", "group", "parent", "state")
# More windows than this beside each other nobody reads.
MOST_WINDOWS = 60
# A week belongs to the period its last day falls in, so it may begin before it.
WEEK = dt.timedelta(days=6)


class SpanForm(forms.Form):
    """How many periods the board goes back; not a condition on rows, so no filter."""

    span = forms.ChoiceField(label=_("periods"), choices=SPANS, required=False)


class RowFilter(UnitFilter):
    """Group, parent and state of one office's submissions in `windows`, which the subclasses choose.

    With `strict` the state picks single submissions; without it whole units that have one in that state.
    """

    group = django_filters.ModelChoiceFilter(
        label=_("group"), queryset=Group.objects.none(), method="in_group", empty_label=_("all")
    )
    parent = django_filters.ModelChoiceFilter(
        label=_("parent"), queryset=Unit.objects.none(), method="under", empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(
        label=_("state"), choices=Sought.choices, method="in_state", empty_label=_("all")
    )

    class Meta:
        model = Submission
        fields: tuple[str, ...] = ()
        form = SpanForm

    # None: the person sees no submission.
    office: Office | None = None
    # The windows shown, oldest first.
    windows: Sequence[Window] = ()

    def __init__(self, data: QueryDict, *, request: HttpRequest, strict: bool = False) -> None:
        super().__init__(data, queryset=visible_submissions(request.user), request=request)
        self.data = data.copy()
        self.strict = strict
        self.choose()
        if self.office is None:
            return
        self.filters["group"].queryset = self.office.groups.all()
        above = self.versions.filter(parent__isnull=False)
        parents = Unit.objects.filter(office=self.office, pk__in=above.values("parent"))
        if not sees_whole_office(request.user, self.office):
            parents = parents.filter(pk__in=self.queryset.values("unit"))
        self.filters["parent"].queryset = parents
        self.form.order_fields(ORDER)
        self.windows = self.choose_windows()

    def choose(self) -> None:
        """Sets the office shown, the choices that hang on it, and in `data` the defaults of what the URL leaves open."""
        raise NotImplementedError

    def choose_windows(self) -> list[Window]:
        """What the filters leave of the windows, oldest first."""
        raise NotImplementedError

    @property
    def narrowed(self) -> bool:
        """Whether rows are left out."""
        return any(self.chosen(name) for name in ("group", "parent", "state"))

    def filter_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        queryset = queryset.filter(window__in=[window.pk for window in self.windows])
        for name, value in self.form.cleaned_data.items():
            if name in self.filters:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def in_state(self, queryset: QuerySet[Submission], name: str, state: str) -> QuerySet[Submission]:
        if self.strict:
            return queryset.filter(condition(state, self.now))
        # Found first: nested in the board's own queries the planner would seek them again each time.
        units = duties(queryset).filter(condition(state, self.now)).order_by()
        return queryset.filter(unit__in=list(units.values_list("unit", flat=True).distinct()))


def _forms(request: HttpRequest) -> QuerySet[Form]:
    seen = visible_submissions(request.user)
    return Form.objects.filter(pk__in=seen.values("window__form"))


def _offices(request: HttpRequest) -> QuerySet[Office]:
    return Office.objects.filter(forms__in=_forms(request)).distinct()


class FormFilter(RowFilter):
    """One form over its last periods; without a choice the form that fell due last."""

    form_shown: Form | None = None

    _opened: Sequence[Window] = ()

    form = django_filters.ModelChoiceFilter(
        label=_("form"), field_name="window__form", queryset=_forms, empty_label=None
    )
    since = django_filters.ChoiceFilter(
        label=_("from period"),
        field_name="window__starts_on",
        lookup_expr="gte",
        empty_label=_("not limited"),
    )
    until = django_filters.ChoiceFilter(
        label=_("to period"), field_name="window__ends_on", lookup_expr="lte", empty_label=_("not limited")
    )

    @property
    def asked(self) -> dict[str, str]:
        """With how far the board goes back."""
        span = self.data.get("span")
        return super().asked | ({"span": span} if span else {})

    def choose(self) -> None:
        asked = self.asked.get("form", "")
        seen = _forms(self.request).select_related("office")
        form = (seen.filter(pk=asked).first() if asked.isdecimal() else None) or self._due_last()
        if form is None:
            return
        self.form_shown, self.office = form, form.office
        self.data["form"] = str(form.pk)
        if self.data.get("span") not in dict(SPANS):
            self.data["span"] = SPAN
        self._opened = list(
            form.windows.filter(opens_at__lte=self.now)
            .order_by("starts_on", "ends_on")
            .select_related("form")
        )
        newest = self._opened[::-1]
        self.filters["since"].extra["choices"] = [(str(w.starts_on), w.when.label) for w in newest]
        self.filters["until"].extra["choices"] = [(str(w.ends_on), w.when.label) for w in newest]

    def choose_windows(self) -> list[Window]:
        """The newest, as many as are asked for; from a chosen first period on all of them, at most MOST_WINDOWS."""
        since, until = self.chosen("since") or "", self.chosen("until") or "9999"
        found = [w for w in self._opened if str(w.starts_on) >= since and str(w.ends_on) <= until]
        span = self.asked["span"]
        if since or not found:
            return found[-MOST_WINDOWS:]
        if span == "year":
            return [w for w in found if w.ends_on.year == found[-1].ends_on.year]
        return found[-int(span) :]

    def _due_last(self) -> Form | None:
        last = _due_last(self.queryset, self.now)
        return last.form if last else None


class PeriodFilter(RowFilter):
    """All forms of an office whose period is the chosen one or lies inside it; without a choice the one that fell due last."""

    office = django_filters.ModelChoiceFilter(
        label=_("office"), field_name="window__form__office", queryset=_offices, empty_label=None
    )
    # It chooses windows, and the rows by them.
    period = django_filters.ChoiceFilter(label=_("period"), method="keep", empty_label=None)
    form = django_filters.ModelChoiceFilter(
        label=_("form"), field_name="window__form", queryset=_forms, empty_label=_("all")
    )

    def choose(self) -> None:
        asked = self.asked.get("office", "")
        last = _due_last(self.queryset, self.now)
        office = _offices(self.request).filter(pk=asked).first() if asked.isdecimal() else None
        office = office or (last.form.office if last else None)
        if office is None:
            return
        self.office = office
        self.data["office"] = str(office.pk)
        mine = self.queryset.filter(window__form__office=office)
        periods = sorted(
            (
                Period.parse(code)
                for code in mine.order_by().values_list("window__period", flat=True).distinct()
            ),
            reverse=True,
        )
        self.filters["period"].extra["choices"] = [(period.code, period.label) for period in periods]
        if self.data.get("period") not in {period.code for period in periods}:
            newest = _due_last(mine, self.now)
            self.data["period"] = newest.period if newest else ""
        self.filters["form"].queryset = Form.objects.filter(office=office, pk__in=_forms(self.request))

    def choose_windows(self) -> list[Window]:
        period = Period.parse(self.asked["period"])
        windows = Window.objects.filter(
            form__office=self.office,
            opens_at__lte=self.now,
            starts_on__gte=period.start - WEEK,
            ends_on__lte=period.end,
        ).select_related("form")
        if self.chosen("form"):
            windows = windows.filter(form=self.chosen("form"))
        found = [w for w in windows.order_by("form__order", "form", "starts_on") if period.contains(w.when)]
        return found[:MOST_WINDOWS]


def _due_last(submissions: QuerySet[Submission], now: dt.datetime) -> Window | None:
    """The window that fell due last among these submissions; before any did, the one due first."""
    seen = submissions.select_related("window__form__office")
    last = seen.filter(window__due_at__lte=now).order_by("-window__due_at", "window__form__order").first()
    last = last or seen.order_by("window__due_at", "window__form__order").first()
    return last.window if last else None
