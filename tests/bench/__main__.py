"""Prints the figures of SQLite, and of PostgreSQL when DATABASE_URL names one."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.bench import command, import_entries, import_figures
from tests.bench.measure import Measure, table
from tests.bench.places import ROOT, environment, machine, postgresql


def main() -> int:
    """0 when everything was measured; the figures are printed, not judged: a target missed is seen in its column."""
    words = machine()
    print(f"{words}\nData: packs/wujin (81 forms, about 1,000 cells, 1 bulletin with 3 annexes)\n")
    with tempfile.TemporaryDirectory(prefix="govsvc-bench-") as directory:
        sqlite = measure(Path(directory) / "sqlite", "")
        print(f"SQLite\n{table(sqlite)}\n", flush=True)
        print(f"Mails, SQLite\n{table(measure_mails(Path(directory), ''))}\n", flush=True)
        imports = {"SQLite": measure_imports(Path(directory), "")}
        entries = {"SQLite": measure_entries(Path(directory), "")}
        server = os.environ.get("DATABASE_URL", "")
        if server.startswith(("postgres://", "postgresql://")):
            with postgresql(server) as database:
                found = measure(Path(directory) / "postgresql", database)
            print(f"PostgreSQL\n{table(found, {one.name: one.median for one in sqlite})}\n")
            print(f"Mails, PostgreSQL\n{table(measure_mails(Path(directory), server))}\n", flush=True)
            imports["PostgreSQL"] = measure_imports(Path(directory), server)
            entries["PostgreSQL"] = measure_entries(Path(directory), server)
    text = import_figures.page(imports, words, import_entries.section(entries))
    (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def measure(directory: Path, database: str) -> list[Measure]:
    """All figures on one database: first inside one process on a filled office, then `make issue` on that office."""
    env = environment(directory, database)
    results = directory / "inside.json"
    subprocess.run([sys.executable, "-m", "tests.bench.inside", str(results)], cwd=ROOT, env=env, check=True)
    inside = [Measure.from_json(one) for one in json.loads(results.read_text(encoding="utf-8"))]
    loaded = command.issue(
        "make issue, pack loaded and figures approved",
        env,
        command.TARGET,
        "broker, worker, draft, review, issue, 6 files, 36 mails",
    )
    again = command.issue("make issue again", env, note="everything is there; the files are written anew")
    return [loaded, again, *inside]


def measure_imports(directory: Path, server: str) -> list[dict[str, Any]]:
    """Files of 10,000 rows, ours against stock import-export, each shape in an empty database of its own."""
    found = []
    for shape in import_figures.SHAPES:
        with postgresql(server) if server else nullcontext("") as database:
            place = directory / f"import-{shape}-{'postgresql' if server else 'sqlite'}"
            env = environment(place, database)
            results = place / "import.json"
            module = "tests.bench.import_figures"
            subprocess.run([sys.executable, "-m", module, str(results), shape], cwd=ROOT, env=env, check=True)
            found.append(json.loads(results.read_text(encoding="utf-8")))
    return found


def measure_entries(directory: Path, server: str) -> dict[str, Any]:
    """A register's weekly file of 1,000 entries in an empty database of its own."""
    with postgresql(server) if server else nullcontext("") as database:
        place = directory / f"entries-{'postgresql' if server else 'sqlite'}"
        env = environment(place, database)
        results = place / "entries.json"
        module = "tests.bench.import_entries"
        subprocess.run([sys.executable, "-m", module, str(results)], cwd=ROOT, env=env, check=True)
        return dict(json.loads(results.read_text(encoding="utf-8")))


def measure_mails(directory: Path, server: str) -> list[Measure]:
    """A thousand personal mails from an empty database of its own."""
    with postgresql(server) if server else nullcontext("") as database:
        place = directory / f"mails-{'postgresql' if server else 'sqlite'}"
        env = environment(place, database)
        results = place / "mails.json"
        subprocess.run(
            [sys.executable, "-m", "tests.bench.mails", str(results)], cwd=ROOT, env=env, check=True
        )
        return [Measure.from_json(one) for one in json.loads(results.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    sys.exit(main())
