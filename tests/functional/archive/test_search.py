"""The archive: found by words, titles first, with the sentence; narrowed by the address; only what one may read."""

import pytest
from django.core.management import call_command

from reports.models import Issue
from reports.services.archive import hit, index_issues, issued, search, words_of, years_of
from tests.functional.archive.shelf import content_of, shelve
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db
URL = "/admin/reports/issue/archive/"


def numbers(text: str) -> list[str]:
    return [issue.number for issue in search(issued(Issue.objects.all()), words_of(text))]


@pytest.fixture
def shelf(scene: Scene) -> Scene:
    """1号 as issued; 2号 of 2023 speaks of 医保局 in its text; 3号 of 2023 in its title; 4号 corrects 3号."""
    issue = scene.issue
    assert issue is not None
    shelve(
        issue,
        content_of(issue, 低于全区平均水平="低于医保局和全区平均水平"),
        period="2023-01",
        sequence=2,
        year=2023,
    )
    titled = content_of(issue)
    titled["title"] = "医保局专项通报"
    third = shelve(issue, titled, period="2023-02", sequence=3, year=2023)
    shelve(
        issue,
        titled | {"title": "关于更正《医保局专项通报》的通报"},
        period="2023-02",
        sequence=4,
        year=2023,
        corrects=third,
    )
    return scene


def test_titles_come_first_then_the_newest(shelf: Scene) -> None:
    assert numbers("医保局") == ["某政通〔2023〕4号", "某政通〔2023〕3号", "某政通〔2023〕2号"]
    assert numbers("") == ["某政通〔2023〕4号", "某政通〔2023〕3号", "某政通〔2023〕2号", "某政通〔2022〕1号"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("医保局　全区平均水平", 3),
        ("医保局 和全区", 1),
        ("没有这个词", 0),
        ("某政通〔2022〕1号", 1),
        ("100.0%", 4),
        ("%", 4),
        ("_", 0),
        ("办结率(", 0),
        ("[", 0),
    ],
)
def test_all_words_must_stand_in_it_and_signs_mean_themselves(shelf: Scene, text: str, found: int) -> None:
    assert len(numbers(text)) == found


def test_the_sentence_with_most_words_is_quoted_and_they_are_marked(shelf: Scene) -> None:
    second = Issue.objects.get(sequence=2)
    quote = hit(second, words_of("医保局 平均水平")).quote
    assert [text for text, is_word in quote if is_word] == ["医保局", "平均水平"]
    assert hit(Issue.objects.get(sequence=3), words_of("专项")).title == (
        ("医保局", False), ("专项", True), ("通报", False),
    )  # fmt: skip
    assert hit(Issue.objects.get(sequence=3), words_of("专项")).quote == ()


def test_a_long_sentence_is_cut_around_the_word(shelf: Scene) -> None:
    long = Issue.objects.get(sequence=2)
    long.search_text = "标题\n" + "前" * 300 + "医保局" + "后" * 300
    quote = hit(long, ("医保局",)).quote
    assert [piece for piece, is_word in quote if is_word] == ["医保局"]
    assert quote[0][0].startswith("……前")
    assert quote[-1][0].endswith("后……")
    assert sum(len(piece) for piece, _is_word in quote) < 140


def test_years_are_counted(shelf: Scene) -> None:
    assert years_of(issued(Issue.objects.all())) == [(2023, 3), (2022, 1)]
    assert years_of(search(issued(Issue.objects.all()), ("医保局",))) == [(2023, 3)]


def test_the_page_is_narrowed_by_the_address(shelf: Scene) -> None:
    client = shelf.client("viewer")

    def listed(**query: str) -> set[int]:
        rows = client.get(URL, query).context["rows"]
        return {one.issue.sequence for one, _corrects, _corrected_by in rows}

    assert listed() == {1, 2, 3, 4}
    assert listed(year="2023") == {2, 3, 4}
    assert listed(year="2022", q="医保局") == set()
    assert listed(kind="correction") == {4}
    assert listed(kind="first") == {1, 2, 3}
    assert listed(bulletin=str(shelf.bulletin.pk), year="2022") == {1}
    assert listed(year="1900", kind="x", bulletin="999", page="77") == {1, 2, 3, 4}


def test_the_page_shows_the_chain_of_a_correction_and_counts_of_years(shelf: Scene) -> None:
    answer = shelf.client("viewer").get(URL, {"q": "医保局"})
    chains = {one.issue.sequence: (corrects, later) for one, corrects, later in answer.context["rows"]}
    assert chains[4][0] == Issue.objects.get(sequence=3)
    assert chains[3][1] == Issue.objects.get(sequence=4)
    assert chains[2] == (None, None)
    assert [(year, count) for year, count, _query, _here in answer.context["years"]] == [(2023, 3)]
    assert "<mark>医保局</mark>" in answer.content.decode()


def test_drafts_and_other_offices_are_not_in_it(shelf: Scene) -> None:
    other = make("p")
    other.issued()
    other.bulletin.name = "金丝雀通报"
    other.bulletin.save()
    index_issues()
    page = shelf.client("viewer").get(URL).content.decode()
    assert "金丝雀通报" not in page
    assert shelf.client("clerk").get(URL).status_code == 403
    fresh = make("q")
    fresh.draft()
    empty = fresh.client("viewer").get(URL)
    assert list(empty.context["rows"]) == []


def test_pages_of_twenty(shelf: Scene) -> None:
    assert shelf.issue is not None
    for n in range(10, 40):
        shelve(shelf.issue, content_of(shelf.issue), period=f"19{n}-01", sequence=n, year=2021)
    client = shelf.client("viewer")
    first = client.get(URL, {"year": "2021"})
    assert len(first.context["rows"]) == 20
    assert len(client.get(URL + first.context["older"]).context["rows"]) == 10


def test_the_list_costs_the_same_whatever_it_holds(shelf: Scene, django_assert_max_num_queries) -> None:
    client = shelf.client("viewer")
    client.get(URL)
    with django_assert_max_num_queries(20):
        client.get(URL)


def test_issues_from_before_are_indexed_by_the_command_and_again_nothing_changes(shelf: Scene) -> None:
    Issue.objects.update(search_text="")
    assert numbers("医保局") == []
    call_command("index_issues")
    assert len(numbers("医保局")) == 3
    assert index_issues() == 0
