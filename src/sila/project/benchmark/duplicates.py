"""`./sila bench duplicates`: the product's own matcher over labelled records, at its default threshold.

Three kinds of files, plain or gzipped: FEBRL's (one or two; the truth is in `rec_id`: rec-12-org, rec-12-dup-0),
and pairs with a column `same` (1 or 0) beside a_name, a_phone, a_email, a_city and the same four with b_.
"""

import csv
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from sila.parties.matching import MATCH, Profile, compare, find_pairs, looks_like_company, make_profile
from sila.platform.kit.contacts import normalise_email
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.phones import normalise_phone

Row = dict[str, str]
_REC_ID = re.compile(r"rec-(\d+)-(org|dup(?:-\d+)?)$")
YES = ("1", "true", "yes")
PAIR_COLUMNS = tuple(f"{side}_{field}" for side in "ab" for field in ("name", "phone", "email", "city"))


class UnreadableFile(ValueError):
    """Neither kind of labelled file; the text says what is missing."""


@dataclass(frozen=True)
class Figures:
    """Pairs, their shares, and seconds from the open file to the last pair."""

    records: int
    true_pairs: int
    found: int
    right: int
    precision: float
    recall: float
    f1: float
    seconds: float


def run(files: list[Path], *, country: str = "SA", target: Path | None = None) -> int:
    figures = measure(files, country=country)
    print(
        f"records {figures.records:,} · pairs that are the same {figures.true_pairs:,} · found {figures.found:,}"
    )
    print(f"precision {figures.precision:.4f}  recall {figures.recall:.4f}  F1 {figures.f1:.4f}", end="  ")
    print(f"time {figures.seconds:.1f} s  threshold {MATCH} bits")
    if target:
        target.write_text(json.dumps({"threshold": MATCH, **asdict(figures)}, indent=1))
    return 0


def measure(files: list[Path], *, country: str = "SA") -> Figures:
    """`country` is that of phone numbers without a code. Raises UnreadableFile."""
    started = time.perf_counter()
    tables = [list(read(path)) for path in files]
    if not all(tables):
        raise UnreadableFile("A file has no rows.")
    columns = tables[0][0].keys()
    if "rec_id" in columns:
        counts = _of_records(tables)
    elif "same" in columns and all(name in columns for name in PAIR_COLUMNS):
        counts = _of_pairs([row for rows in tables for row in rows], country)
    else:
        raise UnreadableFile(f"Either a column rec_id is needed, or same and {', '.join(PAIR_COLUMNS)}.")
    return _figures(*counts, seconds=time.perf_counter() - started)


def _figures(records: int, true: int, found: int, right: int, *, seconds: float) -> Figures:
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Figures(records, true, found, right, precision, recall, f1, round(seconds, 2))


def read(path: Path) -> Iterator[Row]:
    """Rows by the names of their columns, without the blanks around names and cells. Raises UnreadableFile."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
            for row in csv.DictReader(text, skipinitialspace=True):
                yield {name.strip(): (cell or "").strip() for name, cell in row.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{path.name}: {error}") from error


# ---- records of the same people ----------------------------------------------------------------------
def _of_records(tables: list[list[Row]]) -> tuple[int, int, int, int]:
    """(records, true pairs, found, right). Of two files, pairs go from the one to the other."""
    people = [profile_of(row, table) for table, rows in enumerate(tables) for row in rows]
    linked = len(tables) > 1
    groups: dict[str, list[int]] = {}
    for person in people:
        groups.setdefault(person.id[0], []).append(person.id[1])
    true = sum(not linked or a != b for places in groups.values() for a, b in combinations(places, 2))
    pairs = [(a.id, b.id) for a, b, _match in find_pairs(people) if not linked or a.id[1] != b.id[1]]
    return len(people), true, len(pairs), sum(a[0] == b[0] for a, b in pairs)


def profile_of(row: Row, table: int = 0) -> Profile:
    """A row of FEBRL. Raises UnreadableFile."""
    named = _REC_ID.match(row["rec_id"])
    if named is None:
        raise UnreadableFile(f"rec_id {row['rec_id']!r} is not like rec-12-org or rec-12-dup-0.")
    return make_profile(
        f"{row.get('given_name', '')} {row.get('surname', '')}",
        id=(named[1], table, named[2]),
        company=False,
        ids=[row.get("soc_sec_id", "")],
        birth=row.get("date_of_birth", ""),
        number=row.get("street_number", ""),
        streets=[row.get("address_1", ""), row.get("address_2", "")],
        district=row.get("suburb", ""),
        postcode=row.get("postcode", ""),
        region=row.get("state", ""),
    )


# ---- labelled pairs ----------------------------------------------------------------------------------
def _of_pairs(rows: list[Row], country: str) -> tuple[int, int, int, int]:
    decided = Counter((row["same"].lower() in YES, decide(row, country)) for row in rows)
    found = decided[True, True] + decided[False, True]
    return 2 * len(rows), decided[True, True] + decided[True, False], found, decided[True, True]


def decide(row: Row, country: str = "SA") -> bool:
    """Whether the matcher takes the two sides for one."""
    return compare(*sides(row, country)).score >= MATCH


def sides(row: Row, country: str = "SA") -> tuple[Profile, Profile]:
    """Both are companies if one of the names is that of a company: the other may have left the form out."""
    firm = looks_like_company(row["a_name"]) or looks_like_company(row["b_name"])
    a, b = (
        make_profile(
            row[f"{side}_name"],
            company=firm,
            phones=[_phone(row[f"{side}_phone"], country)],
            emails=[_email(row[f"{side}_email"])],
            city=row[f"{side}_city"],
        )
        for side in "ab"
    )
    return a, b


def _phone(text: str, country: str) -> str:
    try:
        return normalise_phone(text, country) if text else ""
    except InvalidInput:
        return ""  # as in the product: what is no number is not compared


def _email(text: str) -> str:
    try:
        return normalise_email(text) if text else ""
    except InvalidInput:
        return ""
