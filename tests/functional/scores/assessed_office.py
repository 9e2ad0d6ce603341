"""An assessed office, built through the services: a rate over three months, a scheme over it, rules of who speaks."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User
from django.test import Client

from departments.choices import Meaning, RegisterKind, Role
from departments.models import Form, Group, Office, Register, Submission, Unit
from departments.services import submissions as services
from departments.services.registers.definitions import save_register
from govsvc import outbox
from indicators.choices import LeafStatus
from indicators.models import Indicator, MeetingRule, Ranking, Scheme
from indicators.services import definitions, leaf_reports, schemes
from reports.models import Issue
from reports.services import issues, templates
from tests import build

JANUARY, FEBRUARY, MARCH = MONTHS = ("2022-01", "2022-02", "2022-03")
BEGIN = dt.date(2022, 1, 1)
# By month: unit → (应办数, 已办数), or the reason code why neither applies.
Figures = Mapping[str, Mapping[str, tuple[int, int] | str]]
# 城管局 is last in February (with 卫健局) and in March.
FIGURES: Figures = {
    JANUARY: {"公安局": (50, 50), "住建局": (100, 90), "教体局": (50, 40), "卫健局": (50, 35), "城管局": (100, 95)},
    FEBRUARY: {"公安局": (50, 49), "住建局": (100, 92), "教体局": (100, 95), "卫健局": (50, 30), "城管局": (100, 60)},
    MARCH: {"公安局": (50, 50), "住建局": (100, 92), "教体局": (50, 46), "卫健局": "none", "城管局": (100, 60)},
}  # fmt: skip
# What March's leaf in words was confirmed as; 教体局 did not report.
STATUSES = {
    "公安局": LeafStatus.DONE,
    "住建局": LeafStatus.ON_TRACK,
    "卫健局": LeafStatus.BEHIND,
    "城管局": LeafStatus.DONE,
}
TEXT = "按时办结率{rate: 比率(按时办结率)}。"


@dataclass
class Assessed:
    """The office with its people by role; every unit's clerk is `people[name of the unit]`."""

    office: Office
    group: Group
    form: Form
    units: dict[str, Unit]
    people: dict[str, User]
    indicator: Indicator
    scheme: Scheme
    ranking: Ranking
    score_ranking: Ranking
    register: Register
    rules: list[MeetingRule] = field(default_factory=list)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def submission(self, unit: str, period: str = MARCH) -> Submission:
        return Submission.objects.get(unit=self.units[unit], window__period=period)

    def change(self, unit: str, due: int, done: int, period: str = MARCH) -> None:
        """Opens an approved form again and approves other figures."""
        submission = build.reopen(self.submission(unit, period), self.people["second"])
        build.fill(submission, {"due": due, "done": done}, self.people[unit])
        build.approve(submission, self.people["second"])
        outbox.drain()

    def issue(self, period: str = MARCH) -> Issue:
        """A bulletin of the period, drafted, reviewed and issued."""
        bulletin = templates.save_bulletin(
            office=self.office,
            code="monthly",
            group=self.group,
            name="月度通报",
            title="{月份范围}办结情况通报",
            number_format="某政通〔{year}〕{number}号",
            addressees="区各有关部门",
            signature="某区政务办",
            printed_by="某区政务办",
            sections=[templates.SectionText("一、总体情况", TEXT)],
        )
        issue = issues.draft_issue(bulletin=bulletin, period=period, user=self.people["admin"])
        issue = issues.review_issue(issue=issue, user=self.people["reviewer"])
        at = dt.datetime(2022, 4, 18, 10, tzinfo=build.SHANGHAI)
        return issues.issue_bulletin(issue=issue, user=self.people["issuer"], at=at)


def build_assessed(
    figures: Figures | None = None,
    statuses: Mapping[str, LeafStatus] | None = None,
    code: str = "o",
) -> Assessed:
    """Everything approved; the first and second unit have entries that earn a bonus, the last one a deduction."""
    figures = figures or FIGURES
    home = build.office(code, f"{code}区")
    depts = build.group(home)
    names = list(figures[MARCH])
    units = {name: build.unit(home, f"U{n:02}", name, depts) for n, name in enumerate(names, 1)}
    people = _people(home, units)
    form = build.form(home, frequency="month", groups=[depts])
    for period in MONTHS:
        services.open_window(form=form, period=period, opens_at=build.at(1, 8), due_at=build.at(8, 17))
        for name, cells in figures[period].items():
            _file(units[name], period, cells, people[name], people["admin"])
    outbox.drain()
    indicator = definitions.save_indicator(office=home, code="on_time", name="按时办结率")
    definitions.save_version(
        indicator=indicator, valid_from=BEGIN, numerator="已办数", denominator="应办数", decimals=2
    )
    definitions.save_target(
        indicator=indicator, period=MARCH, value=Decimal(95), group=depts, source="考核细则"
    )
    scheme, register = _scheme(home, depts, indicator)
    _report(scheme, units, people, STATUSES if statuses is None else statuses)
    _mention(home, [units[names[0]], units[names[0]], units[names[-1]]], people["admin"])
    ranking = definitions.save_ranking(
        office=home, code="on_time", indicator=indicator, group=depts, name="按时办结率排名", last=2
    )
    scores = definitions.save_ranking(
        office=home, code="scores", scheme=scheme, group=depts, name="综合考核排名", last=1
    )
    rules = [
        MeetingRule.objects.create(
            office=home, ranking=ranking, last=last, streak=run, order=run, register=register
        )
        for last, run in ((1, 1), (2, 2))
    ]
    return Assessed(
        home, depts, form, units, people, indicator, scheme, ranking, scores, register, rules
    )  # fmt: skip


