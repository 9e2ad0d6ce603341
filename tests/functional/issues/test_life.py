"""Draft → reviewed → issued on a small office: the gate, four eyes on contradictions, one number, frozen for good."""

import datetime as dt
import json
import threading
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connections

from departments.choices import Role
from departments.models import Form, Group, Office, Submission, Unit
from departments.services import submissions as submission_services
from departments.sheets import CellInput
from govsvc import outbox
from indicators.models import Ranking, Run
from indicators.services import definitions
from reports.exceptions import Held, Refused, ReportsError
from reports.models import Bulletin, Issue, IssueFile
from reports.services import issues, templates
from reports.services.document import all_figures, content_hash
from reports.services.source import faults_of
from tests import build

TEXT = """共{units: 单位数()}个部门，应办{due: 合计(应办数)}件，已办{done: 合计(已办数)}件，办结率{rate: 比率(办结率)}，\
其中{low: 低于(办结率，事实(全区线))}低于{line: 事实(全区线)}（据通报），{none: 零值(办结率)}尚未办理，{last: 后几名(办结率，2)}排名靠后。
其余单位：{rest: 其余(低于(办结率，50))}。"""


def make_world(**published: str):
    """A bulletin, the people by role, the window and the clerks; `published`: figure → what was printed elsewhere."""
    home = build.office()
    group = build.group(home)
    top = build.unit(home, "D", "某区")
    units = [build.unit(home, f"U{i}", f"{'甲乙丙丁'[i]}局", group, top) for i in range(4)]
    form = build.form(home, groups=[group])
    window = build.window(form)
    people = {role: build.person(role, home, role) for role in ("administrator", "reviewer", "issuer")}
    clerks = [build.person(f"c{i}", home, Role.CLERK, unit) for i, unit in enumerate(units)]
    report(units, clerks, people["administrator"])
    rank(home, group)
    bulletin = write_bulletin(home, group, form)
    type_in(bulletin, published, people["administrator"])
    return bulletin, people, window, clerks


def report(units: list[Unit], clerks: list[User], administrator: User) -> None:
    """The figures of every unit, approved and rolled up."""
    values = [(50, 0), (50, 40), (8, 8), (("na", "none"), ("na", "none"))]
    for unit, clerk, (due, done) in zip(units, clerks, values, strict=True):
        submission = build.fill(Submission.objects.get(unit=unit), {"due": due, "done": done}, clerk)
        build.approve(submission, administrator)
    outbox.drain()


def rank(home: Office, group: Group) -> None:
    indicator = definitions.save_indicator(office=home, code="rate", name="办结率", order=1)
    definitions.save_version(
        indicator=indicator, valid_from=dt.date(2022, 1, 1), numerator="已办数", denominator="应办数"
    )
    Ranking.objects.create(office=home, code="r", name="办结率", indicator=indicator, group=group, last=2)


def write_bulletin(home: Office, group: Group, form: Form) -> Bulletin:
    return templates.save_bulletin(
        office=home,
        code="b",
        group=group,
        name="通报",
        title="{年}年{起月}-{止月}月通报",
        number_format="某政〔{year}〕{number}号",
        signature="某区办公室",
        printed_by="某区办公室",
        sections=[templates.SectionText("一、情况", TEXT)],
        annexes=[
            templates.AnnexSpec(
                number=1,
                title="一览表",
                form=form,
                columns=(
                    templates.ColumnSpec("seq", "序号", "seq"),
                    templates.ColumnSpec("unit", "部门", "unit"),
                    templates.ColumnSpec("due", "办理|应办数", "item", "应办数"),
                    templates.ColumnSpec("rate", "办理|办结率", "rate", "办结率", 1),
                ),
            )
        ],
        consistency=[templates.RuleSpec("sum", "数值(合计(已办数)) <= 数值(合计(应办数))", "已办不大于应办")],
    )


