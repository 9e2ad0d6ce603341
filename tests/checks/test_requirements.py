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


# Every module of the project, the broker's transport and gunicorn, on a machine without the test tools: what only they
# bring cannot be found, so an optional import does without it and a needed one fails.
RUNTIME_IMPORTS = """
import importlib, json, pkgutil, sys

class Absent:
    names = set(json.loads(sys.argv[1]))

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            raise ModuleNotFoundError(f"only the test tools bring {name}", name=name)

sys.meta_path.insert(0, Absent())
import django
django.setup()
import kombu.transport.redis, gunicorn.app.wsgiapp, gunicorn.workers.gthread, psycopg
for root in ("expressions", "departments", "indicators", "reports", "govsvc"):
    for module in pkgutil.walk_packages(importlib.import_module(root).__path__, root + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""


def test_the_running_system_needs_nothing_that_only_the_test_tools_bring() -> None:
    runtime = pins(PINS[0])
    absent = [
        module
        for module, owners in packages_distributions().items()
        if not any(canonicalize_name(owner) in runtime for owner in owners)
    ]
    assert {"pytest", "playwright"} <= set(absent)
    result = subprocess.run(
        [sys.executable, "-c", RUNTIME_IMPORTS, json.dumps(absent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
