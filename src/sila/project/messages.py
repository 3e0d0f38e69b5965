"""Compiles the translations, in Python: msgfmt is not on every machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.reloader import translation_file_changed

_LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_if_stale(folder: Path = _LOCALE) -> list[Path]:
    """Write each catalogue that is newer than its compiled form; the files written."""
    stale = [source for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    written = [_compile(source) for source in stale]
    # This process may have looked for them in vain, and what it writes next is to be in the language.
    for file in written:
        translation_file_changed(None, file)
    return written


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    target = source.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    return fresh.replace(target)  # whole or not at all, for whoever reads it meanwhile
