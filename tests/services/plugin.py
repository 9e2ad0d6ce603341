"""pytest's side of the services, loaded with `-p` so that they run before pytest-django reads the settings."""

from collections.abc import Generator

import pytest

from govsvc.catalogue import compile_catalogues
from tests.services.session import SERVICES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["postgresql", "sqlite"],
        default="postgresql",
        help="database under the tests (real PostgreSQL by default)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    compile_catalogues()
    SERVICES.start(early_config.known_args_namespace.database)
    try:
        return (yield)
    except BaseException:
        # pytest configures nothing after this, so it would not unconfigure either.
        SERVICES.stop()
        raise


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "both_databases: run on PostgreSQL and, by `make test`, again on SQLite"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    SERVICES.stop()
