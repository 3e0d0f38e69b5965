"""Pictures that people hand in: known by their content, never by their name."""

import struct

from django.utils.translation import gettext as _

MOST_BYTES = 500_000
MOST_PIXELS = 4_000
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG segments that hold width and height


class BadPicture(ValueError):
    """The message is for the person who chose the file."""


def picture_kind(content: bytes) -> str:
    """png, jpg or webp. Raises BadPicture."""
    if len(content) > MOST_BYTES:
        raise BadPicture(_("The picture may have at most %(size)s kB.") % {"size": MOST_BYTES // 1000})
    for kind, measure in (("png", _png), ("jpg", _jpeg), ("webp", _webp)):
        size = measure(content)
        if size is None:
            continue
        if not (1 <= size[0] <= MOST_PIXELS and 1 <= size[1] <= MOST_PIXELS):
            raise BadPicture(
                _("The picture may be at most %(side)s pixels wide and high.") % {"side": MOST_PIXELS}
            )
        return kind
    raise BadPicture(_("The picture must be a PNG, JPEG or WebP file."))


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    return struct.unpack(">II", content[16:24])


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    form = content[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
