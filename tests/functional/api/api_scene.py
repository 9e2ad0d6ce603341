"""An office with a bulletin and a scheme, asked through the interface by its people and their tokens."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

from indicators.choices import ScoreRule
from indicators.models import Ranking, Scheme
from indicators.services import definitions, schemes
from reports.services.tokens import make_token
from tests.functional.departments.world import OfficeWorld
from tests.functional.reports.scene import Scene, make

ROOT = "/api/v1/"


def add_scores(world: OfficeWorld) -> None:
    """A scheme over the published indicator of a two-office world, with canaries in what it is called."""
    mark = world.mark
    scheme = schemes.save_scheme(
        office=world.office,
        code="api",
        name=f"金丝雀{mark}方案",
        groups=[world.group],
        valid_from=dt.date(2021, 1, 1),
    )
    schemes.save_node(
        scheme=scheme,
        key="1",
        name=f"金丝雀{mark}考核点",
        rule=ScoreRule.PROPORTIONAL,
        points=Decimal(100),
        target=Decimal(100),
        indicator=world.office.indicators.get(code="rate"),
    )
    definitions.save_ranking(
        office=world.office, code="api", scheme=scheme, group=world.group, name=f"金丝雀{mark}得分榜"
    )


def add_scheme(scene: Scene) -> tuple[Scheme, Ranking]:
    """100 points for 办结率: 80 in proportion to it, 20 for reaching 60 %; with its ranking."""
    group = scene.ranking.group
    scheme = schemes.save_scheme(
        office=scene.office,
        code="assess",
        name="政务服务考核",
        groups=[group],
        valid_from=dt.date(2022, 1, 1),
    )
    indicator = scene.ranking.indicator
    schemes.save_node(scheme=scheme, key="1", name="办件质量")
    leaves = (
        ("1.1", "办结率", ScoreRule.PROPORTIONAL, 80, 100),
        ("1.2", "办结率达标", ScoreRule.FULL_OR_NONE, 20, 60),
    )
    for key, name, rule, points, target in leaves:
        schemes.save_node(
            scheme=scheme,
            key=key,
            parent="1",
            name=name,
            rule=rule,
            points=Decimal(points),
            indicator=indicator,
            target=Decimal(target),
        )
    schemes.save_grade(scheme=scheme, name="优秀", at_least=Decimal(90))
    schemes.save_grade(scheme=scheme, name="一般")
    ranking = definitions.save_ranking(
        office=scene.office, code="assess-places", scheme=scheme, group=group, name="考核排名", last=1
    )
    return scheme, ranking


def make_api_scene(code: str = "o") -> tuple[Scene, Scheme, Ranking]:
    scene = make(code)
    return scene, *add_scheme(scene)


def bearer(key: str) -> Client:
    """Another system, which knows only its key."""
    return Client(headers={"Authorization": f"Bearer {key}"})


def key_of(scene: Scene, who: str, days: int = 30, at: dt.datetime | None = None) -> str:
    """A new token's key."""
    last_day = timezone.localdate(at) + dt.timedelta(days=days)
    user = scene.people[who]
    return make_token(user=user, office=scene.office, name="大屏", expires_on=last_day, at=at)[1]


def get(client: Client, path: str, status: int = 200, **query: Any) -> Any:
    """The JSON of an answer with that status."""
    response = client.get(f"{ROOT}{path}", query)
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    return response.json()


def rows(client: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    """All rows of a list that fits on one page."""
    answer = get(client, path, **query)
    assert answer["next"] is None
    return list(answer["results"])
