"""What one process can measure: fills the pack's office, then times services and pages; `python -m … FILE` writes JSON.

The office is left filled and approved but not issued, for `make issue` to be measured on.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from tests.bench.measure import Measure
from tests.services.valkey import ValkeyServer

PACK = Path("packs/wujin")
PERIOD = "2022Q1"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="govsvc-bench-valkey-") as directory:
        broker = ValkeyServer(Path(directory)).start()
        os.environ["REDIS_URL"] = broker.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
        django.setup()
        try:
            found = measure_all()
        finally:
            broker.kill()
    Path(sys.argv[1]).write_text(json.dumps([one.as_json() for one in found]), encoding="utf-8")
    return 0


def measure_all() -> list[Measure]:
    """In the order of the quarter: fill, look, approve, compute, issue, print."""
    # The apps' modules can be imported only after django.setup().
    from django.core.management import call_command

    from tests.bench import documents, pages, quarter

    call_command("migrate", verbosity=0, interactive=False)
    demonstration, filling = quarter.fill(PACK)
    office = demonstration.office
    found = [*filling, *pages.measure(office, PERIOD), *quarter.approvals(office)]
    found += quarter.computing(office, PERIOD)
    found += documents.rendering()
    return found


if __name__ == "__main__":
    sys.exit(main())
