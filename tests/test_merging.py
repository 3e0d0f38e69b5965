"""Records become one, with all that hangs on them, and are their own again with one click."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import translation

from sila.documents.models import File
from sila.parties import actions as parties
from sila.parties.models import ContactPoint, ImportantDate, PartyRelation
from sila.platform.access.models import ShareGrant
from sila.platform.access.reader import Reader
from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.customfields.actions import add_field
from sila.platform.entities import actions, listing, purging, search
from sila.platform.entities.errors import Invalid, Moved, NotAllowed, NotFound
from sila.platform.entities.kinds import Context
from sila.platform.entities.listing import Condition, ListState
from sila.platform.entities.merging import verb
from sila.platform.entities.merging.verb import merge
from sila.platform.entities.models import ExternalId, Merged, Operation, OperationChange
from sila.platform.entities.operations import undo
from sila.platform.entities.registry import registry
from sila.platform.entities.timeline import timeline_of
from sila.platform.kit.text import unmarked
from sila.platform.notifications import actions as notifications
from sila.platform.notifications import showing
from sila.platform.notifications.gathering import gather
from sila.platform.tenancy.current import scope
from sila.sales.actions import win
from sila.work import actions as work
from tests.people import OWN
from tests.samples import new_record

pytestmark = pytest.mark.django_db
PEOPLE, COMPANIES, DEALS = registry["people"], registry["organizations"], registry["opportunities"]


@pytest.fixture
def boss(company: Any) -> Iterator[Any]:
    with scope(company.workspace), translation.override("en"):
        yield company.actor("admin")


@pytest.fixture
def twins(boss: Any) -> list[Any]:
    return [
        actions.create(PEOPLE, {"name": "أحمد سعد الغامدي", "phone": "0551234567", "city": "جدة"}, by=boss),
        actions.create(
            PEOPLE,
            {"name": "احمد الغامدي", "phone": "0557654321", "email": "a@example.com", "city": "الرياض"},
            by=boss,
        ),
    ]


def part(operation: Operation, by: Any) -> int:
    operation.refresh_from_db()
    with transaction.atomic():
        return undo.at_once(operation, by=by)


def fresh(record: Any) -> Any:
    return type(record).objects.get(id=record.id)


def state(*records: Any) -> list[dict[str, Any]]:
    """All that is stored of them but for their versions and moments."""
    return [
        {
            name: value
            for name, value in vars(fresh(record)).items()
            if name not in ("_state", "version", "updated_at", "updated_by_id", "touched_at")
        }
        for record in records
    ]


def points(party: Any) -> set[tuple[str, str, bool]]:
    return set(ContactPoint.objects.filter(party_id=party.id).values_list("kind", "norm", "primary"))


def test_one_stays_with_what_the_other_knew_more_and_the_other_is_gone(boss, twins):
    a, b = twins
    merge(PEOPLE, a.id, [b.id], by=boss)
    kept = actions.get(PEOPLE, a.id, by=boss)
    assert (kept.name, kept.city, kept.email) == ("أحمد سعد الغامدي", "جدة", "a@example.com")
    assert points(a) == {
        ("phone", "+966551234567", True),
        ("phone", "+966557654321", False),
        ("email", "a@example.com", True),
    }
    assert list(PEOPLE.visible_to(boss)) == [kept]
    assert search.matching_ids("احمد الغامدي", entity=PEOPLE, by=boss) == [a.id]


def test_people_choose_whose_value_stays(boss, twins):
    a, b = twins
    merge(PEOPLE, a.id, [b.id], by=boss, choices={"name": str(b.id), "city": str(b.id), "phone": str(b.id)})
    kept = fresh(a)
    assert (kept.name, kept.city, kept.phone) == ("احمد الغامدي", "الرياض", "+966557654321")
    assert ("phone", "+966551234567", False) in points(a)


def test_tags_and_long_texts_stand_together(boss):
    a, b, c = (
        actions.create(PEOPLE, {"name": f"سلمى {number}", "tags": tags, "about": text}, by=boss)
        for number, tags, text in (
            (1, ["key"], "تفضل الاتصال صباحًا"),
            (2, ["key", "referral"], "لها فرع في أبها"),
            (3, [], "تفضل الاتصال صباحًا"),
        )
    )
    merge(PEOPLE, a.id, [b.id, c.id], by=boss)
    assert fresh(a).tags == ["key", "referral"]
    assert fresh(a).about == "تفضل الاتصال صباحًا\n\nلها فرع في أبها"


def hang_things_on(party: Any, boss: Any) -> dict[str, Any]:
    """One of everything that can hang on a person."""
    firm = actions.create(COMPANIES, {"name": "شركة النور"}, by=boss)
    deal = actions.create(DEALS, {"name": "تجهيز المكاتب", "party": str(party.id)}, by=boss)
    call = work.log("call", {"subject": "مكالمة"}, by=boss, about=[("people", party.id)])
    parties.relate(party, firm.id, "works_for", by=boss)
    parties.give_role(party, "supplier", by=boss)
    parties.add_fact(party, "الهواية", "الصيد", by=boss)
    parties.add_important_date(party, fresh(party).created_at.date(), by=boss, kind="other")
    File.objects.create(
        entity="people", record_id=party.id, name="عقد.pdf", size=1, sha256="0", content_type="x"
    )
    ExternalId.objects.create(entity="people", source="odoo", value="77", record_id=party.id)
    ShareGrant.objects.create(
        entity="people", record_id=party.id, member_id=boss.member_id, granted_by_id=boss.member_id
    )
    estate = new_record(registry[OWN], boss)
    owner = next(f for f in registry[OWN].own_fields.values() if f.to == "people")
    actions.update(registry[OWN], estate.id, {owner.name: str(party.id)}, by=boss)
    return {"deal": deal, "call": call, "estate": estate, "owner": owner.name}


def test_everything_that_hangs_on_it_follows_and_goes_back(boss, twins):
    a, b = twins
    things = hang_things_on(b, boss)
    before = state(a, b, things["deal"], things["estate"]), points(a), points(b)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    assert operation.status == Operation.Status.DONE
    assert fresh(things["deal"]).party_id == a.id
    assert fresh(things["estate"]).custom[things["owner"]] == str(a.id)
    assert list(things["call"].links.values_list("record_id", flat=True)) == [a.id]
    for rows in (
        a.roles,
        PartyRelation.objects.filter(from_party_id=a.id),
        ImportantDate.objects.filter(party_id=a.id),
    ):
        assert rows.count() == 1
    for model in (File, ExternalId, ShareGrant):
        assert model.objects.get().record_id == a.id
    assert part(operation, boss) == 0
    assert (state(a, b, things["deal"], things["estate"]), points(a), points(b)) == before
    assert list(things["call"].links.values_list("record_id", flat=True)) == [b.id]
    for model in (File, ExternalId, ShareGrant):
        assert model.objects.get().record_id == b.id
    assert not Merged.objects.exists()
    assert {each.id for each in PEOPLE.visible_to(boss)} == {a.id, b.id}


def test_what_was_changed_since_stays_when_the_merge_is_taken_back(boss, twins):
    a, b = twins
    deal = actions.create(DEALS, {"name": "عقد", "party": str(b.id)}, by=boss)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    actions.update(PEOPLE, a.id, {"email": "new@example.com", "job_title": "مديرة"}, by=boss)
    other = actions.create(PEOPLE, {"name": "منى"}, by=boss)
    actions.update(DEALS, deal.id, {"party": str(other.id)}, by=boss)
    assert part(operation, boss) == 2
    assert (fresh(a).email, fresh(a).job_title) == ("new@example.com", "مديرة")
    assert fresh(deal).party_id == other.id
    assert fresh(b).deleted_at is None
    assert fresh(b).email == "a@example.com"


def test_what_both_had_is_there_once_and_comes_back_to_both(boss, twins):
    a, b = twins
    call = work.log("call", {"subject": "مكالمة"}, by=boss, about=[("people", a.id), ("people", b.id)])
    for each in twins:
        parties.add_contact_point(each, by=boss, kind="phone", value="0500000001")
        parties.add_important_date(each, each.created_at.date(), by=boss)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    assert call.links.count() == 1
    assert ContactPoint.objects.filter(norm="+966500000001").count() == 1
    assert ImportantDate.objects.count() == 1
    part(operation, boss)
    assert call.links.count() == 2
    assert ContactPoint.objects.filter(norm="+966500000001").count() == 2
    assert ImportantDate.objects.count() == 2


def test_a_relation_of_the_two_and_a_parent_make_no_circle(boss):
    above, below, middle = (
        actions.create(COMPANIES, {"name": name}, by=boss) for name in ("القابضة", "الفرع", "الوسطى")
    )
    actions.update(COMPANIES, below.id, {"parent": str(middle.id)}, by=boss)
    actions.update(COMPANIES, middle.id, {"parent": str(above.id)}, by=boss)
    parties.relate(below, above.id, "supplies", by=boss)
    operation = merge(COMPANIES, below.id, [above.id], by=boss)
    assert fresh(middle).parent_id is None
    assert fresh(below).parent_id == middle.id
    assert not PartyRelation.objects.exists()
    part(operation, boss)
    assert fresh(middle).parent_id == above.id
    assert PartyRelation.objects.count() == 1


def test_old_addresses_lead_to_the_one_that_stays_also_through_two_merges(boss, twins):
    a, b = twins
    c = actions.create(PEOPLE, {"name": "أحمد"}, by=boss)
    first = merge(PEOPLE, a.id, [b.id], by=boss)
    second = merge(PEOPLE, c.id, [a.id], by=boss)
    for gone in (a, b):
        with pytest.raises(Moved) as moved:
            actions.get(PEOPLE, gone.id, by=boss)
        assert moved.value.into == c.id
    with pytest.raises(Invalid, match="later merge"):
        part(first, boss)
    part(second, boss)
    with pytest.raises(Moved) as moved:
        actions.get(PEOPLE, b.id, by=boss)
    assert moved.value.into == a.id
    part(first, boss)
    assert actions.get(PEOPLE, b.id, by=boss).id == b.id


def test_a_kept_condition_that_names_the_one_that_is_gone_finds_what_it_became(boss, twins):
    a, b = twins
    deal = actions.create(DEALS, {"name": "عقد", "party": str(b.id)}, by=boss)
    state = ListState(conditions=(Condition("party", "any", (str(b.id),)),))
    context = Context(boss, Reader.of(boss.workspace))
    assert list(listing.matching(DEALS, state, context)) == [deal]
    merge(PEOPLE, a.id, [b.id], by=boss)
    assert list(listing.matching(DEALS, state, context)) == [deal]


def test_the_history_of_both_is_told_on_the_one_that_stays(boss, twins):
    a, b = twins
    actions.update(PEOPLE, b.id, {"city": "أبها"}, by=boss)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    context = Context(boss, Reader.of(boss.workspace))

    def told(record: Any) -> str:
        items = timeline_of(PEOPLE, fresh(record), context, base="/")["items"]
        return " ".join(str(item.get("head", "")) for item in items)

    assert "أبها" in told(a)
    assert "احمد الغامدي" in told(a)
    part(operation, boss)
    assert "أبها" not in told(a)
    assert "احمد الغامدي" in told(a)
    assert "أبها" in told(b)


def test_a_merged_record_is_not_restored_from_the_trash(boss, twins):
    a, b = twins
    merge(PEOPLE, a.id, [b.id], by=boss)
    with pytest.raises(Invalid, match="merged"):
        actions.restore(PEOPLE, b.id, by=boss)


def test_a_unique_value_goes_to_the_one_that_stays_and_back(boss, twins):
    f = add_field("people", "رقم الملف", kind="text", unique=True, by=boss)
    a, b = twins
    actions.update(PEOPLE, b.id, {f.key: "F-1"}, by=boss)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    assert fresh(a).custom == {f.key: "F-1"}
    part(operation, boss)
    assert f.key not in {name for name, value in fresh(a).custom.items() if value}
    assert fresh(b).custom == {f.key: "F-1"}
    with pytest.raises(Invalid):
        actions.update(PEOPLE, a.id, {f.key: "F-1"}, by=boss)


def test_a_unique_value_that_somebody_took_since_does_not_stop_the_way_back(boss, twins):
    f = add_field("people", "رقم الملف", kind="text", unique=True, by=boss)
    a, b = twins
    actions.update(PEOPLE, a.id, {f.key: "F-1"}, by=boss)
    actions.update(PEOPLE, b.id, {f.key: "F-2"}, by=boss)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    other = actions.create(PEOPLE, {"name": "منى", f.key: "F-2"}, by=boss)
    part(operation, boss)
    assert fresh(b).deleted_at is None
    assert not fresh(b).custom.get(f.key)
    assert fresh(other).custom[f.key] == "F-2"


def test_deals_become_one_with_their_amount_in_its_own_currency(boss):
    a = actions.create(DEALS, {"name": "أ", "currency": "KWD"}, by=boss)
    b = actions.create(DEALS, {"name": "ب", "amount": "1250.50", "currency": "SAR"}, by=boss)
    merge(DEALS, a.id, [b.id], by=boss)
    assert (fresh(a).amount, fresh(a).currency) == (125050, "SAR")


def test_an_open_deal_takes_no_ending_from_the_closed_one(boss):
    a, b = (actions.create(DEALS, {"name": name}, by=boss) for name in ("أ", "ب"))
    win(b, by=boss, reason="السعر")
    merge(DEALS, a.id, [b.id], by=boss)
    assert (fresh(a).category, fresh(a).won_reason, fresh(a).closed_on) == ("open", "", None)


# ---- refusals ----------------------------------------------------------------------------------------
def test_two_merges_of_one_pair_do_it_once(boss, twins):
    a, b = twins
    merge(PEOPLE, a.id, [b.id], by=boss)
    with pytest.raises(NotFound):
        merge(PEOPLE, a.id, [b.id], by=boss)
    with pytest.raises(NotFound):
        merge(PEOPLE, b.id, [a.id], by=boss)
    assert Operation.objects.filter(kind="merge").count() == 1


def test_who_may_not_delete_the_one_that_goes_merges_nothing(company, boss, twins):
    a, b = twins
    before = state(a, b)
    for name in ("viewer", "alice"):
        with pytest.raises((NotAllowed, NotFound)):
            merge(PEOPLE, a.id, [b.id], by=company.actor(name))
    assert state(a, b) == before
    assert not Merged.objects.exists()
    assert not OperationChange.objects.exists()


@pytest.mark.parametrize(
    "others", [lambda a, b: [], lambda a, b: [a.id], lambda a, b: [uuid4()], lambda a, b: [b.id, uuid4()]]
)
def test_what_is_no_other_record_is_refused(boss, twins, others):
    a, b = twins
    with pytest.raises((Invalid, NotFound)):
        merge(PEOPLE, a.id, others(a, b), by=boss)
    assert fresh(b).deleted_at is None


def test_a_person_and_a_company_do_not_become_one(boss, twins):
    firm = actions.create(COMPANIES, {"name": "شركة النور"}, by=boss)
    with pytest.raises(NotFound):
        merge(PEOPLE, twins[0].id, [firm.id], by=boss)
    with pytest.raises(NotAllowed):
        merge(registry["parties"], twins[0].id, [firm.id], by=boss)


@pytest.mark.parametrize(
    "choices", [{"name": "nobody"}, {"nothing": "all"}, {"name": "all"}, {"created_at": "all"}]
)
def test_a_choice_that_is_none_is_refused(boss, twins, choices):
    with pytest.raises(Invalid):
        merge(PEOPLE, twins[0].id, [twins[1].id], by=boss, choices=choices)
    assert fresh(twins[1]).deleted_at is None


def test_what_was_changed_since_it_was_looked_at_is_not_merged(boss, twins):
    a, b = twins
    with pytest.raises(Invalid, match="meanwhile"):
        merge(PEOPLE, a.id, [b.id], by=boss, versions={a.id: a.version, b.id: b.version + 1})
    assert fresh(b).deleted_at is None


# ---- many --------------------------------------------------------------------------------------------
def test_a_long_merge_goes_on_in_the_background_and_survives_its_worker(boss, twins, monkeypatch):
    monkeypatch.setattr(verb, "AT_ONCE", 3)
    a, b = twins
    deals = [actions.create(DEALS, {"name": f"صفقة {n}", "party": str(b.id)}, by=boss) for n in range(8)]
    before = state(a, b, *deals)
    operation = merge(PEOPLE, a.id, [b.id], by=boss)
    assert operation.status == Operation.Status.RUNNING
    job = Job.objects.get(name=verb.JOB)
    with transaction.atomic():  # a worker that was killed after one more batch
        verb._carry_on(operation, boss)
    assert jobs.run(boss.workspace.pk, job.id)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.DONE
    assert not jobs.run(boss.workspace.pk, job.id)
    assert _told(boss) == [
        ("the merge has ended: all is with أحمد سعد الغامدي now", f"/w/rayyan/people/{a.id}/")
    ]
    assert {fresh(deal).party_id for deal in deals} == {a.id}
    changes = OperationChange.objects.filter(entity="opportunities")
    assert changes.count() == len(deals)
    assert part(operation, boss) == 0
    assert state(a, b, *deals) == before
    said, url = _told(boss)[0]
    assert said == "the merge was undone, these records stand again: احمد الغامدي"
    assert url == f"/w/rayyan/people/{a.id}/"


def _told(by: Any) -> list[tuple[str, str]]:
    """Of long work, newest first: what is said, and where it leads."""
    gather(by.workspace)
    rows = list(notifications.mine(by).filter(kind="finished"))
    shown = showing.show(rows, Context(by, Reader.of(by.workspace)))
    return [(unmarked(item.text), item.url) for item in shown]


def test_what_is_thrown_away_for_ever_takes_along_what_was_merged_into_it(boss, twins):
    a, b = twins
    merge(PEOPLE, a.id, [b.id], by=boss)
    assert list(purging.in_trash(PEOPLE)) == []
    actions.trash(PEOPLE, a.id, by=boss)
    assert list(purging.in_trash(PEOPLE)) == [fresh(a)]
    purging.purge(PEOPLE, a.id, by=boss)
    assert not type(a).objects.filter(id__in=(a.id, b.id)).exists()
    assert not Merged.objects.exists()
    assert not OperationChange.objects.exists()
