"""Services under the packs: what they refuse, whoever calls them."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from departments.models import Group, Office
from govsvc.packs.loading import apply_pack
from govsvc.packs.reading import read_pack
from indicators.models import Indicator
from indicators.services.definitions import save_ranking, save_target, save_version
from reports.models import Bulletin
from reports.services.templates import SectionText, save_bulletin, save_fact, save_mailing
from tests.unit.packs.manual_pack import write_example

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The manual's example."""
    return apply_pack(read_pack(write_example(tmp_path)))


@pytest.fixture
def strange_group() -> Group:
    """A group of another office."""
    other = Office.objects.create(code="other", name="别处")
    return Group.objects.create(office=other, code="streets", name="街道")


def version(indicator: Indicator, day: str, **fields):
    found = {"numerator": "hotline.on_time", "denominator": "hotline.received", **fields}
    return save_version(indicator=indicator, valid_from=dt.date.fromisoformat(day), **found)


def test_versions_never_overlap_whatever_their_order(office: Office) -> None:
    indicator = office.indicators.get()
    version(indicator, "2026-01-01")
    version(indicator, "2025-01-01", valid_to=dt.date(2027, 1, 1))
    rows = indicator.versions.order_by("valid_from").values_list("number", "valid_from__year", "valid_to")
    assert list(rows) == [
        (1, 2024, dt.date(2024, 12, 31)),
        (3, 2025, dt.date(2025, 12, 31)),
        (2, 2026, None),
    ]


def test_a_version_ending_before_it_begins_is_refused(office: Office) -> None:
    with pytest.raises(ValidationError):
        version(office.indicators.get(), "2025-01-01", valid_to=dt.date(2024, 6, 1))


@pytest.mark.parametrize("text", ["hotline.nothing", "1 +", "hotline.received > 1"])
def test_a_definition_that_cannot_be_computed_is_refused(office: Office, text: str) -> None:
    with pytest.raises(ValidationError):
        version(office.indicators.get(), "2025-01-01", numerator=text)
    assert office.indicators.get().versions.count() == 1


def test_a_draft_s_definition_may_still_be_mended(office: Office) -> None:
    version(office.indicators.get(), "2024-01-01", decimals=2)
    assert list(office.indicators.get().versions.values_list("number", "decimals")) == [(1, 2)]


def test_no_service_reaches_into_another_office(office: Office, strange_group: Group) -> None:
    indicator = office.indicators.get()
    bulletin = Bulletin.objects.get(office=office)
    with pytest.raises(ValidationError):
        save_target(indicator=indicator, period="2024-04", value=Decimal(1), group=strange_group)
    with pytest.raises(ValidationError):
        save_ranking(office=office, code="x", name="x", indicator=indicator, group=strange_group)
    with pytest.raises(ValidationError):
        save_bulletin(office=office, code="hotline", group=strange_group, sections=[SectionText("", "x")])
    strange = Bulletin.objects.create(
        office=strange_group.office,
        code="b",
        name="b",
        title="b",
        group=strange_group,
        number_format="{number}",
    )
    with pytest.raises(ValidationError):
        save_mailing(bulletin=strange, ranking=office.rankings.first())
    assert bulletin.sections.count() == 2


def test_a_fact_is_a_number_or_a_text(office: Office) -> None:
    bulletin = Bulletin.objects.get(office=office)
    user = office.memberships.first().user
    for content in ({}, {"number": Decimal(1), "text": "一"}):
        with pytest.raises(ValidationError):
            save_fact(
                bulletin=bulletin, period="2024-03", code="c", name="n", source="s", user=user, **content
            )


def test_a_fact_typed_again_unchanged_keeps_who_typed_it(office: Office) -> None:
    fact = Bulletin.objects.get(office=office).facts.get()
    other = office.memberships.exclude(user=fact.typed_by).first().user
    fields = {
        name: getattr(fact, name)
        for name in ("bulletin", "period", "code", "name", "source", "number", "unit_of_measure")
    }
    assert save_fact(user=other, **fields).typed_by == fact.typed_by
    assert save_fact(user=other, **{**fields, "number": Decimal("92")}).typed_by == other
