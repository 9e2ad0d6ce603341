"""`python -m govsvc.embedded run|issue`: everything on this machine, from an empty directory to an issued bulletin."""

import argparse
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _

from govsvc import catalogue
from govsvc.embedded import valkey
from govsvc.embedded.instance import InTheWayError, check_port, lock
from govsvc.embedded.supervisor import Command, supervise


def prepare() -> None:
    """Bring database and static files to the state of this code."""
    print(_("Preparing database and static files ..."), flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    # The processes started next must not inherit an open connection.
    connections.close_all()


def commands(pack: str, out: str, serve: bool) -> list[Command]:
    """What the supervisor keeps. No broker is among it where REDIS_URL names one."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "govsvc.celery", "--quiet"]
    kept, env = [], {}
    if not os.environ.get("REDIS_URL"):
        broker = valkey.configure(settings.VAR_DIR / "valkey")
        env = {"REDIS_URL": broker.url}
        kept.append(Command("broker", broker.argv))
    step = [
        python,
        "-m",
        "govsvc.embedded.step",
        "--pack",
        pack,
        "--out",
        out,
        *(["--serve"] if serve else []),
    ]
    return [
        *kept,
        Command("worker", [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"], env),
        Command("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="], env),
        Command("web" if serve else "issue", step, env),
    ]


def main() -> int:
    """Status of the issue, 0 after a run was stopped by its user, 2 when something is in the way."""
    parser = argparse.ArgumentParser(prog="python -m govsvc.embedded", description=__doc__)
    parser.add_argument("mode", choices=["run", "issue"])
    parser.add_argument("--pack", default="packs/wujin")
    parser.add_argument("--out", default="out")
    options = parser.parse_args()
    serve = options.mode == "run"
    catalogue.compile_catalogues()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
    pack, out = Path(options.pack).resolve(), Path(options.out).resolve()
    os.environ.setdefault("GOVSVC_OUT", str(out))
    try:
        django.setup()
        with lock(settings.VAR_DIR):
            if serve:
                check_port(os.environ.get("PORT", "8000"))
            prepare()
            return supervise(
                commands(str(pack), str(out), serve), str(settings.BASE_DIR), stop_is_success=serve
            )
    except (InTheWayError, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
