"""What a unit reads of the bulletin's sentences before issue: never another unit's name or figure."""

import json
import re
from typing import Any

import pytest

from reports.services.excerpts import Names, excerpt, former_cells, names_of_units, units_of
from reports.services.issues import draft_issue
from tests import build
from tests.functional.replies.conftest import Checked

CODES = {"高新区": "H", "高新区税务局": "T", "国家税务总局高新区税务局": "T", "甲局": "A", "乙局": "B"}
NAMES = Names(CODES, re.compile("|".join(sorted(CODES, key=len, reverse=True))))
ALL = ("A", "B", "H", "T")
# A figure of a sentence stands in {}: list:甲局、乙局 is a list, own:5 a figure of 甲局, b:7 of 乙局, two:12 of two units,
# all:53.8% of all, fact:… typed. The sentence, and what 甲局 reads of it; None: nothing.
CASES = (
    ("共{all:4}家，办结率{all:53.8%}。", None),
    ("{list:乙局、高新区}靠后。", None),
    ("{list:甲局}靠后。", "甲局靠后。"),
    ("低于{all:53.8%}的有{list:甲局、乙局、高新区}，请整改。", "低于53.8%的有甲局等3家，请整改。"),
    ("甲局认领{own:5}件，乙局认领{b:7}件。", "甲局认领5件，……。"),
    ("甲局认领{own:5}件，最少的认领{b:7}件。", "甲局认领5件，最少的认领……件。"),
    ("甲局与乙局共认领12件。", "……。"),
    ("甲局等两家认领{two:12}件。", "甲局等两家认领……件。"),
    ("甲局进步，乙局，高新区，高新区税务局退步。", "甲局进步，……。"),
    ("甲局好，据{fact:乙局来函}。", "甲局好，……。"),
    ("甲局获锦旗{fact:1面}。", "甲局获锦旗1面。"),
    ("即办件率{all:46.8%}，乙局无；甲局好；其余一般。", "甲局好；"),
    ("乙局差。甲局好。乙局差。", "甲局好。"),
    ("国家税务总局高新区税务局差，甲局好", "……，甲局好"),
)
BEHIND = {"own": ("A",), "b": ("B",), "two": ("A", "B"), "all": ALL, "fact": ()}


def paragraph(template: str) -> dict[str, Any]:
    """A paragraph as the frozen document has it, from a template of CASES."""
    text, figures = "", []
    for piece in re.split(r"(\{[^}]*\})", template):
        kind, _colon, display = piece.strip("{}").partition(":")
        if not piece.startswith("{"):
            text += piece
            continue
        units = [CODES[name] for name in display.split("、")] if kind == "list" else None
        figures.append(
            {
                "id": f"f{len(figures)}",
                "kind": "list" if kind == "list" else "total",
                "display": display,
                "start": len(text),
                "end": len(text) + len(display),
                "units": units,
                "inputs": [f"form/{unit}/item" for unit in (ALL if units else BEHIND[kind])],
            }
        )
        text += display
    return {"text": text, "figures": figures}


def document(template: str) -> dict[str, Any]:
    rows = [{"kind": "data", "unit": unit, "cells": [], "values": []} for unit in ALL]
    return {
        "title": "通报",
        "period_label": "2022年一季度",
        "sections": [{"paragraphs": [paragraph(template)]}],
        "annexes": [{"number": 1, "title": "表", "columns": [], "rows": rows}],
        "rankings": [],
    }


@pytest.mark.parametrize(("template", "read"), CASES)
def test_sentences_tell_a_unit_of_itself_only(template: str, read: str | None) -> None:
    shown = excerpt(document(template), "A", NAMES, {})["sentences"]
    assert [text.replace(" and others (3 units)", "等3家") for text in shown] == ([read] if read else [])


def test_a_longer_name_is_not_taken_for_the_shorter_one_in_it() -> None:
    assert NAMES.units_in("高新区税务局靠后") == {"T"}
    assert excerpt(document("高新区税务局靠后。"), "H", NAMES, {})["sentences"] == []


def test_a_unit_the_document_does_not_speak_of_is_shown_nothing() -> None:
    assert units_of(document("{list:甲局}")) == set(ALL)
    assert excerpt(document("甲局好。"), "Z", NAMES, {}) == {}


@pytest.mark.django_db
def test_names_are_all_a_unit_ever_had(scene: Checked) -> None:
    names = names_of_units(scene.office)
    assert names.units_in("o区甲局、乙局和某局") == {"U1", "U2"}


@pytest.mark.django_db
def test_last_period_is_what_was_approved_or_issued_then(scene: Checked) -> None:
    assert former_cells(scene.issue) == {}
    scene.bulletin.sections.update(text="应办{due: 合计(应办数)}件。")
    following = draft_issue(bulletin=scene.bulletin, period="2022Q2", user=scene.people["admin"])
    assert former_cells(following)[1, "U3", "done"] == "3"
    document = json.loads(scene.issue.content)
    row = document["annexes"][0]["rows"][2]
    assert row["unit"] == "U3"
    row["cells"][2] = "33"
    scene.issue.content = json.dumps(document)
    scene.issue.status, scene.issue.sequence, scene.issue.issued_at = "issued", 1, build.at(18)
    scene.issue.save()
    assert former_cells(following)[1, "U3", "done"] == "33"