def _report(
    scheme: Scheme, units: Mapping[str, Unit], people: Mapping[str, User], statuses: Mapping[str, LeafStatus]
) -> None:
    """March's leaf in words, reported by each unit's clerk and confirmed."""
    for name, status in statuses.items():
        report = leaf_reports.report_leaf(
            node=scheme.nodes.get(key="2.1"),
            unit=units[name],
            period=MARCH,
            status=status,
            text=f"{name}进展说明",
            user=people[name],
        )
        leaf_reports.confirm_leaf(report=report, user=people["admin"])


def _mention(home: Office, units: Sequence[Unit], admin: User) -> None:
    """March's entries of the news register: articles, the last one a notice of criticism."""
    news = home.registers.get(code="news")
    done = news.statuses.filter(meaning=Meaning.DONE).first()
    for number, unit in enumerate(units, 1):
        type_ = "通报" if number == len(units) else "采用"
        day = dt.date(2022, 3, 10)
        build.entry(news, unit, admin, f"X{number}", type=type_, status=done, opened_on=day)


def _people(home: Office, units: Mapping[str, Unit]) -> dict[str, User]:
    roles = {
        "admin": Role.ADMINISTRATOR,
        "second": Role.ADMINISTRATOR,
        "reviewer": Role.REVIEWER,
        "issuer": Role.ISSUER,
        "viewer": Role.VIEWER,
    }
    people = {name: build.person(f"{home.code}-{name}", home, role) for name, role in roles.items()}
    for name, unit in units.items():
        people[name] = build.person(f"{home.code}-{unit.code}", home, Role.CLERK, unit)
    for user, name in ((people["admin"], "周文静"), (people[next(iter(units))], "李建国")):
        user.last_name = name
        user.save()
    return people


def _file(unit: Unit, period: str, cells: tuple[int, int] | str, clerk: User, admin: User) -> None:
    submission = Submission.objects.get(unit=unit, window__period=period)
    both = (
        dict.fromkeys(("due", "done"), ("na", cells))
        if isinstance(cells, str)
        else dict(zip(("due", "done"), cells, strict=True))
    )
    build.approve(build.fill(submission, both, clerk), admin)


def _scheme(home: Office, depts: Group, indicator: Indicator) -> tuple[Scheme, Register]:
    """20 points by the rate, 10 by its place, 10 by what is reported in words; 0.5 for an article, 1 off for a notice."""
    scheme = schemes.save_scheme(
        office=home, code="yearly", name="综合考核", groups=[depts], valid_from=BEGIN
    )
    schemes.save_node(scheme=scheme, key="1", name="办件质效")
    schemes.save_node(
        scheme=scheme, key="1.1", name="按时办结", parent="1", indicator=indicator, points=Decimal(20),
        rule="per_point", target=Decimal(95), per_point=Decimal(1), floor=Decimal(0),
    )  # fmt: skip
    schemes.save_node(
        scheme=scheme, key="1.2", name="办结排名", parent="1", indicator=indicator, points=Decimal(10),
        rule="place", table=[["1", "10"], ["3", "6"]],
    )  # fmt: skip
    schemes.save_node(scheme=scheme, key="2", name="服务提升")
    schemes.save_node(
        scheme=scheme, key="2.1", name="统一入口", parent="2", points=Decimal(10), rule="status",
        table=[["done", "10"], ["on_track", "7"], ["behind", "3"]], task="建成统一入口",
    )  # fmt: skip
    news = save_register(
        office=home, code="news", title="信息宣传台账", kind=RegisterKind.EVENT, types="采用\n通报"
    )
    schemes.save_adjustment(
        scheme=scheme, name="信息采用", register=news, type="采用", points=Decimal("0.5"), cap=Decimal(2)
    )
    schemes.save_adjustment(scheme=scheme, name="通报批评", register=news, type="通报", points=Decimal(-1))
    schemes.save_grade(scheme=scheme, name="优秀", at_least=Decimal(35))
    schemes.save_grade(scheme=scheme, name="合格")
    mending = save_register(office=home, code="mending", title="整改台账", due_days=5, types="排名靠后")
    return scheme, mending
