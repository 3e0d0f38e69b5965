"""Parties: names, ways to reach them, relations, roles, facts, dates."""

from datetime import date

import pytest

from sila.parties import actions
from sila.parties.calendar import next_occurrence
from sila.parties.models import ContactPoint, Party, PartyFact, PartyRelation
from sila.parties.vocabulary import label_of
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound
from sila.platform.entities.registry import registry
from sila.platform.kit.hijri import from_hijri

people, organizations = registry["people"], registry["organizations"]


@pytest.fixture
def reem(alice):
    return records.create(
        people, {"name": "م. ريم الحربي", "phone": "٠٥٥ ١٢٣ ٤٥٦٧", "email": "Reem@Care.example"}, by=alice
    )


@pytest.fixture
def hospital(alice):
    return records.create(organizations, {"name": "مستشفى السلامة", "city": "الرياض"}, by=alice)


def points(party):
    return {(point.value, point.primary) for point in ContactPoint.objects.filter(party_id=party.id)}


def test_a_name_is_folded_and_keyed_without_its_honorific(reem, alice):
    assert reem.name_fold == "م. ريم الحربي"
    latin = records.create(people, {"name": "Reem Al-Harbi"}, by=alice)
    assert latin.name_key == reem.name_key


def test_phone_and_email_of_a_new_party_are_its_primary_contact_points(reem):
    assert (reem.phone, reem.email) == ("+966551234567", "reem@care.example")
    assert points(reem) == {("+966551234567", True), ("reem@care.example", True)}


def test_a_changed_phone_becomes_the_primary_point_and_the_old_one_stays(reem, alice):
    records.update(people, reem.id, {"phone": "0509998877"}, by=alice)
    assert ("+966509998877", True) in points(reem)
    assert ("+966551234567", False) in points(reem)


def test_a_primary_point_is_copied_into_the_party(reem, alice):
    point = actions.add_contact_point(reem, by=alice, kind="phone", value="050 111 2222")
    assert Party.objects.get(id=reem.id).phone == "+966551234567"
    actions.make_primary(point, by=alice)
    assert Party.objects.get(id=reem.id).phone == "+966501112222"


def test_removing_the_primary_point_lets_another_take_its_place(reem, alice):
    actions.add_contact_point(reem, by=alice, kind="phone", value="0501112222")
    primary = ContactPoint.objects.get(party_id=reem.id, kind="phone", primary=True)
    actions.remove_contact_point(primary, by=alice)
    assert Party.objects.get(id=reem.id).phone == "+966501112222"
    actions.remove_contact_point(ContactPoint.objects.get(party_id=reem.id, kind="phone"), by=alice)
    assert Party.objects.get(id=reem.id).phone == ""


def test_the_same_number_is_not_noted_twice(reem, alice):
    with pytest.raises(Invalid) as refusal:
        actions.add_contact_point(reem, by=alice, kind="phone", value="00966551234567")
    assert "value" in refusal.value.errors


def test_an_unreadable_number_is_refused_and_nothing_changes(reem, alice):
    before = points(reem)
    with pytest.raises(Invalid):
        actions.add_contact_point(reem, by=alice, kind="phone", value="12")
    assert points(reem) == before


def test_a_national_address_is_checked_part_by_part(reem, alice):
    with pytest.raises(Invalid) as refusal:
        actions.add_contact_point(
            reem, by=alice, kind="address", parts={"postal_code": "12", "street": "العليا"}
        )
    assert "postal_code" in refusal.value.errors
    parts = {"building_number": "١٢٣٤", "street": "طريق العروبة", "city": "الرياض", "postal_code": "12345"}
    point = actions.add_contact_point(reem, by=alice, kind="address", parts=parts)
    assert point.parts["building_number"] == "1234"
    assert Party.objects.get(id=reem.id).city == "الرياض"


def test_an_address_abroad_is_free_form(reem, alice):
    parts = {"street": "12 Rue de Rivoli", "postal_code": "F-75001", "city": "Paris", "country": "France"}
    point = actions.add_contact_point(reem, by=alice, kind="address", parts=parts)
    assert point.parts["postal_code"] == "F-75001"


def test_a_colleague_who_only_sees_the_record_may_not_add_to_it(reem, charlie):
    with pytest.raises(NotAllowed):
        actions.add_contact_point(reem, by=charlie, kind="phone", value="0501112222")


