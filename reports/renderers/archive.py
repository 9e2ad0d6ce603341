"""Office files are zip archives; the same parts must give the same bytes."""

import datetime as dt
import io
import zipfile


def normalised(archive: bytes, time: dt.datetime) -> bytes:
    """The archive with its parts in name order ([Content_Types].xml first, as Office expects) and all of one time."""
    stamp = max(time.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, stamp)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            target.writestr(part, source.read(name), compresslevel=6)
    return out.getvalue()
