"""What differs between two documents: nothing said twice, nothing left out."""

import copy

from reports.services.differences import Difference, Differences, MovedRank, differences
from tests.unit.documents.papers import annex, column, document, figure, paragraph, ranking, row

HEADS = [column("due"), column("rate", "rate"), column("place", "rank")]
BEFORE = document(
    paragraph("办结率", figure("rate", "44.4%"), "。"),
    paragraph(figure("low", "甲局、乙局", "list"), "较低。"),
    paragraph("特此通报。"),
    annexes=[annex(HEADS, row("U1", "50", "80.0%", "1"), row("U2", "8", "10.0%", "2"))],
    rankings=[ranking("r", U1=1, U2=2, U3=None)],
)


def changed(**replaced: object) -> dict:
    return copy.deepcopy(BEFORE) | replaced


def test_equal_documents_differ_in_nothing() -> None:
    found = differences(BEFORE, copy.deepcopy(BEFORE))
    assert found == Differences()
    assert not found


def test_title_number_and_period_are_not_compared() -> None:
    assert not differences(BEFORE, changed(title="更正", number="9号", period="2023-07"))


def test_a_figure_is_told_with_its_sentence() -> None:
    after = changed(
        sections=document(
            paragraph("办结率", figure("rate", "86.1%"), "。"),
            paragraph(figure("low", "甲局", "list"), "较低。"),
            paragraph("特此通报。"),
        )["sections"]
    )
    assert differences(BEFORE, after).differences == (
        Difference("figure", "rate", "rate", "44.4%", "86.1%"),
        Difference("list", "low", "low", "甲局、乙局", "甲局"),
        Difference("sentence", "s1p1", "一、情况", "办结率44.4%。", "办结率86.1%。"),
        Difference("sentence", "s1p2", "一、情况", "甲局、乙局较低。", "甲局较低。"),
    )


def test_a_paragraph_put_in_shifts_no_other() -> None:
    sections = copy.deepcopy(BEFORE["sections"])
    sections[0]["paragraphs"].insert(1, paragraph("新增一句。"))
    assert differences(BEFORE, changed(sections=sections)).differences == (
        Difference("sentence", "s1p2", "一、情况", "", "新增一句。"),
    )
    assert differences(changed(sections=sections), BEFORE).differences == (
        Difference("sentence", "s1p2", "一、情况", "新增一句。", ""),
    )


def test_a_heading_is_a_sentence() -> None:
    after = changed(sections=copy.deepcopy(BEFORE["sections"]))
    after["sections"][0]["heading"] = "一、总体"
    assert differences(BEFORE, after).differences == (
        Difference("sentence", "s1", "一、总体", "一、情况", "一、总体"),
    )


def test_another_figure_under_the_same_id_is_not_compared() -> None:
    after = changed(
        sections=document(
            paragraph("办结率", figure("rate", "44.4%", "total"), "。"),
            *BEFORE["sections"][0]["paragraphs"][1:],
        )["sections"]
    )
    assert not differences(BEFORE, after)


def test_cells_places_and_rows() -> None:
    table = annex(HEADS, row("U1", "50", "81.0%", "2"), row("U3", "5", "90.0%", "1"))
    assert differences(BEFORE, changed(annexes=[table])).differences == (
        Difference("cell", "annex1/U1/rate", "附件1 U1 rate", "80.0%", "81.0%"),
        Difference("rank", "annex1/U1/place", "附件1 U1 place", "1", "2"),
        Difference("row", "annex1/U3", "附件1 U3", "", "U3，5，90.0%，1"),
        Difference("row", "annex1/U2", "附件1 U2", "U2，8，10.0%，2", ""),
    )


def test_rows_of_one_unit_are_told_apart_by_their_category() -> None:
    def table(first: str) -> dict:
        rows = (row("U1", first, category="L1"), row("U1", "7", category="L2"), row("", "9", kind="total"))
        return annex([column("due")], *rows)

    found = differences(changed(annexes=[table("2")]), changed(annexes=[table("3")])).differences
    assert found == (Difference("cell", "annex1/U1.L1/due", "附件1 U1 due", "2", "3"),)


def test_a_table_that_came_or_went() -> None:
    found = differences(BEFORE, changed(annexes=[])).differences
    assert found == (Difference("row", "annex1", "附件1 一览表", "一览表", ""),)


def test_places_that_moved_also_out_of_the_ranking() -> None:
    after = changed(rankings=[ranking("r", U1=1, U2=None, U3=2), ranking("new", U1=1)])
    assert differences(BEFORE, after).moved == (
        MovedRank("r", "r排名", "U2", "U2局", 2, None),
        MovedRank("r", "r排名", "U3", "U3局", None, 2),
    )