def test_another_workspace_does_not_know_the_record(reem, dalia, elsewhere):
    from sila.platform.tenancy.current import scope

    with scope(elsewhere.workspace), pytest.raises(NotFound):
        actions.add_contact_point(reem, by=dalia, kind="phone", value="0501112222")


def test_a_relation_reads_from_both_ends(reem, hospital, alice):
    row = actions.relate(reem, hospital.id, "works_for", by=alice)
    assert (row.from_party_id, row.to_party_id) == (reem.id, hospital.id)
    assert label_of(row.type) != label_of(row.type, inverse=True)


def test_a_relation_can_be_added_from_its_other_end(reem, hospital, alice):
    row = actions.relate(hospital, reem.id, "~works_for", by=alice)
    assert (row.from_party_id, row.to_party_id) == (reem.id, hospital.id)


def test_a_marriage_is_noted_once_from_whichever_side(reem, alice):
    husband = records.create(people, {"name": "سعد"}, by=alice)
    actions.relate(reem, husband.id, "spouse", by=alice)
    with pytest.raises(Invalid):
        actions.relate(husband, reem.id, "spouse", by=alice)
    assert PartyRelation.objects.count() == 1


def test_nobody_is_related_to_themselves(reem, alice):
    with pytest.raises(Invalid):
        actions.relate(reem, reem.id, "friend", by=alice)


def test_an_ended_relation_cannot_end_again_nor_before_it_began(reem, hospital, alice):
    row = actions.relate(reem, hospital.id, "works_for", by=alice, begins=date(2026, 5, 1))
    with pytest.raises(Invalid):
        actions.end_relation(row, by=alice, on=date(2026, 4, 1))
    actions.end_relation(PartyRelation.objects.get(id=row.id), by=alice)
    with pytest.raises(Invalid):
        actions.end_relation(PartyRelation.objects.get(id=row.id), by=alice)


def test_one_party_is_customer_and_supplier_at_once_but_not_customer_twice(hospital, alice):
    actions.give_role(hospital, "customer", by=alice)
    actions.give_role(hospital, "supplier", by=alice)
    with pytest.raises(Invalid):
        actions.give_role(hospital, "customer", by=alice)


def test_a_role_that_ended_can_be_given_again(hospital, alice):
    role = actions.give_role(hospital, "customer", by=alice, begins=date(2025, 1, 1))
    actions.end_role(role, by=alice, on=date(2025, 6, 1))
    assert actions.give_role(hospital, "customer", by=alice)


def test_a_company_does_not_stand_above_itself(hospital, alice):
    child = records.create(organizations, {"name": "فرع", "parent": hospital.id}, by=alice)
    with pytest.raises(Invalid) as refusal:
        records.update(organizations, hospital.id, {"parent": child.id}, by=alice)
    assert "parent" in refusal.value.errors


def test_the_parent_of_a_company_is_not_a_person(hospital, reem, alice):
    with pytest.raises(Invalid):
        records.update(organizations, hospital.id, {"parent": reem.id}, by=alice)


def test_a_private_fact_is_for_its_author_and_the_owner(reem, alice, admin, charlie):
    fact = actions.add_fact(reem, "صحة", "حساسية من المكسرات", by=alice, sensitivity="private")
    assert actions.may_read(fact, reem, alice)
    assert actions.may_read(fact, reem, admin)
    assert not actions.may_read(fact, reem, charlie)


def test_a_fact_needs_words(reem, alice):
    with pytest.raises(Invalid):
        actions.add_fact(reem, "", "شيء", by=alice)
    assert not PartyFact.objects.exists()


def test_a_hijri_birthday_comes_back_by_the_hijri_year():
    born = from_hijri(1410, 9, 1)
    assert next_occurrence(born, "hijri", date(2026, 1, 1)) == from_hijri(1447, 9, 1) == date(2026, 2, 18)
    assert next_occurrence(born, "gregorian", date(2026, 1, 1)) == born.replace(year=2026)


def test_a_birthday_on_the_29th_of_february_is_kept_on_the_28th():
    assert next_occurrence(date(2000, 2, 29), "gregorian", date(2026, 1, 1)) == date(2026, 2, 28)


def test_what_happened_to_a_party_is_in_the_event_log(reem, alice):
    from sila.platform.activity.models import Event

    actions.give_role(reem, "customer", by=alice)
    event = Event.objects.filter(record_id=reem.id).order_by("-id").first()
    assert (event.kind, event.member_id) == ("role_given", alice.member_id)
