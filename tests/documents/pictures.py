"""Every page of a PDF as a picture of the manual: taken only where GOVSVC_SCREENSHOTS names a directory."""

import struct
import zlib
from pathlib import Path

import pypdfium2

from tests.functional.journey import camera
from tests.functional.journey.palette import SIGNATURE, shrink

# Pixels a point: an upright sheet becomes 595 pixels wide.
SCALE = 1.0


def shoot_pages(pdf: bytes, name: str) -> int:
    """DIRECTORY/name-01.png and so on; the number of pages."""
    sheets = pypdfium2.PdfDocument(pdf)
    if camera.DIRECTORY:
        for number, sheet in enumerate(sheets, 1):
            path = Path(camera.DIRECTORY) / f"{name}-{number:02}.png"
            path.write_bytes(_png(sheet.render(scale=SCALE, rev_byteorder=True)))
            shrink(path)
    return len(sheets)


def _png(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """The bitmap (RGB) as a PNG without filters."""
    assert bitmap.n_channels == 3
    pixels, stride = bytes(bitmap.buffer), bitmap.stride
    rows = b"".join(
        b"\0" + pixels[start : start + bitmap.width * 3] for start in range(0, stride * bitmap.height, stride)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