def type_in(bulletin: Bulletin, published: dict[str, str], typist: User) -> None:
    """A fact and what was printed elsewhere, figure → value."""
    templates.save_fact(
        bulletin=bulletin,
        period="2022Q1",
        code="line",
        name="全区线",
        number=Decimal("45.5"),
        unit_of_measure="%",
        source="市通报",
        user=typist,
    )
    for claim, (figure, value) in enumerate(published.items()):
        templates.save_published(
            bulletin=bulletin,
            period="2022Q1",
            claim=f"C{claim}",
            figure=figure,
            value=value,
            source="旧通报",
            user=typist,
        )


@pytest.fixture
def world(db):
    return make_world(due="108", rate="50%", low="甲局")


def drafted(world) -> Issue:
    bulletin, people, _window, _clerks = world
    assert faults_of(bulletin, "2022Q1") == []
    return issues.draft_issue(
        bulletin=bulletin, period="2022Q1", user=people["administrator"], at=build.at(10)
    )


def accepted(world) -> Issue:
    issue = drafted(world)
    for contradiction in issue.contradictions.all():
        issues.accept_contradiction(
            contradiction=contradiction, user=world[1]["reviewer"], reason="数据已核对"
        )
    issue.refresh_from_db()
    return issue


@pytest.mark.both_databases
def test_sentences_lists_and_annex_say_the_same(world):
    document = json.loads(drafted(world).content)
    assert document["title"] == "2022年1-3月通报"
    assert [p["text"] for p in document["sections"][0]["paragraphs"]] == [
        "共4个部门，应办108件，已办48件，办结率44.4%，其中甲局低于45.5%（据通报），甲局尚未办理，乙局、甲局排名靠后。",
        "其余单位：乙局、丙局、丁局。",
    ]
    figure = all_figures(document)["rate"]
    assert (figure["numerator"], figure["denominator"], figure["value"]) == ("48", "108", "400/9")
    assert figure["coverage"] == {"reported": 4, "expected": 4, "missing": []}
    text = document["sections"][0]["paragraphs"][0]["text"]
    assert text[figure["start"] : figure["end"]] == "44.4%"
    cell = document["cells"]["items/U1/done"]
    assert (cell["value"], cell["entries"][0]["entered_by"], cell["entries"][0]["approved_by"]) == (
        "40",
        "c1",
        "administrator",
    )
    assert [row["cells"] for row in document["annexes"][0]["rows"]] == [
        ["1", "甲局", "50", "0.0%"],
        ["2", "乙局", "50", "80.0%"],
        ["3", "丙局", "8", "100.0%"],
        ["4", "丁局", "—", "—"],
    ]
    ranking = document["rankings"][0]
    assert [(row["unit"], row["rank"], row["reason"]) for row in ranking["rows"]] == [
        ("U2", 1, ""),
        ("U1", 2, ""),
        ("U0", 3, ""),
        ("U3", None, "不适用（无此业务）"),
    ]
    assert ranking["bottom"] == ["U1", "U0"]


def test_only_what_differs_is_a_contradiction(world):
    issue = drafted(world)
    found = list(issue.contradictions.values_list("claim", "computed", "published"))
    assert found == [("C1", "44.4%", "50%")]
    assert json.loads(issue.content)["checks"][0]["accepted_by"] is None
    with pytest.raises(Held, match="1"):
        issues.review_issue(issue=issue, user=world[1]["reviewer"])


def test_acceptance_needs_a_reviewer_a_reason_and_stays_while_the_values_stay(world):
    _bulletin, people, window, clerks = world
    issue = drafted(world)
    contradiction = issue.contradictions.get()
    with pytest.raises(Refused):
        issues.accept_contradiction(contradiction=contradiction, user=people["administrator"], reason="好")
    with pytest.raises(Refused):
        issues.accept_contradiction(contradiction=contradiction, user=people["reviewer"], reason=" ")
    issues.accept_contradiction(contradiction=contradiction, user=people["reviewer"], reason="旧通报口径不同")
    again = drafted(world)
    assert again.contradictions.get().reason == "旧通报口径不同"
    assert json.loads(again.content)["checks"][0]["reason"] == "旧通报口径不同"
    correct(window, clerks[0], people["administrator"], "25")
    changed = drafted(world)
    assert changed.contradictions.get(claim="C1").accepted_by is None
    assert Run.objects.count() == 1


