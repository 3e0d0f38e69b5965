"""The words of a file: PDF, DOCX, XLSX and plain text. Files come from anybody, so each is read in a process of its own.

`words_of` starts this module as a program with bounds on time, memory and output; whatever a file does there, the
worker goes on. Inside: no macros, no formulas, no entities, and no more unpacked than UNPACKED.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

SECONDS = 20  # of CPU; the clock may take twice as long
MEMORY = 1 << 30  # bytes
LARGEST = 50_000_000  # bytes of a file that is looked into
UNPACKED = 100_000_000  # bytes of a document's parts
RATIO = 200  # how much denser than its contents an archive may be
PAGES = 300  # of a PDF
LONGEST = 200_000  # characters that are kept

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = "text/plain"
READABLE = (PDF, DOCX, XLSX, PLAIN)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Refused(ValueError):
    """A file that is not looked into: too large, a bomb, or not what it says."""


def words_of(path: Path, content_type: str, *, seconds: int = SECONDS) -> str:
    """The text of a stored file, up to LONGEST characters; "" where there is none to be had."""
    if content_type not in READABLE or path.stat().st_size > LARGEST:
        return ""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "sila.documents.extracting", str(path), content_type, str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603  (our own module, and a path that Sila made)
            command, capture_output=True, timeout=seconds * 2, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")[:LONGEST] if done.returncode == 0 else ""


def pieces(path: Path, content_type: str) -> Iterator[str]:
    """The text piece by piece. Raises Refused, and whatever a broken file makes its reader raise."""
    readers = {PDF: _pdf, DOCX: _docx, XLSX: _xlsx, PLAIN: _plain}
    yield from readers[content_type](path)


def _pdf(path: Path) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused("locked")
    for number, page in enumerate(reader.pages):
        if number >= PAGES:
            return
        yield page.extract_text()


def _docx(path: Path) -> Iterator[str]:
    """The document, its headers, footers and notes. A part with a DTD is no part that Word writes."""
    _weigh(path)
    with zipfile.ZipFile(path) as archive:
        kinds = ("document", "header", "footer", "footnotes", "endnotes")
        names = [
            name for name in archive.namelist() if name.startswith(tuple(f"word/{kind}" for kind in kinds))
        ]
        for name in sorted(names):
            if name.endswith(".xml"):
                yield from _runs(archive, name)


def _runs(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[str] = []
    inside = False

    def begin(tag: str, _attributes: object) -> None:
        nonlocal inside
        inside = tag == f"{_WORD} t"
        if tag in (f"{_WORD} tab", f"{_WORD} br"):
            found.append(" ")

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag == f"{_WORD} p":
            found.append("\n")

    def text(data: str) -> None:
        if inside:
            found.append(data)

    def refuse(*_anything: object) -> None:
        raise Refused("a document type")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    with archive.open(name) as part:
        while chunk := part.read(1 << 16):
            parser.Parse(chunk)
            yield "".join(found)
            found.clear()


def _xlsx(path: Path) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    from sila.platform.kit.workbooks import as_text

    _weigh(path)
    with CalamineWorkbook.from_path(path) as book:
        for about in book.sheets_metadata:
            yield f"{about.name}\n"
            for row in book.get_sheet_by_name(about.name).iter_rows():
                yield " ".join(filter(None, map(as_text, row))) + "\n"


def _plain(path: Path) -> Iterator[str]:
    from sila.platform.kit.encoding import detect

    with path.open("rb") as file:
        encoding = detect(file.read(1 << 16), file)
    with path.open(encoding=encoding, errors="replace") as text:
        yield text.read(LONGEST)


def _weigh(path: Path) -> None:
    """A small archive that would fill the memory once it is unpacked is refused before it is."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    whole, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if whole > UNPACKED or (whole > 10_000_000 and whole > packed * RATIO) or len(parts) > 10_000:
        raise Refused("too large once it is unpacked")


def _main(path: str, content_type: str, seconds: str) -> None:
    import logging
    import resource

    logging.disable()  # readers tell at length what is wrong with a file
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes nothing but to its pipe
    left = LONGEST
    for piece in pieces(Path(path), content_type):
        sys.stdout.buffer.write(piece[:left].encode("utf-8", "replace"))
        left -= len(piece)
        if left <= 0:
            break
    sys.stdout.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
