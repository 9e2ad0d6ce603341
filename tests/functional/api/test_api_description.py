"""The OpenAPI tells every resource, filter and refusal, and its page asks no other machine."""

import re
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from reports.api import filters
from tests.functional.api.api_scene import get, make_api_scene
from tests.functional.departments.routes import all_routes
from tests.functional.journey.camera import shoot
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db


def description(scene: Scene) -> dict[str, Any]:
    response = scene.client("viewer").get("/api/v1/schema/")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi+json")
    return dict(response.json())


def test_it_is_valid_and_tells_every_resource(scene: Scene) -> None:
    found = description(scene)
    validate_schema(found)
    own = {
        "/" + route.pattern.replace("<int:", "{").replace(">", "}")
        for route in all_routes()
        if route.name.startswith("api:") and route.name not in ("api:schema", "api:docs", "api:elsewhere")
    }
    assert set(found["paths"]) == own
    for path, methods in found["paths"].items():
        assert list(methods) == ["get"], path
        assert methods["get"]["summary"]
        assert {"200", "400", "401", "403", "404", "409", "429"} == set(methods["get"]["responses"]), path
    assert set(found["components"]["securitySchemes"]) == {"token", "cookieAuth"}


def test_every_filter_is_told(scene: Scene) -> None:
    paths = description(scene)["paths"]
    for name, own in (
        ("units", filters.UnitFilter),
        ("targets", filters.TargetFilter),
        ("rankings", filters.RankingFilter),
        ("issues", filters.IssueFilter),
    ):
        told = {parameter["name"] for parameter in paths[f"/api/v1/{name}/"]["get"]["parameters"]}
        assert set(own.base_filters) | {"page", "page_size"} == told
    for path in ("rankings/{ranking_id}/table", "results", "schemes/{scheme_id}/scores"):
        parameters = paths[f"/api/v1/{path}/"]["get"]["parameters"]
        told = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
        assert {"period", "source"} <= told
        assert all(
            parameter["description"] for parameter in parameters if parameter["name"] in ("period", "source")
        )


def test_no_figure_is_told_to_be_a_float() -> None:
    schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    floats = [
        (name, field)
        for name, schema in schemas.items()
        for field, kind in schema.get("properties", {}).items()
        if kind.get("type") == "number"
    ]
    assert floats == []


def fits(kind: dict[str, Any], value: Any, schemas: dict[str, Any], where: str) -> None:
    """Every answer has just the fields that are told, objects within objects."""
    if "allOf" in kind:
        kind = kind["allOf"][0] | {"nullable": kind.get("nullable", False)}
    nullable = kind.get("nullable", False)
    if "$ref" in kind:
        kind = schemas[kind["$ref"].rpartition("/")[2]]
    if value is None:
        assert nullable or kind.get("nullable") or "enum" in kind, where
    elif "properties" in kind:
        assert set(value) == set(kind["properties"]), where
        for name, part in value.items():
            fits(kind["properties"][name], part, schemas, f"{where}.{name}")
    elif kind.get("type") == "array":
        for part in value:
            fits(kind["items"], part, schemas, where)


def test_the_answers_are_as_told(db: None) -> None:
    scene, scheme, ranking = make_api_scene()
    scene.issued()
    told = description(scene)
    for path, methods in told["paths"].items():
        address = path.removeprefix("/api/v1/").format(ranking_id=ranking.pk, scheme_id=scheme.pk)
        for who, query in (("viewer", {}), ("viewer", {"source": "issued"}), ("clerk", {})):
            response = scene.client(who).get(f"/api/v1/{address}", query)
            if response.status_code == 403:
                continue
            kind = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            answer = get(scene.client(who), address, **query)
            assert answer, path
            fits(kind, answer, told["components"]["schemas"], path)


def log_in(page: Page, server: LiveServer, scene: Scene, who: str) -> None:
    session = scene.client(who).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])


@pytest.mark.django_db(transaction=True)
def test_the_page_is_served_from_here_and_tries_a_resource(page: Page, live_server: LiveServer) -> None:
    scene = make()
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.wait_for_url("**/admin/login/?next=/api/v1/docs/")
    log_in(page, live_server, scene, "viewer")
    page.goto(f"{live_server.url}/api/v1/docs/")
    expect(page.locator(".opblock")).to_have_count(13)
    shoot(page, "developer-api")
    page.locator("#operations-tag-数据 .opblock, .opblock").filter(has_text="/api/v1/rankings/").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".responses-table.live-responses-table")).to_contain_text("办结率排名")


@pytest.mark.django_db(transaction=True)
def test_a_clerk_makes_copies_and_revokes_a_token(page: Page, phone: Page, live_server: LiveServer) -> None:
    scene = make()
    log_in(page, live_server, scene, "clerk")
    page.goto(f"{live_server.url}/admin/reports/apitoken/mine/")
    expect(page.locator(".gs-empty")).to_be_visible()
    page.fill("#id_name", "区政府数据大屏")
    page.select_option("#id_days", "180")
    page.locator(".gs-token-form button").click()
    expect(page.locator(".gs-token-key")).to_have_value(re.compile("^tb_.{43}$"))
    page.fill("#id_name", "办公平台首页")
    shoot(page, "clerk-tokens")
    page.locator(".gs-token-form button").click()
    expect(page.locator(".gs-tokens tbody tr")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".gs-tokens tbody button").first.click()
    expect(page.locator(".gs-tokens tbody .gs-error")).to_have_count(1)
    expect(page.locator(".gs-token-key")).to_have_count(0)
    log_in(phone, live_server, scene, "clerk")
    phone.goto(f"{live_server.url}/admin/reports/apitoken/mine/")
    phone.fill("#id_name", "手机")
    phone.locator(".gs-token-form button").tap()
    expect(phone.locator(".gs-token-key")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(phone, "phone-tokens")
    log_in(page, live_server, scene, "admin")
    page.goto(f"{live_server.url}/admin/reports/apitoken/")
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    shoot(page, "administrator-tokens")
