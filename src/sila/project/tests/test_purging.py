"""What goes for ever, who may send it, and what has to stay."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sila.parties.models import ContactPoint
from sila.platform.activity import jobs
from sila.platform.activity.models import Event, Job
from sila.platform.customfields.actions import add_field
from sila.platform.customfields.models import CustomField, CustomValue
from sila.platform.entities import actions, purge_jobs
from sila.platform.entities.models import SearchEntry
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.tests.test_administration_pages import browser
from sila.sales.models import StageTransition

COMPANIES = "/w/rayyan/organizations/"


def work_off(workspace: Any) -> None:
    with scope(workspace):
        waiting = list(Job.objects.filter(state=Job.State.WAITING).values_list("id", flat=True))
    for job in waiting:
        jobs.run(workspace.pk, job)


def new(company: Any, noun: str, **values: Any) -> Any:
    with scope(company.workspace):
        return actions.create(registry[noun], values, by=company.actor("admin"))


def trash(company: Any, noun: str, record: Any) -> None:
    with scope(company.workspace):
        actions.trash(registry[noun], record.id, by=company.actor("admin"))


def there(company: Any, noun: str, record: Any) -> bool:
    with scope(company.workspace):
        return bool(registry[noun].rows(trashed=True).filter(id=record.id).exists())


@pytest.fixture
def nakheel(company: Any) -> Any:
    record = new(company, "organizations", name="Nakheel", phone="0112345678", email="a@nakheel.example")
    trash(company, "organizations", record)
    return record


def test_a_record_of_the_trash_goes_with_all_that_is_its_own(company: Any, nakheel: Any) -> None:
    with scope(company.workspace):
        assert ContactPoint.objects.filter(party_id=nakheel.id).exists()
    admin = browser(company, "admin")
    assert f"{nakheel.id}/purge" in admin.get(f"{COMPANIES}trash").content.decode()
    assert admin.post(f"{COMPANIES}{nakheel.id}/purge", headers={"hx-request": "true"}).status_code == 204
    assert not there(company, "organizations", nakheel)
    with scope(company.workspace):
        assert not ContactPoint.objects.filter(party_id=nakheel.id).exists()
        assert not SearchEntry.objects.filter(id=nakheel.id).exists()
        kinds = set(Event.objects.filter(record_id=nakheel.id).values_list("kind", flat=True))
    assert kinds >= {"created", "trashed", "purged"}
    assert admin.post(f"{COMPANIES}{nakheel.id}/purge").status_code == 404


def test_a_deal_goes_with_the_history_of_its_stages_and_no_other_way(company: Any) -> None:
    from django.db import DatabaseError, transaction

    deal = new(company, "opportunities", name="Deal")
    with scope(company.workspace):
        history = StageTransition.objects.filter(opportunity_id=deal.id)
        assert history.exists()
        try:
            with transaction.atomic():
                history.delete()
        except DatabaseError:
            pass
        assert history.exists()
    trash(company, "opportunities", deal)
    answer = browser(company, "admin").post(f"/w/rayyan/opportunities/{deal.id}/purge")
    assert answer.status_code == 204
    assert not there(company, "opportunities", deal)
    with scope(company.workspace):
        assert not StageTransition.objects.filter(opportunity_id=deal.id).exists()


def test_what_other_records_lead_to_stays_and_it_is_said_which(company: Any, nakheel: Any) -> None:
    with scope(company.workspace):
        actions.restore(registry["organizations"], nakheel.id, by=company.actor("admin"))
    new(company, "opportunities", name="Deal", party=str(nakheel.id))
    trash(company, "organizations", nakheel)
    answer = browser(company, "admin").post(f"{COMPANIES}{nakheel.id}/purge", headers={"hx-request": "true"})
    assert answer.status_code == 422
    assert "Opportunities" in answer.headers["HX-Trigger"] or "Deals" in answer.headers["HX-Trigger"]
    assert there(company, "organizations", nakheel)
    with scope(company.workspace):
        assert ContactPoint.objects.filter(party_id=nakheel.id).exists()


def test_the_whole_trash_is_emptied_in_the_background_in_whatever_order_it_leads(
    company: Any, nakheel: Any
) -> None:
    with scope(company.workspace):
        actions.restore(registry["organizations"], nakheel.id, by=company.actor("admin"))
    branch = new(company, "organizations", name="Branch", parent=str(nakheel.id))
    used = new(company, "organizations", name="Used")
    new(company, "people", name="Saad", organization=str(used.id))
    alive = new(company, "organizations", name="Alive")
    for record in (nakheel, branch, used):
        trash(company, "organizations", record)
    admin = browser(company, "admin")
    assert admin.post(f"{COMPANIES}trash/empty").status_code == 204
    assert "being emptied" in admin.get(f"{COMPANIES}trash").content.decode()
    work_off(company.workspace)
    left = [there(company, "organizations", record) for record in (nakheel, branch, used, alive)]
    assert left == [False, False, True, True]
    page = admin.get(f"{COMPANIES}trash").content.decode()
    assert "1 record had to stay" in page
    assert "Used" in page


def test_only_administrators_delete_for_ever(company: Any, elsewhere: Any, nakheel: Any) -> None:
    for name in ("alice", "manager", "viewer"):
        person = browser(company, name)
        assert person.post(f"{COMPANIES}{nakheel.id}/purge").status_code in (403, 404)
        assert person.post(f"{COMPANIES}trash/empty").status_code == 403
        assert f"{nakheel.id}/purge" not in person.get(f"{COMPANIES}trash").content.decode()
        assert person.get("/w/rayyan/settings/trash/").status_code == 403
    assert browser(elsewhere, "dalia").post(f"{COMPANIES}{nakheel.id}/purge").status_code == 404
    work_off(company.workspace)
    assert there(company, "organizations", nakheel)


def test_a_live_record_is_never_purged(company: Any) -> None:
    alive = new(company, "organizations", name="Alive")
    assert browser(company, "admin").post(f"{COMPANIES}{alive.id}/purge").status_code == 404
    assert there(company, "organizations", alive)


def test_the_workspace_says_after_how_many_days_the_trash_goes(company: Any, nakheel: Any) -> None:
    admin = browser(company, "admin")
    for wrong in ("5", "x", "-1", "99999"):
        assert admin.post("/w/rayyan/settings/trash/", {"purge_days": wrong}).status_code == 422
    purge_jobs.purge_everyone()
    assert admin.post("/w/rayyan/settings/trash/", {"purge_days": "30"}).status_code == 302
    assert Workspace.objects.get(pk=company.workspace.pk).purge_days == 30
    recent = new(company, "organizations", name="Recent")
    trash(company, "organizations", recent)
    with scope(company.workspace):
        long_ago = timezone.now() - timedelta(days=31)
        registry["organizations"].rows(trashed=True).filter(id=nakheel.id).update(deleted_at=long_ago)
    purge_jobs.purge_everyone()
    purge_jobs.purge_everyone()
    work_off(company.workspace)
    assert not there(company, "organizations", nakheel)
    assert there(company, "organizations", recent)


# ---- fields ----------------------------------------------------------------------------------------
def test_a_hidden_field_goes_for_ever_with_its_values(company: Any) -> None:
    with scope(company.workspace):
        by = company.actor("admin")
        field = add_field("organizations", "لون", label_en="Hue", kind="text", by=by)
        other = add_field("organizations", "حجم", label_en="Size of it", kind="number", by=by)
    live, gone = (
        new(company, "organizations", name=name, **{field.key: "red", other.key: "7"}) for name in ("A", "B")
    )
    trash(company, "organizations", gone)
    admin, base = browser(company, "admin"), f"/w/rayyan/settings/fields/{field.id}/"
    assert admin.post(f"{base}purge").status_code == 400  # not hidden yet
    admin.post(f"{base}hide")
    page = admin.get("/w/rayyan/settings/trash/").content.decode()
    assert "Hue" in page
    assert "Values in <bdi" in page or "Values in 1" in page
    assert browser(company, "manager").post(f"{base}purge").status_code == 403
    assert admin.post(f"{base}purge").status_code == 204
    assert admin.post(f"{base}show").status_code == 404
    assert "Hue" not in admin.get("/w/rayyan/settings/trash/").content.decode()
    work_off(company.workspace)
    with scope(company.workspace):
        held = registry["organizations"].rows(trashed=True).filter(id__in=[live.id, gone.id])
        assert [record.custom for record in held] == [{other.key: 7.0}] * 2
        assert not CustomValue.objects.filter(field=field.key).exists()
        assert not CustomField.objects.filter(key=field.key).exists()
        assert CustomField.objects.filter(key=other.key).exists()
    assert admin.get(f"{COMPANIES}?cols={field.key}&f={field.key}:is:red").status_code in (200, 400)
