"""packs/wujin against the transcribed publication: data, sentences, tables and contradictions, from the pack to the issue."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from departments.choices import Status
from departments.models import Office, Submission
from departments.services import submissions
from departments.sheets import CellInput
from govsvc import outbox
from govsvc.management.commands.demo import HELD
from govsvc.packs.cells import NOT_APPLICABLE
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack
from govsvc.packs.reading import read_pack
from indicators.models import Indicator
from indicators.services.definitions import save_version
from reports.models import Issue, NumberSequence
from tests import build
from tests.functional.packs.rows import row_hash
from tests.services.undone import undone_afterwards
from tests.unit.packs.manual_pack import example_sentence, write_example

ROOT = Path(__file__).parents[3]
WUJIN = ROOT / "packs" / "wujin"
TRUTH = ROOT / "tests" / "truth" / "wujin"
# All of them in one run of the demonstration: tests without a database would come after those of other modules.
pytestmark = pytest.mark.django_db


def table(name: str) -> list[dict[str, str]]:
    with (TRUTH / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


CLAIMS = {
    claim["id"]: claim for claim in map(json.loads, (TRUTH / "claims.jsonl").read_text("utf-8").splitlines())
}
DEPARTMENTS = table("departments.csv")


def codes(annex: int) -> dict[str, str]:
    """Name as printed in an annex → unit code; 区级部门 is D00."""
    names = {row[f"name_annex{annex}"]: row["code"] for row in DEPARTMENTS}
    return {**names, "区级部门": "D00"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(WUJIN)


def data(pack: Pack, form: str) -> dict[str, dict[str, str]]:
    """Unit code → cells of the pack, in file order."""
    return {pack.unit_code(row.spec["unit"]): dict(row.spec) for row in pack.data[form, "2022Q1"]}


def test_form_1_is_annex_1(pack: Pack) -> None:
    rows = data(pack, "items")
    reasons = {row.spec.code for row in pack.reasons} | NOT_APPLICABLE
    heads = [head["code"] for head in table("header_zh.csv") if head["role"] in ("numerator", "denominator")]
    absent = 0
    for truth in table("annex1.csv"):
        row = rows[codes(1)[truth["dept"]]]
        for code in heads:
            if truth[code]:
                assert row[code] == truth[code]
            else:
                assert row[code] in reasons
                absent += 1
    assert (len(rows), absent) == (36, 48)


@pytest.mark.parametrize(
    ("form", "annex", "unit", "count"), [("cases", 2, "部门名称", 33), ("daily", 3, "办件所属区划", 12)]
)
def test_forms_2_and_3_are_their_annexes(pack: Pack, form: str, annex: int, unit: str, count: int) -> None:
    rows = data(pack, form)
    heads = {row["name_zh"]: row["code"] for row in table(f"annex{annex}_header_map.csv")}
    for truth in table(f"annex{annex}.csv"):
        row = rows[codes(annex)[truth[unit]]]
        assert [row[heads[name]] for name in truth if name in heads and name not in (unit, "序号")] == [
            truth[name] for name in truth if name not in (unit, "序号")
        ]
    assert len(rows) == count


def test_units_are_the_departments(pack: Pack) -> None:
    units = {row.spec.code: row.spec for row in pack.units}
    kinds = {"区级部门": "depts", "镇": "towns", "街道": "towns", "高新区": "hitech"}
    for row in DEPARTMENTS:
        unit = units[row["code"]]
        assert (unit.full_name, unit.short_name, unit.group, unit.parent) == (
            row["full_name"],
            row["short_name"],
            kinds[row["kind"]],
            "WJ",
        )
        for alias in filter(None, row["aliases_seen"].split(";")):
            assert pack.unit_code(alias) == row["code"]
    assert units.keys() - {row["code"] for row in DEPARTMENTS} == {"WJ", "D00"}
    assert (units["D00"].group, units["D00"].parent, units["D00"].short_name) == ("district", "", "区级部门")


def test_every_derived_claim_is_a_published_value(pack: Pack) -> None:
    published = {row.spec.claim: row.spec for row in pack.published}
    derived = {i for i, claim in CLAIMS.items() if claim["kind"] != "narrative" and i != "WJ005"}
    assert set(published) == derived, "WJ005 (六大类) is the name of the classes, never enumerated"
    as_said = {"WJ024": "800多", "WJ025": "300多", "WJ026": "400多", "WJ036": "10", "WJ061": "25%"}
    for i, row in published.items():
        value = CLAIMS[i]["published"]
        assert row.value == as_said.get(i, "、".join(value) if isinstance(value, list) else value)


@dataclass(frozen=True)
class Issued:
    """What the demonstration printed and wrote."""

    printed: str
    folder: Path
    document: dict

    @property
    def paragraphs(self) -> list[dict]:
        return [paragraph for section in self.document["sections"] for paragraph in section["paragraphs"]]

    @property
    def figures(self) -> dict[str, dict]:
        return {figure["id"]: figure for paragraph in self.paragraphs for figure in paragraph["figures"]}


def demonstrate(pack: Path, out: Path) -> str:
    output = StringIO()
    call_command("demo", str(pack), "--out", str(out), "--no-worker", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def issued(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Issued]:
    """The issued bulletin, in a transaction of this module that is rolled back."""
    out = tmp_path_factory.mktemp("out")
    with undone_afterwards(django_db_blocker):
        printed = demonstrate(WUJIN, out)
        folder = out / "wujin" / "2022Q1"
        yield Issued(printed, folder, json.loads((folder / "bulletin.json").read_text("utf-8")))


def plain(text: str) -> str:
    """Stray blanks and the one half-width semicolon of the source say nothing."""
    return re.sub(r"\s", "", text).replace(";", "；")


@pytest.mark.parametrize(
    "i", [i for i, claim in CLAIMS.items() if claim["kind"] != "narrative" and i != "WJ005"]
)
def test_claim(issued: Issued, pack: Pack, i: str) -> None:
    claim = CLAIMS[i]
    row = next(row.spec for row in pack.published if row.spec.claim == i)
    figure = issued.figures[row.figure]
    check = next((check for check in issued.document["checks"] if check["claim"] == i), None)
    if claim["status"] == "differs":
        assert check, "a difference must be shown"
        assert (check["published"], check["computed"]) == (row.value, figure["display"])
        assert check["accepted_by"] == "复核员（演示）"
        assert check["reason"]
    else:
        assert check is None
    if claim["kind"].startswith("list"):
        assert set(figure["units"]) == set(claim["detail"]["codes_computed"])
    elif claim["status"] == "differs":
        assert figure["display"] == claim["computed"]
    else:
        assert figure["display"] == row.value
    if claim["status"] == "not_derivable":
        assert figure["kind"] == "fact"
        assert figure["source"]
        assert figure["typed_by"]


@pytest.mark.parametrize(
    "i", [i for i, claim in CLAIMS.items() if claim["kind"] != "narrative" and i != "WJ005"]
)
def test_the_sentence_is_the_published_one(issued: Issued, pack: Pack, i: str) -> None:
    """With the published value in the place of ours, the published words stand in the paragraph."""
    row = next(row.spec for row in pack.published if row.spec.claim == i)
    for paragraph in issued.paragraphs:
        for figure in paragraph["figures"]:
            if figure["id"] == row.figure:
                text = paragraph["text"]
                assert text[figure["start"] : figure["end"]] == figure["display"]
                said = text[: figure["start"]] + row.value + text[figure["end"] :]
                assert plain(CLAIMS[i]["text"]).replace("和住建局", "、住建局") in plain(said)
                return
    raise AssertionError(f"no figure {row.figure}")


@pytest.mark.parametrize(
    "i", [i for i, claim in CLAIMS.items() if claim["kind"] == "narrative" or i == "WJ005"]
)
def test_the_prose_is_the_published_one(issued: Issued, i: str) -> None:
    text = plain((issued.folder / "bulletin.txt").read_text("utf-8"))
    assert plain(CLAIMS[i]["text"]) in text


def test_the_differences_are_the_21_and_nothing_else(issued: Issued) -> None:
    assert {check["claim"] for check in issued.document["checks"]} == {
        i for i, claim in CLAIMS.items() if claim["status"] == "differs"
    }
    assert len(issued.document["checks"]) == 21


def test_annex_1_prints_as_published(issued: Issued) -> None:
    annex = issued.document["annexes"][0]
    printed = [
        dict(zip((c["code"] for c in annex["columns"]), row["cells"], strict=True)) for row in annex["rows"]
    ]
    published = [{**row, "unit": row["dept"]} for row in table("annex1_as_published.csv")]
    assert printed == [{key: row[key] for key in printed[0]} for row in published]
    assert len(annex["columns"]) == 23


@pytest.mark.parametrize("annex", [2, 3])
def test_annexes_2_and_3_print_as_published(issued: Issued, annex: int) -> None:
    printed = issued.document["annexes"][annex - 1]
    published = table(f"annex{annex}.csv")
    assert [column["path"][-1] for column in printed["columns"]] == list(published[0])
    assert [row["cells"] for row in printed["rows"]] == [list(row.values()) for row in published]
    assert printed["period_line"] == "统计时段：2022年1月-2022年3月"


def test_the_issue_is_what_was_declared(issued: Issued) -> None:
    document = issued.document
    assert (document["number"], document["status"]) == ("武政管通〔2022〕1号", "issued")
    assert document["issued_at"] == "2022-04-18T10:00:00+08:00"
    assert document["title"] == "武进区“一网通办”1-3月份推进情况通报"
    assert document["addressees"]["抄送"] == ["各区长", "区政府办各主任"]
    ranking = document["rankings"][0]
    assert (ranking["code"], ranking["ranked"], len(ranking["bottom"])) == ("supervision", 22, 9)
    cell = document["cells"]["items/D14/claimed"]["entries"][0]
    assert (cell["entered_by"], cell["approved_by"]) == ("人社局填报员（演示）", "管理员甲（演示）")
    assert {path.suffix for path in issued.folder.iterdir()} >= {
        ".json",
        ".html",
        ".docx",
        ".pdf",
        ".xlsx",
        ".txt",
    }


def test_passwords_are_printed_for_every_account(issued: Issued, pack: Pack) -> None:
    lines = re.findall(r"^  (wujin-\S+)\s+([A-Za-z0-9]{14})  \S+$", issued.printed, re.M)
    assert sorted(name for name, _password in lines) == sorted({row.spec.username for row in pack.accounts})
    assert len({password for _name, password in lines}) == len(lines)


def test_again_changes_nothing_and_writes_the_same_bytes(issued: Issued, tmp_path: Path) -> None:
    before = row_hash()
    printed = demonstrate(WUJIN, tmp_path)
    assert row_hash() == before
    assert "wujin-d14" not in printed
    for path in issued.folder.iterdir():
        assert (tmp_path / "wujin" / "2022Q1" / path.name).read_bytes() == path.read_bytes()


def test_again_keeps_what_people_have_changed_since(issued: Issued, tmp_path: Path) -> None:
    office = Office.objects.get(code="wujin")
    office.bulletins.update(title="改过的标题")
    submission = Submission.objects.get(
        window__form__code="items", window__period="2022Q1", unit__code="D14", unit__office=office
    )
    administrator = office.memberships.filter(role="administrator").first().user
    build.reopen(submission, administrator)
    outbox.drain()
    before = row_hash()
    demonstrate(WUJIN, tmp_path)
    assert row_hash() == before
    assert NumberSequence.objects.get(office=office).last == 1
    written = json.loads((tmp_path / "wujin" / "2022Q1" / "bulletin.json").read_text("utf-8"))
    assert written == issued.document


def test_a_definition_behind_an_issue_never_changes(issued: Issued) -> None:
    version = Indicator.objects.get(code="claim").versions.get()
    fields = {"numerator": version.numerator, "denominator": version.denominator, "decimals": 1}
    assert save_version(indicator=version.indicator, valid_from=version.valid_from, **fields) == version
    with pytest.raises(ValidationError):
        save_version(indicator=version.indicator, valid_from=version.valid_from, **{**fields, "decimals": 2})


@pytest.mark.both_databases
def test_the_manual_s_example_issues_what_the_manual_says(settings, tmp_path: Path) -> None:
    demonstrate(write_example(tmp_path / "pack"), tmp_path / "out")
    document = json.loads((tmp_path / "out" / "hotline" / "2024-03" / "bulletin.json").read_text("utf-8"))
    assert document["sections"][0]["paragraphs"][0]["text"] == example_sentence()
    assert document["sections"][1]["paragraphs"][0]["text"] == (
        "城西街道按时办结率低于95%。交办差评3件，整改完成2件。"
    )
    assert [row["cells"] for row in document["annexes"][0]["rows"]][2] == ["3", "河口镇", "—", "—", "—"]
    assert [row["cells"] for row in document["annexes"][1]["rows"]] == [
        ["1", "城西街道", "CP-003", "网上差评", "2024-03-27"]
    ]
    assert [check["claim"] for check in document["checks"]] == ["H1"]
    assert (document["number"], document["synthetic"]) == ("星热办〔2024〕1号", "演示数据")


def test_a_draft_that_somebody_began_is_left_to_them(settings, tmp_path: Path) -> None:
    """The demonstration neither overwrites nor submits it, and the gate says whom the issue waits for."""
    directory = write_example(tmp_path / "pack")

    demonstration = Demonstration(read_pack(directory), lambda line: None, lambda *args: None, worker=False)
    demonstration.prepare()
    window = demonstration._open(demonstration.pack.windows[0].spec)
    submission = window.submissions.get(unit__code="S2")
    clerk = demonstration._filler(submission.unit, demonstration.pack.windows[0].spec)
    submissions.save_figures(submission=submission, inputs={"received": CellInput("99")}, user=clerk)
    with pytest.raises(CommandError, match="城西街道") as error:
        demonstrate(directory, tmp_path / "out")
    assert error.value.returncode == HELD
    submission.refresh_from_db()
    assert submission.status == Status.DRAFT
    assert [figure.value for figure in submission.figures.all()] == [99]
    assert not Issue.objects.filter(bulletin__code="hotline").exclude(status="draft").exists()


def test_an_interrupted_run_goes_on_where_it_stopped(settings, tmp_path: Path) -> None:
    directory = write_example(tmp_path / "pack")

    demonstration = Demonstration(read_pack(directory), lambda line: None, lambda *args: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    demonstrate(directory, tmp_path / "out")
    assert Issue.objects.get(bulletin__code="hotline").status == "issued"
    office = Office.objects.get(code="xinghe")
    assert Submission.objects.filter(unit__office=office, status=Status.APPROVED).count() == 3
