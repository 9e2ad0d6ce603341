"""The yearly sequence of an office that begins in mid-year."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.services.numbers import next_number
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_numbers_go_on_from_those_on_paper(capsys: pytest.CaptureFixture[str]) -> None:
    office, other = build.office("a", "甲区"), build.office("b", "乙区")
    call_command("last_number", "a", "2023", "17")
    assert "18" in capsys.readouterr().out
    assert [next_number(office, 2023), next_number(office, 2023), next_number(office, 2024)] == [18, 19, 1]
    assert next_number(other, 2023) == 1


@pytest.mark.parametrize("number", ["19", "1"])
def test_a_number_that_was_given_is_never_given_again(number: str) -> None:
    office = build.office("a", "甲区")
    call_command("last_number", "a", "2023", "18")
    assert next_number(office, 2023) == 19
    with pytest.raises(CommandError, match="19"):
        call_command("last_number", "a", "2023", number)
    assert next_number(office, 2023) == 20


def test_an_office_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="zzz"):
        call_command("last_number", "zzz", "2023", "18")
