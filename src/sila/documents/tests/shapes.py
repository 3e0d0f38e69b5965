"""Pictures of text, made small enough to be compared: which parts of a line are dark."""

import struct
import zlib

ROWS, COLUMNS = 6, 64


def ink(png: bytes) -> list[list[float]]:
    """How dark each part of the picture is, 0 to 1, in ROWS × COLUMNS parts. Eight bits, RGBA, not interlaced."""
    width, height, depth, colours, _packing, _filter, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, colours, interlaced) == (8, 6, 0)
    rows = _rows(zlib.decompress(b"".join(_chunks(png))), width * 4, height)
    parts = [[0.0] * COLUMNS for _row in range(ROWS)]
    for y, row in enumerate(rows):
        for x in range(width):
            red, green, blue, alpha = row[x * 4 : x * 4 + 4]
            dark = (255 - (red + green + blue) / 3) / 255 * alpha / 255
            parts[y * ROWS // height][x * COLUMNS // width] += dark
    size = width * height / ROWS / COLUMNS
    return [[amount / size for amount in row] for row in parts]


def _chunks(png: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            found.append(png[at + 8 : at + 8 + length])
        at += length + 12
    return found


def _rows(raw: bytes, stride: int, height: int) -> list[bytearray]:
    """Undo the filters of PNG (its specification, section 9)."""
    rows: list[bytearray] = []
    before = bytearray(stride)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for x in range(stride):
            left, up = row[x - 4] if x >= 4 else 0, before[x]
            corner = before[x - 4] if x >= 4 else 0
            row[x] = (row[x] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) & 255
        rows.append(row)
        before = row
    return rows


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def written(parts: list[list[float]]) -> str:
    """The same as letters: a to p, from white to half black and more."""
    return "/".join("".join(chr(97 + min(15, round(amount * 30))) for amount in row) for row in parts)


def apart(one: str, other: str) -> float:
    """How far two such pictures differ: the share of what is dark in either that is not in both."""
    pairs = [(ord(a), ord(b)) for a, b in zip(one, other, strict=True)]
    all_of_it = sum(max(a, b) - 97 for a, b in pairs if a >= 97) or 1
    return sum(abs(a - b) for a, b in pairs) / all_of_it
