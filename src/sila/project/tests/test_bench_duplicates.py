"""The matcher over labelled records, through the command that publishes its figures."""

import csv
import gzip
import json
import random
from pathlib import Path

import pytest

import sila.parties.tests
from sila.project.benchmark.duplicates import UnreadableFile, measure, read
from sila.project.cli import main

DATA = Path(sila.parties.tests.__file__).parent / "data"
HEADER = (
    "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth,"
    " soc_sec_id\n"
)
LACHLAN = "rec-1-org, lachlan, berry, 69, giblin street, killarney, bittern, 4814, qld, 19990219, 7364009\n"
AGAIN = "rec-1-dup-0, berry, lachlan, 69, giblin stret, , bittern, 4814, qld, 19990219, 7364009\n"
DEAKIN = "rec-2-org, deakin, sondergeld, 48, goldfinch circuit, kooltuo, canterbury, 2776, vic, 19600210, 2635962\n"


@pytest.mark.parametrize("name", ["pairs.csv", "pairs_held_out.csv"])
def test_the_labelled_pairs_are_told_apart(name, capsys):
    figures = measure([DATA / name])
    with capsys.disabled():
        print(
            f"\n{name}: precision {figures.precision:.3f}, recall {figures.recall:.3f}, F1 {figures.f1:.3f}"
        )
    assert figures.precision >= 0.97
    assert figures.recall >= 0.90


def test_there_are_enough_labelled_pairs_of_both_kinds():
    rows = list(read(DATA / "pairs.csv"))
    assert len(rows) >= 400
    assert 0.3 < sum(row["same"] == "1" for row in rows) / len(rows) < 0.7
    assert len({tuple(row.values()) for row in rows}) == len(rows)


def test_records_of_one_file_and_of_two(tmp_path, capsys):
    one, other, both = (tmp_path / name for name in ("a.csv.gz", "b.csv", "both.csv"))
    one.write_bytes(gzip.compress((HEADER + LACHLAN + DEAKIN).encode()))
    other.write_text(HEADER + AGAIN)
    both.write_text(HEADER + LACHLAN + AGAIN + DEAKIN)
    answer = tmp_path / "figures.json"
    for files in ([one, other], [both]):
        assert main(["bench", "duplicates", *map(str, files), "--json", str(answer)]) == 0
        figures = json.loads(answer.read_text())
        assert (figures["records"], figures["true_pairs"], figures["found"], figures["f1"]) == (3, 1, 1, 1.0)
        assert "precision 1.0000" in capsys.readouterr().out


def test_a_file_of_neither_kind_is_refused(tmp_path):
    strange = tmp_path / "strange.csv"
    strange.write_text("name,phone\nأحمد,0551234567\n")
    with pytest.raises(UnreadableFile):
        measure([strange])
    assert main(["bench", "duplicates", str(strange)]) == 1
    assert main(["bench", "duplicates", str(tmp_path / "missing.csv")]) == 1


def test_records_with_slips_of_the_pen_find_their_originals(tmp_path):
    """Three hundred people and as many copies, each with up to two slips, made the way FEBRL makes its own."""
    made = random.Random(20)
    originals = [person(made) for _ in range(300)]
    file = tmp_path / "made.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(HEADER.strip().split(", "))
        for number, original in enumerate(originals):
            rows.writerow([f"rec-{number}-org", *original])
            rows.writerow([f"rec-{number}-dup-0", *slipped(original, made)])
    figures = measure([file])
    assert figures.true_pairs == 300
    assert figures.f1 >= 0.99


def person(made: random.Random) -> list[str]:
    def word() -> str:
        return "".join(
            made.choice("bdfgklmnprstvz") + made.choice("aeiou") for _ in range(made.randint(2, 4))
        )

    def digits(count: int) -> str:
        return "".join(made.choices("123456789", k=count))

    born = f"19{made.randint(10, 99)}{made.randint(1, 12):02}{made.randint(1, 28):02}"
    return [
        *(word(), word(), digits(2), f"{word()} street", word(), word()),
        *(digits(4), made.choice(["nsw", "qld", "vic", "wa"]), born, digits(7)),
    ]


def slipped(original: list[str], made: random.Random) -> list[str]:
    """One or two fields with two letters exchanged, a letter left out, or nothing at all."""
    copy = list(original)
    for at in made.sample([0, 1, 3, 4, 5, 8], made.randint(1, 2)):
        text, i = copy[at], made.randrange(1, 4)
        slips = [text[:i] + text[i + 1 :], text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :], ""]
        copy[at] = made.choice(slips)
    return copy
