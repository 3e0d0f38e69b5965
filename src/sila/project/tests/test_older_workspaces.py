"""A workspace that is older than leads or quotes gets what new ones have, and keeps what it changed."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from sila.catalog.models import Measure, Tax
from sila.catalog.seed import MEASURES, standard_taxes
from sila.platform.access.models import Role
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.workspaces import ROLES
from sila.sales.calling.models import CallOutcome
from sila.sales.calling.seed import OUTCOMES
from sila.sales.leads.models import DisqualifyReason
from sila.sales.seed import DISQUALIFIED

pytestmark = pytest.mark.django_db
LATER = ("leads", "disqualify-reasons", "assignment-rules", "scoring-rules", "lead-forms", "form-submissions")
migration = import_module("sila.sales.migrations.0005_lead_capture")


quotes = import_module("sila.sales.migrations.0010_rights_of_older_workspaces")
orders = import_module("sila.sales.migrations.0013_rights_to_orders")
assets = import_module("sila.sales.migrations.0015_rights_to_assets")
units = import_module("sila.catalog.migrations.0004_measures")
partners = import_module("sila.sales.migrations.0016_partners")
PARTNERS = ("territories", "partners", "deal-registrations", "supplier-criteria", "supplier-ratings")
SELLING = ("quotes", "invoices", "price-books", "taxes", "letterheads", "roles", "authority-limits")


def renew():
    migration.give_what_new_workspaces_get(apps, SimpleNamespace(connection=connection))


def grow_old(company):
    """As it was before there were leads."""
    with scope(company.workspace):
        DisqualifyReason.objects.all().delete()
        for role in Role.objects.all():
            role.grants = {noun: verbs for noun, verbs in role.grants.items() if noun not in LATER}
            role.save()


def test_it_gets_reasons_and_rights_as_new_ones_have(company, elsewhere):
    before = company.workspace.access_version
    grow_old(company)
    grow_old(elsewhere)
    renew()
    for each in (company, elsewhere):
        with scope(each.workspace):
            reasons = DisqualifyReason.objects.order_by("order").values_list("name", "name_en")
            assert tuple(reasons) == DISQUALIFIED
            for code in ("manager", "seller", "viewer"):
                assert Role.objects.get(code=code).grants == ROLES[code]["grants"]
    assert Workspace.objects.get(pk=company.workspace.pk).access_version > before


def test_what_was_changed_stays(company):
    with scope(company.workspace):
        gone = DisqualifyReason.objects.order_by("order").first()
        DisqualifyReason.objects.exclude(id=gone.id).delete()
        seller = Role.objects.get(code="seller")
        seller.grants = {"leads": {"view": "none"}, "opportunities": {"view": "all"}, "lead-forms": {}}
        seller.save()
        manager = Role.objects.get(code="manager")
        manager.grants = {"opportunities": {"view": "own"}}
        manager.save()
    renew()
    with scope(company.workspace):
        assert DisqualifyReason.objects.get().id == gone.id
        grants = Role.objects.get(code="seller").grants
        assert (grants["leads"], grants["lead-forms"]) == ({"view": "none"}, {})
        assert Role.objects.get(code="manager").grants["leads"] == {"view": "own"}


def test_it_gets_the_taxes_and_the_rights_of_selling(company, elsewhere):
    with scope(company.workspace):
        Tax.objects.all().delete()
        for role in Role.objects.all():
            role.grants = {noun: verbs for noun, verbs in role.grants.items() if noun not in SELLING}
            role.save()
    with scope(elsewhere.workspace):
        kept = list(Tax.objects.order_by("id").values_list("id", "name"))
    quotes.give_what_new_workspaces_get(apps, SimpleNamespace(connection=connection))
    with scope(company.workspace):
        found = set(Tax.objects.values_list("name", "rate", "treatment", "usual"))
        Tax.objects.all().delete()
        standard_taxes("SA")
        assert found == set(Tax.objects.values_list("name", "rate", "treatment", "usual"))
        for code in ("manager", "seller", "viewer"):
            assert Role.objects.get(code=code).grants == ROLES[code]["grants"]
    with scope(elsewhere.workspace):
        assert list(Tax.objects.order_by("id").values_list("id", "name")) == kept


def test_its_roles_have_orders_as_far_as_they_have_quotes(company):
    with scope(company.workspace):
        for role in Role.objects.all():
            role.grants = {noun: verbs for noun, verbs in role.grants.items() if noun != "orders"}
            role.save()
        Role.objects.filter(code="seller").update(grants={"quotes": {"view": "own"}})
    orders.open_orders_like_quotes(apps, SimpleNamespace(connection=connection))
    with scope(company.workspace):
        assert Role.objects.get(code="seller").grants["orders"] == {"view": "own"}
        assert Role.objects.get(code="manager").grants == ROLES["manager"]["grants"]


def test_the_roles_that_sila_brought_get_assets_and_others_nothing(company):
    nouns = ("assets", "warranty-claims", "maintenance-plans", "warranty-terms")
    with scope(company.workspace):
        for role in Role.objects.all():
            role.grants = {noun: verbs for noun, verbs in role.grants.items() if noun not in nouns}
            role.save()
        own = Role.objects.create(name="أمين", grants={"people": {"view": "all"}})
    assets.give_what_new_workspaces_get(apps, SimpleNamespace(connection=connection))
    with scope(company.workspace):
        for code in ("manager", "seller", "viewer"):
            assert Role.objects.get(code=code).grants == ROLES[code]["grants"]
        assert Role.objects.get(id=own.id).grants == {"people": {"view": "all"}}


def test_it_gets_the_rights_on_territories_partners_and_suppliers(company, elsewhere):
    before = company.workspace.access_version
    with scope(company.workspace):
        for role in Role.objects.all():
            role.grants = {noun: verbs for noun, verbs in role.grants.items() if noun not in PARTNERS}
            role.grants |= {"partners": {}} if role.code == "seller" else {}
            role.save()
    partners.give_what_new_workspaces_get(apps, SimpleNamespace(connection=connection))
    with scope(company.workspace):
        assert Role.objects.get(code="manager").grants == ROLES["manager"]["grants"]
        seller = Role.objects.get(code="seller").grants
        assert seller == {**ROLES["seller"]["grants"], "partners": {}}  # what was said stays
    assert Workspace.objects.get(pk=company.workspace.pk).access_version > before


contracts = import_module("sila.sales.migrations.0017_contracts")
channel = import_module("sila.sales.migrations.0024_channel")
CALLING = ("contracts", "incumbent-contracts", "call-lists", "call-outcomes", "do-not-call")


def test_the_rights_on_contracts_and_call_lists_and_the_outcomes_of_calls_come(company):
    with scope(company.workspace):
        CallOutcome.objects.all().delete()
        for role in Role.objects.filter(code__in=("manager", "seller")):
            role.grants = {slug: reach for slug, reach in role.grants.items() if slug not in CALLING}
            role.save()
    for _time in range(2):
        contracts.give_what_new_workspaces_get(apps, SimpleNamespace(connection=connection))
    with scope(company.workspace):
        for code in ("manager", "seller"):
            assert Role.objects.get(code=code).grants == ROLES[code]["grants"]
        found = CallOutcome.objects.order_by("order").values_list("name", "name_en", "effect", "success")
        assert tuple(found) == OUTCOMES


def test_it_gets_the_units_that_new_ones_have(company):
    def told():
        return set(Measure.objects.values_list("name", "name_en", "code", "base__name", "factor"))

    assert units.MEASURES == MEASURES
    with scope(company.workspace):
        as_new = told()
        Measure.objects.all().delete()
        known = units._usual(Measure._base_manager, company.workspace.pk)
        assert told() == as_new
        assert known["dozen"] == Measure.objects.get(name="دزينة").id
        for code in ("manager", "seller"):
            assert units.GRANTS[code]["measures"] == ROLES[code]["grants"]["measures"]


def test_who_may_see_partners_may_see_their_documents(company):
    with scope(company.workspace):
        for role in Role.objects.all():
            role.grants = {noun: verbs for noun, verbs in role.grants.items() if noun != "partner-documents"}
            role.save()
        own = Role.objects.create(name="أمين", grants={"people": {"view": "all"}})
    channel.open_documents_like_partners(apps, SimpleNamespace(connection=connection))
    with scope(company.workspace):
        for code in ("manager", "seller", "viewer"):
            assert Role.objects.get(code=code).grants == ROLES[code]["grants"]
        assert Role.objects.get(id=own.id).grants == {"people": {"view": "all"}}
