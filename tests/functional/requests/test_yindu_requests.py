"""二（三） of the published bulletin: who never answered a draft and who never sent two lists, listed by a sentence from requests.

Every other department answers; the units come from packs/yindu, the lists from tests/truth/yindu/claims.jsonl (C048, C049).
"""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from departments.choices import Role
from departments.models import Membership, Office, Request
from departments.services.requests import answering, drafting, issuing
from govsvc.packs.loading import apply_pack
from govsvc.packs.reading import read_pack
from reports.services import issues, templates
from reports.services.document import all_figures
from tests.functional.requests.scene import june, pdf

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
CLAIMS = {
    claim["id"]: claim
    for claim in map(
        json.loads, (ROOT / "tests" / "truth" / "yindu" / "claims.jsonl").read_text("utf-8").splitlines()
    )
}
DRAFT = "《殷都区系统性重塑行政审批制度推进政务服务标准化规范化便利化改革方案》修改意见"
LISTS = ("《中介服务事项清单（2023年）》", "《特殊环节目录清单（2023年）》")
SENTENCE = """{silent: 名单(draft.missing > 0)}截止文件发布时仍无回复意见；\
{owing: 名单(list1.missing > 0 或 list2.missing > 0)}截止全区发布时仍未报送两个清单；\
征求意见{asked: 合计(draft.asked)}个部门，{answered: 合计(draft.answered)}个回复，其中逾期{late: 合计(draft.late)}个。"""


@pytest.fixture
def yindu(db: None) -> Office:
    return apply_pack(read_pack(ROOT / "packs" / "yindu"))


def account(office: Office, username: str) -> User:
    return User.objects.get(username=f"{office.code}-{username}")


def ask(office: Office, code: str, title: str, **ways: bool) -> Request:
    """Handed out on 8 June to all departments, due on the 15th at noon."""
    admin = account(office, "admin1")
    draft = drafting.save_draft(
        office=office,
        user=admin,
        units=office.units.filter(versions__group__code="depts").distinct(),
        at=june(8),
        code=code,
        title=title,
        due_at=june(15, 12),
        **ways,
    )
    return issuing.hand_out(request=draft, user=admin, at=june(8))


def answer_all_but(request: Request, silent: list[str], late: str) -> None:
    """Each unit's own clerk answers on the 12th; one only on the 16th."""
    clerks = {
        row.unit_id: row.user
        for row in Membership.objects.filter(office=request.office, role=Role.CLERK).select_related("user")
    }
    left = set(silent)
    for answer in request.answers.select_related("unit"):
        if answer.unit.name in silent:
            left.discard(answer.unit.name)
            continue
        clerk = clerks[answer.unit_id]
        if request.takes_file:
            answering.attach_to_answer(answer=answer, file=pdf(f"{answer.unit.name}清单.pdf"), user=clerk)
        at = june(16) if answer.unit.name == late else june(12)
        answering.hand_in(answer=answer, user=clerk, no_comment=request.takes_no_comment, at=at)
    assert not left, "the claim names units that were not asked"


def test_the_bulletin_lists_exactly_those_who_never_answered(yindu: Office) -> None:
    silent, owing = (CLAIMS[claim]["published"] for claim in ("C048", "C049"))
    assert (len(silent), len(owing)) == (1, 3)
    draft = ask(yindu, "draft", DRAFT, takes_file=False, takes_no_comment=True)
    answer_all_but(draft, silent, late="水利局")
    for number, title in enumerate(LISTS, 1):
        request = ask(yindu, f"list{number}", title, takes_text=False)
        # Which of them lacked which list is not published; together they are these three.
        answer_all_but(request, owing[:2] if number == 1 else owing[1:], late="教育局")
    bulletin = templates.save_bulletin(
        office=yindu,
        code="requests",
        group=yindu.groups.get(code="depts"),
        name="工作运行情况通报",
        title="{年}年{止月}月通报",
        number_format="殷放管服办〔{year}〕{number}号",
        signature="殷都区政务办",
        printed_by="殷都区政务办",
        sections=[templates.SectionText("二（三）报送情况", SENTENCE)],
        annexes=[],
    )
    issue = issues.draft_issue(bulletin=bulletin, period="2023-06", user=account(yindu, "admin1"))
    figures = all_figures(json.loads(issue.content))
    codes = dict(yindu.units.values_list("name", "code"))
    assert sorted(figures["silent"]["units"]) == sorted(codes[name] for name in silent)
    assert sorted(figures["owing"]["units"]) == sorted(codes[name] for name in owing)
    assert figures["silent"]["display"] == "民宗局"
    assert set(figures["owing"]["display"].split("、")) == set(owing)
    departments = draft.answers.count()
    numbers = [figures[name]["display"] for name in ("asked", "answered", "late")]
    assert numbers == [str(departments), str(departments - 1), "1"]
    assert departments == 32