def correct(window, clerk, administrator, done: str) -> None:
    submission = Submission.objects.get(window=window, unit__code="U0")
    build.reopen(submission, administrator)
    submission_services.save_figures(submission=submission, inputs={"done": CellInput(done)}, user=clerk)
    submission_services.submit(submission=submission, user=clerk)
    submission_services.approve(submission=submission, user=administrator)
    outbox.drain()


def test_the_typist_of_a_value_never_accepts_it(world):
    bulletin, people, _window, _clerks = world
    typist = people["reviewer"]
    templates.save_published(
        bulletin=bulletin,
        period="2022Q1",
        claim="C1",
        figure="rate",
        value="51%",
        source="旧通报",
        user=typist,
    )
    contradiction = drafted(world).contradictions.get(claim="C1")
    if contradiction.typed_by != typist:
        pytest.fail("the value changed hands, its typist must too")
    with pytest.raises(Refused):
        issues.accept_contradiction(contradiction=contradiction, user=typist, reason="好")


def test_a_figure_changed_after_review_holds_the_issue(world):
    _bulletin, people, window, _clerks = world
    issue = issues.review_issue(issue=accepted(world), user=people["reviewer"])
    submission = Submission.objects.get(window=window, unit__code="U0")
    build.reopen(submission, people["administrator"])
    outbox.drain()
    with pytest.raises(Held) as held:
        issues.issue_bulletin(issue=issue, user=people["issuer"])
    assert len(held.value.reasons) == 2
    assert "甲局" in held.value.reasons[0]
    assert Issue.objects.get().number == ""


def test_issued_once_and_for_good(world, tmp_path):
    _bulletin, people, window, clerks = world
    issue = issues.review_issue(issue=accepted(world), user=people["reviewer"], at=build.at(17))
    with pytest.raises(Refused):
        issues.issue_bulletin(issue=issue, user=people["administrator"])
    issued = issues.issue_bulletin(issue=issue, user=people["issuer"], at=build.at(18))
    assert issued.number == "某政〔2022〕1号"
    document = json.loads(issued.content)
    assert document["signature"]["date"] == "2022-04-18"
    assert document["hash"] == issued.hash == content_hash(document)
    written = {path.name: path.read_bytes() for path in issues.write_files(issue=issued, directory=tmp_path)}
    assert {"bulletin.json", "bulletin.html", "bulletin.docx", "bulletin.pdf", "bulletin.xlsx"} <= set(
        written
    )
    with pytest.raises(Refused):
        issues.issue_bulletin(issue=issued, user=people["issuer"])
    correct(window, clerks[0], people["administrator"], "25")
    with pytest.raises(Refused):
        drafted(world)
    kept = {f"bulletin.{file.format}": bytes(file.content) for file in IssueFile.objects.all()}
    assert kept == written
    assert Issue.objects.get().content == issued.content


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_issuers_at_once_give_one_number():
    world = make_world()
    bulletin, people, _window, _clerks = world
    issue = issues.review_issue(issue=accepted(world), user=people["reviewer"])
    second = build.person("issuer2", bulletin.office, Role.ISSUER)
    outcomes: list[str] = []
    start = threading.Barrier(2, timeout=60)

    def press(person):
        try:
            start.wait()
            outcomes.append(issues.issue_bulletin(issue=issue, user=person, at=build.at(18)).number)
        except ReportsError:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(person,)) for person in (people["issuer"], second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told", "某政〔2022〕1号"]
