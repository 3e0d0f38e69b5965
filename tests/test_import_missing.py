"""What a row names and is not there comes to be by its name, or refuses the row, as the map says."""

import pytest

from sila.parties.models import Party
from sila.platform.access.models import Role
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions
from sila.platform.entities.importing import run as engine
from sila.platform.entities.importing.links import Links
from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.rows import Importer
from sila.platform.entities.models import ImportRefusal, ImportRun
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from tests.people import OWN

pytestmark = pytest.mark.django_db
PEOPLE, COMPANIES = registry["people"], registry["organizations"]


@pytest.fixture
def take(admin, tmp_path):
    def take(text, by=admin, slug="people", **settings):
        options = {"dry_run": settings.pop("dry_run", False)}
        file = tmp_path / "file.csv"
        file.write_text(text)
        run = engine.prepare(registry[slug], file, file.name, Mapping(**settings), by=by, **options)
        return engine.finish(run, by=by)

    return take


def companies():
    return sorted(COMPANIES.rows().values_list("name", flat=True))


def employers():
    return dict(PEOPLE.rows().values_list("name", "organization__name"))


FILE = "name,company\nAmal,المدى\nBasma,المدى\nDana,النور\n"


def test_the_company_of_a_person_is_added_once_and_goes_with_the_import(take, admin):
    run = take(FILE)
    assert (run.created, run.refused, run.beside) == (3, 0, {"organizations.created": 2})
    assert employers() == {"Amal": "المدى", "Basma": "المدى", "Dana": "النور"}

    assert take(FILE).unchanged == 3
    assert companies() == ["المدى", "النور"]

    assert undo.at_once(run.operation, by=admin) == 0
    assert (employers(), companies()) == ({}, [])


def test_a_company_that_is_there_under_another_spelling_is_not_added(take, admin):
    actions.create(COMPANIES, {"name": "مؤسسة الراجحي للتجارة"}, by=admin)
    run = take("name,company\nAmal,موسسه الراجحى للتجاره\nBasma,Muassasat AlRajhi for Trade\n")
    assert (run.created, run.beside) == (2, {"organizations.created": 1})
    assert employers()["Amal"] == "مؤسسة الراجحي للتجارة"


def test_a_company_stays_where_others_have_come_to_belong_to_it(take, admin):
    run = take(FILE)
    later = take("name,company\nSalma,النور\n")
    assert later.beside == {}

    assert undo.at_once(run.operation, by=admin) == 1
    assert (employers(), companies()) == ({"Salma": "النور"}, ["النور"])


def test_an_owner_of_own_records_stays_where_another_record_names_them(take, admin):
    estates = next(noun for noun in registry if noun.slug == OWN)
    run = take("الاسم,المالك\nفيلا الياسمين,سعد العتيبي\n", slug=estates.slug)
    take("الاسم,المالك\nشقة النخيل,سعد العتيبي\n", slug=estates.slug)

    assert undo.at_once(run.operation, by=admin) == 1
    assert PEOPLE.rows().get().name == "سعد العتيبي"
    assert estates.rows().get().name == "شقة النخيل"


def test_a_map_may_refuse_the_row_instead(take):
    run = take(FILE, missing="refuse")
    assert (run.created, run.refused) == (0, 3)
    assert companies() == []


@pytest.mark.parametrize(
    "name", ["7000123", "0031x00000AbCdE", "sales@x.example", "0193c2a0-0000-7000-8000-000000000000"]
)
def test_a_number_or_an_id_names_nothing_that_could_be_added(name, take):
    run = take(f"name,company\nAmal,{name}\n")
    assert (run.created, run.refused) == (0, 1)
    assert companies() == []


@pytest.mark.parametrize("together", [True, False], ids=["written together", "row by row"])
def test_a_refused_row_adds_no_company(together, take, monkeypatch):
    if not together:
        monkeypatch.setattr(Importer, "_all_together", Importer._one_by_one)
    run = take("name,company,email\nAmal,المدى,no address\nBasma,المدى,b@x.example\nDana,النور,x@@x\n")
    assert (run.created, run.refused) == (1, 2)
    assert employers() == {"Basma": "المدى"}
    assert companies() == ["المدى"]


def test_a_person_who_is_there_moves_to_a_company_that_is_not(take, admin):
    amal = actions.create(PEOPLE, {"name": "Amal", "email": "a@x.example"}, by=admin)
    run = take("name,email,company\nAmal,a@x.example,المدى\nBasma,b@x.example,المدى\n")
    assert (run.created, run.updated, run.beside) == (1, 1, {"organizations.created": 1})
    assert employers() == {"Amal": "المدى", "Basma": "المدى"}

    undo.at_once(run.operation, by=admin)
    assert employers() == {"Amal": None}
    assert Party.objects.get(id=amal.id).organization_id is None


def test_a_trial_counts_a_company_once_though_its_batches_do_not_stay(take, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 1)
    run = take(FILE, dry_run=True)
    assert (run.created, run.beside) == (3, {"organizations.created": 2})
    assert (employers(), companies()) == ({}, [])


def test_a_cell_that_may_be_left_out_is_no_reason_not_to_add(take):
    run = take(FILE, bad_cells="skip")
    assert (run.created, run.warned, run.beside) == (3, 0, {"organizations.created": 2})


