"""An office with a small bulletin, built through the services: four departments, one rate, one list, one annex."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.test import Client

from departments.choices import Role
from departments.models import Office, Submission, Unit
from govsvc import outbox
from indicators.models import Ranking
from indicators.services import definitions
from reports.models import Bulletin, Issue
from reports.services import issues, templates
from tests import build

PERIOD = "2022Q1"
TEXT = """办结率{rate: 比率(办结率，小数位=1)}，其中{low: 低于(办结率，比率(办结率))}低于全区平均水平；应办{due: 合计(应办数)}件。
锦旗{banner: 事实(锦旗)}。"""
# Unit name → (应办数, 已办数), or the reason code why both do not apply.
FIGURES = {"甲局": (4, 4), "乙局": (5, 0), "丙局": (4, 3), "丁局": "none"}


@dataclass
class Scene:
    """The office, its people by role (`clerk` is 乙局's), and the issue where one was drafted."""

    office: Office
    people: dict[str, User]
    units: dict[str, Unit]
    bulletin: Bulletin
    ranking: Ranking
    issue: Issue | None = None

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def submission(self, unit: str) -> Submission:
        return Submission.objects.get(unit=self.units[unit], window__period=PERIOD)

    def draft(self) -> Issue:
        self.issue = issues.draft_issue(bulletin=self.bulletin, period=PERIOD, user=self.people["admin"])
        return self.issue

    def accept_all(self) -> None:
        assert self.issue is not None
        for row in self.issue.contradictions.all():
            issues.accept_contradiction(
                contradiction=row, user=self.people["reviewer"], reason="原表为快报数"
            )

    def reviewed(self) -> Issue:
        issue = self.draft()
        self.accept_all()
        self.issue = issues.review_issue(issue=issue, user=self.people["reviewer"])
        return self.issue

    def issued(self) -> Issue:
        issue = self.reviewed()
        at = dt.datetime(2022, 4, 18, 10, tzinfo=build.SHANGHAI)
        self.issue = issues.issue_bulletin(issue=issue, user=self.people["issuer"], at=at)
        return self.issue


def make(code: str = "o", *, unapproved: tuple[str, ...] = ()) -> Scene:
    """Everything up to the draft. Published: 办结率 54% (computed 53.8%) by the administrator, 应办 13 (agrees)."""
    home = build.office(code, f"{code}区")
    depts = build.group(home)
    units = {name: build.unit(home, f"U{n}", name, depts) for n, name in enumerate(FIGURES, 1)}
    people = _people(code, home, units["乙局"])
    form = build.form(home, groups=[depts])
    build.window(form, PERIOD)
    for name, figures in FIGURES.items():
        submission = Submission.objects.get(unit=units[name])
        values = (
            {"due": ("na", figures), "done": ("na", figures)}
            if isinstance(figures, str)
            else {"due": figures[0], "done": figures[1]}
        )
        clerk = (
            people["clerk"]
            if name == "乙局"
            else build.person(f"{code}-{units[name].code}", home, Role.CLERK, units[name])
        )
        build.fill(submission, values, clerk)
        if name not in unapproved:
            build.approve(submission, people["approver"])
    outbox.drain()
    indicator = definitions.save_indicator(office=home, code="closing", name="办结率")
    definitions.save_version(
        indicator=indicator, valid_from=dt.date(2022, 1, 1), numerator="已办数", denominator="应办数"
    )
    definitions.save_target(indicator=indicator, period=PERIOD, value=Decimal(60), group=depts)
    ranking = definitions.save_ranking(
        office=home, code="closing", indicator=indicator, group=depts, name="办结率排名", last=1
    )
    return Scene(home, people, units, _bulletin(home, depts, form, ranking, people["admin"]), ranking)


def _people(code: str, home: Office, unit: Unit) -> dict[str, User]:
    roles = {
        "admin": Role.ADMINISTRATOR,
        "approver": Role.ADMINISTRATOR,
        "reviewer": Role.REVIEWER,
        "issuer": Role.ISSUER,
        "second_issuer": Role.ISSUER,
        "viewer": Role.VIEWER,
    }
    people = {name: build.person(f"{code}-{name}", home, role) for name, role in roles.items()}
    people["clerk"] = build.person(f"{code}-clerk", home, Role.CLERK, unit)
    return people


def _bulletin(home: Office, depts, form, ranking: Ranking, admin: User) -> Bulletin:
    bulletin = templates.save_bulletin(
        office=home,
        code="monthly",
        group=depts,
        name="办结通报",
        title="{月份范围}办结情况通报",
        number_format="某政通〔{year}〕{number}号",
        addressees="区各有关部门",
        signature="某区政务办",
        printed_by="某区政务办",
        sections=[templates.SectionText("一、总体情况", TEXT)],
        annexes=[
            templates.AnnexSpec(
                1,
                "办结情况表",
                form,
                (
                    templates.ColumnSpec("seq", "序号", "seq"),
                    templates.ColumnSpec("unit", "部门", "unit"),
                    templates.ColumnSpec("done", "办件|已办", "item", "已办数"),
                    templates.ColumnSpec("rate", "办件|办结率", "rate", "办结率", 1),
                ),
            )
        ],
    )
    templates.save_mailing(bulletin=bulletin, ranking=ranking)
    common = {"bulletin": bulletin, "period": PERIOD, "user": admin, "source": "上报原件"}
    templates.save_fact(code="banner", name="锦旗", number=Decimal(1), unit_of_measure="面", **common)
    templates.save_published(claim="C1", figure="rate", value="54%", **common)
    templates.save_published(claim="C2", figure="due", value="13", **common)
    return bulletin
