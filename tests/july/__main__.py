"""Writes packs/yindu_july anew: `python -m tests.july`."""

import sys

from tests.july.writing import PACK, write_july

if __name__ == "__main__":
    sys.stdout.write(f"{len(write_july(PACK))} files in {PACK}\n")
