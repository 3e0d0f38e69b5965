"""Which encoding a text file is in, without guessing more than the bytes say."""

import codecs
import re
from typing import BinaryIO

_CHUNK = 1 << 20
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH_IN_LATIN_WORD = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]+|[\x80-\xff]+(?=[A-Za-z])")


class DamagedText(Exception):
    """The file is UTF-8 in good part, and broken in places."""


def detect(sample: bytes, file: BinaryIO) -> str:
    """The Python name of the encoding; `file` is read to its end, its start is `sample`."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    wide = _wide_without_mark(sample)
    if wide:
        return wide
    if _is_utf8(sample, file):
        return "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else "utf-8"
    return _one_byte_encoding(file)


def _wide_without_mark(sample: bytes) -> str | None:
    """UTF-16 shows in the upper bytes, which for Latin and Arabic are nearly all 0 or 6."""
    even, odd = sample[0::2], sample[1::2]
    half = max(len(odd), 1)
    for upper, lower, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if _small(upper) > 0.9 * half and _small(lower) < 0.3 * half and 0 in upper:
            return name
    return None


def _small(column: bytes) -> int:
    return column.count(0) + column.count(6)


def _is_utf8(sample: bytes, file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _one_byte_encoding(file: BinaryIO) -> str:
    """Windows-1256, or 1252 where most high bytes stand inside Latin words: é and ü, but no Arabic word."""
    sample = _first_with_high_bytes(file)
    _refuse_damaged_utf8(sample)
    in_latin = sum(map(len, _HIGH_IN_LATIN_WORD.findall(sample)))
    return "cp1252" if 2 * in_latin > sum(map(len, _HIGH_RUN.findall(sample))) else "cp1256"


def _first_with_high_bytes(file: BinaryIO) -> bytes:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if not chunk.isascii():
            return chunk
    return b""


def _refuse_damaged_utf8(sample: bytes) -> None:
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for letter in text if letter > "\x7f") - broken
    if 2 * whole > broken:  # in Windows-1256 hardly two letters in a hundred look like UTF-8
        raise DamagedText
