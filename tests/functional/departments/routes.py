"""Every address of the installation, with real arguments for each: an address without arguments is an error here."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_celery_results.models import GroupResult, TaskResult

from departments.models import Membership, Submission
from departments.scoping import Scope

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>")


@dataclass(frozen=True)
class Route:
    """One leaf of the resolver: its name for reverse() and its parameters in order."""

    pattern: str
    name: str
    parameters: tuple[str, ...]


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Any, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, text, inner)
        elif isinstance(pattern, URLPattern):
            names = tuple(match[1] or match[2] for match in PARAMETER.findall(text))
            yield Route(text, f"{namespace}{pattern.name}" if pattern.name else "", names)


# Rows of models that belong to no office: made here, one each.
MAKERS: dict[type[Model], Callable[[], Model]] = {
    IntervalSchedule: lambda: IntervalSchedule.objects.create(every=7, period="days"),
    CrontabSchedule: lambda: CrontabSchedule.objects.create(minute="7"),
    SolarSchedule: lambda: SolarSchedule.objects.create(event="sunrise", latitude=1, longitude=1),
    ClockedSchedule: lambda: ClockedSchedule.objects.create(clocked_time="2030-01-01T00:00:00Z"),
    PeriodicTask: lambda: PeriodicTask.objects.create(
        name="金丝雀任务", task="t", interval=IntervalSchedule.objects.create(every=8, period="days")
    ),
    TaskResult: lambda: TaskResult.objects.create(task_id="金丝雀-result"),
    GroupResult: lambda: GroupResult.objects.create(group_id="金丝雀-group"),
}

# Values of parameters that are no ids.
VALUES: dict[str, tuple[Any, ...]] = {
    "app_label": ("departments", "auth", "reports"),
    "url": ("no/such/page",),
    "figure": ("units", "low", "texts-UA0", "texts-UB1"),
    "annex": (1,),
    "unit": ("UA1", "UB1"),
    "column": ("total",),
    "format_": ("html", "pdf"),
    "period": ("2022Q1",),
    "secret": ("no-such-secret",),
    "order": (1,),
}


def rows(model: type[Model]) -> list[Model]:
    """Rows of a model for its pages: the first two are the first office's (own and another unit's), the last two the other's."""
    if model in MAKERS and not model._default_manager.exists():
        MAKERS[model]()
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    chosen = set(keys[:2] + keys[-2:])
    found = list(model._default_manager.filter(pk__in=chosen).order_by("pk"))
    assert found, (
        f"{model._meta.label} is shown in the admin but no row of it is made: add it to world, published or MAKERS"
    )
    return found


def addresses(route: Route) -> list[str]:
    """The route with every set of arguments; an AssertionError names a parameter nobody provides for."""
    if not route.parameters:
        return [reverse(route.name)] if route.name else ["/"]
    if route.parameters == ("content_type_id", "object_id"):
        kind = ContentType.objects.get_for_model(Submission)
        return [reverse(route.name, args=[kind.pk, row.pk]) for row in rows(Submission)]
    choices: list[list[Any]] = [[]]
    for parameter in route.parameters:
        values = _values(route, parameter)
        choices = [[*given, value] for given in choices for value in values]
    return [_fill(route, given) for given in choices]


def _values(route: Route, parameter: str) -> list[Any]:
    if parameter in VALUES:
        return list(VALUES[parameter])
    model = _model(route, parameter)
    assert model is not None, f"no arguments known for <{parameter}> in {route.pattern}: add it to VALUES"
    return [row.pk for row in rows(model)]


def _model(route: Route, parameter: str) -> type[Model] | None:
    """The model an id stands for: the one the parameter is named after, else that of the admin page."""
    named = [m for m in apps.get_models() if parameter == f"{m._meta.model_name}_id"]
    if named:
        return named[0]
    for model in admin.site._registry:
        if route.pattern.startswith(f"admin/{model._meta.app_label}/{model._meta.model_name}/"):
            return model
    return None


def _fill(route: Route, given: list[Any]) -> str:
    if route.name:
        return reverse(route.name, args=given)
    values = iter(given)
    return "/" + re.sub(r"<[^>]+>|\(\?P<\w+>[^)]*\)", lambda _m: str(next(values)), route.pattern).strip("^$")


def scoped_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if isinstance(getattr(model, "scope", None), Scope)]


def digest(outside: Callable[[Scope], Q | None]) -> dict[str, list[Any]]:
    """The content of all rows that `outside` selects by a model's scope, the accounts behind them, and all superusers; equal means untouched."""
    found: dict[str, list[Any]] = {}
    for model in scoped_models():
        condition = outside(model.scope)  # type: ignore[attr-defined]
        if condition is not None:
            found[model._meta.label] = list(
                model._default_manager.filter(condition).order_by("pk").values_list()
            )
    foreign = Membership.objects.filter(outside(Membership.scope) or Q())
    accounts = User.objects.filter(memberships__in=foreign).distinct().order_by("pk")
    found["accounts"] = list(
        accounts.values_list("pk", "username", "password", "email", "is_active", "is_staff")
    )
    found["superusers"] = list(User.objects.filter(is_superuser=True).values_list("pk"))
    return found


def text_of(response: Any) -> str:
    """The answer as text; of a workbook or document all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            content = b"\n".join(package.read(name) for name in package.namelist())
    return content.decode("utf-8", "replace")