def test_who_may_not_add_companies_adds_none_by_importing_people(take, company, alice):
    role = Role.objects.get(code="seller")
    role.grants["organizations"] = {"view": "all"}
    role.grants["people"] = {**role.grants.get("*", {}), **role.grants.get("people", {}), "bulk": "all"}
    role.save()
    workspace = company.workspace
    Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 7)
    workspace.refresh_from_db()
    run = take("name,company\nAmal,المدى\nBasma,\n", by=company.actor("alice"))
    assert (run.created, run.refused) == (1, 1)
    assert companies() == []


def test_the_owner_of_an_own_record_is_added_too(take, admin):
    estates = next(noun for noun in registry if str(noun.label) in ("عقار", "Estate"))
    run = take("الاسم,المالك\nفيلا الياسمين,سعد العتيبي\nشقة النخيل,سعد العتيبى\n", slug=estates.slug)
    assert (run.created, run.beside) == (2, {"people.created": 1})
    saad = PEOPLE.rows().get()
    link = next(name for name, f in estates.own_fields.items() if f.to == "people")
    assert {record.custom[link] for record in estates.rows()} == {str(saad.id)}


def test_what_needs_more_than_a_name_is_refused_and_says_so(take, admin):
    add_field("organizations", "السجل", kind="text", required=True, by=admin)
    run = take("name,company\nAmal,المدى\n")
    assert (run.created, run.refused) == (0, 1)
    assert "المدى" in ImportRefusal.objects.get(run_id=run.id).reason
    assert companies() == []


def test_a_company_above_another_row_of_the_file_is_that_row(take):
    run = take("name,parent\nالفرع,المجموعة\nالمجموعة,\n", slug="organizations")
    assert (run.created, run.beside) == (2, {})
    assert companies() == ["الفرع", "المجموعة"]


WAYS = pytest.mark.parametrize("together", [True, False], ids=["written together", "row by row"])
LONG = "Saudi Basic Industries Corporation"  # the matcher knows it again by its name alone


@WAYS
def test_what_a_refused_row_would_have_added_is_nobody_whom_a_later_row_could_be(together, take, monkeypatch):
    if not together:
        monkeypatch.setattr(Importer, "_all_together", Importer._one_by_one)
    file = f"name,company,email\nAmal,{LONG},none\nBasma,{LONG},b@x.example\nDana,{LONG},d@x.example\n"
    for trial in (True, False):
        run = take(file, dry_run=trial)
        assert (run.created, run.refused, run.beside) == (2, 1, {"organizations.created": 1})
    assert employers() == {"Basma": LONG, "Dana": LONG}


def test_a_person_who_is_there_joins_a_company_that_the_row_before_has_added(take, admin):
    actions.create(PEOPLE, {"name": "Amal", "email": "a@x.example"}, by=admin)
    run = take("name,email,company\nBasma,b@x.example,المدى\nAmal,a@x.example,المدى\n")
    assert (run.created, run.updated, run.refused) == (1, 1, 0)
    assert employers() == {"Amal": "المدى", "Basma": "المدى"}


def test_two_links_of_a_row_are_each_compared_with_what_is_there(take, admin, monkeypatch):
    there = actions.create(COMPANIES, {"name": LONG}, by=admin)
    add_field("people", "الكفيل", kind="link", to="organizations", by=admin)
    monkeypatch.setattr(Links, "_look", lambda *_any: None)  # as if it were spelt in another way
    monkeypatch.setattr("sila.platform.entities.importing.links.fold", lambda text: text.casefold())
    run = take(f"name,company,الكفيل\nAmal,{LONG}.,النور\n")
    assert run.beside == {"organizations.created": 1}
    assert PEOPLE.rows().get().organization_id == there.id


@pytest.mark.parametrize("how", ["thrown away", "closed"])
def test_a_company_that_is_gone_by_the_next_batch_takes_nobody_in(how, admin, company, tmp_path, monkeypatch):
    acme = actions.create(COMPANIES, {"name": "Acme"}, by=admin)
    monkeypatch.setattr(engine, "BATCH", 1)
    file = tmp_path / "file.csv"
    file.write_text("name,company\nAmal,Acme\nBasma,Acme\n")
    by = company.actor("manager")
    steps = engine.carry_on(engine.prepare(PEOPLE, file, file.name, Mapping(missing="refuse"), by=by), by=by)
    next(steps)
    if how == "thrown away":
        actions.trash(COMPANIES, acme.id, by=admin)
    else:
        role = Role.objects.get(code="manager")
        role.grants["organizations"] = {"view": "own"}
        role.save()
        workspace = company.workspace
        Workspace.objects.filter(pk=workspace.pk).update(access_version=workspace.access_version + 7)
    assert (list(steps)[-1].created, employers()) == (1, {"Amal": "Acme"})


def test_an_import_that_was_killed_goes_on_and_adds_each_company_once(admin, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 2)
    file = tmp_path / "file.csv"
    file.write_text(f"name,company\nAmal,{LONG}\nBasma,النور\nDana,{LONG}\nHuda,النور\nReem,المدى\n")
    run = engine.prepare(PEOPLE, file, file.name, Mapping(), by=admin)
    next(engine.carry_on(run, by=admin))
    monkeypatch.setattr(Importer, "_keep", lambda *_any: 1 / 0)  # with a batch that is not written down
    with pytest.raises(ZeroDivisionError):
        engine.finish(ImportRun.objects.get(id=run.id), by=admin)
    monkeypatch.undo()
    run = engine.finish(ImportRun.objects.get(id=run.id), by=admin)
    assert (run.created, run.refused, run.beside) == (5, 0, {"organizations.created": 3})
    assert companies() == sorted([LONG, "النور", "المدى"])
    assert undo.at_once(run.operation, by=admin) == 0
    assert (employers(), companies()) == ({}, [])
