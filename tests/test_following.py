"""What search knows of a record follows the names of what it links to."""

import pytest
from django.utils import timezone

from sila.platform.activity import jobs
from sila.platform.activity.models import Job
from sila.platform.entities import actions, search
from sila.platform.entities.following import JOB
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.registry import registry

companies, deals = registry["organizations"], registry["opportunities"]


@pytest.fixture
def company_with_deals(alice):
    company = actions.create(companies, {"name": "مصنع الندى"}, by=alice)
    made = [
        actions.create(deals, {"name": f"توريد {number}", "party": company.id}, by=alice) for number in (1, 2)
    ]
    return company, {deal.id for deal in made}


def found(query, alice):
    return {hit.id for hit in search.find(query, by=alice, only="opportunities")}


def run_jobs(alice):
    for job in Job.objects.filter(name=JOB, run_at__lte=timezone.now()):
        jobs.run(alice.workspace.pk, job.id)


def test_deals_are_found_by_the_new_name_of_their_customer(company_with_deals, alice):
    company, mine = company_with_deals
    places = dict(SearchEntry.objects.values_list("id", "position"))
    actions.update(companies, company.id, {"name": "مصنع الغيث"}, by=alice)
    run_jobs(alice)
    assert found("الغيث", alice) == mine
    assert found("الندى", alice) == set()
    after = dict(SearchEntry.objects.filter(id__in=mine).values_list("id", "position"))
    assert after == {deal: places[deal] for deal in mine}  # nobody touched the deals


def test_a_change_that_search_does_not_read_asks_for_nothing(company_with_deals, alice):
    company, _mine = company_with_deals
    actions.update(companies, company.id, {"city": "جدة"}, by=alice)
    assert not Job.objects.filter(name=JOB).exists()


def test_a_deal_in_the_trash_stays_out_of_search(company_with_deals, alice):
    company, mine = company_with_deals
    gone = min(mine)
    actions.trash(deals, gone, by=alice)
    actions.update(companies, company.id, {"name": "مصنع الغيث"}, by=alice)
    run_jobs(alice)
    assert found("الغيث", alice) == mine - {gone}
