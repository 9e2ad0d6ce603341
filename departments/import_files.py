"""The file of an import between its preview and its confirmation."""

import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from import_export.tmp_storages import TempFolderStorage

# An import that nobody confirms is forgotten after a day: the file may list people.
KEPT = 24 * 3600  # seconds


class ImportFiles(TempFolderStorage):
    """Files in `var/imports`, for the service alone; import-export would leave the unconfirmed in the system's /tmp for ever."""

    def save(self, data: bytes) -> None:
        for old in _folder().iterdir():
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink(missing_ok=True)
        self.name = uuid4().hex
        Path(self.get_full_path()).write_bytes(data)

    def get_full_path(self) -> str:
        return str(_folder() / Path(self.name).name)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
