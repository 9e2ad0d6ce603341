"""Paragraphs paired and words marked: what belongs together stays together when something new stands between."""

from reports.services.text_alignment import Pair, align, changed_words


def test_a_number_is_one_word_and_the_rest_goes_by_characters():
    pair = changed_words("办结率53.8%，低于平均。", "办结率61.5%，高于平均。")
    assert pair.before == (
        ("办结率", False),
        ("53.8%", True),
        ("，", False),
        ("低", True),
        ("于平均。", False),
    )
    assert pair.after == (
        ("办结率", False),
        ("61.5%", True),
        ("，", False),
        ("高", True),
        ("于平均。", False),
    )


def test_what_only_one_side_has_stands_alone():
    before = ["一、总体情况", "各部门共办理12件。", "甲局排名靠后。"]
    after = [
        "一、总体情况",
        "各部门共办理15件。",
        "新增：开展了明察暗访和电话回访工作。",
        "甲局、乙局排名靠后。",
    ]
    lines = align(before, after)
    assert [bool(pair.before) for pair in lines] == [True, True, False, True]
    assert [pair.is_same for pair in lines] == [True, False, False, False]
    assert lines[2] == Pair((), ((after[2], True),))
    assert "".join(text for text, differs in lines[3].after if differs) == "局、乙"


def test_equal_texts_differ_nowhere_and_unlike_ones_are_not_forced_together():
    assert all(pair.is_same for pair in align(["甲", "乙"], ["甲", "乙"]))
    assert align(["完全不同的一句话"], ["第二件毫不相干之事"]) == [
        Pair((("完全不同的一句话", True),), ()),
        Pair((), (("第二件毫不相干之事", True),)),
    ]
    assert align([], []) == []


def test_long_texts_are_still_compared_line_by_line():
    before = [f"第{n}段：共办理{n}件。" for n in range(400)]
    after = [*before[:200], "补充一段说明文字。", *before[200:]]
    lines = align(before, after)
    assert len(lines) == 401
    assert sum(not pair.is_same for pair in lines) == 1
