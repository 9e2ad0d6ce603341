"""Writes packs/fucheng: the published tree of 2023 with weights, rules of points and figures of our own.

`python -m tests.fucheng` writes the pack anew, always the same: what is random comes from SEED. Everything but the tree
and its targets (tests/truth/fucheng) is synthetic and says so.
"""

from pathlib import Path

SEED = 20230418
ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "packs" / "fucheng"
TRUTH = ROOT / "tests" / "truth" / "fucheng"
MONTHS = ("2023-04", "2023-05")
# Weeks belong to the month their last day falls in.
WEEKS = {
    "2023-04": ("2023-W13", "2023-W14", "2023-W15", "2023-W16", "2023-W17"),
    "2023-05": ("2023-W18", "2023-W19", "2023-W20", "2023-W21"),
}
