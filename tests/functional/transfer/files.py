"""Uploading a table through the admin's own pages and reading what an export holds."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from departments.models import Office

Rows = Sequence[Sequence[Any]]


def csv_bytes(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows).encode(encoding)


def xlsx_bytes(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def preview(client: Client, model: str, office: Office, data: bytes, name: str = "表.xlsx") -> Any:
    """The page after choosing a file: errors, or what would change."""
    file = SimpleUploadedFile(name, data)
    url = reverse(f"admin:{model}_import")
    return client.post(url, {"office": office.pk, "import_file": file, "format": "0", "resource": "0"})


def confirm(client: Client, model: str, page: Any) -> Any:
    assert "confirm_form" in page.context, errors(page)
    data = page.context["confirm_form"].initial | {"resource": "0"}
    return client.post(reverse(f"admin:{model}_process_import"), data)


def errors(page: Any) -> str:
    """Everything the page says is wrong."""
    found = [str(error) for wrong in page.context["form"].errors.values() for error in wrong]
    result = page.context.get("result")
    if result is not None:
        found += [str(error.error) for error in result.base_errors]
        found += [str(error.error) for _line, wrong in result.row_errors() for error in wrong]
    return "\n".join(found)


def kinds(page: Any) -> dict[str, int]:
    """How many rows are new, changed, unchanged."""
    return {kind: n for kind, n in page.context["result"].totals.items() if n}


def export(client: Client, model: str, kind: str = "0") -> bytes:
    """The bytes of an export: "0" .xlsx, "1" .csv."""
    response = client.post(reverse(f"admin:{model}_export"), {"format": kind, "resource": "0"})
    assert response.status_code == 200
    return bytes(response.content)


def sheet(data: bytes) -> list[list[Any]]:
    return [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()
    ]
