"""Which record a row is, and what a trial says of it."""

import pytest

from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.run import carry_on, finish, prepare
from sila.platform.entities.models import ImportRefusal, ImportRun
from sila.platform.entities.registry import registry

pytestmark = pytest.mark.django_db
FEW = "sila.platform.entities.importing.run.BATCH"


@pytest.fixture
def take(admin, tmp_path):
    """Import a text; the run as it ended."""

    def take(slug, text, mapping=None, **options):
        file = tmp_path / f"{slug}.csv"
        file.write_text(text)
        mapping = mapping or Mapping()
        return finish(prepare(registry[slug], file, file.name, mapping, by=admin, **options), by=admin)

    return take


def counts(run):
    return run.created, run.updated, run.unchanged, run.refused


def refusals(run):
    return list(
        ImportRefusal.objects.filter(run_id=run.id).order_by("row").values_list("row", "column", "reason")
    )


# ---- names that are one only within another record -------------------------------------------------
STAGES = "name,pipeline,order,probability\nNew,Retail,1,10\nAgreed,Retail,2,50\nNew,Projects,1,20\nAgreed,Projects,2,60\n"


@pytest.fixture
def pipelines(take):
    assert counts(take("pipelines", "name\nRetail\nProjects\n")) == (2, 0, 0, 0)


def test_two_pipelines_have_stages_of_the_same_names(take, pipelines):
    assert counts(take("stages", STAGES)) == (4, 0, 0, 0)
    assert counts(take("stages", STAGES.replace(",60", ",70"))) == (0, 1, 3, 0)
    stages = registry["stages"].rows().filter(name="Agreed").order_by("probability")
    assert [(stage.pipeline.name, stage.probability) for stage in stages] == [
        ("Retail", 50),
        ("Projects", 70),
    ]


def test_a_deal_names_a_stage_of_the_pipeline_that_its_row_names(take, pipelines):
    take("stages", STAGES)
    run = take(
        "opportunities", "name,pipeline,stage\nA,Projects,Agreed\nB,Retail,Agreed\nC,,Agreed\nD,Nowhere,New\n"
    )
    assert counts(run) == (2, 0, 0, 2)
    deals = registry["opportunities"].rows().order_by("name")
    assert [(deal.name, deal.pipeline.name, deal.stage.probability) for deal in deals] == [
        ("A", "Projects", 60),
        ("B", "Retail", 50),
    ]
    assert [(row, column) for row, column, _reason in refusals(run)] == [
        (4, "stage"),
        (5, "pipeline"),
        (5, "stage"),
    ]


# ---- a shared phone --------------------------------------------------------------------------------
def test_a_phone_that_a_family_shares_changes_nobody_else(take):
    run = take("people", "name,phone,city\nسعاد العتيبي,0501234567,جدة\nسعد العتيبي,0501234567,الرياض\n")
    assert counts(run) == (2, 0, 0, 0)
    run = take("people", "name,phone,city\nسُعاد عتيبي,٠٥٠١٢٣٤٥٦٧,مكة\nسعيد العتيبي,0501234567,الدمام\n")
    assert counts(run) == (1, 1, 0, 0)
    people = registry["people"].rows().order_by("id").values_list("name", "city")
    assert set(people) == {("سُعاد عتيبي", "مكة"), ("سعد العتيبي", "الرياض"), ("سعيد العتيبي", "الدمام")}


def test_an_email_is_a_person_whatever_the_name_says(take):
    take("people", "name,email,phone\nSaad,saad@example.com,0501234567\n")
    assert counts(take("people", "name,email,phone\nSaad A.,SAAD@example.com,0501234567\n")) == (0, 1, 0, 0)


