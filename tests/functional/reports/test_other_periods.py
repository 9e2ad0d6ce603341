"""Sentences that look at other periods, on stored figures: what they say, what they cost, what the document keeps."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from expressions import ExpressionError
from indicators.services import definitions
from reports.services import templates
from reports.services.document import all_figures, build_document
from reports.services.source import load_source
from reports.statements import compose
from tests.functional.reports.quarters import NEXT, with_next_quarter
from tests.functional.reports.scene import PERIOD, Scene

pytestmark = pytest.mark.django_db

TEXT = (
    "办结率{rate: 比率(办结率，小数位=1)}，较上季度{change: 变化(比率(办结率)，上期(比率(办结率)))}，"
    "上季度为{before: 上期(比率(办结率，小数位=1))}；{best: 进步最大(办结率，1)}进步最大。"
)


@pytest.fixture
def scene(scene: Scene) -> Scene:
    return with_next_quarter(scene)


def printed(scene: Scene, text: str, period: str = NEXT) -> str:
    source, names = load_source(scene.bulletin, period)
    (paragraph,) = compose(text, source, names)
    return paragraph.text


def test_figures_of_the_period_before(scene: Scene) -> None:
    assert printed(scene, TEXT) == (
        "办结率76.9%，较上季度增长23.1个百分点，上季度为53.8%；乙局（提高80.0个百分点）进步最大。"
    )
    assert printed(scene, "{上期(合计(已办数))}") == "7"
    assert printed(scene, "{上期(合计(已办数))}", PERIOD) == "（未报）"
    assert printed(scene, "{去年同期(合计(已办数))}") == "（未报）"
    assert printed(scene, "{连续(办结率 < 80)}") == "丙局（连续2个季度）"


def test_figures_of_several_periods_together(scene: Scene) -> None:
    assert printed(scene, "{本年累计(合计(已办数))}，{本年累计(合计(已办数))}", PERIOD) == "7，7"
    assert printed(scene, "{本年累计(合计(已办数))}，{近几期(合计(应办数)，2)}") == "17，26"
    assert printed(scene, "{本年累计(比率(办结率))}，{本年累计(单位数(已办数 > 6))}") == "65.4%，1"
    source, names = load_source(scene.bulletin, NEXT)
    (paragraph,) = compose("{本年累计(合计(已办数))}", source, names)
    found = paragraph.figures[0][1]
    assert (found.period, found.inputs) == ("2022Q1..2022Q2", ())
    (paragraph,) = compose("{去年同期(本年累计(合计(已办数)))}", source, names)
    assert (paragraph.text, paragraph.figures[0][1].period) == ("（未报）", "2021Q1..2021Q2")


def test_a_baseline_follows_its_own_definition(scene: Scene) -> None:
    later = definitions.save_indicator(office=scene.office, code="later", name="新办结率")
    definitions.save_version(
        indicator=later, valid_from=dt.date(2022, 4, 1), numerator="已办数", denominator="应办数"
    )
    assert printed(scene, "{变化(比率(新办结率)，上期(比率(新办结率)))}") == "（基期未报）"
    closing = definitions.save_indicator(office=scene.office, code="closing", name="办结率")
    definitions.save_version(
        indicator=closing, valid_from=dt.date(2022, 4, 1), numerator="应办数 - 已办数", denominator="应办数"
    )
    assert printed(scene, "{比率(办结率，小数位=1)}，{上期(比率(办结率，小数位=1))}") == "23.1%，53.8%"
    source, names = load_source(scene.bulletin, NEXT)
    (paragraph,) = compose("{上期(比率(办结率))}", source, names)
    assert paragraph.figures[0][1].version == 1
    assert source.data.definitions["closing"].version == 2


def test_a_fact_is_looked_for_in_the_period_it_was_typed_for(scene: Scene) -> None:
    templates.save_fact(
        bulletin=scene.bulletin,
        period=NEXT,
        code="banner",
        name="锦旗",
        number=Decimal(3),
        unit_of_measure="面",
        source="大厅",
        user=scene.people["admin"],
    )
    assert printed(scene, "{变化(事实(锦旗)，上期(事实(锦旗)))}") == "增长2面"


def test_the_document_says_of_which_period_a_figure_is(scene: Scene) -> None:
    section = scene.bulletin.sections.get()
    section.text = TEXT
    section.save()
    document, _source, _names = build_document(scene.bulletin, NEXT)
    figures = all_figures(document)
    assert (figures["rate"]["period"], figures["before"]["period"]) == (NEXT, PERIOD)
    assert (figures["before"]["version"], figures["before"]["inputs"]) == (1, [])
    assert figures["before"]["describe"].endswith("（2022年一季度）")
    assert figures["change"]["value"] == "300/13"
    assert figures["change"]["inputs"] == figures["rate"]["inputs"] != []
    assert figures["best"]["units"] == ["U2"]


def test_a_text_may_not_read_periods_without_end(scene: Scene) -> None:
    near = [f"{{前n期(合计(已办数)，{n})}}" for n in range(1, 61)]
    far = [f"{{前n期(前n期(合计(已办数)，60)，{n})}}" for n in range(1, 31)]
    assert printed(scene, "".join(near)).startswith("7")
    with pytest.raises(ExpressionError, match="整篇用到的别的报告期超过80个"):
        printed(scene, "".join(near + far))


def queries(scene: Scene, text: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        printed(scene, text)
    return len(found)


def test_another_period_is_read_once_and_only_when_asked_for(scene: Scene) -> None:
    none = queries(scene, "{比率(办结率)}")
    once = queries(scene, "{上期(比率(办结率))}")
    assert none < once <= none + 30
    assert queries(scene, TEXT + "{上期(合计(应办数))}{单位数变化(已办数 > 3)}") == once
