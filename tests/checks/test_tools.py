"""What `make lint` runs: each tool over the whole tree, its own words on failure."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
TOOLS = {
    "ruff": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "types": [str(BIN / "mypy")],
    "boundaries": [str(BIN / "lint-imports")],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "django": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    # Two modules of one name, or one that cannot be imported, are an error only of a whole run.
    "collected": [sys.executable, "-m", "pytest", "--collect-only", "-qq", "--database=sqlite"],
    "pins": [sys.executable, "-m", "pip", "check"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_tool_has_nothing_to_say(tool: str) -> None:
    result = subprocess.run(
        TOOLS[tool], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert result.returncode == 0, f"{' '.join(TOOLS[tool])}\n{result.stdout}"
