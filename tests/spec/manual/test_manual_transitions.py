"""The diagram of states that people read is the table that the code obeys."""

from departments.choices import Status
from departments.transitions import TRANSITIONS
from tests.spec.manual.transition_page import PAGE, transition_page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == transition_page(), (
        "run: python -m tests.spec.manual.transition_page"
    )


def test_the_diagram_shows_every_state_and_every_move() -> None:
    page = transition_page()
    assert all(f"as {status.value}\n" in page for status in Status)
    moves = [(s, row.target) for row in TRANSITIONS if row.target for s in row.sources]
    assert len(moves) == page.count(" --> ") - 1
    assert all(f"{source} --> {target}: " in page for source, target in moves)
    assert page.count("| 必须写理由") == sum(row.needs_reason for row in TRANSITIONS)