# ---- a trial says what the import would say --------------------------------------------------------
COMPANIES = (
    "name,parent,city\n"
    "Branch,Head,Jeddah\n"
    "Shop,Branch,Jeddah\n"
    "Other,,Riyadh\n"
    "Head,,Riyadh\n"
    "Lost,Nowhere,Mecca\n"
    "Late,Other,Mecca\n"
    "other,,Taif\n"
    "Kiosk,Shop,Jeddah\n"
)
FILES = {
    "companies": ("organizations", COMPANIES, Mapping()),
    "ids": ("organizations", "id,name\n1,A\n2,B\n1,C\n3,B\n4,A\n", Mapping(external_id="id")),
    "distinct": (
        "units",
        "name,head\n" + "".join(f"Office {n % 3},x\n" for n in range(9)),
        Mapping(distinct=True),
    ),
    "codes": ("products", "id,name,code\n1,A,X\n2,B,Y\n3,C,X\n4,D,y\n", Mapping(external_id="id")),
    "phones": (
        "people",
        "name,phone,email\nA,0501234567,\nB,0501234567,\nC,,c@example.com\na,+966501234567,\nC,,C@example.com\n",
        Mapping(),
    ),
    "updates": (
        "people",
        "name,phone,email\nOld,0509999999,old@example.com\nA,,a@example.com\nB,,\nOld,0509999999,\nA,,a@example.com\n",
        Mapping(),
    ),
    "stages": ("stages", STAGES + "New,retail,3,5\n", Mapping()),
    "deals": ("opportunities", "name,amount\nX,1\nX,1\nY,x\n", Mapping(bad_cells="skip")),
    "members": (
        "members",
        "name,email,manager\nA,a@example.com,C\nB,b@example.com,A\nC,c@example.com,\nD,d@example.com,B\nE,A@example.com,\n",
        Mapping(),
    ),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_trial_says_what_the_import_would_say_however_it_is_cut(take, pipelines, monkeypatch, name, batch):
    take("people", "name,phone\nOld,0509999999\n")
    monkeypatch.setattr(FEW, batch)
    monkeypatch.setattr("sila.platform.entities.importing.rows.BATCH", batch)
    slug, text, mapping = FILES[name]
    rows = registry[slug].rows
    before = rows().count()
    trial = take(slug, text, Mapping(**mapping.as_json()), dry_run=True)
    assert rows().count() == before
    real = take(slug, text, Mapping(**mapping.as_json()))
    assert counts(trial) == counts(real)
    assert refusals(trial) == refusals(real)
    assert sum(counts(real)) == text.count("\n") - 1
    assert real.created


def test_a_trial_that_was_killed_begins_anew(take, admin, tmp_path, monkeypatch):
    monkeypatch.setattr(FEW, 2)
    file = tmp_path / "companies.csv"
    file.write_text(COMPANIES)
    run = prepare(registry["organizations"], file, file.name, Mapping(), by=admin, dry_run=True)
    steps = carry_on(run, by=admin)
    next(steps), next(steps)
    steps.close()
    again = finish(ImportRun.objects.get(id=run.id), by=admin)
    assert counts(again) == (6, 0, 0, 2)
    assert len(refusals(again)) == 2


def test_an_import_that_was_killed_anywhere_ends_like_one_that_was_not(take, admin, tmp_path, monkeypatch):
    monkeypatch.setattr(FEW, 2)
    monkeypatch.setattr("sila.platform.entities.importing.rows.BATCH", 2)
    file = tmp_path / "companies.csv"
    file.write_text(COMPANIES + "Branch,Head,Jeddah\n")
    run = prepare(registry["organizations"], file, file.name, Mapping(), by=admin)
    again, lives = run, 0
    while not again.ended_at:
        lives += 1
        steps = carry_on(again, by=admin)
        for _step in range(lives):
            next(steps, None)
        steps.close()
        again = ImportRun.objects.get(id=run.id)
    assert counts(again) == (6, 0, 0, 3)
    assert registry["organizations"].rows().count() == 6
    assert counts(take("organizations", file.read_text())) == (0, 0, 6, 3)


# ---- what people write -----------------------------------------------------------------------------
def test_a_currency_in_words_is_understood_in_both_languages(take):
    words = ("45.500,دينار كويتي", "45.500,Kuwaiti Dinar", "10,ريال", "10,ر.س", "10 $,USD", "1,دينار")
    text = "name,amount,currency\n" + "".join(f"صفقة,{said}\n" for said in words)
    run = take("opportunities", text)
    assert counts(run) == (5, 0, 0, 1)
    assert refusals(run)[0][:2] == (7, "currency")
    amounts = registry["opportunities"].rows().order_by("id").values_list("amount", "currency")
    assert list(amounts) == [(45500, "KWD"), (45500, "KWD"), (1000, "SAR"), (1000, "SAR"), (1000, "USD")]


def test_a_day_with_a_time_is_that_day(take):
    days = [
        "2024-03-01T00:00:00Z",
        "2024-03-01 00:00",
        "2024-03-01 23:30",
        "01/03/2024 11:30 PM",
        "١/٣/٢٠٢٤ ١٠:٠٠ ص",
    ]
    run = take("opportunities", "name,opened_on\n" + "".join(f"{n},{day}\n" for n, day in enumerate(days)))
    assert counts(run) == (5, 0, 0, 0)
    assert {str(day) for day in registry["opportunities"].rows().values_list("opened_on", flat=True)} == {
        "2024-03-01"
    }


def test_nameless_columns_at_the_end_are_none_unless_something_stands_in_them(take):
    run = take("people", ",,,\n name ,, city ,,\nSaad,x,Riyadh,,\n,,,,\nOmar,,Jeddah,,y\n")
    assert counts(run) == (1, 0, 0, 1)
    assert run.mapping["columns"] == {"name": "name", "(B)": "", "city": "city"}
    assert refusals(run)[0][0] == 5


def test_a_file_that_went_away_ends_the_import_with_a_word(take, admin, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("name\nSaad\n")
    run = prepare(registry["people"], file, file.name, Mapping(), by=admin)
    file.unlink()
    assert finish(run, by=admin).error
    assert run.ended_at
    assert not registry["people"].rows().exists()
