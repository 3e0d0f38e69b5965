"""The sample workspace: small here, but made the same way."""

import pytest

from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, User
from sila.platform.entities.quality.models import QualityPlan
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project import demo
from sila.project.demo_partners import BOUGHT, SUPPLIERS
from sila.project.demo_selling import RESELLERS, RIVALS
from sila.sales.contracts.models import Contract
from sila.sales.leads.models import Lead
from sila.sales.models import Opportunity, StageTransition
from sila.sales.partners.models import DealRegistration
from sila.sales.partners.portal.models import PortalUser
from sila.sales.windows.models import WindowDeal
from sila.work.models import Activity
from tests.standing import beneath_tests


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with beneath_tests(django_db_blocker):
        yield demo.make_sample("little", companies=20, people=40, deals=25)


@pytest.fixture
def sample(made, db):
    with scope(made):
        yield made


def test_it_has_what_was_asked_for_and_a_staff_of_twelve(sample):
    became = Lead.objects.exclude(converted_at=None)
    kinds = list(Party.objects.values_list("kind", flat=True))
    registered = DealRegistration.objects.filter(status="approved", opportunity__isnull=False).count()
    others = len(RIVALS) + len(RESELLERS) + len(SUPPLIERS) + registered
    companies = 20 + others + became.count()
    people = 40 + became.count() + PortalUser.objects.count() + len(BOUGHT)
    assert (kinds.count("organization"), kinds.count("person")) == (companies, people)
    renewals = Opportunity.objects.exclude(renewal_of_id=None).count()
    prepared = Contract.objects.exclude(renewal_id=None).count()
    told = 25 + renewals + became.count() + WindowDeal.objects.count() + prepared + registered
    assert Opportunity.objects.count() == told
    assert Member.objects.count() == 12
    assert Activity.objects.filter(status="open").exists()


def test_its_sellers_see_contracts_of_their_team_and_change_none_of_others(sample):
    sample.refresh_from_db()
    contracts, sara = (
        registry["x-maintenance-contracts"],
        Actor.of(sample, Member.objects.get(name="سارة العتيبي")),
    )
    seen = contracts.visible_to(sara)
    assert 0 < seen.count() < contracts.rows().count()
    assert set(contracts.visible_to(sara, "edit").values_list("owner_id", flat=True)) <= {sara.member_id}


def test_its_leads_are_in_every_status_and_one_is_of_somebody_who_is_known(sample):
    leads = Lead.objects.all()
    assert leads.count() == 30
    assert {lead.status for lead in leads} == set(Lead.Status.values)
    assert leads.filter(converted_at=None).exclude(party_id=None).count() == 1


def test_its_data_is_graded_and_some_of_it_needs_care(sample):
    assert not Party.objects.filter(quality=None).exists()
    assert Party.objects.filter(flaws__gte=4).exists()
    assert QualityPlan.objects.get(entity="people").spread != []


def test_its_owner_can_sign_in_by_link(sample):
    owner = User.objects.get(email="noura@little.example")
    assert Member.objects.get(user=owner).name == "نورة الدوسري"


def test_its_history_lies_in_the_past_and_in_order(sample):
    for deal in Opportunity.objects.all():
        moments = list(
            StageTransition.objects.filter(opportunity_id=deal.id).order_by("id").values_list("at", flat=True)
        )
        assert moments == sorted(moments)
        assert all(moment <= deal.updated_at for moment in moments)
    assert (
        Opportunity.objects.order_by("created_at").first().created_at
        < Opportunity.objects.order_by("-created_at").first().created_at
    )


def test_lost_deals_have_a_reason_and_every_address_is_fictional(sample):
    assert not Opportunity.objects.filter(category="lost", lost_reason_id=None).exists()
    emails = ContactPoint.objects.filter(kind="email").values_list("value", flat=True)
    assert all(email.endswith(".example") for email in emails)


def test_the_same_seed_tells_the_same_story(sample):
    names = list(Party.objects.order_by("created_at", "name").values_list("name", flat=True))
    again = demo.make_sample("again", companies=20, people=40, deals=25)
    with scope(again):
        assert list(Party.objects.order_by("created_at", "name").values_list("name", flat=True)) == names


def test_it_is_made_once(sample, monkeypatch):
    monkeypatch.setattr(demo, "SLUG", "little")
    assert demo.ensure_sample() == sample
    assert Workspace.objects.filter(slug="little").count() == 1
