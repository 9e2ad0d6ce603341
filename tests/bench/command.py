"""`make issue` as people start it: a process with its broker, worker and beat, from start to end."""

import resource
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.measure import Measure
from tests.bench.places import ROOT

# The pack's office issues one bulletin of one quarter in six formats.
FILES = ("json", "html", "docx", "pdf", "xlsx", "txt")
ISSUED = Path("wujin") / "2022Q1"
TARGET = 20.0


def issue(name: str, env: dict[str, str], target: float | None = None, note: str = "") -> Measure:
    """What `make issue` runs, once; RuntimeError with its output when it fails or leaves a file unwritten."""
    out = Path(env["GOVSVC_OUT"])
    start, used = time.perf_counter(), _processor_time()
    done = subprocess.run(
        [sys.executable, "-m", "govsvc.embedded", "issue", "--pack", "packs/wujin", "--out", str(out)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    missing = [kind for kind in FILES if not (out / ISSUED / f"bulletin.{kind}").is_file()]
    if done.returncode or missing:
        raise RuntimeError(f"make issue: status {done.returncode}, without {missing}\n{done.stdout}")
    return Measure(name, (seconds,), (_processor_time() - used,), target, note)


def _processor_time() -> float:
    """Of all processes this one has started and waited for, and theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
