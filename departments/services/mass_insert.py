"""New rows by the ten thousand: COPY on PostgreSQL, one prepared statement elsewhere; no signals, no ids back."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Any]) -> None:
    """Writes the rows in the present transaction; values as the database stores them (`stored_value` gives them)."""
    columns = [str(model._meta.get_field(name).column) for name in fields]  # type: ignore[union-attr]
    quote = connection.ops.quote_name
    head = f"{quote(model._meta.db_table)} ({', '.join(quote(column) for column in columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {head} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {head} VALUES ({marks})"  # noqa: S608  (names are the models')
        cursor.executemany(statement, rows)  # type: ignore[arg-type]


def stored_value(model: type[Model], field: str, value: Any) -> Any:
    """A value as the database's driver takes it for that field."""
    return model._meta.get_field(field).get_db_prep_save(value, connection)  # type: ignore[union-attr]
