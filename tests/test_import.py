"""Files of customers come in whole, or each row that does not says why."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from sila.insight.forecast.figures import figures_by
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.customfields.actions import add_field
from sila.platform.entities.errors import Invalid
from sila.platform.entities.importing.guessing import guess
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.refused import refused_rows
from sila.platform.entities.importing.run import carry_on, finish, prepare, start
from sila.platform.entities.kinds import Context
from sila.platform.entities.models import ImportRefusal, ImportRun
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import registry
from sila.platform.entities.summary import summarise
from sila.platform.tenancy.current import scope
from sila.project.workspaces import create_workspace

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("SILA_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
MAPS = Path(__file__).parents[1] / "docs" / "examples" / "maven_crm"
ARABIC = "الاسم;الجوال;البريد الإلكتروني;المدينة\nهند الزهراني;0501234567;hind@example.com;جدة\nفهد;+966551112223;;الرياض\n"


def take(by, slug, path, mapping=None, **options):
    return finish(prepare(registry[slug], path, path.name, mapping or Mapping(), by=by, **options), by=by)


def counts(run):
    return run.created, run.updated, run.unchanged, run.refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_an_arabic_file_comes_in_whatever_its_encoding(encoding, tmp_path, admin):
    file = tmp_path / "customers.csv"
    file.write_bytes(ARABIC.encode(encoding))
    assert counts(take(admin, "people", file)) == (2, 0, 0, 0)
    hind = registry["people"].rows().get(email="hind@example.com")
    assert (hind.name, hind.phone, hind.city) == ("هند الزهراني", "+966501234567", "جدة")


def test_the_same_file_twice_creates_nothing_new(tmp_path, admin):
    file = tmp_path / "customers.csv"
    file.write_text(ARABIC)
    take(admin, "people", file)
    assert counts(take(admin, "people", file)) == (0, 0, 2, 0)


def test_equal_rows_stay_two_records_and_do_so_the_second_time(tmp_path, admin):
    file = tmp_path / "deals.csv"
    file.write_text("name,amount\nRenewal,10\nRenewal,10\n")
    assert counts(take(admin, "opportunities", file)) == (2, 0, 0, 0)
    assert counts(take(admin, "opportunities", file)) == (0, 0, 2, 0)


def test_an_id_of_the_other_system_finds_its_record_again(tmp_path, admin):
    file = tmp_path / "accounts.csv"
    file.write_text("id,name,city\nA1,Delta,Cairo\nA2,Nile,Giza\n")
    mapping = Mapping(columns={"name": "name", "city": "city"}, external_id="id", source="old crm")
    take(admin, "organizations", file, mapping)
    file.write_text("id,name,city\nA1,Delta,Alexandria\nA2,Nile,Giza\nA3,Nile,Luxor\n")
    assert counts(take(admin, "organizations", file, mapping)) == (1, 1, 1, 0)
    assert registry["organizations"].rows().get(name="Delta").city == "Alexandria"


def test_each_bad_row_is_refused_with_its_column_and_reason(tmp_path, admin):
    file = tmp_path / "people.csv"
    rows = [
        "name,email,birth_date,phone",
        "Good,good@example.com,2001-02-28,+966501112233",
        ",nameless@example.com,,",
        "Bad mail,nonsense,,",
        "Bad day,,31/02/2001,",
        "Hijri,,12/06/1448,",
        "Wide,,,,extra",
        "=cmd|'/c calc'!A0,,,",
    ]
    file.write_text("\n".join(rows) + "\n")
    run = take(admin, "people", file, Mapping(calendar="gregorian"))
    assert (run.created, run.refused) == (2, 5)
    reasons = {note.row: note.column for note in ImportRefusal.objects.filter(run_id=run.id)}
    assert reasons == {3: "name", 4: "email", 5: "birth_date", 6: "birth_date", 7: ""}
    lines = list(refused_rows(run))
    assert len(lines) == 1 + 5
    assert lines[1][-2] == ""
    assert "nonsense" in lines[2]


def test_by_choice_a_row_comes_in_without_its_bad_cell_and_that_is_reported(tmp_path, admin):
    file = tmp_path / "people.csv"
    file.write_text("name,email,birth_date\nBad mail,nonsense,2001-02-28\n,x@example.com,\n")
    run = take(admin, "people", file, Mapping(bad_cells="skip"))
    assert (run.created, run.refused, run.warned) == (1, 1, 1)
    person = registry["people"].rows().get(name="Bad mail")
    assert (person.email, str(person.birth_date)) == ("", "2001-02-28")


def test_a_trial_changes_nothing_and_says_what_would_happen(tmp_path, admin):
    file = tmp_path / "people.csv"
    file.write_text("name,email\nSomeone,someone@example.com\nNo one,nonsense\n")
    run = take(admin, "people", file, dry_run=True)
    assert (run.created, run.refused) == (1, 1)
    assert registry["people"].rows().count() == 0


def test_links_are_found_by_name_in_any_spelling_and_later_rows_of_the_file_count(tmp_path, admin):
    file = tmp_path / "companies.csv"
    file.write_text("name,parent\nفرع جدة,مؤسسه النخيل\nمؤسسة النخيل,\n")
    assert counts(take(admin, "organizations", file)) == (2, 0, 0, 0)
    branch = registry["organizations"].rows().get(name="فرع جدة")
    assert branch.parent.name == "مؤسسة النخيل"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04 zip", "archive"),
        (b"", "empty"),
        (b"%PDF-1.7", "text file"),
        (b"name,name\nx,y\n", "called"),
        (b"colour,shape\nred,round\n", "known"),
    ],
)
def test_a_file_that_is_no_table_is_refused_before_anything_happens(content, word, tmp_path, admin):
    from django.utils.translation import override

    file = tmp_path / "broken.csv"
    file.write_bytes(content)
    with override("en"), pytest.raises(Invalid, match=word):
        take(admin, "people", file)
    assert ImportRun.objects.count() == 0


def test_an_interrupted_import_goes_on_where_it_was(tmp_path, admin, monkeypatch):
    """Between two batches nothing is half done; the run that goes on ends like one that was never stopped."""
    file = tmp_path / "many.csv"
    lines = [f"Person {n % 480},p{n % 490}@example.com" for n in range(500)]
    file.write_text("name,email\n" + "\n".join(lines) + "\n")
    monkeypatch.setattr("sila.platform.entities.importing.run.BATCH", 200)
    run = prepare(registry["people"], file, file.name, Mapping(), by=admin)
    batches = carry_on(run, by=admin)
    next(batches)
    batches.close()
    again = ImportRun.objects.get(id=run.id)
    assert again.row == 201
    again = finish(again, by=admin)
    assert counts(again) == (490, 0, 0, 10)
    assert registry["people"].rows().count() == 490


def test_in_the_background_it_is_a_job_with_progress(tmp_path, admin):
    from sila.platform.activity.models import Job

    file = tmp_path / "people.csv"
    file.write_text("name\nOne\nTwo\n")
    run = prepare(registry["people"], file, file.name, Mapping(), by=admin)
    start(run, by=admin)
    job = Job.objects.get(name="import")
    assert jobs.run(job.tenant_id, job.id)
    assert not jobs.run(job.tenant_id, job.id)  # a second wake-up does nothing
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert registry["people"].rows().count() == 2


def test_a_real_company_comes_in_to_the_last_riyal(tmp_path, db):
    """The Maven sales data, by the maps of docs/examples/maven_crm: 8,800 deals, and the published figures."""
    folder = DATA / "maven_crm"
    if not folder.exists():
        assert os.environ.get("CI") != "true", "the test data is missing"
        pytest.skip("the Maven data is not here (SILA_TEST_DATA)")
    workspace = create_workspace(
        "maven", "Maven", owner_email="admin@maven.example", currency="USD", pipeline=False
    )
    by = Actor.system(workspace, "import")
    with scope(workspace):
        for label in ("Year established", "Revenue (millions)", "Number of employees"):
            add_field("organizations", label, kind="number", by=by, label_en=label)
        plan = [
            ("units", "sales_teams", "units"),
            ("members", "sales_teams", "members"),
            ("products", "products", "products"),
            ("organizations", "accounts", "organizations"),
            ("pipelines", None, None),
            ("stages", None, None),
            ("opportunities", "sales_pipeline", "opportunities"),
        ]
        for slug, name, mapping in plan:
            path = unpacked(folder / f"{name}.csv.gz", tmp_path) if name else MAPS / f"{slug}.csv"
            run = take(by, slug, path, Mapping.load(MAPS / f"{mapping}.toml") if mapping else None)
            assert run.refused == 0, slug
        deals, context = registry["opportunities"], Context(Actor.system(workspace), Reader.of(workspace))
        whole = summarise(deals.fields, deals.rows(), context, by="stage", total="amount")
        assert whole["count"] == 8800
        assert whole["sum"] == "10005534.00"
        assert {group["label"]: group["count"] for group in whole["groups"]} == {
            "فوز": 4238,
            "خسارة": 2473,
            "تواصل": 1589,
            "استكشاف": 500,
        }
        assert deals.rows().filter(incomplete=True).count() == 1425
        told_as_the_file_tells(deals, context, folder)
        assert registry["organizations"].rows().count() == 85
        assert registry["products"].rows().count() == 7
        assert registry["members"].rows().filter(unit__parent_id=None).count() == 36


def told_as_the_file_tells(deals, context, folder):
    """The win rate of 63.15 %, and what was won by agent, product, region and quarter: summed up here by hand."""
    import gzip

    def rows(name):
        with gzip.open(folder / f"{name}.csv.gz", "rt", newline="") as file:
            return list(csv.DictReader(file))

    office = {row["sales_agent"]: row["regional_office"] for row in rows("sales_teams")}
    won = [row for row in rows("sales_pipeline") if row["deal_stage"] == "Won"]

    def by_hand(key):
        sums = Counter()
        for row in won:
            sums[key(row)] += int(row["close_value"])
        return dict(sums)

    def told(by):
        wanted = deals.rows().filter(category="won")
        groups = summarise(deals.fields, wanted, context, by=by, total="amount")["groups"]
        return {group["label"]: int(float(group["sum"])) for group in groups}

    ends = summarise(deals.fields, deals.rows().exclude(category="open"), context, by="category", total="")
    counts = {group["value"]: group["count"] for group in ends["groups"]}
    assert round(100 * counts["won"] / (counts["won"] + counts["lost"]), 2) == 63.15
    assert told("owner") == by_hand(lambda row: row["sales_agent"])
    assert told("product") == by_hand(lambda row: {"GTXPro": "GTX Pro"}.get(row["product"], row["product"]))
    assert told("org_unit") == by_hand(lambda row: office[row["sales_agent"]])
    quarters = by_hand(lambda row: (int(row["close_date"].split("/")[0]) + 2) // 3)
    for number, amount in quarters.items():
        period = Period("gregorian", 3, 2017 * 12 + 3 * (number - 1))
        (closed,) = (figures_by((), period, context)[0]).values()
        assert closed.sums["closed"] == 100 * amount


def unpacked(path: Path, folder: Path) -> Path:
    import gzip

    target = folder / path.name.removesuffix(".gz")
    target.write_bytes(gzip.decompress(path.read_bytes()))
    with target.open(newline="") as file:
        assert next(csv.reader(file))
    return target


# ---- other people's files --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slug", "header", "field", "column"),
    [
        ("people", "Title,Name,Account,Email", "name", "Name"),
        ("people", "Title,Name,Account,Email", "organization", "Account"),
        ("people", "اسم جهة الاتصال,اسم الشركة", "name", "اسم جهة الاتصال"),
        ("opportunities", "Account,Deal Name,Value", "name", "Deal Name"),
        ("opportunities", "Account,Deal Name,Value", "party", "Account"),
        ("opportunities", "العميل,اسم الصفقة,تاريخ الإغلاق المتوقع", "name", "اسم الصفقة"),
        (
            "opportunities",
            "Opportunity Name,Account Name,Close Date,Opportunity Owner",
            "expected_close",
            "Close Date",
        ),
        (
            "opportunities",
            "Opportunity Name,Account Name,Close Date,Opportunity Owner",
            "owner",
            "Opportunity Owner",
        ),
        ("organizations", "Account Name,Billing City", "name", "Account Name"),
        ("organizations", "Company name,Phone Number,Company owner", "owner", "Company owner"),
        ("products", "اسم المنتج,رمز المنتج,السعر", "name", "اسم المنتج"),
    ],
)
def test_headers_of_other_programs_find_their_fields(slug, header, field, column, admin):
    columns = guess(registry[slug], registry[slug].readable(admin), header.split(","))
    assert {name: at for at, name in columns.items() if name}[field] == column


def test_first_and_last_name_make_a_name(tmp_path, admin):
    file = tmp_path / "contacts.csv"
    file.write_text("First Name,Last Name,Email\nHuda,Naser,huda@example.com\n")
    assert counts(take(admin, "people", file)) == (1, 0, 0, 0)
    huda = registry["people"].rows().get()
    assert (huda.name, huda.given, huda.family) == ("Huda Naser", "Huda", "Naser")


def test_a_file_without_a_name_stops_before_it_begins(tmp_path, admin):
    file = tmp_path / "people.csv"
    file.write_text("email,city\nq@example.com,Riyadh\n")
    with pytest.raises(Invalid):
        take(admin, "people", file)
    assert ImportRun.objects.count() == 0


def test_amounts_are_read_in_the_currency_of_their_row_however_it_is_written(tmp_path, admin):
    file = tmp_path / "deals.csv"
    file.write_text("name,amount,currency\nأ,45.50,kwd\nب,45.50, KWD \nج,1000,jpy\n")
    assert counts(take(admin, "opportunities", file)) == (3, 0, 0, 0)
    amounts = registry["opportunities"].rows().order_by("id").values_list("amount", "currency")
    assert list(amounts) == [(45500, "KWD"), (45500, "KWD"), (1000, "JPY")]


def test_empty_and_missing_cells_leave_what_is_there_unless_the_map_clears(tmp_path, admin):
    file = tmp_path / "companies.csv"
    file.write_text("name,phone,city\nAcme,0112345678,Riyadh\nBeta,0112345679,Jeddah\n")
    take(admin, "organizations", file)
    file.write_text("name,phone,city\nAcme,,Riyadh\nBeta\n")
    assert counts(take(admin, "organizations", file)) == (0, 0, 2, 0)
    assert registry["organizations"].rows().get(name="Beta").city == "Jeddah"
    file.write_text("name,phone,city\nAcme,,Riyadh\n")
    assert counts(take(admin, "organizations", file, Mapping(empty_cells="clear"))) == (0, 1, 0, 0)
    assert registry["organizations"].rows().get(name="Acme").phone == ""


def test_null_characters_are_refused_row_by_row(tmp_path, admin):
    file = tmp_path / "companies.csv"
    file.write_text("name,city,other\nN\0ul,Riyadh,x\nGood,Riyadh,a\0b\nFine,Riyadh,\n")
    run = take(admin, "organizations", file)
    assert counts(run) == (1, 0, 0, 2)
    assert ImportRefusal.objects.filter(run_id=run.id).count() == 2


def test_an_open_quotation_mark_stops_the_import_and_swallows_nothing(tmp_path, admin):
    file = tmp_path / "people.csv"
    file.write_text('name,about\nQ1,x\nQ2,"open\nQ3,y\n')
    run = take(admin, "people", file)
    assert run.error
    assert [person.name for person in registry["people"].rows()] == ["Q1"]


def test_a_row_that_cannot_be_read_later_on_is_no_crash(tmp_path, admin):
    file = tmp_path / "people.csv"
    file.write_text(f"name,about\nGood,x\nBad,{'x' * 150_000}\n")
    run = take(admin, "people", file)
    assert (run.created, bool(run.error)) == (1, True)


def test_days_written_with_the_year_first_say_nothing_about_the_others(tmp_path, admin):
    file = tmp_path / "deals.csv"
    file.write_text("name,opened_on,expected_close\nA,2026-01-05,31/12/2026\nB,2026-01-06,05/04/2026\n")
    assert counts(take(admin, "opportunities", file)) == (2, 0, 0, 0)
    assert str(registry["opportunities"].rows().get(name="B").expected_close) == "2026-04-05"


def test_a_name_of_characters_that_nobody_sees_is_none(tmp_path, admin):
    file = tmp_path / "people.csv"
    file.write_text("name,email\n\u200b\u200f,zz@example.com\n", encoding="utf-8")
    assert counts(take(admin, "people", file)) == (0, 0, 0, 1)


def test_a_batch_that_the_database_refuses_is_taken_row_by_row(tmp_path, admin):
    file = tmp_path / "products.csv"
    file.write_text("name,code\nPump,P-1\nValve,V-1\nPump again,P-1\n")
    mapping = Mapping(columns={"name": "name", "code": "code"}, external_id="name")
    run = take(admin, "products", file, mapping)
    assert (run.created, run.refused) == (2, 1)
    assert ImportRefusal.objects.get(run_id=run.id).row == 4
