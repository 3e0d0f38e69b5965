"""The fonts of printed papers: those of the pages, as the typesetter wants them, and what browsers take from the system:
names from Ankara, Athens, Moscow and Hanoi, signs such as ≤ and ✓, pictographs.

Browsers get each font in parts, by script. A printed text names the parts one after the other, so each part gets a name
of its own; the typesetter takes every letter from the first part that has it.
"""

from pathlib import Path

from fontTools.ttLib import TTFont

WEIGHTS = {400: "Regular", 600: "SemiBold"}
PLEX_ARABIC = {"arabic": "Sila Arabic", "latin": "Sila Latin"}
PLEX = {
    "latin-ext": "Sila Latin Extended",
    "greek": "Sila Greek",
    "cyrillic": "Sila Cyrillic",
    "vietnamese": "Sila Vietnamese",
}
SIGNS = {"noto-sans-math": ("latin", "Sila Signs"), "noto-emoji": ("emoji", "Sila Pictures")}
FAMILY, SUBFAMILY, FULL, POSTSCRIPT = 1, 2, 4, 6
TYPOGRAPHIC = (16, 17, 21, 22, 25)  # names that would put the parts together again


def write(packages: Path, output: Path) -> None:
    """From the front-end packages into a folder of TrueType files."""
    output.mkdir(parents=True, exist_ok=True)
    for face, parts in (("ibm-plex-sans-arabic", PLEX_ARABIC), ("ibm-plex-sans", PLEX)):
        for part, family in parts.items():
            for weight, style in WEIGHTS.items():
                _write(
                    _source(packages, face, part, weight),
                    family,
                    style,
                    weight,
                    output / f"{part}-{weight}.ttf",
                )
    for face, (part, family) in SIGNS.items():
        _write(_source(packages, face, part, 400), family, "Regular", 400, output / f"{face}.ttf")
    riyal = packages / "@emran-alhaddad" / "saudi-riyal-font" / "fonts" / "regular" / "saudi_riyal.ttf"
    _write(riyal, "Sila Riyal", "Regular", 400, output / "riyal.ttf")


def _source(packages: Path, face: str, part: str, weight: int) -> Path:
    return packages / "@fontsource" / face / "files" / f"{face}-{part}-{weight}-normal.woff2"


def _write(source: Path, family: str, style: str, weight: int, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    names = font["name"]
    for number in TYPOGRAPHIC:
        names.removeNames(nameID=number)
    plain = f"{family} {style}".replace(" ", "")
    for number, text in (
        (FAMILY, family),
        (SUBFAMILY, style),
        (FULL, f"{family} {style}"),
        (POSTSCRIPT, plain),
    ):
        names.setName(text, number, 3, 1, 0x409)
        names.setName(text, number, 1, 0, 0)
    font["OS/2"].usWeightClass = weight
    font.save(target)
