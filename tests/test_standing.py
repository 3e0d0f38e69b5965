"""The companies of the tests are as the product makes them, and none knows another."""

import pytest
from django.db import transaction

from sila.platform.access.models import User
from sila.platform.entities import actions
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.platform.tenancy.rowsecurity import tenant_models
from tests.people import PASSWORD, make_company

pytestmark = pytest.mark.django_db


def rows_of(company):
    with scope(company.workspace):
        return {model: set(model._default_manager.values_list("id", flat=True)) for model in tenant_models()}


def test_a_company_that_stands_has_all_the_rows_of_one_that_is_made(standing):
    with transaction.atomic():
        made = make_company("rayyan")
        rows, versions = rows_of(made), made.actor("admin").workspace.shape_version
        transaction.set_rollback(True)
    company = standing["rayyan"].set_up()
    assert {model: len(ids) for model, ids in rows_of(company).items()} == {
        model: len(ids) for model, ids in rows.items()
    }
    assert company.members.keys() == made.members.keys()
    assert company.workspace.shape_version == versions
    assert company.user("alice").check_password(PASSWORD)
    assert company.user("alice").emailaddress_set.get().verified


def test_it_stands_under_ids_that_were_never_there(standing):
    with transaction.atomic():
        before = standing["rayyan"].set_up()
        used = rows_of(before)
        transaction.set_rollback(True)
    assert not Workspace.objects.exists()
    assert not User.objects.exists()
    company = standing["rayyan"].set_up()
    assert company.workspace.pk != before.workspace.pk
    assert not any(ids & used[model] for model, ids in rows_of(company).items())


def test_its_people_are_found_and_work_in_it(company):
    with scope(company.workspace):
        alice = company.actor("alice")
        person = actions.create(registry["people"], {"name": "سعد"}, by=alice)
        assert person.owner_id == company.members["alice"].id
        assert "x-estates" in registry
        company.workspace.currency = "USD"
        company.workspace.save()
        assert alice.workspace.pk == Workspace.objects.get(currency="USD").pk
