"""Screenshots small enough for a repository: the same picture with at most 256 colours, which a page of text hardly shows."""

import struct
import zlib
from collections import Counter
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
# Colours are merged when their channels agree in the upper bits.
KEPT_BITS = 0xF8
Colour = tuple[int, int, int]


def shrink(path: Path) -> None:
    """Rewrites an 8-bit RGB or RGBA PNG, as browsers make them, with a palette; transparency is dropped."""
    width, height, pixels = _read(path.read_bytes())
    merged = Counter[bytes]()
    for pixel, times in Counter(pixels).items():
        merged[bytes(channel & KEPT_BITS for channel in pixel)] += times
    palette = [_colour(colour) for colour, _times in merged.most_common(COLOURS)]
    places: dict[bytes, int] = {}
    for pixel in set(pixels):
        places[pixel] = _nearest(_colour(pixel), palette)
    rows = bytearray()
    for start in range(0, width * height, width):
        rows.append(0)
        rows += bytes(places[pixel] for pixel in pixels[start : start + width])
    path.write_bytes(
        SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(channel for colour in palette for channel in _whitened(colour)))
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _read(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and every pixel as three bytes."""
    assert png.startswith(SIGNATURE)
    place, data = len(SIGNATURE), b""
    width = height = size = 0
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _compression, _filter, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, interlaced) == (8, 0)
            size = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            data += body
        place += length + 12
    raw, pixels, above = zlib.decompress(data), [], bytes(width * size)
    for start in range(0, len(raw), width * size + 1):
        above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * size]), above, size)
        pixels += [above[at : at + 3] for at in range(0, width * size, size)]
    return width, height, pixels


def _unfiltered(kind: int, line: bytearray, above: bytes, size: int) -> bytes:
    """One row of the PNG with its filter undone (0 none, 1 left, 2 up, 3 average, 4 Paeth)."""
    for at in range(len(line)) if kind else ():
        left = line[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        if kind == 1:
            added = left
        elif kind == 2:
            added = above[at]
        elif kind == 3:
            added = (left + above[at]) // 2
        else:
            guess = left + above[at] - corner
            added = min((left, above[at], corner), key=lambda value: abs(guess - value))
        line[at] = (line[at] + added) & 0xFF
    return bytes(line)


def _colour(pixel: bytes) -> Colour:
    return pixel[0], pixel[1], pixel[2]


def _whitened(colour: Colour) -> bytes:
    """The middle of a merged colour; the lightest stays pure white."""
    return bytes(channel | (channel >> 5) for channel in colour)


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    distances = [sum((a - (b | (b >> 5))) ** 2 for a, b in zip(colour, one, strict=True)) for one in palette]
    return distances.index(min(distances))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
