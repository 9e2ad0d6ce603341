"""The rules printed in docs are the ones the tests compute."""

from tests.manual import PAGE, rules_page


def test_the_rules_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == rules_page(), "run: python -m tests.manual"
