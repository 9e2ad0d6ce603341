"""`python -m tests.fucheng`: see the package."""

import os

import django

from tests.fucheng import PACK


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
    django.setup()
    # Models must be ready before the schema names their choices.
    from tests.fucheng.writing import write_pack

    write_pack(PACK)


main()
