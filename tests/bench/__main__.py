"""Prints the figures of SQLite, and of PostgreSQL when DATABASE_URL names one."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import command
from tests.bench.measure import Measure, table
from tests.bench.places import ROOT, environment, machine, postgresql


def main() -> int:
    """0 when everything was measured; the figures are printed, not judged: a target missed is seen in its column."""
    print(f"{machine()}\nData: packs/wujin (81 forms, about 1,000 cells, 1 bulletin with 3 annexes)\n")
    with tempfile.TemporaryDirectory(prefix="govsvc-bench-") as directory:
        sqlite = measure(Path(directory) / "sqlite", "")
        print(f"SQLite\n{table(sqlite)}\n", flush=True)
        server = os.environ.get("DATABASE_URL", "")
        if server.startswith(("postgres://", "postgresql://")):
            with postgresql(server) as database:
                found = measure(Path(directory) / "postgresql", database)
            print(f"PostgreSQL\n{table(found, {one.name: one.median for one in sqlite})}\n")
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


if __name__ == "__main__":
    sys.exit(main())
