"""Files of other programs, address cards, and several nouns in one row."""

import pytest

from sila.platform.entities.importing.mapping import Mapping
from sila.platform.entities.importing.proposing import propose
from sila.platform.entities.importing.run import finish, prepare
from sila.platform.entities.models import ImportRefusal
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(admin, tmp_path):
    def take(slug, text, mapping=None, name="file.csv", **options):
        file = tmp_path / name
        file.write_text(text)
        run = prepare(registry[slug], file, file.name, mapping or Mapping(), by=admin, **options)
        return finish(run, by=admin)

    return take


@pytest.mark.parametrize(
    ("slug", "header", "program", "column", "target"),
    [
        ("people", "Record ID,First Name,Last Name,Email,Contact owner,Associated Company", "HubSpot",
         "Associated Company", "organizations.name"),
        ("opportunities", "Opportunity Name,Account Name,Stage,Amount,Close Date", "Salesforce", "Stage", "stage"),
        ("people", "Person - Name,Person - Email - Work,Person - Phone - Work", "Pipedrive",
         "Person - Phone - Work", "phone"),
        ("opportunities", "Record Id,Deal Name,Stage,Closing Date,Amount", "Zoho CRM", "Closing Date", "expected_close"),
        ("people", "Is a Company,Name,Email,Mobile", "Odoo", "Mobile", "phone"),
        ("opportunities", "Opportunity,Customer,Contact Name,Email,Stage,Expected Revenue", "Odoo",
         "Customer", "organizations.name"),
        ("people", "First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value",
         "Google Contacts", "E-mail 2 - Value", "+email"),
        ("people", "First Name,Last Name,E-mail Address,Business Phone,Mobile Phone", "Outlook", "E-mail Address", "email"),
        ("people", "الاسم الأول,اسم العائلة,عنوان البريد الإلكتروني,الهاتف الجوال", "Outlook", "الهاتف الجوال", "phone"),
    ],
)  # fmt: skip
def test_a_file_of_another_program_is_recognised(slug, header, program, column, target, admin):
    mapping, found = propose(registry[slug], admin, header.split(","))
    assert found == program
    assert mapping.columns[column] in (target, f"+{target}")


def test_several_values_in_a_cell_of_google_are_further_ways_to_reach_a_person(take):
    run = take(
        "people",
        "First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value\n"
        "Ada,Lovelace,Engines,Work,ada@x.example ::: ada@y.example\n",
    )
    assert (run.created, run.refused, run.beside) == (1, 0, {"organizations.created": 1})
    ada = registry["people"].rows().get()
    assert (ada.name, ada.email, ada.organization.name) == ("Ada Lovelace", "ada@x.example", "Engines")
    points = ada.contact_points.filter(kind="email").order_by("-primary")
    assert [point.norm for point in points] == ["ada@x.example", "ada@y.example"]


ROWS = (
    "Name,Phone,Company name,Company phone,Deal name,Deal amount\n"
    "Huda,0501234567,Nile,0112345678,Renewal,100\nOmar,0501234568,Nile,0112345678,Upgrade,200\n"
)


def test_person_company_and_deal_of_one_row_are_made_and_linked_and_undone_together(take, admin):
    run = take("people", ROWS)
    assert (run.created, run.refused) == (2, 0)
    assert run.beside == {"organizations.created": 1, "opportunities.created": 2}
    deal = registry["opportunities"].rows().get(name="Upgrade")
    assert (deal.party.name, deal.contact.name, deal.contact.organization.name) == ("Nile", "Omar", "Nile")
    again = take("people", ROWS)
    assert (again.created, again.updated, again.unchanged, again.beside) == (0, 0, 2, {})
    undo.at_once(run.operation, by=admin)
    assert [registry[slug].rows().count() for slug in ("people", "organizations", "opportunities")] == [
        0,
        0,
        0,
    ]


def test_a_lead_of_odoo_is_a_deal_with_its_company_and_the_person_who_wrote(take):
    run = take(
        "opportunities",
        "Contact Name,Email,Phone,Company Name,Opportunity,Expected Revenue,Stage\n"
        'Rana,rana@nile.example,0501234567,Nile,Filling line,"12.500,50",\n',
    )
    assert (run.created, run.refused) == (1, 0)
    deal = registry["opportunities"].rows().get()
    assert (deal.party.name, deal.party.email, deal.contact.name) == ("Nile", "", "Rana")
    assert (deal.contact.email, deal.contact.organization.name) == ("rana@nile.example", "Nile")


@pytest.mark.parametrize("called", ["", "،", "'-"])
def test_a_company_that_is_told_without_a_name_refuses_its_row_and_no_other(called, take):
    run = take("people", ROWS.replace("0501234567,Nile", f"0501234567,{called}"))
    assert run.error == ""
    assert run.created + run.refused == 2
    assert registry["people"].rows().filter(name="Omar").exists()


def test_a_row_that_one_noun_refuses_leaves_nothing_of_the_others(take):
    run = take("people", ROWS.replace("Renewal,100", "Renewal,much"))
    assert (run.created, run.refused) == (1, 1)
    assert run.beside == {"organizations.created": 1, "opportunities.created": 1}
    assert ImportRefusal.objects.get().column == "Deal amount"
    assert registry["people"].rows().get().name == "Omar"


def test_a_trial_of_several_nouns_says_the_same_and_saves_nothing(take):
    run = take("people", ROWS, dry_run=True)
    assert (run.created, run.beside) == (2, {"organizations.created": 1, "opportunities.created": 2})
    assert registry["organizations"].rows().count() == 0


def test_cards_come_in_as_people(take):
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D9=87=D9=86=D8=AF\n"
        "TEL;CELL:0501234567\nTEL;WORK:0112345678\nORG:Nile\nEND:VCARD\n"
    )
    run = take("people", card, name="book.vcf")
    assert (run.created, run.refused) == (1, 0)
    hind = registry["people"].rows().get()
    assert (hind.name, hind.phone, hind.organization.name) == ("هند", "+966501234567", "Nile")
