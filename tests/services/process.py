"""Child processes of the tests: none outlives them, and none is waited for forever."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def end_with_parent(number: int = signal.SIGKILL) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child this signal when the tests are gone, however they went."""
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(number))


def wait_until(
    ready: Callable[[], bool], what: str, seconds: float = 20, process: subprocess.Popen | None = None
) -> None:
    """Return when `ready()` holds; TimeoutError naming `what` after `seconds`, or at once when the process has ended."""
    end = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise TimeoutError(f"{what}: the process ended with status {process.returncode}")
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)
